#include "internal.h"

#include "kernels/table.h"

#include <algorithm>
#include <cstring>
#include <utility>

using namespace cgen;

namespace {

/// A strided copy over merged axes.
struct Copy {
  int rank = 0;
  int64_t shape[CGEN_MAX_RANK], in[CGEN_MAX_RANK], out[CGEN_MAX_RANK];

  Copy(int count, const int64_t *sizes, const int64_t *inStrides, const int64_t *outStrides) {
    for (int axis = 0; axis < count; axis++) {
      if (sizes[axis] == 1) continue;
      bool joins = rank > 0 && in[rank - 1] == inStrides[axis] * sizes[axis] &&
                   out[rank - 1] == outStrides[axis] * sizes[axis];
      if (!joins) shape[rank++] = 1;
      shape[rank - 1] *= sizes[axis];
      in[rank - 1] = inStrides[axis];
      out[rank - 1] = outStrides[axis];
    }
    if (rank == 0) shape[0] = in[0] = out[0] = 1, rank = 1;
  }

  void offsets(int64_t row, int axes, int64_t &from, int64_t &to) const {
    from = to = 0;
    for (int axis = axes - 1; axis >= 0; axis--) {
      int64_t next = row / shape[axis], at = row - next * shape[axis];
      from += at * in[axis];
      to += at * out[axis];
      row = next;
    }
  }

  /// Moves an axis that is contiguous in the input next to the last one, for a blocked transpose.
  void bringForward(int axis) {
    for (int i = axis; i < rank - 2; i++) {
      std::swap(shape[i], shape[i + 1]);
      std::swap(in[i], in[i + 1]);
      std::swap(out[i], out[i + 1]);
    }
  }
};

template <class T>
void copyLine(const T *in, int64_t inStride, T *out, int64_t outStride, int64_t count) {
  if (inStride == 1 && outStride == 1) {
    std::memcpy(out, in, size_t(count) * sizeof(T));
  } else {
    for (int64_t i = 0; i < count; i++) out[i * outStride] = in[i * inStride];
  }
}

/// Contiguous rows that are known to be narrow, for which a call each would cost more than the copy.
template <int width, class T>
void copyNarrow(const T *in, int64_t inStride, T *out, int64_t outStride, int64_t rows) {
  for (int64_t row = 0; row < rows; row++) {
    std::memcpy(out + row * outStride, in + row * inStride, width * sizeof(T));
  }
}

/// Rows along the last but one axis of `c`.
template <class T> void copyRows(const Copy &c, const T *in, T *out, int64_t rows) {
  int64_t width = c.shape[c.rank - 1], inStep = c.in[c.rank - 1], outStep = c.out[c.rank - 1];
  int64_t inRow = c.in[c.rank - 2], outRow = c.out[c.rank - 2];
  switch (inStep == 1 && outStep == 1 ? width : 0) {
  case 2: return copyNarrow<2>(in, inRow, out, outRow, rows);
  case 3: return copyNarrow<3>(in, inRow, out, outRow, rows);
  case 4: return copyNarrow<4>(in, inRow, out, outRow, rows);
  case 5: return copyNarrow<5>(in, inRow, out, outRow, rows);
  case 6: return copyNarrow<6>(in, inRow, out, outRow, rows);
  case 8: return copyNarrow<8>(in, inRow, out, outRow, rows);
  case 12: return copyNarrow<12>(in, inRow, out, outRow, rows);
  case 16: return copyNarrow<16>(in, inRow, out, outRow, rows);
  default:
    for (int64_t row = 0; row < rows; row++) {
      copyLine(in + row * inRow, inStep, out + row * outRow, outStep, width);
    }
  }
}

template <class T>
void transposeBlock(const Copy &c, const T *in, T *out, int64_t rows, int64_t columns) {
  int64_t inRow = c.in[c.rank - 2], inColumn = c.in[c.rank - 1];
  int64_t outRow = c.out[c.rank - 2], outColumn = c.out[c.rank - 1];
  for (int64_t row = 0; row < rows; row++) {
    for (int64_t column = 0; column < columns; column++) {
      out[row * outRow + column * outColumn] = in[row * inRow + column * inColumn];
    }
  }
}

template <class T> void run(Copy c, const T *in, T *out) {
  int64_t total = 1;
  for (int i = 0; i < c.rank; i++) total *= c.shape[i];
  int contiguous = -1;
  for (int i = 0; i < c.rank - 1; i++) {
    if (c.in[i] == 1 && c.shape[i] >= 8) contiguous = i;
  }
  if (c.in[c.rank - 1] != 1 && contiguous >= 0 && c.shape[c.rank - 1] >= 4) {
    c.bringForward(contiguous);
    constexpr int64_t side = 32;
    int64_t rows = c.shape[c.rank - 2], columns = c.shape[c.rank - 1];
    int64_t down = (rows + side - 1) / side, across = (columns + side - 1) / side;
    parallel(total / (rows * columns) * down * across, 16, [&](int64_t begin, int64_t end) {
      for (int64_t block = begin; block < end; block++) {
        int64_t from, to, y = block / across % down * side, x = block % across * side;
        c.offsets(block / across / down, c.rank - 2, from, to);
        from += y * c.in[c.rank - 2] + x * c.in[c.rank - 1];
        to += y * c.out[c.rank - 2] + x * c.out[c.rank - 1];
        int64_t height = rows - y < side ? rows - y : side,
                width = columns - x < side ? columns - x : side;
        transposeBlock(c, in + from, out + to, height, width);
      }
    });
    return;
  }
  if (c.rank == 1) {
    return parallel(total, 65536, [&](int64_t begin, int64_t end) {
      copyLine(in + begin * c.in[0], c.in[0], out + begin * c.out[0], c.out[0], end - begin);
    });
  }
  int64_t width = c.shape[c.rank - 1], rows = c.shape[c.rank - 2];
  parallel(total / width, grainFor(width, 65536), [&](int64_t begin, int64_t end) {
    while (begin < end) {
      int64_t from, to, row = begin % rows, count = std::min(rows - row, end - begin);
      c.offsets(begin, c.rank - 1, from, to);
      copyRows(c, in + from, out + to, count);
      begin += count;
    }
  });
}

} // namespace

