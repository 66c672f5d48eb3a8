/// Sixteen floats at a time, written once and compiled for every instruction set. Included inside a
/// namespace that belongs to one instruction set; uses no inline function of the standard library,
/// which the linker would merge across sets.
#pragma once

// Values of sixteen floats only pass between functions that are inlined.
#pragma clang diagnostic ignored "-Wpsabi"

#define CGEN_INLINE static inline __attribute__((always_inline))

typedef float V __attribute__((ext_vector_type(16)));
typedef int32_t VI __attribute__((ext_vector_type(16)));
typedef uint32_t VU __attribute__((ext_vector_type(16)));
typedef uint16_t VH __attribute__((ext_vector_type(16)));
typedef _Float16 VF16 __attribute__((ext_vector_type(16)));

constexpr int lanes = 16;

CGEN_INLINE V splat(float x) { return V(x); }
CGEN_INLINE VI bits(V x) { return __builtin_bit_cast(VI, x); }
CGEN_INLINE V floats(VI x) { return __builtin_bit_cast(V, x); }
CGEN_INLINE V choose(VI mask, V a, V b) { return mask ? a : b; }
CGEN_INLINE V larger(V a, V b) { return a > b ? a : b; }
CGEN_INLINE V smaller(V a, V b) { return a < b ? a : b; }

CGEN_INLINE V load(const float *p) {
  V v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
CGEN_INLINE void store(float *p, V v) { __builtin_memcpy(p, &v, sizeof v); }

CGEN_INLINE V load(const uint16_t *p) {
  VH h;
  __builtin_memcpy(&h, p, sizeof h);
  return __builtin_bit_cast(V, __builtin_convertvector(h, VU) << 16);
}
/// Rounds to nearest even; NaN stays NaN.
CGEN_INLINE VH narrow(V v) {
  VU u = __builtin_bit_cast(VU, v);
  VU rounded = (u + 0x7fffu + ((u >> 16) & 1u)) >> 16;
  VU quiet = (u >> 16) | 0x40u;
  VU result = (v != v) ? quiet : rounded;
  return __builtin_convertvector(result, VH);
}
CGEN_INLINE void store(uint16_t *p, V v) {
  VH h = narrow(v);
  __builtin_memcpy(p, &h, sizeof h);
}

CGEN_INLINE V load(const _Float16 *p) {
  VF16 h;
  __builtin_memcpy(&h, p, sizeof h);
  return __builtin_convertvector(h, V);
}
CGEN_INLINE void store(_Float16 *p, V v) {
  VF16 h = __builtin_convertvector(v, VF16);
  __builtin_memcpy(p, &h, sizeof h);
}

/// The first `n` < 16 elements; the rest are 0.
template <class T> CGEN_INLINE V loadTail(const T *p, int64_t n) {
  T piece[lanes] = {};
  for (int64_t i = 0; i < n; i++) piece[i] = p[i];
  return load(piece);
}
template <class T> CGEN_INLINE void storeTail(T *p, V v, int64_t n) {
  T piece[lanes];
  store(piece, v);
  for (int64_t i = 0; i < n; i++) p[i] = piece[i];
}
#if defined(CGEN_AVX512)
// Masked, because a call that copies a tail would have every vector of a loop saved before it.
CGEN_INLINE __mmask16 firstOf(int64_t n) { return __mmask16((1u << n) - 1); }
CGEN_INLINE V loadTail(const float *p, int64_t n) { return (V)_mm512_maskz_loadu_ps(firstOf(n), p); }
CGEN_INLINE V loadTail(const uint16_t *p, int64_t n) {
  VH h = (VH)_mm256_maskz_loadu_epi16(firstOf(n), p);
  return __builtin_bit_cast(V, __builtin_convertvector(h, VU) << 16);
}
CGEN_INLINE void storeTail(float *p, V v, int64_t n) {
  _mm512_mask_storeu_ps(p, firstOf(n), (__m512)v);
}
CGEN_INLINE void storeTail(uint16_t *p, V v, int64_t n) {
  _mm256_mask_storeu_epi16(p, firstOf(n), (__m256i)narrow(v));
}
#endif
template <class T> CGEN_INLINE V loadUpTo(const T *p, int64_t n) {
  return n >= lanes ? load(p) : loadTail(p, n);
}
template <class T> CGEN_INLINE void storeUpTo(T *p, V v, int64_t n) {
  if (n >= lanes) {
    store(p, v);
  } else {
    storeTail(p, v, n);
  }
}

CGEN_INLINE float sum(V v) {
  typedef float V8 __attribute__((ext_vector_type(8)));
  typedef float V4 __attribute__((ext_vector_type(4)));
  V8 a = v.lo + v.hi;
  V4 b = a.lo + a.hi;
  return (b.x + b.z) + (b.y + b.w);
}
CGEN_INLINE float largest(V v) {
  typedef float V8 __attribute__((ext_vector_type(8)));
  typedef float V4 __attribute__((ext_vector_type(4)));
  V8 a = v.lo > v.hi ? v.lo : v.hi;
  V4 b = a.lo > a.hi ? a.lo : a.hi;
  float c = b.x > b.z ? b.x : b.z, d = b.y > b.w ? b.y : b.w;
  return c > d ? c : d;
}
CGEN_INLINE float smallest(V v) { return -largest(-v); }

/// Calls `body` with a pointer type for a storage type.
template <class Body> CGEN_INLINE void withType(CGenType type, Body body) {
  if (type == CGenTypeFloat32) {
    body((float *)nullptr);
  } else {
    body((uint16_t *)nullptr);
  }
}
