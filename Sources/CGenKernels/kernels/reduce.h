/// Reductions of the middle axis of [outer, length, inner].
#pragma once

template <CGenReduction reduction> CGEN_INLINE V reductionStart() {
  if (reduction == CGenReductionMaximum) return V(-__builtin_inff());
  if (reduction == CGenReductionMinimum) return V(__builtin_inff());
  return V(reduction == CGenReductionProduct ? 1.0f : 0.0f);
}

template <CGenReduction reduction> CGEN_INLINE V joined(V a, V b) {
  if (reduction == CGenReductionMaximum) return choose((b > a) | (b != b), b, a);
  if (reduction == CGenReductionMinimum) return choose((b < a) | (b != b), b, a);
  return reduction == CGenReductionProduct ? a * b : a + b;
}

template <CGenReduction reduction> CGEN_INLINE V prepared(V x) {
  return reduction == CGenReductionSumOfSquares ? x * x : x;
}

template <CGenReduction reduction> CGEN_INLINE float joinedLanes(V v) {
  if (reduction == CGenReductionSum || reduction == CGenReductionSumOfSquares) return sum(v);
  float result = v[0];
  for (int i = 1; i < lanes; i++) result = joined<reduction>(V(result), V(v[i]))[0];
  return result;
}

template <CGenReduction reduction, class T> static float reduceRow(const T *in, int64_t length) {
  V total[4];
  for (V &t : total) t = reductionStart<reduction>();
  int64_t i = 0;
  for (; i + 4 * lanes <= length; i += 4 * lanes) {
    for (int j = 0; j < 4; j++) {
      total[j] = joined<reduction>(total[j], prepared<reduction>(load(in + i + j * lanes)));
    }
  }
  for (; i + lanes <= length; i += lanes)
    total[0] = joined<reduction>(total[0], prepared<reduction>(load(in + i)));
  if (i < length) {
    V start = reductionStart<reduction>(), tail = prepared<reduction>(loadTail(in + i, length - i));
    for (int64_t j = length - i; j < lanes; j++) tail[j] = start[j];
    total[1] = joined<reduction>(total[1], tail);
  }
  return joinedLanes<reduction>(joined<reduction>(
      joined<reduction>(total[0], total[1]), joined<reduction>(total[2], total[3])));
}

template <CGenReduction reduction, int vectors, class T>
CGEN_INLINE void reduceColumns(
    const T *in, int64_t length, int64_t inner, int64_t count, float *out) {
  V total[vectors];
  for (V &t : total) t = reductionStart<reduction>();
  for (int64_t row = 0; row < length; row++) {
    const T *p = in + row * inner;
    for (int j = 0; j < vectors; j++) {
      V x = vectors == 1 ? loadUpTo(p, count) : load(p + j * lanes);
      total[j] = joined<reduction>(total[j], prepared<reduction>(x));
    }
  }
  for (int j = 0; j < vectors; j++)
    storeUpTo(out + j * lanes, total[j], vectors == 1 ? count : lanes);
}

template <CGenReduction reduction, class T>
static void reduceAs(
    const T *in, int64_t outer, int64_t outerStride, int64_t length, int64_t inner, float *out) {
  for (int64_t o = 0; o < outer; o++) {
    const T *p = in + o * outerStride;
    if (inner == 1) {
      out[o] = reduceRow<reduction>(p, length);
      continue;
    }
    int64_t i = 0;
    for (; i + 8 * lanes <= inner; i += 8 * lanes) {
      reduceColumns<reduction, 8>(p + i, length, inner, 8 * lanes, out + o * inner + i);
    }
    for (; i + 3 * lanes <= inner; i += 3 * lanes) {
      reduceColumns<reduction, 3>(p + i, length, inner, 3 * lanes, out + o * inner + i);
    }
    for (; i < inner; i += lanes) {
      int64_t n = inner - i < lanes ? inner - i : lanes;
      reduceColumns<reduction, 1>(p + i, length, inner, n, out + o * inner + i);
    }
  }
}

static void reduce(
    CGenReduction reduction, const void *in, CGenType type, int64_t outer, int64_t outerStride,
    int64_t length, int64_t inner, float *out) {
  withType(type, [&](auto *tag) {
    auto *p = (decltype(tag))in;
    switch (reduction) {
    case CGenReductionMaximum:
      return reduceAs<CGenReductionMaximum>(p, outer, outerStride, length, inner, out);
    case CGenReductionMinimum:
      return reduceAs<CGenReductionMinimum>(p, outer, outerStride, length, inner, out);
    case CGenReductionSumOfSquares:
      return reduceAs<CGenReductionSumOfSquares>(p, outer, outerStride, length, inner, out);
    case CGenReductionProduct:
      return reduceAs<CGenReductionProduct>(p, outer, outerStride, length, inner, out);
    default: return reduceAs<CGenReductionSum>(p, outer, outerStride, length, inner, out);
    }
  });
}
