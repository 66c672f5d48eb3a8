/// Convolutions of bf16 pictures on matrix tiles of 16 by 16: the products of 16 pixels, 16 output channels and 32 input
/// channels are one instruction.
///
/// - Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1, chapter 19 (AMX).
#pragma once

/// Tiles 0 to 3 hold sums, 4 and 5 left factors, 6 and 7 right ones; all are whole.
struct TileSetting {
  alignas(64) uint8_t bytes[64] = {};
  TileSetting() {
    bytes[0] = 1;
    for (int tile = 0; tile < 8; tile++) {
      bytes[16 + 2 * tile] = 64;
      bytes[48 + tile] = 16;
    }
    _tile_loadconfig(bytes);
  }
  ~TileSetting() { _tile_release(); }
};

constexpr int64_t tileSide = 16, tileDepth = 32;

/// Adds the products of one step to the sums: two by `columns` tiles.
template <int columns>
CGEN_INLINE void multiplyTiles(
    const void *upper, const void *lower, int64_t leftStride, const void *near, const void *far, int64_t rightStride) {
  _tile_loadd(4, upper, leftStride);
  _tile_loadd(5, lower, leftStride);
  _tile_loadd(6, near, rightStride);
  _tile_dpbf16ps(0, 4, 6);
  _tile_dpbf16ps(2, 5, 6);
  if constexpr (columns == 2) {
    _tile_loadd(7, far, rightStride);
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(3, 5, 7);
  }
}

CGEN_INLINE __mmask16 firstLanes(int64_t count) {
  return count >= lanes ? __mmask16(0xffff) : __mmask16((1u << count) - 1);
}

CGEN_INLINE void copyNumbers(uint16_t *to, const uint16_t *from, int64_t count, int64_t room) {
  __builtin_memcpy(to, from, size_t(count) * 2);
  __builtin_memset(to + count, 0, size_t(room - count) * 2);
}

// The forward pass.

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
        for (int64_t step = 0; step < run.steps; step++, pixels += tileDepth, factors += columns * tile)
          multiplyTiles<columns>(
              pixels, pixels + tileSide * pitch, pitch * 2, factors, factors + tile, 2 * tileDepth);
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

// The gradient of the kernel.

/// Two vectors of 16 numbers, one beside the other number by number.
CGEN_INLINE __m512i paired(__m256i first, __m256i second) {
  __m512i low = _mm512_cvtepu16_epi32(first), high = _mm512_cvtepu16_epi32(second);
  return _mm512_or_si512(low, _mm512_slli_epi32(high, 16));
}

/// Up to 16 channels of the same pixel of two items; zeros for an item that is not there.
CGEN_INLINE __m512i pairedPixel(const uint16_t *pixel, int64_t itemSize, int64_t items, __mmask16 kept) {
  __m256i none = _mm256_setzero_si256();
  __m256i first = items > 0 ? _mm256_maskz_loadu_epi16(kept, pixel) : none;
  __m256i second = items > 1 ? _mm256_maskz_loadu_epi16(kept, pixel + itemSize) : none;
  return paired(first, second);
}

/// Lays the inputs of a group of items into one frame of zeros: pairs of items number by number, the pairs of one pixel
/// beside each other, the columns that a step reaches from the first tap before the others.
static void frameGroup(const TileGradient &g, const uint16_t *input, int64_t items, uint16_t *frame) {
  int64_t itemSize = g.height * g.width * g.inChannels, vectors = g.lanes / tileSide;
  for (int64_t y = 0; y < g.frameHeight(); y++) {
    int64_t row = y - g.padTop;
    for (int64_t phase = 0; phase < g.strideX; phase++) {
      for (int64_t place = 0; place < g.framePlaces(); place++, frame += 2 * g.lanes) {
        int64_t column = place / g.pairs * g.strideX + phase - g.padLeft, pair = place % g.pairs;
        if (row < 0 || row >= g.height || column < 0 || column >= g.width || 2 * pair >= items) {
          __builtin_memset(frame, 0, size_t(g.lanes) * 4);
          continue;
        }
        const uint16_t *pixel = input + 2 * pair * itemSize + (row * g.width + column) * g.inChannels;
        for (int64_t v = 0; v < vectors; v++) {
          __mmask16 kept = firstLanes(g.inChannels - tileSide * v);
          _mm512_storeu_si512(
              frame + 2 * tileSide * v, pairedPixel(pixel + tileSide * v, itemSize, items - 2 * pair, kept));
        }
      }
    }
  }
}

/// Rows become columns.
CGEN_INLINE void transpose(__m512i rows[16]) {
  const __m512i counting = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
#pragma clang loop unroll(full)
  for (int bit = 1; bit < 16; bit *= 2) {
    __mmask16 isOdd = _mm512_test_epi32_mask(counting, _mm512_set1_epi32(bit));
    __m512i low = _mm512_mask_add_epi32(counting, isOdd, counting, _mm512_set1_epi32(16 - bit));
    __m512i high = _mm512_mask_add_epi32(
        _mm512_add_epi32(counting, _mm512_set1_epi32(bit)), isOdd, counting, _mm512_set1_epi32(16));
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) {
      if (i & bit) continue;
      __m512i first = rows[i], second = rows[i | bit];
      rows[i] = _mm512_permutex2var_epi32(first, low, second);
      rows[i | bit] = _mm512_permutex2var_epi32(first, high, second);
    }
  }
}

