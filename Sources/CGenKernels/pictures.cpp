#include "internal.h"

#include "kernels/table.h"

#include <cmath>
#include <cstring>
#include <utility>

using namespace cgen;

namespace {

CGenStatus check(
    const char *what, const void *in, const void *out, CGenType type, int64_t batch, int64_t height,
    int64_t width, int64_t channels, int64_t factor) {
  int64_t count;
  CGEN_REQUIRE(isStorage(type), "%s: pictures must be f32 or bf16", what);
  CGEN_REQUIRE(
      batch >= 1 && height >= 1 && width >= 1 && channels >= 1 && factor >= 1 &&
          elementCountOf(count, batch, height, width, channels, factor, factor),
      "%s: [%lld, %lld, %lld, %lld] is no picture", what, (long long)batch, (long long)height,
      (long long)width, (long long)channels);
  CGEN_REQUIRE(in && out, "%s: a picture has no data", what);
  return CGenStatusOk;
}

/// Where an output coordinate falls in the input: between `first` and `second`, `weight` of the
/// latter.
struct Sample {
  int64_t first, second;
  float weight;
};

Sample sampleAt(int64_t i, int64_t size, int64_t outSize, bool alignsCorners) {
  double place = alignsCorners
                     ? (outSize > 1 ? double(i) * double(size - 1) / double(outSize - 1) : 0)
                     : (double(i) + 0.5) * double(size) / double(outSize) - 0.5;
  if (place < 0) place = 0;
  if (place > double(size - 1)) place = double(size - 1);
  int64_t first = int64_t(place);
  return {first, first + 1 < size ? first + 1 : first, float(place - double(first))};
}

/// The input coordinate of a padded one; -1: a zero.
int64_t source(int64_t i, int64_t size, CGenPadMode mode) {
  if (i >= 0 && i < size) return i;
  if (mode == CGenPadModeZero) return -1;
  if (mode == CGenPadModeReplicate) return i < 0 ? 0 : size - 1;
  return i < 0 ? -i : 2 * size - 2 - i;
}

/// Where the elements of one small pixel lie in its block of the large picture, row after row of the block.
struct Block {
  int64_t count;
  /// Elements in a row of the block: factor * channels.
  int64_t rowCount;
  const int32_t *places;
};

/// One row of small pixels, taken apart or put together.
template <class Number, bool inverse>
void shuffleRow(const Number *from, Number *to, int64_t width, const Block &block) {
  for (int64_t start = 0; start < block.count; start += block.rowCount) {
    const int32_t *places = block.places + start;
    for (int64_t x = 0; x < width; x++) {
      const int64_t small = x * block.count, large = start * width + x * block.rowCount;
      for (int64_t i = 0; i < block.rowCount; i++) {
        if (inverse) {
          to[small + places[i]] = from[large + i];
        } else {
          to[large + i] = from[small + places[i]];
        }
      }
    }
  }
}

template <class Number>
void shuffleRows(
    const Number *from, Number *to, int64_t rows, int64_t width, const Block &block, bool inverse) {
  int64_t line = width * block.count;
  parallel(rows, grainFor(line), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row++) {
      if (inverse) {
        shuffleRow<Number, true>(from + row * line, to + row * line, width, block);
      } else {
        shuffleRow<Number, false>(from + row * line, to + row * line, width, block);
      }
    }
  });
}

