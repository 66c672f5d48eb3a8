/// Norms with modulation and SiLU in one pass, softmax and cross entropy.
#ifndef CGEN_NORM_H
#define CGEN_NORM_H

#include "cgen_machine.h"

#ifdef __cplusplus
extern "C" {
#endif
CGEN_BEGIN

/// RMS, layer or group norm of [batch, tokens, channels] (pictures: tokens = height * width).
///
/// n = (x - mean) * inverse, z = n * weight + bias, m = z * (1 + scale) + shift, y = m or SiLU(m).
/// Absent factors are 1, absent terms 0. RMS norm has no mean. Group norm (`groups` > 0) takes its
/// statistics over the tokens and the channels of one group of one batch item; the others over the
/// channels of one token.
typedef struct CGenNormSpec {
  int64_t batch, tokens, channels;
  /// 0: norm over the last axis; otherwise the number of groups, a divisor of `channels`.
  int64_t groups;
  float epsilon;
  /// Layer norm (and always for group norm); otherwise RMS norm.
  bool subtractsMean;
  bool appliesSilu;
  /// Storage of x, y and their gradients.
  CGenType type;
  /// Storage of scale and shift and of their gradients.
  CGenType modulationType;
  /// Elements between the scales (shifts) of one batch item and the next; 0 means `channels`.
  /// Gradients have the same.
  int64_t modulationStride;
} CGenNormSpec;

/// The number of statistics: batch * groups for group norm, otherwise batch * tokens.
int64_t cgen_norm_statistics_count(const CGenNormSpec *spec);

/// y from x. y may be x.
///
/// - Input: x [batch, tokens, channels]; weight, bias f32 [channels]; scale, shift [batch,
/// channels]; each may be NULL.
/// - Output: y like x; mean and inverse f32 [statistics], each may be NULL (mean is not written by
/// RMS norm).
/// - Throws: invalidArgument for sizes < 1, groups that do not divide the channels.
CGenStatus cgen_norm_forward(
    const CGenNormSpec *spec, const void *x, const float *CGEN_NULLABLE weight,
    const float *CGEN_NULLABLE bias, const void *CGEN_NULLABLE scale,
    const void *CGEN_NULLABLE shift, void *y, float *CGEN_NULLABLE mean,
    float *CGEN_NULLABLE inverse);

/// What the backward pass reads (as given to and written by the forward pass) and writes; absent
/// ones are NULL.
typedef struct CGenNormGradients {
  /// dy, the gradient of the output.
  const void *outputGradient;
  const void *x;
  const float *CGEN_NULLABLE weight, *CGEN_NULLABLE bias;
  const void *CGEN_NULLABLE scale, *CGEN_NULLABLE shift;
  const float *CGEN_NULLABLE mean;
  const float *inverse;
  /// Added to the gradient of x, like x; the way of a residual connection.
  const void *CGEN_NULLABLE addend;
  /// dx; may be `outputGradient` or `addend`.
  void *CGEN_NULLABLE inputGradient;
  float *CGEN_NULLABLE weightGradient, *CGEN_NULLABLE biasGradient;
  void *CGEN_NULLABLE scaleGradient, *CGEN_NULLABLE shiftGradient;
} CGenNormGradients;

/// The gradients of a norm. Weight, bias, scale and shift gradients are overwritten.
CGenStatus cgen_norm_backward(const CGenNormSpec *spec, const CGenNormGradients *gradients);

/// Softmax over the rows of [rows, columns] after multiplication by `scale`. out may be in.
CGenStatus cgen_softmax_forward(
    const void *in, void *out, CGenType type, int64_t rows, int64_t columns, float scale);

/// The gradient of softmax's input from its output and the output's gradient.
CGenStatus cgen_softmax_backward(
    const void *out, const void *outputGradient, void *inputGradient, CGenType type, int64_t rows,
    int64_t columns, float scale);

/// Cross entropy of [rows, columns] logits against class numbers; targets < 0 are ignored (loss 0,
/// gradient 0).
///
/// - Output: losses f32 [rows]; when not NULL, logitsGradient = (softmax - one-hot) * rowScale,
/// like logits. It may be
///   `logits`.
/// - Throws: invalidArgument when a target is not below `columns`.
CGenStatus cgen_cross_entropy(
    const void *logits, CGenType type, int64_t rows, int64_t columns, const int32_t *targets,
    float *losses, void *CGEN_NULLABLE logitsGradient, float rowScale);

CGEN_END
#ifdef __cplusplus
}
#endif
#endif
