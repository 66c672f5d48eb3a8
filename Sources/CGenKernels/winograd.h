/// Convolutions by minimal filtering, where that is faster than oneDNN's direct ones.
#pragma once

#include "internal.h"

#include "kernels/table.h"

namespace cgen {

/// Whether a forward pass is served: pictures, 3x3 taps one step apart, enough channels; f32, or bf16
/// where there are no tiles.
bool servesWinograd(const CGenConvSpec &spec);

/// Bytes of the weights of the 36 places.
size_t winogradPackedSize(const CGenConvSpec &spec);

/// Plain weights, in the layout and type of the spec, to those of the 36 places.
/// - Throws: std::bad_alloc.
void winogradPack(const CGenConvSpec &spec, const void *weights, float *packed);

/// The whole convolution with its bias, slopes and residual; `packed` as above.
/// - Throws: std::bad_alloc.
void winogradForward(
    const CGenConvSpec &spec, const CGenExtent &output, const void *input, const float *packed,
    const float *bias, const void *residual, const float *slopes, void *out);

/// Whether the gradient of the taps is served: in f32, and what ``servesWinograd`` asks for.
bool servesWinogradGradient(const CGenConvSpec &spec);

/// Bytes of scratch memory of ``winogradGradient``.
size_t winogradGradientScratch(const CGenConvSpec &spec, const CGenExtent &output);

/// The gradient of the taps, [out, in, 3, 3]; the same whatever the number of threads.
/// - Throws: std::bad_alloc.
void winogradGradient(
    const CGenConvSpec &spec, const CGenExtent &output, const void *input, const void *gradient,
    float *taps, void *scratch);

} // namespace cgen
