/// Norms with channel factors and SiLU, forward and backward. The rows' description is copied into each
/// loop: what is written through a pointer of it could otherwise be a part of it.
#pragma once

/// mean of the row (0 without centring) and 1 / sqrt(variance + epsilon).
template <class T>
CGEN_INLINE void rowStatistics(
    const T *x, int64_t count, bool centres, float epsilon, float &mean, float &inverse) {
  mean = centres ? reduceRow<CGenReductionSum>(x, count) / float(count) : 0.0f;
  V total[2] = {V(0.0f), V(0.0f)};
  int64_t i = 0;
  for (; i + 2 * lanes <= count; i += 2 * lanes) {
    V a = load(x + i) - mean, b = load(x + i + lanes) - mean;
    total[0] += a * a;
    total[1] += b * b;
  }
  for (; i < count; i += lanes) {
    V a = loadUpTo(x + i, count - i) - mean;
    for (int64_t j = count - i; j < lanes; j++) a[j] = 0.0f;
    total[0] += a * a;
  }
  inverse = 1.0f / __builtin_sqrtf(sum(total[0] + total[1]) / float(count) + epsilon);
}

template <class T> static void normForwardAs(NormRows r, T *, int64_t begin, int64_t end) {
  for (int64_t row = begin; row < end; row++) {
    const T *x = (const T *)r.x + row * r.channels;
    T *y = (T *)r.out + row * r.channels;
    float mean, inverse;
    rowStatistics(x, r.channels, r.subtractsMean, r.epsilon, mean, inverse);
    if (r.mean) r.mean[row] = mean;
    if (r.inverse) r.inverse[row] = inverse;
    for (int64_t i = 0; i < r.channels; i += lanes) {
      int64_t n = r.channels - i;
      V m = (loadUpTo(x + i, n) - mean) * inverse * loadUpTo(r.a + i, n) + loadUpTo(r.b + i, n);
      storeUpTo(y + i, r.appliesSilu ? silu(m) : m, n);
    }
  }
}

static void normForward(const NormRows &rows, int64_t begin, int64_t end) {
  withType(rows.type, [&](auto *tag) { normForwardAs(rows, tag, begin, end); });
}

/// Sums into rows.sums and rows.products, which the caller zeroed, and writes dx when rows.out is
/// given.
template <class T> static void normBackwardAs(NormRows r, T *, int64_t begin, int64_t end) {
  float scale = 1.0f / float(r.channels);
  for (int64_t row = begin; row < end; row++) {
    int64_t at = row * r.channels;
    const T *x = (const T *)r.x + at, *dy = (const T *)r.gradient + at;
    float mean = r.subtractsMean ? r.mean[row] : 0.0f, inverse = r.inverse[row];
    V first = V(0.0f), second = V(0.0f);
    auto gradientOf = [&](int64_t i, int64_t n, V normal) CGEN_ALWAYS {
      V dm = loadUpTo(dy + i, n);
      if (r.appliesSilu)
        dm = siluGradient(normal * loadUpTo(r.a + i, n) + loadUpTo(r.b + i, n), dm);
      return dm;
    };
    for (int64_t i = 0; i < r.channels; i += lanes) {
      int64_t n = r.channels - i;
      V normal = (loadUpTo(x + i, n) - mean) * inverse;
      V dm = gradientOf(i, n, normal);
      storeUpTo(r.sums + i, loadUpTo(r.sums + i, n) + dm, n);
      storeUpTo(r.products + i, loadUpTo(r.products + i, n) + dm * normal, n);
      V dn = dm * loadUpTo(r.a + i, n);
      first += dn;
      second += dn * normal;
    }
    if (!r.out) continue;
    float mean1 = r.subtractsMean ? sum(first) * scale : 0.0f, mean2 = sum(second) * scale;
    T *dx = (T *)r.out + at;
    const T *addend = r.addend ? (const T *)r.addend + at : nullptr;
    for (int64_t i = 0; i < r.channels; i += lanes) {
      int64_t n = r.channels - i;
      V normal = (loadUpTo(x + i, n) - mean) * inverse;
      V dn = gradientOf(i, n, normal) * loadUpTo(r.a + i, n);
      V result = inverse * (dn - mean1 - normal * mean2);
      if (addend) result += loadUpTo(addend + i, n);
      storeUpTo(dx + i, result, n);
    }
  }
}

