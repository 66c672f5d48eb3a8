/// Matrix products and convolutions (oneDNN, 2.x or 3.x), and conversions between element types.
///
/// A handle is created once for given shapes and executed any number of times. Both forms take f32
/// or bf16 storage and accumulate in f32.
#ifndef CGEN_MATRIX_H
#define CGEN_MATRIX_H

#include "cgen_machine.h"

#ifdef __cplusplus
extern "C" {
#endif
CGEN_BEGIN

/// A function applied to every result of a product or convolution.
typedef CGEN_ENUM(CGenActivation) {
    CGenActivationNone = 0,
    CGenActivationRelu = 1,
    /// x * sigmoid(x).
    CGenActivationSilu = 2,
    CGenActivationGeluTanh = 3,
    CGenActivationGeluErf = 4,
    /// x for x > 0, otherwise slope * x, with the spec's `slope`.
    CGenActivationLeakyRelu = 5,
    /// x for x > 0, otherwise slopes[channel] * x; convolutions only, f32 slopes [outChannels]
    /// given at execution.
    CGenActivationPRelu = 6,
    CGenActivationTanh = 7,
    CGenActivationSigmoid = 8,
} CGenActivation;

/// Batched product: out[i] (+)= residual[i] + activation(a[i] * b[i] + bias).
///
/// Zero-filled fields are the defaults. a[i] is [rows, inner] (or [inner, rows] when transposed),
/// b[i] is [inner, columns] (or [columns, inner]), out[i] is [rows, columns], all row-major.
typedef struct CGenMatmulSpec {
  /// The number of products; at least 1.
  int64_t batch;
  int64_t rows, columns, inner;
  bool transposesA, transposesB;
  /// One a (or b) for the whole batch.
  bool sharesA, sharesB;
  CGenType aType, bType, outType;
  /// Adds a f32 bias [columns] before the activation.
  bool hasBias;
  /// Adds a tensor like `out` (same type and strides).
  bool hasResidual;
  /// The residual is added before the activation rather than after it.
  bool residualBeforeActivation;
  /// Adds the whole result to what `out` holds; excludes `hasResidual` and an activation.
  bool accumulates;
  /// b comes packed by `cgen_matmul_pack`; needs `sharesB` or batch 1.
  bool bIsPacked;
  CGenActivation activation;
  /// For the leaky ReLU.
  float slope;
  /// Elements between consecutive rows as stored, and between consecutive matrices; 0 means dense.
  int64_t aRowStride, bRowStride, outRowStride;
  int64_t aBatchStride, bBatchStride, outBatchStride;
} CGenMatmulSpec;

typedef struct CGenMatmul CGenMatmul;

/// Prepares a product. Release it with `cgen_matmul_destroy`.
/// - Throws: invalidArgument for sizes below 1, strides that overlap, or excluded combinations;
/// unsupported, backend.
CGenStatus cgen_matmul_create(
    const CGenMatmulSpec *spec, CGenMatmul * CGEN_NULLABLE * CGEN_NULLABLE handle);
void cgen_matmul_destroy(CGenMatmul *CGEN_NULLABLE handle);

/// The bytes of b when packed for this product.
size_t cgen_matmul_packed_size(const CGenMatmul *handle);

/// Packs a plain b (laid out as the spec says) into `packed`, `cgen_matmul_packed_size` bytes
/// aligned to 64.
CGenStatus cgen_matmul_pack(CGenMatmul *handle, const void *b, void *packed);

/// Runs the product. `bias` and `residual` are needed exactly when the spec says so. `residual` may
/// be `out`.
CGenStatus cgen_matmul_execute(
    CGenMatmul *handle, const void *a, const void *b, const float *CGEN_NULLABLE bias,
    const void *CGEN_NULLABLE residual, void *out);

/// The name of oneDNN's implementation, for reports ("brg:avx512_core").
const char *cgen_matmul_implementation(const CGenMatmul *handle);

/// How plain convolution weights lie. `i` counts the channels of one group.
typedef CGEN_ENUM(CGenWeightLayout) {
    /// [outChannels, depth, height, width, inChannels / groups].
    CGenWeightLayoutOHWI = 0,
    /// [depth, height, width, inChannels / groups, outChannels]; the cheapest to pack.
    CGenWeightLayoutHWIO = 1,
    /// [outChannels, inChannels / groups, depth, height, width]: files from PyTorch and ncnn.
    CGenWeightLayoutOIHW = 2,
} CGenWeightLayout;

/// Which of a convolution's three products a handle computes.
typedef CGEN_ENUM(CGenConvPass) {
    CGenConvPassForward = 0,
    /// The gradient of the input; also a transposed convolution.
    CGenConvPassBackwardData = 1,
    /// The gradients of the weights and the bias.
    CGenConvPassBackwardWeights = 2,
} CGenConvPass;

/// Sizes along the three spatial axes; one and two dimensions leave the first ones at 1 (padding:
/// 0).
typedef struct CGenExtent {
  int64_t depth, height, width;
} CGenExtent;

/// A convolution of [batch, (depth,) (height,) width, inChannels], in 1, 2 or 3 dimensions:
/// out = residual + activation(conv(input, weights) + bias).
///
/// The size of the output along an axis is
/// (input + padBefore + padAfter - dilation * (kernel - 1) - 1) / stride + 1, rounded down.
typedef struct CGenConvSpec {
  int64_t batch, inChannels, outChannels, groups;
  CGenExtent input, kernel, stride;
  /// Steps between the taps: 1 is an ordinary convolution.
  CGenExtent dilation;
  /// Zeros around the input.
  CGenExtent padBefore, padAfter;
  /// Storage of input, output, residual and their gradients.
  CGenType type;
  /// Storage of plain weights and of their gradient. bf16 pictures with f32 weights convert the
  /// weights inside.
  CGenType weightType;
  CGenWeightLayout layout;
  /// Weights come packed by `cgen_conv_pack` (forward and backward data).
  bool weightsArePacked;
  bool hasBias;
  bool hasResidual;
  bool residualBeforeActivation;
  /// Backward passes: adds to what the gradient holds (backward data only for type f32 is exact).
  bool accumulates;
  CGenActivation activation;
  float slope;
} CGenConvSpec;

typedef struct CGenConv CGenConv;

/// The output's spatial size.
/// - Throws: invalidArgument when the padded input is smaller than the kernel, or a size is
/// below 1.
CGenStatus cgen_conv_output(const CGenConvSpec *spec, CGenExtent *output);

/// Prepares one pass of a convolution. Activation, bias and residual count for the forward pass
/// only (`hasBias` also makes the backward-weights pass write the bias gradient). Release it with
/// `cgen_conv_destroy`.
CGenStatus cgen_conv_create(
    const CGenConvSpec *spec, CGenConvPass pass, CGenConv * CGEN_NULLABLE * CGEN_NULLABLE handle);
void cgen_conv_destroy(CGenConv *CGEN_NULLABLE handle);

/// The bytes of the weights when packed for this handle.
size_t cgen_conv_packed_size(const CGenConv *handle);

/// Packs plain weights into `packed`, `cgen_conv_packed_size` bytes aligned to 64.
CGenStatus cgen_conv_pack(CGenConv *handle, const void *weights, void *packed);

/// out = residual + activation(conv(input, weights) + bias). `bias` f32 [outChannels]; `slopes` f32
/// [outChannels] for PReLU. `residual` may be `output`.
CGenStatus cgen_conv_forward(
    CGenConv *handle, const void *input, const void *weights, const float *CGEN_NULLABLE bias,
    const void *CGEN_NULLABLE residual, const float *CGEN_NULLABLE slopes, void *output);

/// The gradient of the input from that of the output.
CGenStatus cgen_conv_backward_data(
    CGenConv *handle, const void *outputGradient, const void *weights, void *inputGradient);

/// The gradients of plain weights (layout and `weightType` of the spec) and of the bias (f32
/// [outChannels]).
CGenStatus cgen_conv_backward_weights(
    CGenConv *handle, const void *input, const void *outputGradient, void *weightsGradient,
    float *CGEN_NULLABLE biasGradient);

const char *cgen_conv_implementation(const CGenConv *handle);

/// Converts `count` elements between f32, bf16 and f16, rounding to nearest even. `out` may be `in`
/// for equal sizes.
CGenStatus cgen_cast(const void *in, CGenType inType, void *out, CGenType outType, int64_t count);

CGEN_END
#ifdef __cplusplus
}
#endif
#endif
