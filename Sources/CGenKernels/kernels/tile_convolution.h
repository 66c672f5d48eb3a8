/// Convolutions of bf16 pictures on matrix tiles.
#pragma once

CGEN_INLINE void copyNumbers(uint16_t *to, const uint16_t *from, int64_t count, int64_t room) {
  __builtin_memcpy(to, from, size_t(count) * 2);
  __builtin_memset(to + count, 0, size_t(room - count) * 2);
}

/// Copies the rows that a band of outputs sees into a frame of zeros, channels rounded up to whole steps.
static void frameBand(const TileRun &run, int64_t item, int64_t firstRow, int64_t rows, uint16_t *frame) {
  const uint16_t *input = run.input + item * run.height * run.width * run.inChannels;
  int64_t pitch = run.steps * tileDepth, frameWidth = run.frameWidth();
  for (int64_t y = 0; y < rows + run.kernelHeight - 1; y++) {
    uint16_t *row = frame + y * frameWidth * pitch;
    int64_t source = firstRow + y - run.padTop;
    if (source < 0 || source >= run.height) {
      __builtin_memset(row, 0, size_t(frameWidth * pitch) * 2);
      continue;
    }
    const uint16_t *pixels = input + source * run.width * run.inChannels;
    int64_t after = frameWidth - run.padLeft - run.width;
    __builtin_memset(row, 0, size_t(run.padLeft * pitch) * 2);
    if (pitch == run.inChannels) {
      __builtin_memcpy(row + run.padLeft * pitch, pixels, size_t(run.width * pitch) * 2);
    } else {
      for (int64_t x = 0; x < run.width; x++)
        copyNumbers(row + (run.padLeft + x) * pitch, pixels + x * run.inChannels, run.inChannels, pitch);
    }
    __builtin_memset(row + (run.padLeft + run.width) * pitch, 0, size_t(after * pitch) * 2);
  }
  uint16_t *end = frame + (rows + run.kernelHeight - 1) * frameWidth * pitch;
  __builtin_memset(end, 0, size_t((2 * tileSide + run.kernelWidth) * pitch) * 2);
}

/// What 16 output channels have in common.
struct ChannelFactors {
  V bias, slope;
  __mmask16 kept;

  CGEN_ALWAYS ChannelFactors(const TileRun &run, int64_t channel) : kept(firstLanes(run.outChannels - channel)) {
    bias = run.bias ? V(_mm512_maskz_loadu_ps(kept, run.bias + channel)) : V(0.0f);
    slope = run.slopes ? V(_mm512_maskz_loadu_ps(kept, run.slopes + channel)) : V(1.0f);
  }
};

/// Sums of one pixel and up to 16 output channels become numbers of the output, rounded to nearest even.
template <bool addsResidual, bool appliesSlopes>
CGEN_INLINE void finishPixel(const TileRun &run, const ChannelFactors &factors, V sum, int64_t place) {
  V value = sum + factors.bias, added = V(0.0f);
  if (addsResidual) {
    __m256i numbers = _mm256_maskz_loadu_epi16(factors.kept, run.residual + place);
    added = V(_mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(numbers), 16)));
    if (run.addsBeforeSlopes) value += added;
  }
  if (appliesSlopes) value = choose(value < 0.0f, value * factors.slope, value);
  if (addsResidual && !run.addsBeforeSlopes) value += added;
  _mm256_mask_storeu_epi16(run.output + place, factors.kept, __m256i(_mm512_cvtneps_pbh(__m512(value))));
}

/// What 32 places of a band came to, for 16 * `columns` output channels; places between rows count for nothing.
template <int columns, bool addsResidual, bool appliesSlopes>
CGEN_INLINE void finishPlaces(
    const TileRun &run, const float *sums, int64_t first, int64_t count, int64_t corner, int64_t channel) {
  ChannelFactors near(run, channel), far(run, channel + (columns - 1) * tileSide);
  int64_t row = first / run.frameWidth(), column = first % run.frameWidth();
  for (int64_t i = 0; i < count; row++, i += run.frameWidth() - column, column = 0) {
    int64_t place = corner + (row * run.outWidth + column) * run.outChannels + channel;
    int64_t inside = run.outWidth - column < count - i ? run.outWidth - column : count - i;
    const float *sum = sums + i * 2 * tileSide;
    for (int64_t k = 0; k < inside; k++, place += run.outChannels, sum += 2 * tileSide) {
      finishPixel<addsResidual, appliesSlopes>(run, near, load(sum), place);
      if (columns == 2)
        finishPixel<addsResidual, appliesSlopes>(run, far, load(sum + tileSide), place + tileSide);
    }
  }
}

