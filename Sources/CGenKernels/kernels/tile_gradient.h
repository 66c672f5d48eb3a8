/// The gradient of a convolution's kernel on matrix tiles.
#pragma once

/// Up to 16 channels of the same pixel of two items, beside each other, in parts; zeros for an item that is not there.
/// - Returns: as `cut`.
template <class Number>
CGEN_INLINE bool pairedPixel(
    const Number *pixel, int64_t itemSize, int64_t items, __mmask16 kept, __m512i *numbers) {
  constexpr int parts = partCount<Number>;
  V first[parts], second[parts];
  bool isOrdinary = cut<parts>(loadKept(pixel, items > 0 ? kept : 0), first);
  isOrdinary &= cut<parts>(loadKept(pixel + itemSize, items > 1 ? kept : 0), second);
  for (int part = 0; part < parts; part++) numbers[part] = paired(first[part], second[part]);
  return isOrdinary;
}

/// Lays the inputs of a group of items into one frame of zeros: pairs of items number by number, the pairs of one pixel
/// beside each other, the columns that a step reaches from the first tap before the others.
/// - Returns: as `cut`.
template <class Number>
static bool frameGroup(const TileGradient &g, const Number *input, int64_t items, uint16_t *frame) {
  constexpr int parts = partCount<Number>;
  int64_t itemSize = g.height * g.width * g.inChannels, apart = g.frameSize();
  bool isOrdinary = true;
  for (int64_t y = 0; y < g.frameHeight(); y++) {
    int64_t row = y - g.padTop;
    for (int64_t phase = 0; phase < g.strideX; phase++) {
      for (int64_t place = 0; place < g.framePlaces(); place++, frame += 2 * g.lanes) {
        int64_t column = place / g.pairs * g.strideX + phase - g.padLeft, pair = place % g.pairs;
        if (row < 0 || row >= g.height || column < 0 || column >= g.width || 2 * pair >= items) {
          for (int part = 0; part < parts; part++)
            __builtin_memset(frame + part * apart, 0, size_t(g.lanes) * 4);
          continue;
        }
        const Number *pixel = input + 2 * pair * itemSize + (row * g.width + column) * g.inChannels;
        for (int64_t c = 0; c < g.lanes; c += tileSide) {
          __m512i numbers[parts];
          isOrdinary &= pairedPixel(pixel + c, itemSize, items - 2 * pair, firstLanes(g.inChannels - c), numbers);
          for (int part = 0; part < parts; part++)
            _mm512_storeu_si512(frame + part * apart + 2 * c, numbers[part]);
        }
      }
    }
  }
  return isOrdinary;
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
/// - Returns: as `cut`.
template <class Number>
static bool turnGroup(const TileGradient &g, const Number *gradient, int64_t items, uint16_t *turned) {
  constexpr int parts = partCount<Number>;
  int64_t itemSize = g.rows * g.columns * g.outChannels, apart = g.turnedSize();
  bool isOrdinary = true;
  for (int64_t row = 0; row < g.rows; row++) {
    for (int64_t channel = 0; channel < g.outRows; channel += tileSide) {
      __mmask16 kept = firstLanes(g.outChannels - channel);
      uint16_t *block = turned + (row * g.outRows + channel) * g.places * 2;
      for (int64_t first = 0; first < g.places; first += tileSide) {
        __m512i numbers[parts][tileSide];
        for (int64_t i = 0; i < tileSide; i++) {
          int64_t column = (first + i) / g.pairs, pair = (first + i) % g.pairs;
          const Number *pixel = gradient + 2 * pair * itemSize + (row * g.columns + column) * g.outChannels;
          __m512i pixels[parts];
          isOrdinary &= pairedPixel(
              pixel + channel, itemSize, column < g.columns ? items - 2 * pair : 0, kept, pixels);
          for (int part = 0; part < parts; part++) numbers[part][i] = pixels[part];
        }
        for (int part = 0; part < parts; part++) {
          transpose(numbers[part]);
          for (int64_t i = 0; i < tileSide; i++)
            _mm512_storeu_si512(block + part * apart + (i * g.places + first) * 2, numbers[part][i]);
        }
      }
    }
  }
  return isOrdinary;
}

/// Loads or stores the sums of up to 32 output channels and 16 * `columns` input channels.
template <int columns, bool stores> CGEN_INLINE void moveSums(const TileGradient &g, float *sums, bool isTall) {
  int64_t stride = g.lanes * 4;
  float *lower = sums + tileSide * g.lanes;
  if constexpr (stores) {
    _tile_stored(0, sums, stride);
    if constexpr (columns == 2) _tile_stored(1, sums + tileSide, stride);
    if (isTall) _tile_stored(2, lower, stride);
    if constexpr (columns == 2) {
      if (isTall) _tile_stored(3, lower + tileSide, stride);
    }
  } else {
    _tile_loadd(0, sums, stride);
    if constexpr (columns == 2) _tile_loadd(1, sums + tileSide, stride);
    if (isTall) _tile_loadd(2, lower, stride);
    if constexpr (columns == 2) {
      if (isTall) _tile_loadd(3, lower + tileSide, stride);
    }
  }
}

/// sums[o][c] += the products of one tap in rows begin..<end, for 32 output channels and 16 * `columns` input channels.
/// `turned` and `sums` of 16 output channels only: the lower tiles are those of the upper ones once more, and not kept.
template <int parts, int columns, bool isOrdinary>
CGEN_INLINE void gatherTap(
    const TileGradient &g, const uint16_t *frame, const uint16_t *turned, int64_t begin, int64_t end, float *sums,
    bool isTall) {
  int64_t below = isTall ? tileSide * g.places * 2 : 0;
  if constexpr (isOrdinary) moveSums<columns, false>(g, sums, isTall);
  for (int64_t row = begin; row < end; row++) {
    const uint16_t *x = frame + row * g.strideY * g.strideX * g.framePlaces() * g.lanes * 2;
    const uint16_t *y = turned + row * g.outRows * g.places * 2;
    for (int64_t place = 0; place < g.places; place += tileSide, x += tileSide * g.lanes * 2, y += tileDepth) {
      TileFactors left = {y, y + below, g.places * 4, g.turnedSize()};
      TileFactors right = {x, x + tileDepth, g.lanes * 4, g.frameSize()};
      if constexpr (isOrdinary) {
        multiplyTiles<parts, columns>(left, right);
      } else {
        int64_t rows = isTall ? 2 * tileSide : tileSide, pairs = g.columns * g.pairs - place;
        multiplyPlainly<columns>(left, right, rows, pairs, sums, g.lanes);
      }
    }
  }
  if constexpr (isOrdinary) moveSums<columns, true>(g, sums, isTall);
}

/// Every tap of 32 output channels in rows begin..<end.
template <int parts, bool isOrdinary>
CGEN_INLINE void gatherRows(
    const TileGradient &g, const uint16_t *frame, const uint16_t *turned, int64_t begin, int64_t end, float *sums,
    bool isTall) {
  for (int64_t y = 0; y < g.kernelHeight; y++) {
    for (int64_t x = 0; x < g.kernelWidth; x++, sums += g.outRows * g.lanes) {
      int64_t row = y * g.strideX + x % g.strideX, place = x / g.strideX * g.pairs;
      const uint16_t *corner = frame + (row * g.framePlaces() + place) * g.lanes * 2;
      for (int64_t c = 0; c < g.lanes; c += 2 * tileSide) {
        if (c + tileSide < g.lanes) {
          gatherTap<parts, 2, isOrdinary>(g, corner + 2 * c, turned, begin, end, sums + c, isTall);
        } else {
          gatherTap<parts, 1, isOrdinary>(g, corner + 2 * c, turned, begin, end, sums + c, isTall);
        }
      }
    }
  }
}

/// The products of a group of items.
template <int parts, bool isOrdinary>
static void gatherGroup(const TileGradient &g, const uint16_t *frame, const uint16_t *turned, float *sums) {
  for (int64_t o = 0; o < g.outRows; o += 2 * tileSide) {
    for (int64_t row = 0; row < g.rows; row += g.nearRows) {
      int64_t end = row + g.nearRows < g.rows ? row + g.nearRows : g.rows;
      gatherRows<parts, isOrdinary>(
          g, frame, turned + o * g.places * 2, row, end, sums + o * g.lanes, o + tileSide < g.outRows);
    }
  }
}

template <class Number>
CGEN_INLINE void gatherItems(
    const TileGradient &g, const Number *input, const Number *gradient, int64_t begin, int64_t end, float *sums,
    uint16_t *frame, uint16_t *turned) {
  TileSetting setting;
  int64_t group = 2 * g.pairs;
  for (int64_t item = begin; item < end; item += group) {
    int64_t items = end - item < group ? end - item : group;
    bool isOrdinary = frameGroup(g, input + item * g.height * g.width * g.inChannels, items, frame);
    isOrdinary &= turnGroup(g, gradient + item * g.rows * g.columns * g.outChannels, items, turned);
    if (partCount<Number> == 1 || isOrdinary) {
      gatherGroup<partCount<Number>, true>(g, frame, turned, sums);
    } else {
      gatherGroup<3, false>(g, frame, turned, sums);
    }
  }
}

/// Adds the gradient of items begin..<end to `sums`, [tap][output channel][input channel].
void tileGradient(
    const TileGradient &g, const void *input, const void *gradient, int64_t begin, int64_t end, float *sums,
    void *frameMemory, void *turnedMemory) {
  uint16_t *frame = static_cast<uint16_t *>(frameMemory), *turned = static_cast<uint16_t *>(turnedMemory);
  if (g.type == CGenTypeFloat32) {
    gatherItems(
        g, static_cast<const float *>(input), static_cast<const float *>(gradient), begin, end, sums, frame, turned);
  } else {
    gatherItems(
        g, static_cast<const uint16_t *>(input), static_cast<const uint16_t *>(gradient), begin, end, sums, frame,
        turned);
  }
}
