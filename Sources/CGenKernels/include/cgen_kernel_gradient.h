/// The gradient of a convolution's weights by kernels of our own, for machines with 512-bit vectors.
#ifndef CGEN_KERNEL_GRADIENT_H
#define CGEN_KERNEL_GRADIENT_H

#include "cgen_matrix.h"

#ifdef __cplusplus
extern "C" {
#endif
CGEN_BEGIN

/// The bytes of scratch that `cgen_kernel_gradient` needs; 0 when it does not serve this convolution on this machine.
///
/// Served: layout OIHW, f32 weights, depth 1, one group, no dilation, no bias, not accumulating, at least two items and
/// items that fit the caches.
size_t cgen_kernel_gradient_scratch(const CGenConvSpec *spec);

/// The gradient of plain f32 weights [outChannels, inChannels, height, width].
///
/// The sum over the batch is taken in at most eight parts whatever the number of threads, so the result does not depend on
/// it.
CGenStatus cgen_kernel_gradient(
    const CGenConvSpec *spec, const void *input, const void *outputGradient, float *weightsGradient,
    void *scratch);

CGEN_END
#ifdef __cplusplus
}
#endif
#endif