/// A permuting copy between [batch, height, width, channels, factor, factor] in either order and
/// the large picture.
CGenStatus shuffle(
    const void *in, void *out, CGenType type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, int64_t factor, CGenShuffleOrder order, bool inverse) {
  if (CGenStatus status =
          check("pixel shuffle", in, out, type, batch, height, width, channels, factor))
    return status;
  CGEN_REQUIRE(
      order == CGenShuffleOrderChannelFirst || order == CGenShuffleOrderBlockFirst,
      "pixel shuffle: no such order");
  int64_t square = factor * factor, count = channels * square, line = width * count;
  if (order == CGenShuffleOrderBlockFirst && factor * channels >= 32) {
    // Long runs stay together: a copy of runs is the faster one.
    const int64_t shape[] = {batch * height, factor, width, factor * channels};
    const int64_t small[] = {line, factor * channels, count, 1};
    const int64_t large[] = {line, width * factor * channels, factor * channels, 1};
    return cgen_strided_copy(
        4, shape, in, inverse ? large : small, out, inverse ? small : large, type);
  }
  CGEN_REQUIRE(count < INT32_MAX, "pixel shuffle: too many channels");
  auto *places = static_cast<int32_t *>(scratch(Scratch::result, size_t(count) * sizeof(int32_t)));
  if (!places) return fail(CGenStatusOutOfMemory, "pixel shuffle: no memory");
  int32_t *place = places;
  for (int64_t cell = 0; cell < square; cell++) {
    for (int64_t c = 0; c < channels; c++) {
      *place++ = int32_t(order == CGenShuffleOrderChannelFirst ? c * square + cell : cell * channels + c);
    }
  }
  const Block block{count, factor * channels, places};
  if (type == CGenTypeFloat32) {
    shuffleRows(
        static_cast<const uint32_t *>(in), static_cast<uint32_t *>(out), batch * height, width, block, inverse);
  } else {
    shuffleRows(
        static_cast<const uint16_t *>(in), static_cast<uint16_t *>(out), batch * height, width, block, inverse);
  }
  return CGenStatusOk;
}

} // namespace

