/// Optimiser steps, random numbers and picture rows.
#pragma once

static void adamw(
    const CGenAdamW &o, float rateScale, float secondScale, const void *gradient, CGenType type,
    float *weights, float *first, float *second, uint16_t *low, float *average, float averageDecay,
    int64_t count) {
  withType(type, [&](auto *tag) {
    auto *gradients = (decltype(tag))gradient;
    for (int64_t i = 0; i < count; i += lanes) {
      int64_t n = count - i;
      V w = loadUpTo(weights + i, n);
      V g = loadUpTo(gradients + i, n) * o.gradientScale + o.coupledDecay * w;
      V m = loadUpTo(first + i, n), v = loadUpTo(second + i, n);
      m = m + (1.0f - o.beta1) * (g - m);
      v = v + (1.0f - o.beta2) * (g * g - v);
      V root = __builtin_elementwise_sqrt(v * secondScale) + o.epsilon;
      w = w - o.rate * o.decay * w - rateScale * (m / root);
      storeUpTo(first + i, m, n);
      storeUpTo(second + i, v, n);
      storeUpTo(weights + i, w, n);
      if (low) storeUpTo(low + i, w, n);
      if (average) {
        V a = loadUpTo(average + i, n);
        storeUpTo(average + i, a + (1.0f - averageDecay) * (w - a), n);
      }
    }
  });
}

typedef uint64_t VL __attribute__((ext_vector_type(16)));

/// Elements of two vectors in turn, from element `i` of each.
#define CGEN_PAIRS(x, y, i)                                                                        \
  __builtin_shufflevector(                                                                         \
      x, y, i, i + 16, i + 1, i + 17, i + 2, i + 18, i + 3, i + 19, i + 4, i + 20, i + 5, i + 21,  \
      i + 6, i + 22, i + 7, i + 23)
/// The same by pairs of elements.
#define CGEN_FOURS(x, y, i)                                                                        \
  __builtin_shufflevector(                                                                         \
      x, y, i, i + 1, i + 16, i + 17, i + 2, i + 3, i + 18, i + 19, i + 4, i + 5, i + 20, i + 21,  \
      i + 6, i + 7, i + 22, i + 23)
/// Every second element of two vectors one after the other, from element `i` on.
#define CGEN_EVENS(x, y, i)                                                                        \
  __builtin_shufflevector(                                                                         \
      x, y, i, i + 2, i + 4, i + 6, i + 8, i + 10, i + 12, i + 14, i + 16, i + 18, i + 20, i + 22, \
      i + 24, i + 26, i + 28, i + 30)

/// Sixteen blocks of four words, one after the other.
CGEN_INLINE void storeBlocks(uint32_t *out, VU a, VU b, VU c, VU d) {
  VU lowAB = CGEN_PAIRS(a, b, 0), lowCD = CGEN_PAIRS(c, d, 0);
  VU highAB = CGEN_PAIRS(a, b, 8), highCD = CGEN_PAIRS(c, d, 8);
  const VU words[4] = {
      CGEN_FOURS(lowAB, lowCD, 0), CGEN_FOURS(lowAB, lowCD, 8), CGEN_FOURS(highAB, highCD, 0),
      CGEN_FOURS(highAB, highCD, 8)};
  __builtin_memcpy(out, words, sizeof words);
}

struct WideProduct {
  VU high, low;
};

/// Products of words in two words each: those of the even elements beside those of the odd ones.
CGEN_INLINE WideProduct wideProduct(VU words, uint32_t factor) {
  typedef uint64_t VP __attribute__((ext_vector_type(8)));
  VP pairs = __builtin_bit_cast(VP, words);
  VU even = __builtin_bit_cast(VU, (pairs & 0xFFFFFFFFull) * uint64_t(factor));
  VU odd = __builtin_bit_cast(VU, (pairs >> 32) * uint64_t(factor));
  return {
      __builtin_shufflevector(
          even, odd, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31),
      __builtin_shufflevector(
          even, odd, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30)};
}

