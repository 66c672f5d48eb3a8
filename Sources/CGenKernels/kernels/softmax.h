/// Softmax and cross entropy by rows, softmax by segments of rows, and levels drawn by it.
#pragma once

/// The largest element times `scale`, and the sum of exp(scale * x - that).
template <class T>
CGEN_INLINE void softmaxSums(const T *x, int64_t columns, float scale, float &top, float &total) {
  float extreme = scale >= 0 ? reduceRow<CGenReductionMaximum>(x, columns)
                             : reduceRow<CGenReductionMinimum>(x, columns);
  top = extreme * scale;
  V sums = V(0.0f);
  for (int64_t i = 0; i < columns; i += lanes) {
    V e = exponential(loadUpTo(x + i, columns - i) * scale - top);
    for (int64_t j = columns - i; j < lanes; j++) e[j] = 0.0f;
    sums += e;
  }
  total = sum(sums);
}

static void softmax(
    const void *in, void *out, CGenType type, int64_t columns, float scale, int64_t begin,
    int64_t end) {
  withType(type, [&](auto *tag) {
    for (int64_t row = begin; row < end; row++) {
      auto *x = (decltype(tag))in + row * columns;
      auto *y = (decltype(tag))out + row * columns;
      float top, total;
      softmaxSums(x, columns, scale, top, total);
      for (int64_t i = 0; i < columns; i += lanes) {
        storeUpTo(
            y + i, exponential(loadUpTo(x + i, columns - i) * scale - top) * (1.0f / total),
            columns - i);
      }
    }
  });
}

static void softmaxBackward(
    const void *out, const void *gradient, void *result, CGenType type, int64_t columns,
    float scale, int64_t begin, int64_t end) {
  withType(type, [&](auto *tag) {
    for (int64_t row = begin; row < end; row++) {
      auto *y = (decltype(tag))out + row * columns;
      auto *dy = (decltype(tag))gradient + row * columns;
      auto *dx = (decltype(tag))result + row * columns;
      V products = V(0.0f);
      for (int64_t i = 0; i < columns; i += lanes) {
        products += loadUpTo(y + i, columns - i) * loadUpTo(dy + i, columns - i);
      }
      float dot = sum(products);
      for (int64_t i = 0; i < columns; i += lanes) {
        int64_t n = columns - i;
        storeUpTo(dx + i, scale * loadUpTo(y + i, n) * (loadUpTo(dy + i, n) - dot), n);
      }
    }
  });
}

static void crossEntropy(
    const void *logits, CGenType type, int64_t columns, const int32_t *targets, float *losses,
    void *gradient, float rowScale, int64_t begin, int64_t end) {
  withType(type, [&](auto *tag) {
    for (int64_t row = begin; row < end; row++) {
      auto *x = (decltype(tag))logits + row * columns;
      int32_t target = targets[row];
      float top = 0, total = 1;
      losses[row] = 0;
      if (target >= 0) {
        softmaxSums(x, columns, 1.0f, top, total);
        losses[row] = top + logarithm(V(total))[0] - loadTail(x + target, 1)[0];
      }
      if (!gradient) continue;
      auto *dx = (decltype(tag))gradient + row * columns;
      float factor = target >= 0 ? rowScale / total : 0.0f;
      for (int64_t i = 0; i < columns; i += lanes) {
        int64_t n = columns - i;
        V e = factor == 0.0f ? V(0.0f) : exponential(loadUpTo(x + i, n) - top) * factor;
        if (target >= i && target < i + lanes) e[target - i] -= rowScale;
        storeUpTo(dx + i, e, n);
      }
    }
  });
}

/// The longest segment of which sixteen rows are worked on side by side.
constexpr int64_t shortSegment = 128;

/// One column of at most sixteen rows.
CGEN_INLINE V loadColumn(const float *p, int64_t stride, int64_t rows) {
  V v = V(0.0f);
  if (rows == lanes) {
    for (int i = 0; i < lanes; i++) v[i] = p[i * stride];
  } else {
    for (int64_t i = 0; i < rows; i++) v[i] = p[i * stride];
  }
  return v;
}
CGEN_INLINE void storeColumn(float *p, V v, int64_t stride, int64_t rows) {
  if (rows == lanes) {
    for (int i = 0; i < lanes; i++) p[i * stride] = v[i];
  } else {
    for (int64_t i = 0; i < rows; i++) p[i * stride] = v[i];
  }
}

/// A short segment of at most sixteen rows that are `stride` apart.
CGEN_INLINE void shortSoftmax(
    const float *in, float *out, int64_t length, int64_t stride, int64_t rows, float scale,
    bool isLogarithm) {
  V x[shortSegment];
  V top = V(-__builtin_inff()), total = V(0.0f);
  for (int64_t j = 0; j < length; j++) {
    x[j] = loadColumn(in + j, stride, rows) * scale;
    top = larger(x[j], top);
  }
  for (int64_t j = 0; j < length; j++) {
    V e = exponential(x[j] - top);
    total += e;
    if (!isLogarithm) x[j] = e;
  }
  V shift = top + logarithm(total), factor = 1.0f / total;
  for (int64_t j = 0; j < length; j++) {
    storeColumn(out + j, isLogarithm ? x[j] - shift : x[j] * factor, stride, rows);
  }
}