extern "C" {

CGenStatus cgen_upsample2(
    const void *in, void *out, CGenType type, int64_t batch, int64_t height, int64_t width,
    int64_t channels) {
  if (CGenStatus status = check("upsample", in, out, type, batch, height, width, channels, 2))
    return status;
  size_t pixel = size_t(channels) * sizeOf(type), row = pixel * size_t(width);
  parallel(batch * height, grainFor(4 * width * channels), [&](int64_t begin, int64_t end) {
    for (int64_t y = begin; y < end; y++) {
      const char *from = static_cast<const char *>(in) + size_t(y) * row;
      char *to = static_cast<char *>(out) + size_t(y) * 4 * row;
      for (int64_t x = 0; x < width; x++) {
        std::memcpy(to + size_t(2 * x) * pixel, from + size_t(x) * pixel, pixel);
        std::memcpy(to + size_t(2 * x + 1) * pixel, from + size_t(x) * pixel, pixel);
      }
      std::memcpy(to + 2 * row, to, 2 * row);
    }
  });
  return CGenStatusOk;
}

CGenStatus cgen_downsample2(
    const void *in, void *out, CGenType type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, float factor) {
  if (CGenStatus status = check("downsample", in, out, type, batch, height, width, channels, 2))
    return status;
  size_t row = size_t(width * channels) * sizeOf(type);
  const KernelTable &table = kernels();
  parallel(batch * height, grainFor(4 * width * channels), [&](int64_t begin, int64_t end) {
    for (int64_t y = begin; y < end; y++) {
      const char *upper = static_cast<const char *>(in) + size_t(y) * 4 * row;
      table.downsample2(
          upper, upper + 2 * row, static_cast<char *>(out) + size_t(y) * row, type, width, channels,
          factor);
    }
  });
  return CGenStatusOk;
}

CGenStatus cgen_resize_bilinear(
    const void *in, void *out, CGenType type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, int64_t outHeight, int64_t outWidth, bool alignsCorners) {
  if (CGenStatus status = check("resize", in, out, type, batch, height, width, channels, 1))
    return status;
  if (CGenStatus status = check("resize", in, out, type, batch, outHeight, outWidth, channels, 1))
    return status;
  size_t pixel = size_t(channels) * sizeOf(type), row = pixel * size_t(width);
  const KernelTable &table = kernels();
  parallel(batch * outHeight, grainFor(4 * outWidth * channels), [&](int64_t begin, int64_t end) {
    for (int64_t line = begin; line < end; line++) {
      Sample down = sampleAt(line % outHeight, height, outHeight, alignsCorners);
      const char *picture = static_cast<const char *>(in) + size_t(line / outHeight * height) * row;
      const char *upper = picture + size_t(down.first) * row,
                 *lower = picture + size_t(down.second) * row;
      char *target = static_cast<char *>(out) + size_t(line * outWidth) * pixel;
      for (int64_t x = 0; x < outWidth; x++) {
        Sample across = sampleAt(x, width, outWidth, alignsCorners);
        size_t left = size_t(across.first) * pixel, right = size_t(across.second) * pixel;
        const void *rows[] = {upper + left, upper + right, lower + left, lower + right};
        const float factors[] = {
            (1 - down.weight) * (1 - across.weight), (1 - down.weight) * across.weight,
            down.weight * (1 - across.weight), down.weight * across.weight};
        table.mixRows(rows, factors, target + size_t(x) * pixel, type, channels);
      }
    }
  });
  return CGenStatusOk;
}

CGenStatus cgen_resize_bilinear_backward(
    const float *outputGradient, float *inputGradient, int64_t batch, int64_t height, int64_t width,
    int64_t channels, int64_t outHeight, int64_t outWidth, bool alignsCorners) {
  const CGenType type = CGenTypeFloat32;
  if (CGenStatus status =
          check("resize", outputGradient, inputGradient, type, batch, height, width, channels, 1)) {
    return status;
  }
  if (CGenStatus status = check(
          "resize", outputGradient, inputGradient, type, batch, outHeight, outWidth, channels, 1)) {
    return status;
  }
  const KernelTable &table = kernels();
  int64_t size = height * width * channels;
  parallel(batch, 1, [&](int64_t begin, int64_t end) {
    for (int64_t item = begin; item < end; item++) {
      float *picture = inputGradient + item * size;
      std::memset(picture, 0, size_t(size) * sizeof(float));
      const float *source = outputGradient + item * outHeight * outWidth * channels;
      for (int64_t y = 0; y < outHeight; y++) {
        Sample down = sampleAt(y, height, outHeight, alignsCorners);
        float *upper = picture + down.first * width * channels,
              *lower = picture + down.second * width * channels;
        for (int64_t x = 0; x < outWidth; x++, source += channels) {
          Sample across = sampleAt(x, width, outWidth, alignsCorners);
          int64_t left = across.first * channels, right = across.second * channels;
          float top = 1 - down.weight, near = 1 - across.weight;
          table.axpy(top * near, source, type, upper + left, type, channels);
          table.axpy(top * across.weight, source, type, upper + right, type, channels);
          table.axpy(down.weight * near, source, type, lower + left, type, channels);
          table.axpy(down.weight * across.weight, source, type, lower + right, type, channels);
        }
      }
    }
  });
  return CGenStatusOk;
}

CGenStatus cgen_resize_nearest(
    const void *in, void *out, CGenType type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, int64_t outHeight, int64_t outWidth) {
  if (CGenStatus status = check("resize", in, out, type, batch, height, width, channels, 1))
    return status;
  if (CGenStatus status = check("resize", in, out, type, batch, outHeight, outWidth, channels, 1))
    return status;
  size_t pixel = size_t(channels) * sizeOf(type), row = pixel * size_t(width);
  parallel(batch * outHeight, grainFor(outWidth * channels), [&](int64_t begin, int64_t end) {
    for (int64_t line = begin; line < end; line++) {
      int64_t y = line % outHeight * height / outHeight + line / outHeight * height;
      const char *from = static_cast<const char *>(in) + size_t(y) * row;
      char *to = static_cast<char *>(out) + size_t(line * outWidth) * pixel;
      for (int64_t x = 0; x < outWidth; x++) {
        std::memcpy(to + size_t(x) * pixel, from + size_t(x * width / outWidth) * pixel, pixel);
      }
    }
  });
  return CGenStatusOk;
}

CGenStatus cgen_sample_bilinear(
    const void *in, void *out, CGenType type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, const float *places, int64_t outHeight, int64_t outWidth) {
  if (CGenStatus status = check("sample", in, out, type, batch, height, width, channels, 1))
    return status;
  if (CGenStatus status = check("sample", in, out, type, batch, outHeight, outWidth, channels, 1))
    return status;
  CGEN_REQUIRE(places, "sample: the places have no data");
  size_t pixel = size_t(channels) * sizeOf(type), row = pixel * size_t(width);
  const KernelTable &table = kernels();
  parallel(batch * outHeight, grainFor(4 * outWidth * channels), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin * outWidth; i < end * outWidth; i++) {
      const float y = places[2 * i], x = places[2 * i + 1];
      char *target = static_cast<char *>(out) + size_t(i) * pixel;
      // Written so that a place that is no number is outside.
      if (!(y > -1 && y < float(height) && x > -1 && x < float(width))) {
        std::memset(target, 0, pixel);
        continue;
      }
      const char *picture =
          static_cast<const char *>(in) + size_t(i / (outHeight * outWidth) * height) * row;
      const float top = std::floor(y), left = std::floor(x), down = y - top, across = x - left;
      const int64_t column = int64_t(left), line = int64_t(top);
      auto at = [&](int64_t l, int64_t c, float share, const void *&from) {
        const bool isInside = l >= 0 && l < height && c >= 0 && c < width;
        from = isInside ? picture + size_t(l) * row + size_t(c) * pixel : picture;
        return isInside ? share : 0;
      };
      const void *rows[4];
      const float factors[] = {
          at(line, column, (1 - down) * (1 - across), rows[0]),
          at(line, column + 1, (1 - down) * across, rows[1]),
          at(line + 1, column, down * (1 - across), rows[2]),
          at(line + 1, column + 1, down * across, rows[3])};
      table.mixRows(rows, factors, target, type, channels);
    }
  });
  return CGenStatusOk;
}

