/// Convolutions of bf16 on matrix tiles, where the machine has them.
#pragma once

#include "internal.h"

namespace cgen {

/// Whether a forward pass is served: bf16 pictures, taps one step apart, channels that fill tiles.
bool servesTiles(const CGenConvSpec &spec);

/// Bytes of the weights as tiles.
size_t tilePackedSize(const CGenConvSpec &spec);

/// Plain weights, in the layout and type of the spec, to tiles.
/// - Throws: std::bad_alloc.
void tilePack(const CGenConvSpec &spec, const void *weights, void *packed);

/// The whole convolution with its bias, slopes and residual; `packed` as above.
/// - Throws: std::bad_alloc.
void tileForward(
    const CGenConvSpec &spec, const CGenExtent &output, const void *input, const void *packed,
    const float *bias, const void *residual, const float *slopes, void *out);

} // namespace cgen