static void normBackward(const NormRows &rows, int64_t begin, int64_t end) {
  withType(rows.type, [&](auto *tag) { normBackwardAs(rows, tag, begin, end); });
}

static void channelMoments(
    const void *x, CGenType type, int64_t rows, int64_t channels, const float *shift, float *sums,
    float *squares) {
  withType(type, [&](auto *tag) {
    auto *p = (decltype(tag))x;
    for (int64_t i = 0; i < channels; i += lanes) {
      int64_t n = channels - i;
      V k = loadUpTo(shift + i, n), total = V(0.0f), square = V(0.0f);
      for (int64_t row = 0; row < rows; row++) {
        V d = loadUpTo(p + row * channels + i, n) - k;
        total += d;
        square += d * d;
      }
      storeUpTo(sums + i, total, n);
      storeUpTo(squares + i, square, n);
    }
  });
}

/// y = x * a + b, with the statistics already in the factors.
static void groupForward(const NormRows &r, int64_t begin, int64_t end) {
  withType(r.type, [=](auto *tag) {
    for (int64_t row = begin; row < end; row++) {
      auto *x = (decltype(tag))r.x + row * r.channels;
      auto *y = (decltype(tag))r.out + row * r.channels;
      for (int64_t i = 0; i < r.channels; i += lanes) {
        int64_t n = r.channels - i;
        V m = loadUpTo(x + i, n) * loadUpTo(r.a + i, n) + loadUpTo(r.b + i, n);
        storeUpTo(y + i, r.appliesSilu ? silu(m) : m, n);
      }
    }
  });
}

/// Sums of dm and dm * n per channel; mean and inverse are per channel.
static void groupSums(const NormRows &r, int64_t begin, int64_t end) {
  withType(r.type, [=](auto *tag) {
    for (int64_t i = 0; i < r.channels; i += lanes) {
      int64_t n = r.channels - i;
      V a = loadUpTo(r.a + i, n), b = loadUpTo(r.b + i, n), mean = loadUpTo(r.mean + i, n);
      V inverse = loadUpTo(r.inverse + i, n), total = V(0.0f), product = V(0.0f);
      for (int64_t row = begin; row < end; row++) {
        V normal = (loadUpTo((decltype(tag))r.x + row * r.channels + i, n) - mean) * inverse;
        V dm = loadUpTo((decltype(tag))r.gradient + row * r.channels + i, n);
        if (r.appliesSilu) dm = siluGradient(normal * a + b, dm);
        total += dm;
        product += dm * normal;
      }
      storeUpTo(r.sums + i, total, n);
      storeUpTo(r.products + i, product, n);
    }
  });
}

static void groupBackward(const NormRows &r, int64_t begin, int64_t end) {
  withType(r.type, [=](auto *tag) {
    for (int64_t row = begin; row < end; row++) {
      int64_t at = row * r.channels;
      for (int64_t i = 0; i < r.channels; i += lanes) {
        int64_t n = r.channels - i;
        V a = loadUpTo(r.a + i, n), inverse = loadUpTo(r.inverse + i, n);
        V normal = (loadUpTo((decltype(tag))r.x + at + i, n) - loadUpTo(r.mean + i, n)) * inverse;
        V dm = loadUpTo((decltype(tag))r.gradient + at + i, n);
        if (r.appliesSilu) dm = siluGradient(normal * a + loadUpTo(r.b + i, n), dm);
        V result = inverse * (dm * a - loadUpTo(r.meanOfGradient + i, n) -
                              normal * loadUpTo(r.meanOfProduct + i, n));
        if (r.addend) result += loadUpTo((decltype(tag))r.addend + at + i, n);
        storeUpTo((decltype(tag))r.out + at + i, result, n);
      }
    }
  });
}
