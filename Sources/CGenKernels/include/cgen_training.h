/// What a training step does to its weights.
#ifndef CGEN_TRAINING_H
#define CGEN_TRAINING_H

#include "cgen_machine.h"

#ifdef __cplusplus
extern "C" {
#endif
CGEN_BEGIN

/// AdamW with decoupled decay (Loshchilov & Hutter, arXiv:1711.05101v3).
typedef struct CGenAdamW {
  float rate, beta1, beta2, epsilon, decay;
  /// The gradient is multiplied by this first: loss scaling and clipping.
  float gradientScale;
  /// The number of this step, from 1, for bias correction.
  int64_t step;
  /// The part of a weight that is added to its gradient, as in Adam (arXiv:1412.6980).
  float coupledDecay;
} CGenAdamW;

/// One step: g = gradient * gradientScale + coupledDecay * w; m, v are its moments; w -= rate * (m^ / (sqrt(v^) +
/// epsilon) + decay * w).
///
/// - Input: gradient, f32 or bf16; weights and both moments f32, updated in place, `count` each.
/// - Output: lowWeights, when not NULL, the new weights as bf16; average, when not NULL, f32, moves
/// by
///   (1 - averageDecay) toward the new weights.
/// - Throws: invalidArgument unless step >= 1 and betas are in 0..<1.
CGenStatus cgen_adamw(
    const CGenAdamW *options, const void *gradient, CGenType gradientType, float *weights,
    float *firstMoment, float *secondMoment, int64_t count, uint16_t *CGEN_NULLABLE lowWeights,
    float *CGEN_NULLABLE average, float averageDecay);

/// average = decay * average + (1 - decay) * weights.
CGenStatus cgen_ema(float *average, const float *weights, int64_t count, float decay);

/// The sum of squares in double precision, the same for every thread count.
CGenStatus cgen_sum_of_squares(const void *in, CGenType type, int64_t count, double *result);

CGEN_END
#ifdef __cplusplus
}
#endif
#endif
