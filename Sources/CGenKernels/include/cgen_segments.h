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
