#include "tile_runs.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define CGEN_AVX512 1
#pragma clang attribute push(                                                                      \
    __attribute__((target(                                                                         \
        "avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,avx2,fma,f16c,bmi2,amx-tile,amx-bf16"))),   \
    apply_to = function)
#define CGEN_ALWAYS __attribute__((always_inline))
namespace cgen {
namespace amx {
#include "vector.h"

#include "tiles.h"

#include "tile_convolution.h"
#include "tile_gradient.h"
} // namespace amx
} // namespace cgen
#pragma clang attribute pop
#endif
