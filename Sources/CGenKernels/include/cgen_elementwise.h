/// Elementwise arithmetic with broadcasting, fused chains of it, and reductions.
#ifndef CGEN_ELEMENTWISE_H
#define CGEN_ELEMENTWISE_H

#include "cgen_machine.h"

#ifdef __cplusplus
extern "C" {
#endif
CGEN_BEGIN

/// An elementwise function of one (a), two (a, b) or three (a, b, c) values, in f32.
typedef CGEN_ENUM(CGenOp) {
    CGenOpCopy = 0,
    CGenOpNegate = 1,
    CGenOpExp = 2,
    /// Natural logarithm.
    CGenOpLog = 3,
    CGenOpSqrt = 4,
    CGenOpRsqrt = 5,
    CGenOpReciprocal = 6,
    CGenOpSin = 7,
    CGenOpCos = 8,
    CGenOpTanh = 9,
    CGenOpSigmoid = 10,
    CGenOpSilu = 11,
    CGenOpGeluTanh = 12,
    CGenOpGeluErf = 13,
    CGenOpRelu = 14,
    CGenOpAbs = 15,
    CGenOpSquare = 16,
    CGenOpErf = 17,
    CGenOpFloor = 18,
    CGenOpCeil = 19,
    /// Half to even.
    CGenOpRound = 20,
    /// -1, 0 or 1.
    CGenOpSign = 21,
    /// log(1 + exp(a)).
    CGenOpSoftplus = 22,
    CGenOpMish = 23,
    /// 1 where a is 0, otherwise 0.
    CGenOpNot = 24,

    CGenOpAdd = 64,
    CGenOpSubtract = 65,
    CGenOpMultiply = 66,
    CGenOpDivide = 67,
    CGenOpMaximum = 68,
    CGenOpMinimum = 69,
    /// a to the power b; a < 0 only with whole b.
    CGenOpPower = 70,
    /// Comparisons give 1 or 0.
    CGenOpEqual = 71,
    CGenOpNotEqual = 72,
    CGenOpLess = 73,
    CGenOpLessEqual = 74,
    CGenOpGreater = 75,
    CGenOpGreaterEqual = 76,
    /// Gradients: a is the function's input, b the gradient of its output.
    CGenOpReluGradient = 77,
    CGenOpSiluGradient = 78,
    CGenOpGeluTanhGradient = 79,
    CGenOpGeluErfGradient = 80,
    /// Gradients from the function's output: a is the output, b the gradient of the output.
    CGenOpTanhGradient = 81,
    CGenOpSigmoidGradient = 82,
    /// b times the slope of leaky ReLU at a; the slope is the instruction's immediate.
    CGenOpLeakyReluGradient = 83,
    /// a for a > 0, otherwise b * a.
    CGenOpPRelu = 84,

    /// b where a is not 0, otherwise c.
    CGenOpSelect = 128,
    /// a * b + c.
    CGenOpMultiplyAdd = 129,
    /// a limited to b...c.
    CGenOpClamp = 130,

    /// With the instruction's immediate x: a + x, a * x, a to the power x, max(a, x), min(a, x),
    /// leaky ReLU of slope x.
    CGenOpAddConstant = 192,
    CGenOpMultiplyConstant = 193,
    CGenOpPowerConstant = 194,
    CGenOpMaximumConstant = 195,
    CGenOpMinimumConstant = 196,
    CGenOpLeakyRelu = 197,
    /// The immediate itself, without operands.
    CGenOpConstant = 198,
} CGenOp;

/// A tensor of a call's rank as seen through strides.
typedef struct CGenView {
  void *CGEN_NULLABLE data;
  /// Elements between neighbours along each axis, `rank` of them; 0 repeats (inputs only); NULL
  /// means dense row-major.
  const int64_t *CGEN_NULLABLE strides;
  CGenType type;
} CGenView;

/// out = op(a). `a` and `out` may be the same view.
/// - Throws: invalidArgument for an unknown op, one of another operand count, rank over
/// ``CGEN_MAX_RANK`` or sizes < 0.
CGenStatus cgen_unary(CGenOp op, int32_t rank, const int64_t *shape, CGenView a, CGenView out);

/// out = op(a, b), each broadcast by strides of 0. `out` may be the same view as `a` or `b`.
CGenStatus cgen_binary(
    CGenOp op, int32_t rank, const int64_t *shape, CGenView a, CGenView b, CGenView out);

/// out = op(a, b, c).
CGenStatus cgen_ternary(
    CGenOp op, int32_t rank, const int64_t *shape, CGenView a, CGenView b, CGenView c,
    CGenView out);

/// One step of a fused chain. Value numbers: 0..<inputCount are the inputs, inputCount + i is the
/// result of step i.
typedef struct CGenStep {
  CGenOp op;
  /// Value numbers of the operands; unused ones are ignored.
  int32_t a, b, c;
  float immediate;
} CGenStep;

/// Runs a chain of steps over every element in one pass over memory.
///
/// - Input: up to 16 inputs, 64 steps, 8 outputs; `outputValues[i]` is the value number written to
/// `outputs[i]`.
/// - Throws: invalidArgument for a step that uses a value not yet made, an unknown op, or too many
/// of anything.
CGenStatus cgen_fused(
    int32_t rank, const int64_t *shape, int32_t inputCount, const CGenView *CGEN_NULLABLE inputs,
    int32_t stepCount, const CGenStep *CGEN_NULLABLE steps, int32_t outputCount,
    const CGenView *outputs, const int32_t *outputValues);

/// y += factor * x, `count` elements; x may have another type than y.
CGenStatus cgen_axpy(
    float factor, const void *x, CGenType xType, void *y, CGenType yType, int64_t count);

CGenStatus cgen_fill(float value, void *out, CGenType type, int64_t count);

typedef CGEN_ENUM(CGenReduction) {
    CGenReductionSum = 0,     CGenReductionMean = 1,         CGenReductionMaximum = 2,
    CGenReductionMinimum = 3, CGenReductionSumOfSquares = 4, CGenReductionProduct = 5,
} CGenReduction;

/// Reduces the axes whose bit is set in `axes` (bit 0 is the first axis) of a dense tensor.
///
/// - Output: dense, the remaining axes in order.
/// - Throws: invalidArgument for a rank over ``CGEN_MAX_RANK``; for maximum and minimum over
/// nothing.
CGenStatus cgen_reduce(
    CGenReduction reduction, int32_t rank, const int64_t *shape, uint32_t axes, const void *in,
    CGenType inType, void *out, CGenType outType, bool accumulates);

/// The place of the largest element of every row of [rows, columns]; the first of equals; NaN
/// counts as the largest.
CGenStatus cgen_argmax(
    const void *in, CGenType type, int64_t rows, int64_t columns, int32_t *indices);

/// The `k` largest of every row in falling order, with their places; equal values in rising place.
CGenStatus cgen_topk(
    const void *in, CGenType type, int64_t rows, int64_t columns, int64_t k,
    float *CGEN_NULLABLE values, int32_t *indices);

/// Running sums along the middle axis of [outer, length, inner].
CGenStatus cgen_cumulative_sum(
    const void *in, void *out, CGenType type, int64_t outer, int64_t length, int64_t inner);

CGEN_END
#ifdef __cplusplus
}
#endif
#endif
