/// Softmax and cross entropy by rows, softmax by segments of rows.
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

static void segmentSoftmax(
    const float *in, float *out, const int64_t *ends, int64_t segments, float scale,
    bool isLogarithm, int64_t begin, int64_t end) {
  int64_t columns = ends[segments - 1];
  for (int64_t row = begin; row < end; row++) {
    for (int64_t i = 0, start = 0; i < segments; start = ends[i++]) {
      const float *x = in + row * columns + start;
      float *y = out + row * columns + start;
      int64_t length = ends[i] - start;
      float top, total;
      softmaxSums(x, length, scale, top, total);
      if (isLogarithm) top += logarithm(V(total))[0];
      float factor = isLogarithm ? 1.0f : 1.0f / total;
      for (int64_t j = 0; j < length; j += lanes) {
        V shifted = loadUpTo(x + j, length - j) * scale - top;
        storeUpTo(y + j, isLogarithm ? shifted : exponential(shifted) * factor, length - j);
      }
    }
  }
}

static void segmentSoftmaxBackward(
    const float *out, const float *gradient, float *result, const int64_t *ends, int64_t segments,
    float scale, bool isLogarithm, int64_t begin, int64_t end) {
  int64_t columns = ends[segments - 1];
  for (int64_t row = begin; row < end; row++) {
    for (int64_t i = 0, start = 0; i < segments; start = ends[i++]) {
      int64_t at = row * columns + start, length = ends[i] - start;
      const float *y = out + at, *dy = gradient + at;
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
        storeUpTo(result + at + j, scale * d, n);
      }
    }
  }
}