extern "C" {

CGenStatus cgen_strided_copy(
    int32_t rank, const int64_t *shape, const void *in, const int64_t *inStrides, void *out,
    const int64_t *outStrides, CGenType type) {
  CGEN_REQUIRE(
      rank >= 0 && rank <= CGEN_MAX_RANK, "copy: rank %d is not in 0...%d", int(rank),
      CGEN_MAX_RANK);
  CGEN_REQUIRE(rank == 0 || (shape && inStrides && outStrides), "copy: no shape or strides");
  CGEN_REQUIRE(type >= CGenTypeFloat32 && type <= CGenTypeFloat16, "copy: no such type");
  int64_t count;
  CGEN_REQUIRE(
      elementCount(shape, rank, count), "copy: a size is negative or the tensor too large");
  if (count == 0) return CGenStatusOk;
  CGEN_REQUIRE(in && out, "copy: a tensor has no data");
  for (int i = 0; i < rank; i++) {
    CGEN_REQUIRE(outStrides[i] != 0 || shape[i] == 1, "copy: the output repeats along axis %d", i);
  }
  Copy copy(rank, shape, inStrides, outStrides);
  if (sizeOf(type) == 4) {
    run(copy, static_cast<const uint32_t *>(in), static_cast<uint32_t *>(out));
  } else {
    run(copy, static_cast<const uint16_t *>(in), static_cast<uint16_t *>(out));
  }
  return CGenStatusOk;
}

CGenStatus cgen_permute(
    int32_t rank, const int64_t *shape, const int32_t *permutation, const void *in, void *out,
    CGenType type) {
  CGEN_REQUIRE(
      rank >= 0 && rank <= CGEN_MAX_RANK && (rank == 0 || (shape && permutation)),
      "permute: rank %d is not in 0...%d, or no shape", int(rank), CGEN_MAX_RANK);
  int64_t strides[CGEN_MAX_RANK], sizes[CGEN_MAX_RANK], from[CGEN_MAX_RANK], to[CGEN_MAX_RANK],
      count;
  CGEN_REQUIRE(
      elementCount(shape, rank, count), "permute: a size is negative or the tensor too large");
  int64_t dense = 1;
  for (int i = rank - 1; i >= 0; i--) {
    strides[i] = dense;
    dense *= shape[i];
  }
  uint32_t seen = 0;
  for (int i = 0; i < rank; i++) {
    int axis = permutation[i];
    CGEN_REQUIRE(
        axis >= 0 && axis < rank && !((seen >> axis) & 1), "permute: the axes are no permutation");
    seen |= 1u << axis;
    sizes[i] = shape[axis];
    from[i] = strides[axis];
  }
  dense = 1;
  for (int i = rank - 1; i >= 0; i--) {
    to[i] = dense;
    dense *= sizes[i];
  }
  return cgen_strided_copy(rank, sizes, in, from, out, to, type);
}

CGenStatus cgen_gather_rows(
    const void *table, int64_t tableRows, int64_t width, CGenType type, const int32_t *indices,
    int64_t count, void *out) {
  int64_t size, total;
  CGEN_REQUIRE(
      elementCountOf(size, tableRows, width) && elementCountOf(total, count, width),
      "gather: a size is negative or too large");
  if (total == 0) return CGenStatusOk;
  CGEN_REQUIRE(table && indices && out, "gather: a tensor has no data");
  for (int64_t i = 0; i < count; i++) {
    CGEN_REQUIRE(
        indices[i] >= 0 && indices[i] < tableRows, "gather: index %d is not in 0..<%lld",
        int(indices[i]), (long long)tableRows);
  }
  size_t row = size_t(width) * sizeOf(type);
  parallel(count, grainFor(width), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      std::memcpy(
          static_cast<char *>(out) + size_t(i) * row,
          static_cast<const char *>(table) + size_t(indices[i]) * row, row);
    }
  });
  return CGenStatusOk;
}

CGenStatus cgen_scatter_add_rows(
    const void *rows, CGenType type, const int32_t *indices, int64_t count, int64_t width,
    float *table, int64_t tableRows) {
  int64_t size, total;
  CGEN_REQUIRE(isStorage(type), "scatter: rows must be f32 or bf16");
  CGEN_REQUIRE(
      elementCountOf(size, tableRows, width) && elementCountOf(total, count, width),
      "scatter: a size is negative or too large");
  if (total == 0) return CGenStatusOk;
  CGEN_REQUIRE(rows && indices && table, "scatter: a tensor has no data");
  for (int64_t i = 0; i < count; i++) {
    CGEN_REQUIRE(
        indices[i] >= 0 && indices[i] < tableRows, "scatter: index %d is not in 0..<%lld",
        int(indices[i]), (long long)tableRows);
  }
  int64_t row = width * int64_t(sizeOf(type));
  const KernelTable &functions = kernels();
  parallel(width, 64, [&](int64_t begin, int64_t end) {
    for (int64_t i = 0; i < count; i++) {
      functions.addRows(
          static_cast<const char *>(rows) + i * row + begin * int64_t(sizeOf(type)), type,
          table + indices[i] * width + begin, end - begin);
    }
  });
  return CGenStatusOk;
}

} // extern "C"
