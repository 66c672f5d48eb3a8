/// Rows whose columns fall into segments, such as the levels of several categories side by side.
///
/// Segment s has the columns ends[s - 1]..<ends[s], the first from 0; ends rise, and the last one is
/// the length of a row.
#ifndef CGEN_SEGMENTS_H
#define CGEN_SEGMENTS_H

#include "cgen_machine.h"

#ifdef __cplusplus
extern "C" {
#endif
CGEN_BEGIN

/// Softmax of `scale` times the numbers of each segment, or its logarithm. out may be in.
CGenStatus cgen_segment_softmax_forward(
    const float *in, float *out, int64_t rows, const int64_t *ends, int64_t segments, float scale,
    bool isLogarithm);

/// The gradient of the input from the output and the output's gradient.
CGenStatus cgen_segment_softmax_backward(
    const float *out, const float *outputGradient, float *inputGradient, int64_t rows,
    const int64_t *ends, int64_t segments, float scale, bool isLogarithm);

/// The place of the largest number of every segment within it, the first of equals: [rows,
/// segments].
CGenStatus cgen_segment_argmax(
    const float *in, int64_t rows, const int64_t *ends, int64_t segments, int32_t *places);

/// A place within every segment, drawn as likely as the softmax of its numbers says: [rows,
/// segments]. It is where exp(x), added up from the first on, comes to exceed u times the whole sum.
///
/// With b = row / 16 * segments + segment, u is number 16 b + row % 16 of the stream, uniform in 0..<1
/// (see cgen_random.h): the same whatever the threads, and however many rows follow.
CGenStatus cgen_segment_draw(
    const float *in, int64_t rows, const int64_t *ends, int64_t segments, uint64_t seed,
    uint64_t stream, int32_t *places);

/// 1 at the place within each segment, 0 elsewhere; a place below 0 leaves its segment empty.
///
/// - Throws: invalidArgument when a place is beyond its segment.
CGenStatus cgen_segment_one_hot(
    const int32_t *places, int64_t rows, const int64_t *ends, int64_t segments, float *out);

CGEN_END
#ifdef __cplusplus
}
#endif
#endif