/// Lays the output's gradients of a group out as [row][channel][place][item of the pair].
static void turnGroup(const TileGradient &g, const uint16_t *gradient, int64_t items, uint16_t *turned) {
  int64_t itemSize = g.rows * g.columns * g.outChannels;
  for (int64_t row = 0; row < g.rows; row++) {
    for (int64_t channel = 0; channel < g.outRows; channel += tileSide) {
      __mmask16 kept = firstLanes(g.outChannels - channel);
      uint16_t *block = turned + (row * g.outRows + channel) * g.places * 2;
      for (int64_t first = 0; first < g.places; first += tileSide) {
        __m512i numbers[tileSide];
        for (int64_t i = 0; i < tileSide; i++) {
          int64_t column = (first + i) / g.pairs, pair = (first + i) % g.pairs;
          numbers[i] = _mm512_setzero_si512();
          if (column >= g.columns || 2 * pair >= items) continue;
          const uint16_t *pixel = gradient + 2 * pair * itemSize + (row * g.columns + column) * g.outChannels;
          numbers[i] = pairedPixel(pixel + channel, itemSize, items - 2 * pair, kept);
        }
        transpose(numbers);
        for (int64_t i = 0; i < tileSide; i++)
          _mm512_storeu_si512(block + (i * g.places + first) * 2, numbers[i]);
      }
    }
  }
}

/// sums[o][c] += all products of one tap, for 32 output channels and 16 * `columns` input channels. `turned` and `sums`
/// of 16 output channels only: the lower tiles are those of the upper ones once more, and not kept.
template <int columns>
CGEN_INLINE void gatherTap(
    const TileGradient &g, const uint16_t *frame, const uint16_t *turned, float *sums, bool isTall) {
  int64_t left = g.places * 4, right = g.lanes * 4, sumStride = g.lanes * 4;
  int64_t below = isTall ? tileSide * g.places * 2 : 0, lower = tileSide * g.lanes;
  _tile_loadd(0, sums, sumStride);
  if (columns == 2) _tile_loadd(1, sums + tileSide, sumStride);
  if (isTall) _tile_loadd(2, sums + lower, sumStride);
  if (isTall && columns == 2) _tile_loadd(3, sums + lower + tileSide, sumStride);
  for (int64_t row = 0; row < g.rows; row++) {
    const uint16_t *x = frame + row * g.strideY * g.strideX * g.framePlaces() * g.lanes * 2;
    const uint16_t *y = turned + row * g.outRows * g.places * 2;
    for (int64_t place = 0; place < g.places; place += tileSide, x += tileSide * g.lanes * 2, y += tileDepth)
      multiplyTiles<columns>(y, y + below, left, x, x + tileDepth, right);
  }
  _tile_stored(0, sums, sumStride);
  if (columns == 2) _tile_stored(1, sums + tileSide, sumStride);
  if (isTall) _tile_stored(2, sums + lower, sumStride);
  if (isTall && columns == 2) _tile_stored(3, sums + lower + tileSide, sumStride);
}

/// Adds the gradient of items begin..<end to `sums`, [tap][output channel][input channel].
void tileGradient(
    const TileGradient &g, const uint16_t *input, const uint16_t *gradient, int64_t begin, int64_t end, float *sums,
    void *frameMemory, void *turnedMemory) {
  TileSetting setting;
  uint16_t *frame = static_cast<uint16_t *>(frameMemory), *turned = static_cast<uint16_t *>(turnedMemory);
  int64_t group = 2 * g.pairs;
  for (int64_t item = begin; item < end; item += group) {
    int64_t items = end - item < group ? end - item : group;
    frameGroup(g, input + item * g.height * g.width * g.inChannels, items, frame);
    turnGroup(g, gradient + item * g.rows * g.columns * g.outChannels, items, turned);
    float *tapSums = sums;
    for (int64_t y = 0; y < g.kernelHeight; y++) {
      for (int64_t x = 0; x < g.kernelWidth; x++, tapSums += g.outRows * g.lanes) {
        int64_t row = y * g.strideX + x % g.strideX, place = x / g.strideX * g.pairs;
        const uint16_t *corner = frame + (row * g.framePlaces() + place) * g.lanes * 2;
        for (int64_t o = 0; o < g.outRows; o += 2 * tileSide) {
          bool isTall = o + tileSide < g.outRows;
          for (int64_t c = 0; c < g.lanes; c += 2 * tileSide) {
            const uint16_t *rows = turned + o * g.places * 2;
            float *block = tapSums + o * g.lanes + c;
            if (c + tileSide < g.lanes) {
              gatherTap<2>(g, corner + 2 * c, rows, block, isTall);
            } else {
              gatherTap<1>(g, corner + 2 * c, rows, block, isTall);
            }
          }
        }
      }
    }
  }
}
