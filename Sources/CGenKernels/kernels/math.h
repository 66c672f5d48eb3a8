/// Elementary functions of sixteen floats, within about two units in the last place.
#pragma once

/// 2^n * p for whole n; overflows to infinity and underflows gradually.
CGEN_INLINE V scaled(V p, V n) {
#if defined(CGEN_AVX512)
  return (V)_mm512_scalef_ps((__m512)p, (__m512)n);
#else
  VI whole = __builtin_convertvector(n, VI), half = whole >> 1;
  return p * floats((half + 127) << 23) * floats((whole - half + 127) << 23);
#endif
}

CGEN_INLINE V exponential(V x) {
  x = x > 89.0f ? V(89.0f) : x;
  x = x < -104.0f ? V(-104.0f) : x;
  V n = (x * 1.44269504f + 12582912.0f) - 12582912.0f;
  V r = x - n * 0.693145751953125f;
  r = r - n * 1.42860682030941723e-6f;
  V p = r * (1.0f / 5040) + (1.0f / 720);
  p = p * r + (1.0f / 120);
  p = p * r + (1.0f / 24);
  p = p * r + (1.0f / 6);
  p = p * r + 0.5f;
  p = p * (r * r) + r;
  return scaled(p + 1.0f, n);
}

CGEN_INLINE V logarithm(V x) {
  VI isTiny = x < 1.17549435e-38f;
  V y = choose(isTiny, x * 8388608.0f, x);
  VI u = bits(y) - 0x3f3504f3;
  V e = __builtin_convertvector(u >> 23, V) - choose(isTiny, V(23.0f), V(0.0f));
  V f = floats((u & 0x007fffff) + 0x3f3504f3) - 1.0f;
  V s = f / (f + 2.0f), z = s * s, half = 0.5f * f * f;
  V r = z * (2.0f / 11) + (2.0f / 9);
  r = r * z + (2.0f / 7);
  r = r * z + (2.0f / 5);
  r = r * z + (2.0f / 3);
  r = r * z;
  V result = e * 0.693145751953125f + (f - (half - (s * (half + r) + e * 1.42860682030941723e-6f)));
  result = choose(x == 0.0f, V(-__builtin_inff()), result);
  result = choose(x < 0.0f, V(__builtin_nanf("")), result);
  return choose((x == __builtin_inff()) | (x != x), x, result);
}

template <bool isCosine> CGEN_INLINE V sine(V x) {
  V n = (x * 0.636619772f + 12582912.0f) - 12582912.0f;
  V r = x - n * 1.5703125f;
  r = r - n * 4.837512969970703125e-4f;
  r = r - n * 7.549789948768648e-8f;
  V z = r * r;
  V s = z * (1.0f / 362880) - (1.0f / 5040);
  s = s * z + (1.0f / 120);
  s = s * z - (1.0f / 6);
  s = s * (z * r) + r;
  V c = z * (-1.0f / 3628800) + (1.0f / 40320);
  c = c * z - (1.0f / 720);
  c = c * z + (1.0f / 24);
  c = c * z - 0.5f;
  c = c * z + 1.0f;
  VI quadrant = __builtin_convertvector(n, VI) + (isCosine ? 1 : 0);
  V result = choose((quadrant & 1) != 0, c, s);
  return floats(bits(result) ^ ((quadrant & 2) << 30));
}

/// Beyond the reach of the reduction, one at a time.
template <bool isCosine> CGEN_INLINE V sineAnywhere(V x) {
  V result = sine<isCosine>(x);
  V size = floats(bits(x) & 0x7fffffff);
  if (!(largest(size) < 8192.0f)) {
    for (int i = 0; i < lanes; i++) {
      if (!(size[i] < 8192.0f)) result[i] = isCosine ? __builtin_cosf(x[i]) : __builtin_sinf(x[i]);
    }
  }
  return result;
}

CGEN_INLINE V sigmoid(V x) { return 1.0f / (1.0f + exponential(-x)); }

