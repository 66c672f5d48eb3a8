#include "table.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define CGEN_AVX2 1
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,bmi2"))), apply_to = function)
#define CGEN_ALWAYS __attribute__((always_inline))
namespace cgen {
namespace avx2 {
#include "all.h"
} // namespace avx2
} // namespace cgen
#pragma clang attribute pop
#endif