CGenStatus cgen_depth_to_space(
    const void *in, void *out, CGenType type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, int64_t factor, CGenShuffleOrder order) {
  return shuffle(in, out, type, batch, height, width, channels, factor, order, false);
}

CGenStatus cgen_space_to_depth(
    const void *in, void *out, CGenType type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, int64_t factor, CGenShuffleOrder order) {
  return shuffle(in, out, type, batch, height, width, channels, factor, order, true);
}

CGenStatus cgen_pad(
    const void *in, void *out, CGenType type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, int64_t top, int64_t bottom, int64_t left, int64_t right, CGenPadMode mode) {
  if (CGenStatus status = check("pad", in, out, type, batch, height, width, channels, 1))
    return status;
  const int64_t limit = int64_t(1) << 31;
  CGEN_REQUIRE(
      top >= 0 && bottom >= 0 && left >= 0 && right >= 0 && top < limit && bottom < limit &&
          left < limit && right < limit,
      "pad: a border is negative or too large");
  CGEN_REQUIRE(mode >= CGenPadModeZero && mode <= CGenPadModeReflect, "pad: no such mode");
  bool fits = top < height && bottom < height && left < width && right < width;
  CGEN_REQUIRE(
      mode != CGenPadModeReflect || fits, "pad: a reflected border must be below the size");
  int64_t outHeight = height + top + bottom, outWidth = width + left + right, count;
  CGEN_REQUIRE(
      elementCountOf(count, batch, outHeight, outWidth, channels), "pad: the result is too large");
  size_t pixel = size_t(channels) * sizeOf(type), row = pixel * size_t(width);
  parallel(batch * outHeight, grainFor(outWidth * channels), [&](int64_t begin, int64_t end) {
    for (int64_t line = begin; line < end; line++) {
      int64_t y = source(line % outHeight - top, height, mode);
      char *to = static_cast<char *>(out) + size_t(line * outWidth) * pixel;
      if (y < 0) {
        std::memset(to, 0, size_t(outWidth) * pixel);
        continue;
      }
      const char *from =
          static_cast<const char *>(in) + size_t(line / outHeight * height + y) * row;
      std::memcpy(to + size_t(left) * pixel, from, row);
      auto border = [&](int64_t x) {
        int64_t near = source(x - left, width, mode);
        if (near < 0) {
          std::memset(to + size_t(x) * pixel, 0, pixel);
        } else {
          std::memcpy(to + size_t(x) * pixel, from + size_t(near) * pixel, pixel);
        }
      };
      for (int64_t x = 0; x < left; x++) border(x);
      for (int64_t x = left + width; x < outWidth; x++) border(x);
    }
  });
  return CGenStatusOk;
}

} // extern "C"
