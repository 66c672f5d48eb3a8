/// Counter-based random numbers: Philox 4x32-10 (Salmon et al. 2011).
///
/// Number i of a stream depends on (seed, stream, i) only: block i / 4 has the counter
/// (low word of the block, high word, low word of the stream, high word) and the key (low word of
/// the seed, high word), and number i is its word i % 4. So any part of a stream can be made
/// anywhere, on any number of threads.
#ifndef CGEN_RANDOM_H
#define CGEN_RANDOM_H

#include "cgen_machine.h"

#ifdef __cplusplus
extern "C" {
#endif
CGEN_BEGIN

/// Words `start`..<`start + count` of a stream.
CGenStatus cgen_random_words(
    uint64_t seed, uint64_t stream, uint64_t start, uint32_t *out, int64_t count);

/// low + (high - low) * (word >> 8) / 2^24: uniform in low..<high.
CGenStatus cgen_random_uniform(
    uint64_t seed, uint64_t stream, uint64_t start, void *out, CGenType type, int64_t count,
    float low, float high);

/// mean + deviation * z, z standard normal (Box-Muller): the words (u, v) at (2 j, 2 j + 1) give
/// the numbers 2 j and 2 j + 1 as r cos t and r sin t, with r = sqrt(-2 ln(((u >> 8) + 1) / 2^24))
/// and t = 2 pi * (v >> 8) / 2^24.
CGenStatus cgen_random_normal(
    uint64_t seed, uint64_t stream, uint64_t start, void *out, CGenType type, int64_t count,
    float mean, float deviation);

CGEN_END
#ifdef __cplusplus
}
#endif
#endif