CGEN_INLINE V hyperbolicTangent(V x) {
  V size = floats(bits(x) & 0x7fffffff), z = x * x;
  V small = z * 3.5921280e-3f - 8.8632355e-3f;
  small = small * z + 2.1869488e-2f;
  small = small * z - 5.3968254e-2f;
  small = small * z + 1.3333333e-1f;
  small = small * z - 3.3333333e-1f;
  small = small * (z * x) + x;
  V large = 1.0f - 2.0f / (exponential(2.0f * size) + 1.0f);
  large = floats(bits(large) | (bits(x) & (int32_t)0x80000000));
  return choose(size < 0.4f, small, large);
}

/// exp(x * x) * erfc(x) for x >= 1, a polynomial in 1 / (1 + x / 2) fitted by least squares.
CGEN_INLINE V scaledComplement(V x) {
  V t = 1.0f / (1.0f + 0.5f * x);
  V r = V(-6.080481983e-02f);
  r = r * t + 3.026099207e-01f;
  r = r * t - 5.357491402e-01f;
  r = r * t + 3.404225414e-01f;
  r = r * t - 7.205877965e-02f;
  r = r * t + 2.226971070e-01f;
  r = r * t + 2.377170474e-01f;
  r = r * t + 2.832337880e-01f;
  r = r * t + 2.820128153e-01f;
  r = r * t + 2.585692466e-06f;
  return r;
}

/// Maclaurin series up to 1, beyond it 1 - erfc.
CGEN_INLINE V errorFunction(V x) {
  V size = floats(bits(x) & 0x7fffffff), z = x * x;
  V small = z * 1.4807192e-8f - 1.6365844e-7f;
  small = small * z + 1.6462114e-6f;
  small = small * z - 1.4925651e-5f;
  small = small * z + 1.2055333e-4f;
  small = small * z - 8.5483270e-4f;
  small = small * z + 5.2239776e-3f;
  small = small * z - 2.6866171e-2f;
  small = small * z + 1.1283792e-1f;
  small = small * z - 3.7612639e-1f;
  small = small * (z * x) + x * 1.1283792f;
  V large = 1.0f - exponential(-z) * scaledComplement(size);
  large = floats(bits(large) | (bits(x) & (int32_t)0x80000000));
  return choose(size < 1.0f, small, large);
}

CGEN_INLINE V silu(V x) { return x / (1.0f + exponential(-x)); }

CGEN_INLINE V siluGradient(V x, V gradient) {
  V s = sigmoid(x);
  return gradient * s * (1.0f + x * (1.0f - s));
}

CGEN_INLINE V geluTanh(V x) {
  V u = 1.5957691216f * x * (1.0f + 0.044715f * x * x);
  return x / (1.0f + exponential(-u));
}

CGEN_INLINE V geluTanhGradient(V x, V gradient) {
  x = smaller(larger(x, V(-30.0f)), V(30.0f));
  V u = 1.5957691216f * x * (1.0f + 0.044715f * x * x);
  V s = sigmoid(u);
  V slope = 1.5957691216f * (1.0f + 0.134145f * x * x);
  return gradient * (s + x * s * (1.0f - s) * slope);
}

CGEN_INLINE V geluErf(V x) {
  V y = x * 0.70710678f, near = 0.5f * x * (1.0f + errorFunction(y));
  V far = 0.5f * x * exponential(-y * y) * scaledComplement(-y);
  return choose(y < -1.0f, far, near);
}

CGEN_INLINE V geluErfGradient(V x, V gradient) {
  V density = 0.39894228f * exponential(-0.5f * x * x);
  return gradient * (0.5f + 0.5f * errorFunction(x * 0.70710678f) + x * density);
}

CGEN_INLINE V softplus(V x) {
  V size = floats(bits(x) & 0x7fffffff), u = exponential(-size), one = 1.0f + u;
  V tail = choose(one == 1.0f, u, logarithm(one) * (u / (one - 1.0f)));
  return larger(x, V(0.0f)) + tail;
}

CGEN_INLINE V power(V a, V b) {
  V size = floats(bits(a) & 0x7fffffff);
  V result = exponential(b * logarithm(size));
  V whole = __builtin_elementwise_floor(b), half = 0.5f * b;
  VI isOdd = (whole == b) & (__builtin_elementwise_floor(half) != half);
  result = choose((a < 0.0f) & isOdd, -result, result);
  result = choose((a < 0.0f) & (whole != b), V(__builtin_nanf("")), result);
  return choose((b == 0.0f) | (a == 1.0f), V(1.0f), result);
}