template <int columns>
CGEN_INLINE void finishPlaces(
    const TileRun &run, const float *sums, int64_t first, int64_t count, int64_t corner, int64_t channel) {
  if (run.residual && run.slopes) {
    finishPlaces<columns, true, true>(run, sums, first, count, corner, channel);
  } else if (run.residual) {
    finishPlaces<columns, true, false>(run, sums, first, count, corner, channel);
  } else if (run.slopes) {
    finishPlaces<columns, false, true>(run, sums, first, count, corner, channel);
  } else {
    finishPlaces<columns, false, false>(run, sums, first, count, corner, channel);
  }
}

/// 16 * `columns` output channels of a band: its rows lie one behind the other, so that 32 places are two tiles wherever
/// they begin.
template <int columns>
static void convolveBand(
    const TileRun &run, const uint16_t *frame, const uint16_t *weights, int64_t rows, int64_t corner,
    int64_t channel) {
  alignas(64) float sums[2 * tileSide * 2 * tileSide];
  int64_t pitch = run.steps * tileDepth, places = (rows - 1) * run.frameWidth() + run.outWidth;
  constexpr int64_t tile = tileSide * tileDepth, sumStride = 2 * tileSide * sizeof(float);
  for (int64_t first = 0; first < places; first += 2 * tileSide) {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    const uint16_t *factors = weights;
    for (int64_t y = 0; y < run.kernelHeight; y++) {
      for (int64_t x = 0; x < run.kernelWidth; x++) {
        const uint16_t *pixels = frame + (first + y * run.frameWidth() + x) * pitch;
        for (int64_t step = 0; step < run.steps; step++, pixels += tileDepth, factors += columns * tile) {
          TileFactors left = {pixels, pixels + tileSide * pitch, pitch * 2, 0};
          multiplyTiles<1, columns>(left, {factors, factors + tile, tileDepth * 2, 0});
        }
      }
    }
    _tile_stored(0, sums, sumStride);
    _tile_stored(2, sums + tileSide * 2 * tileSide, sumStride);
    if constexpr (columns == 2) {
      _tile_stored(1, sums + tileSide, sumStride);
      _tile_stored(3, sums + tileSide * 2 * tileSide + tileSide, sumStride);
    }
    int64_t count = places - first < 2 * tileSide ? places - first : 2 * tileSide;
    finishPlaces<columns>(run, sums, first, count, corner, channel);
  }
}

/// Bands begin..<end of all pictures; `memory` holds the frame of one.
void tileConvolve(const TileRun &run, void *memory, int64_t begin, int64_t end) {
  TileSetting setting;
  uint16_t *frame = static_cast<uint16_t *>(memory);
  int64_t tile = run.kernelHeight * run.kernelWidth * run.steps * tileSide * tileDepth;
  for (int64_t band = begin; band < end; band++) {
    int64_t item = band / run.bandCount, firstRow = band % run.bandCount * run.bandRows;
    int64_t rows = run.outHeight - firstRow < run.bandRows ? run.outHeight - firstRow : run.bandRows;
    int64_t corner = (item * run.outHeight + firstRow) * run.outWidth * run.outChannels;
    frameBand(run, item, firstRow, rows, frame);
    const uint16_t *weights = run.weights;
    int64_t channel = 0;
    for (; channel + tileSide < run.outChannels; channel += 2 * tileSide, weights += 2 * tile)
      convolveBand<2>(run, frame, weights, rows, corner, channel);
    if (channel < run.outChannels) convolveBand<1>(run, frame, weights, rows, corner, channel);
  }
}
