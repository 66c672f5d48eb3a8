/// Products of bf16 numbers on matrix tiles of 16 by 16: those of 16 rows, 16 columns and 32 inner places are one
/// instruction. Numbers of f32 are multiplied as the sums of three bf16 that they are.
///
/// - Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1, chapter 19 (AMX); Henry, Tang &
///   Heinecke 2019, "Leveraging the bfloat16 Artificial Intelligence Datatype For Higher-Precision Computations",
///   arXiv:1904.06376 (six of the nine products of parts).
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

/// How many bf16 a number of this type is the sum of.
template <class Number> constexpr int partCount = sizeof(Number) == sizeof(float) ? 3 : 1;

CGEN_INLINE __mmask16 firstLanes(int64_t count) {
  if (count <= 0) return 0;
  return count >= lanes ? __mmask16(0xffff) : __mmask16((1u << count) - 1);
}

CGEN_INLINE V loadKept(const float *numbers, __mmask16 kept) { return V(_mm512_maskz_loadu_ps(kept, numbers)); }
CGEN_INLINE V loadKept(const uint16_t *numbers, __mmask16 kept) {
  __m512i words = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(kept, numbers));
  return V(_mm512_castsi512_ps(_mm512_slli_epi32(words, 16)));
}

// Parts of numbers.

CGEN_INLINE V upperHalf(VI word) { return floats(word & int32_t(0xffff0000)); }

/// The parts of numbers of which some are 2^127 or more, infinite or none: these are cut off rather than rounded, which
/// could overflow, and what has no rest is its own first part.
static void cutLargest(V x, V *part) {
  __mmask16 finite = _knot_mask16(_mm512_fpclass_ps_mask(__m512(x), 0x99));
  part[0] = choose(x == x, upperHalf(bits(x)), V(__builtin_nanf("")));
  V rest = V(_mm512_maskz_sub_ps(finite, __m512(x), __m512(part[0])));
  part[1] = upperHalf(bits(rest));
  part[2] = rest - part[1];
}

/// Cuts numbers into parts, each a bf16 as f32, whose sum they are: 8 of 24 bits each, to nearest. Parts below 2^-126
/// are 0 to the tiles.
/// - Returns: whether the parts can be multiplied one by one.
template <int parts> CGEN_INLINE bool cut(V x, V *part) {
  part[0] = x;
  if constexpr (parts == 1) return true;
  part[0] = upperHalf(bits(x) + 0x8000);
  V rest = x - part[0];
  part[1] = upperHalf(bits(rest) + 0x8000);
  // What is left has 8 bits, but where it is below 2^-126.
  part[2] = upperHalf(bits(rest - part[1]));
  __m512i size = _mm512_slli_epi32(__m512i(bits(x)), 1);
  if (__builtin_expect(_mm512_cmplt_epu32_mask(size, _mm512_set1_epi32(int32_t(0xfe000000))) == 0xffff, 1)) return true;
  cutLargest(x, part);
  return false;
}

/// Two vectors of bf16 given as f32, one beside the other number by number.
CGEN_INLINE __m512i paired(V first, V second) {
  return _mm512_or_si512(_mm512_srli_epi32(__m512i(bits(first)), 16), __m512i(bits(second)));
}

// Products.

/// Two factors beside each other: where their first parts are, bytes from row to row, numbers from part to part.
struct TileFactors {
  const uint16_t *first, *second;
  int64_t stride, apart;
};

CGEN_INLINE void loadLeft(const TileFactors &left, int part) {
  _tile_loadd(4, left.first + part * left.apart, left.stride);
  _tile_loadd(5, left.second + part * left.apart, left.stride);
}

template <int columns> CGEN_INLINE void loadRight(const TileFactors &right, int part) {
  _tile_loadd(6, right.first + part * right.apart, right.stride);
  if constexpr (columns == 2) _tile_loadd(7, right.second + part * right.apart, right.stride);
}

template <int columns> CGEN_INLINE void multiplyLoaded() {
  _tile_dpbf16ps(0, 4, 6);
  _tile_dpbf16ps(2, 5, 6);
  if constexpr (columns == 2) {
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(3, 5, 7);
  }
}

/// Adds the products of one step to the sums, two by `columns` tiles. Of the products of parts those count that are not
/// below the last place of the whole; from one to the next only one side is loaded.
template <int parts, int columns> CGEN_INLINE void multiplyTiles(const TileFactors &left, const TileFactors &right) {
  if constexpr (parts == 1) {
    loadLeft(left, 0);
    loadRight<columns>(right, 0);
    multiplyLoaded<columns>();
  } else {
    loadLeft(left, 2);
    loadRight<columns>(right, 0);
    multiplyLoaded<columns>();
    loadLeft(left, 1);
    multiplyLoaded<columns>();
    loadRight<columns>(right, 1);
    multiplyLoaded<columns>();
    loadLeft(left, 0);
    multiplyLoaded<columns>();
    loadRight<columns>(right, 2);
    multiplyLoaded<columns>();
    loadRight<columns>(right, 0);
    multiplyLoaded<columns>();
  }
}

CGEN_INLINE float wholeNumber(const uint16_t *number, int64_t apart) {
  float sum = 0;
  for (int part = 0; part < 3; part++) sum += __builtin_bit_cast(float, uint32_t(number[part * apart]) << 16);
  return sum;
}

/// The same for numbers that are not ordinary, whose parts are put together again: infinity times a part that is 0
/// would be no number. Only so many rows and inner pairs as are really there.
template <int columns>
static void multiplyPlainly(
    const TileFactors &left, const TileFactors &right, int64_t rows, int64_t pairs, float *sums, int64_t sumStride) {
  for (int column = 0; column < columns; column++) {
    const uint16_t *factors = column == 0 ? right.first : right.second;
    for (int64_t pair = 0; pair < tileSide && pair < pairs; pair++) {
      V even = V(0.0f), odd = V(0.0f);
      for (int part = 0; part < 3; part++) {
        const uint16_t *place = factors + part * right.apart + pair * right.stride / 2;
        VI words = bits(load(reinterpret_cast<const float *>(place)));
        even += floats(words << 16), odd += upperHalf(words);
      }
      for (int64_t row = 0; row < rows; row++) {
        const uint16_t *numbers = row < tileSide ? left.first + row * left.stride / 2
                                                 : left.second + (row - tileSide) * left.stride / 2;
        float *sum = sums + row * sumStride + column * tileSide;
        V first = splat(wholeNumber(numbers + 2 * pair, left.apart));
        V second = splat(wholeNumber(numbers + 2 * pair + 1, left.apart));
        store(sum, load(sum) + first * even + second * odd);
      }
    }
  }
}
