#include "internal.h"

#include "kernels/table.h"

#include <cmath>
#include <cstring>

using namespace cgen;

namespace {

/// Alternating runs of kept and reduced axes, as [outer, length, inner] of the last reduced run.
struct Runs {
  int count = 0;
  int64_t size[CGEN_MAX_RANK];
  bool isReduced[CGEN_MAX_RANK];

  void add(int64_t length, bool reduces) {
    if (length == 1) return;
    if (count > 0 && isReduced[count - 1] == reduces) {
      size[count - 1] *= length;
    } else {
      size[count] = length;
      isReduced[count++] = reduces;
    }
  }
};

/// How many pieces a long axis falls into; a function of sizes only, so that results do not depend
/// on threads.
int64_t pieceCount(int64_t outer, int64_t length, int64_t inner) {
  if (length * inner < 65536 || outer >= 64) return 1;
  int64_t pieces = outer * length * inner / 32768, limit = length / 16;
  if (pieces > 64) pieces = 64;
  if (pieces > limit) pieces = limit;
  return pieces < 1 ? 1 : pieces;
}

/// Reduces [outer, length, inner] into f32 `out`.
bool reduceMiddle(
    CGenReduction reduction, const void *in, CGenType type, int64_t outer, int64_t length,
    int64_t inner, float *out) {
  const KernelTable &table = kernels();
  int64_t pieces = pieceCount(outer, length, inner), size = int64_t(sizeOf(type));
  const char *data = static_cast<const char *>(in);
  if (pieces == 1) {
    parallel(outer, grainFor(length * inner), [&](int64_t begin, int64_t end) {
      table.reduce(
          reduction, data + begin * length * inner * size, type, end - begin, length * inner,
          length, inner, out + begin * inner);
    });
    return true;
  }
  float *partial = static_cast<float *>(
      scratch(Scratch::partial, size_t(outer * pieces * inner) * sizeof(float)));
  if (!partial) return false;
  parallel(outer * pieces, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      int64_t o = i / pieces, piece = i % pieces;
      int64_t first = length * piece / pieces, last = length * (piece + 1) / pieces;
      table.reduce(
          reduction, data + (o * length + first) * inner * size, type, 1, 0, last - first, inner,
          partial + i * inner);
    }
  });
  CGenReduction joining = reduction == CGenReductionSumOfSquares ? CGenReductionSum : reduction;
  table.reduce(joining, partial, CGenTypeFloat32, outer, pieces * inner, pieces, inner, out);
  return true;
}

} // namespace

