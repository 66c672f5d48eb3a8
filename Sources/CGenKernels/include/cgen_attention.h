/// Attention that never writes the score matrix, and rotary positions.
#ifndef CGEN_ATTENTION_H
#define CGEN_ATTENTION_H

#include "cgen_machine.h"

#ifdef __cplusplus
extern "C" {
#endif
CGEN_BEGIN

/// Elements between neighbours; all 0 means dense [batch, tokens, heads, headSize]. The head's
/// elements are contiguous.
typedef struct CGenHeadStrides {
  int64_t batch, token, head;
} CGenHeadStrides;

/// softmax(scale * q kT + mask) v for every head, over [batch, tokens, heads, headSize].
typedef struct CGenAttentionSpec {
  int64_t batch, heads;
  /// Heads of k and v, a divisor of `heads`; 0 means `heads`.
  int64_t keyHeads;
  int64_t queryTokens, keyTokens;
  /// 1...256.
  int64_t headSize;
  CGenType type;
  /// Multiplies the scores; 0 means 1 / sqrt(headSize).
  float scale;
  /// Query i sees keys up to i + keyTokens - queryTokens.
  bool isCausal;
  /// Where q, k, v and out lie; the gradients of each lie in the same way.
  CGenHeadStrides q, k, v, out;
} CGenAttentionSpec;

/// - Input: q, k, v; keyMask [batch, keyTokens] bytes, 0 hides a key, or NULL.
/// - Output: out; logSumExp f32 [batch, heads, queryTokens] or NULL. A query that sees no key gets
/// zeros (and -infinity).
/// - Throws: invalidArgument for sizes < 1, head size > 256, heads that keyHeads does not divide.
CGenStatus cgen_attention_forward(
    const CGenAttentionSpec *spec, const void *q, const void *k, const void *v,
    const uint8_t *CGEN_NULLABLE keyMask, void *out, float *CGEN_NULLABLE logSumExp);

/// The gradients of q, k and v from the forward pass's inputs and outputs and the gradient of
/// `out`.
CGenStatus cgen_attention_backward(
    const CGenAttentionSpec *spec, const void *q, const void *k, const void *v,
    const uint8_t *CGEN_NULLABLE keyMask, const void *out, const float *logSumExp,
    const void *outputGradient, void *qGradient, void *kGradient, void *vGradient);

/// How rotary positions pair the elements of a head.
typedef CGEN_ENUM(CGenRotaryPairs) {
    /// (i, i + headSize / 2).
    CGenRotaryPairsHalves = 0,
    /// (2 i, 2 i + 1).
    CGenRotaryPairsNeighbours = 1,
} CGenRotaryPairs;

/// Turns the pairs of every head by the angles of its token: out1 = x1 cos - x2 sin, out2 = x2 cos
/// + x1 sin.
///
/// - Input: x [batch, tokens, heads, headSize] with strides; cosines and sines f32 [tokens,
/// headSize / 2].
/// - Output: out with strides of its own; may be x. `inverse` turns back, which is also the
/// gradient.
/// - Throws: invalidArgument for an odd head size.
CGenStatus cgen_rotary(
    const void *x, CGenHeadStrides xStrides, void *out, CGenHeadStrides outStrides, CGenType type,
    int64_t batch, int64_t tokens, int64_t heads, int64_t headSize, const float *cosines,
    const float *sines, CGenRotaryPairs pairs, bool inverse);

CGEN_END
#ifdef __cplusplus
}
#endif
#endif
