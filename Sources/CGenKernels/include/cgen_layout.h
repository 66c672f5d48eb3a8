/// Moving numbers without changing them: strided copies, rows by index, resizing and rearranging
/// pictures.
#ifndef CGEN_LAYOUT_H
#define CGEN_LAYOUT_H

#include "cgen_machine.h"

#ifdef __cplusplus
extern "C" {
#endif
CGEN_BEGIN

/// Copies elements between strided tensors of one type: permutes, slices, concatenates, pads and
/// broadcasts, according to the strides and the pointers given. Strides may be negative (they flip)
/// or, for the input, 0 (they repeat).
/// - Throws: invalidArgument for a rank over ``CGEN_MAX_RANK`` or sizes < 0.
CGenStatus cgen_strided_copy(
    int32_t rank, const int64_t *shape, const void *in, const int64_t *inStrides, void *out,
    const int64_t *outStrides, CGenType type);

/// The transpose of a dense tensor: axis i of `out` is axis permutation[i] of `in` of the given
/// shape.
CGenStatus cgen_permute(
    int32_t rank, const int64_t *shape, const int32_t *permutation, const void *in, void *out,
    CGenType type);

/// out[i] = table[indices[i]], rows of `width` elements.
/// - Throws: invalidArgument when an index is not in 0..<tableRows; nothing is written then.
CGenStatus cgen_gather_rows(
    const void *table, int64_t tableRows, int64_t width, CGenType type, const int32_t *indices,
    int64_t count, void *out);

/// table[indices[i]] += rows[i], in rising i; the table is f32, the rows have `type`.
CGenStatus cgen_scatter_add_rows(
    const void *rows, CGenType type, const int32_t *indices, int64_t count, int64_t width,
    float *table, int64_t tableRows);

/// Every pixel of [batch, height, width, channels] becomes 2x2 pixels.
CGenStatus cgen_upsample2(
    const void *in, void *out, CGenType type, int64_t batch, int64_t height, int64_t width,
    int64_t channels);

/// The sum of every 2x2 pixels of [batch, 2 height, 2 width, channels], times `factor`: 1 is the
/// gradient of `cgen_upsample2`, 0.25 an average pool.
CGenStatus cgen_downsample2(
    const void *in, void *out, CGenType type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, float factor);

/// Bilinear resampling of pictures.
///
/// - Departs: `alignsCorners` puts the outer samples' centres on each other; otherwise pixels are
/// areas (half-pixel
///   centres), clamped at the border. Without antialiasing when it shrinks.
CGenStatus cgen_resize_bilinear(
    const void *in, void *out, CGenType type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, int64_t outHeight, int64_t outWidth, bool alignsCorners);

/// The gradient of the input of `cgen_resize_bilinear` (same sizes), overwritten; f32.
CGenStatus cgen_resize_bilinear_backward(
    const float *outputGradient, float *inputGradient, int64_t batch, int64_t height, int64_t width,
    int64_t channels, int64_t outHeight, int64_t outWidth, bool alignsCorners);

/// Nearest-neighbour resampling: out[y] = in[floor(y * height / outHeight)].
CGenStatus cgen_resize_nearest(
    const void *in, void *out, CGenType type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, int64_t outHeight, int64_t outWidth);

/// Pictures read at given places: `places` holds a row and a column for each pixel of `out`
/// [batch, outHeight, outWidth, channels], counted from the centre of the first pixel of `in`.
/// Between pixels bilinear; zeros outside, and where a place is no number.
CGenStatus cgen_sample_bilinear(
    const void *in, void *out, CGenType type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, const float *places, int64_t outHeight, int64_t outWidth);

/// How pixel shuffle numbers the channels it takes apart.
typedef CGEN_ENUM(CGenShuffleOrder) {
    /// Channel index = c * factor^2 + dy * factor + dx (PyTorch, ncnn).
    CGenShuffleOrderChannelFirst = 0,
    /// Channel index = (dy * factor + dx) * channels + c (TensorFlow).
    CGenShuffleOrderBlockFirst = 1,
} CGenShuffleOrder;

/// [batch, height, width, channels * factor^2] becomes [batch, height * factor, width * factor,
/// channels].
CGenStatus cgen_depth_to_space(
    const void *in, void *out, CGenType type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, int64_t factor, CGenShuffleOrder order);

/// The inverse of `cgen_depth_to_space`, with the same sizes.
CGenStatus cgen_space_to_depth(
    const void *in, void *out, CGenType type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, int64_t factor, CGenShuffleOrder order);

typedef CGEN_ENUM(CGenPadMode) {
    CGenPadModeZero = 0,
    /// Repeats the border pixel.
    CGenPadModeReplicate = 1,
    /// Mirrors without repeating the border pixel; padding below the size.
    CGenPadModeReflect = 2,
} CGenPadMode;

/// Adds a border to pictures of [batch, height, width, channels].
CGenStatus cgen_pad(
    const void *in, void *out, CGenType type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, int64_t top, int64_t bottom, int64_t left, int64_t right, CGenPadMode mode);

CGEN_END
#ifdef __cplusplus
}
#endif
#endif