extern "C" {

CGenStatus cgen_reduce(
    CGenReduction reduction, int32_t rank, const int64_t *shape, uint32_t axes, const void *in,
    CGenType inType, void *out, CGenType outType, bool accumulates) {
  CGEN_REQUIRE(
      rank >= 0 && rank <= CGEN_MAX_RANK && (rank == 0 || shape), "reduce: rank %d", int(rank));
  CGEN_REQUIRE(
      reduction >= CGenReductionSum && reduction <= CGenReductionProduct,
      "reduce: no such reduction %d", int(reduction));
  CGEN_REQUIRE(isStorage(inType) && isStorage(outType), "reduce: tensors must be f32 or bf16");
  CGEN_REQUIRE(axes >> rank == 0, "reduce: an axis is beyond the rank %d", int(rank));
  int64_t total, kept = 1, reduced = 1;
  CGEN_REQUIRE(
      elementCount(shape, rank, total), "reduce: a size is negative or the tensor too large");
  Runs runs;
  for (int i = 0; i < rank; i++) {
    bool reduces = (axes >> i) & 1;
    (reduces ? reduced : kept) *= shape[i];
    runs.add(shape[i], reduces);
  }
  if (kept == 0) return CGenStatusOk;
  CGEN_REQUIRE(out && (in || total == 0), "reduce: a tensor has no data");
  bool isExtreme = reduction == CGenReductionMaximum || reduction == CGenReductionMinimum;
  CGEN_REQUIRE(reduced > 0 || !isExtreme, "reduce: no maximum or minimum over nothing");
  if (reduced == 0) {
    if (accumulates) return CGenStatusOk;
    float nothing = reduction == CGenReductionProduct ? 1.0f : 0.0f;
    return cgen_fill(reduction == CGenReductionMean ? NAN : nothing, out, outType, kept);
  }
  CGenReduction step = reduction == CGenReductionMean ? CGenReductionSum : reduction;
  const void *source = in;
  CGenType type = inType;
  int64_t count = total;
  bool isDone = false;
  int slot = 0;
  while (!isDone) {
    int last = runs.count - 1;
    while (last >= 0 && !runs.isReduced[last]) last--;
    int64_t outer = 1, inner = 1, length = last < 0 ? 1 : runs.size[last];
    for (int i = 0; i < runs.count; i++) {
      if (i < last) outer *= runs.size[i];
      if (i > last) inner *= runs.size[i];
    }
    count = outer * inner;
    Runs rest;
    for (int i = 0; i < runs.count; i++) {
      if (i != last) rest.add(runs.size[i], runs.isReduced[i]);
    }
    runs = rest;
    isDone = true;
    for (int i = 0; i < runs.count; i++) isDone = isDone && !runs.isReduced[i];
    bool isDirect = isDone && outType == CGenTypeFloat32 && !accumulates;
    Scratch piece = slot++ % 2 == 0 ? Scratch::result : Scratch::weights;
    float *target = isDirect ? static_cast<float *>(out)
                             : static_cast<float *>(scratch(piece, size_t(count) * sizeof(float)));
    if (!target || !reduceMiddle(step, source, type, outer, length, inner, target)) {
      return fail(CGenStatusOutOfMemory, "reduce: out of memory");
    }
    source = target;
    type = CGenTypeFloat32;
    if (step == CGenReductionSumOfSquares) step = CGenReductionSum;
  }
  float factor = reduction == CGenReductionMean ? 1.0f / float(reduced) : 1.0f;
  if (accumulates) return cgen_axpy(factor, source, CGenTypeFloat32, out, outType, kept);
  if (source == out && factor == 1.0f) return CGenStatusOk;
  const CGenStep scale{CGenOpMultiplyConstant, 0, 0, 0, factor};
  const CGenView from{const_cast<void *>(source), nullptr, CGenTypeFloat32},
      to{out, nullptr, outType};
  const int32_t value = 1;
  return cgen_fused(1, &kept, 1, &from, 1, &scale, 1, &to, &value);
}

CGenStatus cgen_argmax(
    const void *in, CGenType type, int64_t rows, int64_t columns, int32_t *indices) {
  return cgen_topk(in, type, rows, columns, 1, nullptr, indices);
}

CGenStatus cgen_topk(
    const void *in, CGenType type, int64_t rows, int64_t columns, int64_t k, float *values,
    int32_t *indices) {
  CGEN_REQUIRE(isStorage(type), "top-k: the tensor must be f32 or bf16");
  int64_t count;
  CGEN_REQUIRE(elementCountOf(count, rows, columns), "top-k: a size is negative or too large");
  CGEN_REQUIRE(
      k >= 1 && k <= columns && columns <= INT32_MAX, "top-k: %lld of %lld", (long long)k,
      (long long)columns);
  CGEN_REQUIRE(rows == 0 || (in && indices), "top-k: a tensor has no data");
  auto read = [&](int64_t i) {
    if (type == CGenTypeFloat32) return static_cast<const float *>(in)[i];
    uint32_t word = uint32_t(static_cast<const uint16_t *>(in)[i]) << 16;
    float value;
    std::memcpy(&value, &word, 4);
    return value;
  };
  auto precedes = [](float a, float b) { return a > b || (a != a && b == b); };
  parallel(rows, grainFor(columns), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row++) {
      int32_t *best = indices + row * k;
      int64_t held = 0;
      for (int64_t i = 0; i < columns; i++) {
        float value = read(row * columns + i);
        if (held == k && !precedes(value, read(row * columns + best[k - 1]))) continue;
        int64_t at = held < k ? held++ : k - 1;
        while (at > 0 && precedes(value, read(row * columns + best[at - 1])))
          best[at] = best[at - 1], at--;
        best[at] = int32_t(i);
      }
      for (int64_t i = 0; values && i < k; i++) values[row * k + i] = read(row * columns + best[i]);
    }
  });
  return CGenStatusOk;
}

CGenStatus cgen_cumulative_sum(
    const void *in, void *out, CGenType type, int64_t outer, int64_t length, int64_t inner) {
  CGEN_REQUIRE(isStorage(type), "cumulative sum: the tensor must be f32 or bf16");
  int64_t count;
  CGEN_REQUIRE(
      elementCountOf(count, outer, length, inner),
      "cumulative sum: a size is negative or too large");
  if (count == 0) return CGenStatusOk;
  CGEN_REQUIRE(in && out, "cumulative sum: a tensor has no data");
  size_t size = sizeOf(type);
  const KernelTable &table = kernels();
  parallel(outer * inner, grainFor(length), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      int64_t start = i / inner * length * inner + i % inner;
      float sum = 0;
      for (int64_t j = 0; j < length; j++) {
        int64_t at = (start + j * inner) * int64_t(size);
        float value;
        table.convert(static_cast<const char *>(in) + at, type, &value, CGenTypeFloat32, 1);
        sum += value;
        table.convert(&sum, CGenTypeFloat32, static_cast<char *>(out) + at, type, 1);
      }
    }
  });
  return CGenStatusOk;
}

} // extern "C"