CGEN_INLINE void shortSoftmaxBackward(
    const float *out, const float *gradient, float *result, int64_t length, int64_t stride,
    int64_t rows, float scale, bool isLogarithm) {
  V y[shortSegment], dy[shortSegment];
  V dot = V(0.0f);
  for (int64_t j = 0; j < length; j++) {
    y[j] = loadColumn(out + j, stride, rows);
    dy[j] = loadColumn(gradient + j, stride, rows);
    dot += isLogarithm ? dy[j] : y[j] * dy[j];
  }
  for (int64_t j = 0; j < length; j++) {
    V d = isLogarithm ? dy[j] - exponential(y[j]) * dot : y[j] * (dy[j] - dot);
    storeColumn(result + j, scale * d, stride, rows);
  }
}

static void longSoftmax(const float *x, float *y, int64_t length, float scale, bool isLogarithm) {
  float top, total;
  softmaxSums(x, length, scale, top, total);
  if (isLogarithm) top += logarithm(V(total))[0];
  float factor = isLogarithm ? 1.0f : 1.0f / total;
  for (int64_t j = 0; j < length; j += lanes) {
    V shifted = loadUpTo(x + j, length - j) * scale - top;
    storeUpTo(y + j, isLogarithm ? shifted : exponential(shifted) * factor, length - j);
  }
}

static void longSoftmaxBackward(
    const float *y, const float *dy, float *dx, int64_t length, float scale, bool isLogarithm) {
  V sums = V(0.0f);
  for (int64_t j = 0; j < length; j += lanes) {
    V g = loadUpTo(dy + j, length - j);
    sums += isLogarithm ? g : loadUpTo(y + j, length - j) * g;
  }
  float dot = sum(sums);
  for (int64_t j = 0; j < length; j += lanes) {
    int64_t n = length - j;
    V g = loadUpTo(dy + j, n), p = loadUpTo(y + j, n);
    V d = isLogarithm ? g - exponential(p) * dot : p * (g - dot);
    storeUpTo(dx + j, scale * d, n);
  }
}

static void segmentSoftmax(
    const float *in, float *out, const int64_t *ends, int64_t segments, float scale,
    bool isLogarithm, int64_t begin, int64_t end) {
  int64_t columns = ends[segments - 1];
  for (int64_t row = begin; row < end; row += lanes) {
    int64_t rows = end - row < lanes ? end - row : lanes;
    for (int64_t i = 0, start = 0; i < segments; start = ends[i++]) {
      int64_t at = row * columns + start, length = ends[i] - start;
      if (length <= shortSegment) {
        shortSoftmax(in + at, out + at, length, columns, rows, scale, isLogarithm);
        continue;
      }
      for (int64_t j = 0; j < rows; j++, at += columns) {
        longSoftmax(in + at, out + at, length, scale, isLogarithm);
      }
    }
  }
}

static void segmentSoftmaxBackward(
    const float *out, const float *gradient, float *result, const int64_t *ends, int64_t segments,
    float scale, bool isLogarithm, int64_t begin, int64_t end) {
  int64_t columns = ends[segments - 1];
  for (int64_t row = begin; row < end; row += lanes) {
    int64_t rows = end - row < lanes ? end - row : lanes;
    for (int64_t i = 0, start = 0; i < segments; start = ends[i++]) {
      int64_t at = row * columns + start, length = ends[i] - start;
      if (length <= shortSegment) {
        shortSoftmaxBackward(
            out + at, gradient + at, result + at, length, columns, rows, scale, isLogarithm);
        continue;
      }
      for (int64_t j = 0; j < rows; j++, at += columns) {
        longSoftmaxBackward(out + at, gradient + at, result + at, length, scale, isLogarithm);
      }
    }
  }
}

/// The place in a segment of at most sixteen rows at which its powers, added up, come to exceed
/// `share` of all.
CGEN_INLINE VI drawnPlaces(
    const float *in, int64_t length, int64_t stride, int64_t rows, V share) {
  V kept[shortSegment];
  bool keeps = length <= shortSegment;
  V top = V(-__builtin_inff()), total = V(0.0f), passed = V(0.0f);
  for (int64_t j = 0; j < length; j++) {
    V x = loadColumn(in + j, stride, rows);
    if (keeps) kept[j] = x;
    top = larger(x, top);
  }
  for (int64_t j = 0; j < length; j++) {
    V e = exponential((keeps ? kept[j] : loadColumn(in + j, stride, rows)) - top);
    if (keeps) kept[j] = e;
    total += e;
  }
  // The share is at most 1 - 2^-24, so that the mark is less than all, and what is drawn is likely.
  V mark = share * total;
  VI place = VI(0);
  for (int64_t j = 0; j + 1 < length; j++) {
    passed += keeps ? kept[j] : exponential(loadColumn(in + j, stride, rows) - top);
    place -= passed <= mark;
  }
  return place;
}

static void segmentDraw(
    const float *in, const int64_t *ends, int64_t segments, uint64_t seed, uint64_t stream,
    int32_t *places, int64_t begin, int64_t end) {
  int64_t columns = ends[segments - 1];
  alignas(64) uint32_t words[4 * lanes];
  for (int64_t row = begin; row < end; row += lanes) {
    int64_t rows = end - row < lanes ? end - row : lanes;
    for (int64_t i = 0, start = 0; i < segments; start = ends[i++]) {
      if (i % 4 == 0) philox(seed, stream, uint64_t(row / lanes * segments + i) * 4, lanes, words);
      V share = unitInterval(words + i % 4 * lanes, lanes) * 0x1p-24f;
      VI place =
          drawnPlaces(in + row * columns + start, ends[i] - start, columns, rows, share);
      for (int64_t j = 0; j < rows; j++) places[(row + j) * segments + i] = place[j];
    }
  }
}