/// Sixteen blocks at a time; out has 4 words for each.
static void philox(
    uint64_t seed, uint64_t stream, uint64_t firstBlock, int64_t blockCount, uint32_t *out) {
  for (int64_t block = 0; block < blockCount; block += lanes) {
    VL index;
    for (int i = 0; i < lanes; i++) index[i] = firstBlock + uint64_t(block + i);
    VU c0 = __builtin_convertvector(index, VU), c1 = __builtin_convertvector(index >> 32, VU);
    VU c2 = VU(uint32_t(stream)), c3 = VU(uint32_t(stream >> 32));
    uint32_t k0 = uint32_t(seed), k1 = uint32_t(seed >> 32);
    for (int round = 0; round < 10; round++) {
      WideProduct p0 = wideProduct(c0, 0xD2511F53u), p1 = wideProduct(c2, 0xCD9E8D57u);
      c0 = p1.high ^ c1 ^ k0;
      c2 = p0.high ^ c3 ^ k1;
      c1 = p1.low;
      c3 = p0.low;
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
    int64_t n = blockCount - block < lanes ? blockCount - block : lanes;
    if (n == lanes) {
      storeBlocks(out + block * 4, c0, c1, c2, c3);
      continue;
    }
    for (int64_t i = 0; i < n; i++) {
      uint32_t *word = out + (block + i) * 4;
      word[0] = c0[i];
      word[1] = c1[i];
      word[2] = c2[i];
      word[3] = c3[i];
    }
  }
}

/// The upper 24 bits of words.
CGEN_INLINE V interval(VU words) {
  return __builtin_convertvector(__builtin_convertvector(words >> 8, VI), V);
}

CGEN_INLINE V unitInterval(const uint32_t *words, int64_t n) {
  VU u = VU(0u);
  if (n >= lanes) {
    __builtin_memcpy(&u, words, sizeof u);
  } else {
    for (int64_t i = 0; i < n; i++) u[i] = words[i];
  }
  return interval(u);
}

static void uniform(const uint32_t *words, float *out, int64_t count, float low, float width) {
  for (int64_t i = 0; i < count; i += lanes) {
    storeUpTo(out + i, low + width * (unitInterval(words + i, count - i) * 0x1p-24f), count - i);
  }
}

static void normal(
    const uint32_t *words, float *out, int64_t pairCount, float mean, float deviation) {
  for (int64_t i = 0; i < pairCount; i += lanes) {
    int64_t n = pairCount - i < lanes ? pairCount - i : lanes;
    VU pairs[2] = {};
    if (n == lanes) {
      __builtin_memcpy(pairs, words + 2 * i, sizeof pairs);
    } else {
      for (int64_t j = 0; j < 2 * n; j++) pairs[j / lanes][j % lanes] = words[2 * i + j];
    }
    V first = interval(CGEN_EVENS(pairs[0], pairs[1], 0)) + 1.0f;
    V second = interval(CGEN_EVENS(pairs[0], pairs[1], 1));
    V radius = deviation *
               __builtin_elementwise_sqrt(-2.0f * logarithm(larger(first, V(1.0f)) * 0x1p-24f));
    V angle = second * (0x1p-24f * 6.28318530718f);
    V x = mean + radius * sine<true>(angle), y = mean + radius * sine<false>(angle);
    storeUpTo(out + 2 * i, CGEN_PAIRS(x, y, 0), 2 * n);
    if (2 * n > lanes) storeUpTo(out + 2 * i + lanes, CGEN_PAIRS(x, y, 8), 2 * n - lanes);
  }
}

static void downsample2(
    const void *upper, const void *lower, void *out, CGenType type, int64_t width, int64_t channels,
    float factor) {
  withType(type, [&](auto *tag) {
    for (int64_t x = 0; x < width; x++) {
      auto *a = (decltype(tag))upper + 2 * x * channels,
           *b = (decltype(tag))lower + 2 * x * channels;
      auto *result = (decltype(tag))out + x * channels;
      for (int64_t i = 0; i < channels; i += lanes) {
        int64_t n = channels - i;
        V top = loadUpTo(a + i, n) + loadUpTo(a + channels + i, n);
        V bottom = loadUpTo(b + i, n) + loadUpTo(b + channels + i, n);
        storeUpTo(result + i, factor * (top + bottom), n);
      }
    }
  });
}

static void mixRows(
    const void *rows[4], const float factors[4], void *out, CGenType type, int64_t count) {
  withType(type, [&](auto *tag) {
    using P = decltype(tag);
    for (int64_t i = 0; i < count; i += lanes) {
      int64_t n = count - i;
      V top = factors[0] * loadUpTo((P)rows[0] + i, n) + factors[1] * loadUpTo((P)rows[1] + i, n);
      V bottom =
          factors[2] * loadUpTo((P)rows[2] + i, n) + factors[3] * loadUpTo((P)rows[3] + i, n);
      storeUpTo((P)out + i, top + bottom, n);
    }
  });
}

static void rotate(
    const char *in, char *out, CGenType type, int64_t heads, int64_t inHead, int64_t outHead,
    int64_t headSize, const float *cosines, const float *sines, CGenRotaryPairs pairs,
    bool inverse) {
  int64_t half = headSize / 2;
  withType(type, [&](auto *tag) {
    using P = decltype(tag);
    for (int64_t head = 0; head < heads; head++) {
      P x = (P)in + head * inHead, y = (P)out + head * outHead;
      if (pairs == CGenRotaryPairsHalves) {
        for (int64_t i = 0; i < half; i += lanes) {
          int64_t n = half - i;
          V a = loadUpTo(x + i, n), b = loadUpTo(x + half + i, n);
          V c = loadUpTo(cosines + i, n), s = loadUpTo(sines + i, n);
          if (inverse) s = -s;
          storeUpTo(y + i, a * c - b * s, n);
          storeUpTo(y + half + i, b * c + a * s, n);
        }
      } else {
        for (int64_t i = 0; i < half; i++) {
          float a = loadTail(x + 2 * i, 1)[0], b = loadTail(x + 2 * i + 1, 1)[0];
          float c = cosines[i], s = inverse ? -sines[i] : sines[i];
          storeTail(y + 2 * i, V(a * c - b * s), 1);
          storeTail(y + 2 * i + 1, V(b * c + a * s), 1);
        }
      }
    }
  });
}
