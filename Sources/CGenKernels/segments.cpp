#include "internal.h"

#include "kernels/table.h"

#include <cstring>

using namespace cgen;

namespace {

CGenStatus check(
    const char *what, int64_t rows, const int64_t *ends, int64_t segments, int64_t &columns) {
  CGEN_REQUIRE(segments >= 1 && ends, "%s: there are no segments", what);
  for (int64_t i = 0, start = 0; i < segments; start = ends[i++]) {
    CGEN_REQUIRE(ends[i] > start, "%s: segment %lld is empty", what, (long long)i);
  }
  columns = ends[segments - 1];
  int64_t count;
  CGEN_REQUIRE(
      elementCountOf(count, rows, columns), "%s: [%lld, %lld] is no shape", what, (long long)rows,
      (long long)columns);
  return CGenStatusOk;
}

/// Rows in sixteens.
int64_t grain(int64_t rowCost) { return (grainFor(rowCost) + 15) / 16 * 16; }

} // namespace

extern "C" {

CGenStatus cgen_segment_softmax_forward(
    const float *in, float *out, int64_t rows, const int64_t *ends, int64_t segments, float scale,
    bool isLogarithm) {
  int64_t columns;
  if (CGenStatus status = check("segment softmax", rows, ends, segments, columns)) return status;
  CGEN_REQUIRE(rows == 0 || (in && out), "segment softmax: a tensor has no data");
  const KernelTable &table = kernels();
  parallel(rows, grain(columns * 4), [&](int64_t begin, int64_t end) {
    table.segmentSoftmax(in, out, ends, segments, scale, isLogarithm, begin, end);
  });
  return CGenStatusOk;
}

CGenStatus cgen_segment_softmax_backward(
    const float *out, const float *outputGradient, float *inputGradient, int64_t rows,
    const int64_t *ends, int64_t segments, float scale, bool isLogarithm) {
  int64_t columns;
  if (CGenStatus status = check("segment softmax", rows, ends, segments, columns)) return status;
  CGEN_REQUIRE(
      rows == 0 || (out && outputGradient && inputGradient),
      "segment softmax: a tensor has no data");
  const KernelTable &table = kernels();
  parallel(rows, grain(columns * 2), [&](int64_t begin, int64_t end) {
    table.segmentSoftmaxBackward(
        out, outputGradient, inputGradient, ends, segments, scale, isLogarithm, begin, end);
  });
  return CGenStatusOk;
}

CGenStatus cgen_segment_argmax(
    const float *in, int64_t rows, const int64_t *ends, int64_t segments, int32_t *places) {
  int64_t columns;
  if (CGenStatus status = check("segment argmax", rows, ends, segments, columns)) return status;
  CGEN_REQUIRE(rows == 0 || (in && places), "segment argmax: a tensor has no data");
  parallel(rows, grainFor(columns), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row++) {
      const float *x = in + row * columns;
      for (int64_t i = 0, start = 0; i < segments; start = ends[i++]) {
        int64_t best = start;
        for (int64_t j = start + 1; j < ends[i]; j++) best = x[j] > x[best] ? j : best;
        places[row * segments + i] = int32_t(best - start);
      }
    }
  });
  return CGenStatusOk;
}

CGenStatus cgen_segment_draw(
    const float *in, int64_t rows, const int64_t *ends, int64_t segments, uint64_t seed,
    uint64_t stream, int32_t *places) {
  int64_t columns;
  if (CGenStatus status = check("segment draw", rows, ends, segments, columns)) return status;
  CGEN_REQUIRE(rows == 0 || (in && places), "segment draw: a tensor has no data");
  const KernelTable &table = kernels();
  parallel(rows, grain(columns * 4), [&](int64_t begin, int64_t end) {
    table.segmentDraw(in, ends, segments, seed, stream, places, begin, end);
  });
  return CGenStatusOk;
}

CGenStatus cgen_segment_one_hot(
    const int32_t *places, int64_t rows, const int64_t *ends, int64_t segments, float *out) {
  int64_t columns;
  if (CGenStatus status = check("segment one-hot", rows, ends, segments, columns)) return status;
  CGEN_REQUIRE(rows == 0 || (places && out), "segment one-hot: a tensor has no data");
  for (int64_t i = 0, start = 0; i < segments; start = ends[i++]) {
    for (int64_t row = 0; row < rows; row++) {
      CGEN_REQUIRE(
          places[row * segments + i] < ends[i] - start,
          "segment one-hot: place %d of row %lld is not below %lld",
          int(places[row * segments + i]), (long long)row, (long long)(ends[i] - start));
    }
  }
  parallel(rows, grainFor(columns), [&](int64_t begin, int64_t end) {
    std::memset(out + begin * columns, 0, size_t((end - begin) * columns) * sizeof(float));
    for (int64_t row = begin; row < end; row++) {
      for (int64_t i = 0, start = 0; i < segments; start = ends[i++]) {
        int32_t place = places[row * segments + i];
        if (place >= 0) out[row * columns + start + place] = 1;
      }
    }
  });
  return CGenStatusOk;
}

} // extern "C"
