/// The kernels that exist once per instruction set, and what they are given. Every kernel works on
/// a range of items and neither starts threads nor checks arguments.
#pragma once

#include "../include/cgenkernels.h"

namespace cgen {

constexpr int maxInputs = 16, maxSteps = 64, maxOutputs = 8;

/// A tensor over a plan's axes.
struct PlanView {
  char *data;
  CGenType type;
  /// Dense row-major over the plan's axes.
  bool isFlat;
  bool isScalar;
  int64_t strides[CGEN_MAX_RANK];
};

struct PlanStep {
  CGenOp op;
  /// Value numbers.
  int a, b, c;
  float immediate;
  /// The tile that takes the result, or -1: the first output's own memory.
  int tile;
};

/// A chain of steps over merged axes, with a tile for every value.
struct FusedPlan {
  int rank, inputCount, stepCount, outputCount;
  int64_t shape[CGEN_MAX_RANK];
  PlanView inputs[maxInputs], outputs[maxOutputs];
  int outputValues[maxOutputs];
  PlanStep steps[maxSteps];
};

/// A norm's channel factors and one block of its rows.
struct NormRows {
  const void *x, *gradient, *addend;
  void *out;
  CGenType type;
  int64_t channels;
  float epsilon;
  bool subtractsMean, appliesSilu;
  /// y = n * a + b, f32 [channels].
  const float *a, *b;
  /// Per row; group norm: per channel.
  float *mean, *inverse;
  /// Sums of dm and dm * n, f32 [channels] each.
  float *sums, *products;
  /// Group norm backward: per channel, (sum of dn) / n and (sum of dn * n) / n of its group.
  const float *meanOfGradient, *meanOfProduct;
};

/// One head's worth of attention work.
struct HeadRows {
  const char *q, *k, *v, *out, *outGradient;
  char *result, *qGradient, *kGradient, *vGradient;
  const uint8_t *mask;
  float *logSumExp;
  const float *logSumExpIn;
  int64_t qToken, kToken, vToken, outToken;
  int64_t queryTokens, keyTokens, headSize;
  /// Query rows begin..<end.
  int64_t begin, end;
  CGenType type;
  float scale;
  bool isCausal;
  /// Whether the packed keys in `memory` are already this head's.
  bool isPacked;
  /// Backward: adds to k and v gradients left in `memory` by the previous query head of the same
  /// keys.
  bool isFirstOfGroup, isLastOfGroup;
  char *memory;
};

/// Tiles of 4x4 outputs whose products are computed together.
constexpr int winogradTiles = 24;

/// Channels up to whole vectors; what is beyond them is 0.
inline int64_t winogradLanes(int64_t channels) { return (channels + 15) / 16 * 16; }

/// Taps as they lie, strides in numbers, and where those of the 36 places go: [36, in, lanes of out].
struct WinogradWeights {
  const float *plain;
  int64_t outStride, inStride, tapStride;
  int64_t inChannels, outChannels;
  float *packed;
};

/// A 3x3 convolution of [batch, height, width, channels] pictures.
struct WinogradRun {
  const void *input, *residual;
  void *output;
  CGenType type;
  /// NULL where there are none.
  const float *weights, *bias, *slopes;
  bool addsBeforeSlopes;
  int64_t height, width, outHeight, outWidth, inChannels, outChannels;
  int64_t padTop, padLeft, tileRows, tileColumns;
};

/// The gradient of the taps of a 3x3 convolution of f32.
struct WinogradGradient {
  const void *input, *gradient;
  CGenType type;
  int64_t height, width, outHeight, outWidth, inChannels, outChannels;
  int64_t padTop, padLeft, tileRows, tileColumns;
};

struct KernelTable {
  void (*fused)(const FusedPlan &plan, int64_t begin, int64_t end);
  void (*convert)(const void *in, CGenType inType, void *out, CGenType outType, int64_t count);
  void (*axpy)(float factor, const void *x, CGenType xType, void *y, CGenType yType, int64_t count);
  /// Reduces the middle of [outer, length, inner] into f32 [outer, inner].
  void (*reduce)(
      CGenReduction reduction, const void *in, CGenType type, int64_t outer, int64_t outerStride,
      int64_t length, int64_t inner, float *out);
  void (*normForward)(const NormRows &rows, int64_t begin, int64_t end);
  void (*normBackward)(const NormRows &rows, int64_t begin, int64_t end);
  /// Sums of x - shift and of its square per channel.
  void (*channelMoments)(
      const void *x, CGenType type, int64_t rows, int64_t channels, const float *shift, float *sums,
      float *squares);
  void (*groupForward)(const NormRows &rows, int64_t begin, int64_t end);
  void (*groupSums)(const NormRows &rows, int64_t begin, int64_t end);
  void (*groupBackward)(const NormRows &rows, int64_t begin, int64_t end);
  void (*softmax)(
      const void *in, void *out, CGenType type, int64_t columns, float scale, int64_t begin,
      int64_t end);
  void (*softmaxBackward)(
      const void *out, const void *gradient, void *result, CGenType type, int64_t columns,
      float scale, int64_t begin, int64_t end);
  void (*crossEntropy)(
      const void *logits, CGenType type, int64_t columns, const int32_t *targets, float *losses,
      void *gradient, float rowScale, int64_t begin, int64_t end);
  void (*segmentSoftmax)(
      const float *in, float *out, const int64_t *ends, int64_t segments, float scale,
      bool isLogarithm, int64_t begin, int64_t end);
  void (*segmentSoftmaxBackward)(
      const float *out, const float *gradient, float *result, const int64_t *ends, int64_t segments,
      float scale, bool isLogarithm, int64_t begin, int64_t end);
  /// Rows from a multiple of sixteen on.
  void (*segmentDraw)(
      const float *in, const int64_t *ends, int64_t segments, uint64_t seed, uint64_t stream,
      int32_t *places, int64_t begin, int64_t end);
  size_t (*attentionMemory)(const HeadRows &rows, bool isBackward);
  void (*attentionForward)(const HeadRows &rows);
  void (*attentionBackward)(const HeadRows &rows);
  void (*rotate)(
      const char *in, char *out, CGenType type, int64_t heads, int64_t inHead, int64_t outHead,
      int64_t headSize, const float *cosines, const float *sines, CGenRotaryPairs pairs,
      bool inverse);
  void (*philox)(
      uint64_t seed, uint64_t stream, uint64_t firstBlock, int64_t blockCount, uint32_t *out);
  void (*uniform)(const uint32_t *words, float *out, int64_t count, float low, float width);
  void (*normal)(const uint32_t *words, float *out, int64_t pairCount, float mean, float deviation);
  void (*adamw)(
      const CGenAdamW &options, float rateScale, float secondScale, const void *gradient,
      CGenType type, float *weights, float *first, float *second, uint16_t *low, float *average,
      float averageDecay, int64_t count);
  void (*addRows)(const void *rows, CGenType type, float *sum, int64_t count);
  void (*downsample2)(
      const void *upper, const void *lower, void *out, CGenType type, int64_t width,
      int64_t channels, float factor);
  void (*mixRows)(
      const void *rows[4], const float factors[4], void *out, CGenType type, int64_t count);
  /// Input channels begin..<end.
  void (*winogradWeights)(const WinogradWeights &weights, int64_t begin, int64_t end);
  void (*winograd)(const WinogradRun &run, float *memory, int64_t begin, int64_t end);
  /// Adds what tiles begin..<end say of the 36 places, [36, lanes of out, lanes of in].
  void (*winogradSums)(
      const WinogradGradient &run, float *memory, float *sums, int64_t begin, int64_t end);
  /// The nine taps of output channels begin..<end, [out, in, 9], from the sums of all parts.
  void (*winogradTaps)(
      const WinogradGradient &run, const float *sums, int64_t parts, float *taps, int64_t begin,
      int64_t end);
};

#if defined(__x86_64__)
namespace avx512bf16 {
extern const KernelTable table;
}
namespace avx512 {
extern const KernelTable table;
}
namespace avx2 {
extern const KernelTable table;
}
#endif
namespace portable {
extern const KernelTable table;
}

} // namespace cgen
