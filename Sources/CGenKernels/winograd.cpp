#include "winograd.h"

#include "weight_strides.h"

#include <atomic>
#include <cstring>
#include <new>

namespace cgen {

namespace {

/// Below this many channels the way to the 36 places and back costs more than it saves.
constexpr int64_t minimumChannels = 16;

} // namespace

bool servesWinograd(const CGenConvSpec &s) {
  bool isPlain = s.activation == CGenActivationNone || s.activation == CGenActivationPRelu;
  bool isThreeByThree = s.kernel.depth == 1 && s.kernel.height == 3 && s.kernel.width == 3 &&
                        s.stride.height == 1 && s.stride.width == 1 && s.dilation.height == 1 &&
                        s.dilation.width == 1;
  bool isPicture =
      s.input.depth == 1 && s.stride.depth == 1 && s.padBefore.depth == 0 && s.padAfter.depth == 0;
  bool isWide = s.inChannels >= minimumChannels && s.outChannels >= minimumChannels;
  // Tiles multiply bf16 faster than even this does in f32.
  bool hasTiles = s.type == CGenTypeBfloat16 && cgen_isa() >= CGenIsaAmx;
  return cgen_isa() >= CGenIsaAvx2 && !hasTiles && s.groups == 1 && isPlain && isThreeByThree &&
         isPicture && isWide;
}

size_t winogradPackedSize(const CGenConvSpec &s) {
  return size_t(36 * s.inChannels * winogradLanes(s.outChannels)) * sizeof(float);
}

void winogradPack(const CGenConvSpec &s, const void *weights, float *packed) {
  WinogradWeights job{};
  job.inChannels = s.inChannels, job.outChannels = s.outChannels;
  WeightStrides strides(s);
  job.outStride = strides.out, job.inStride = strides.in, job.tapStride = strides.tap;
  job.plain = floatWeights(s, weights);
  job.packed = packed;
  parallel(s.inChannels, 8, [&](int64_t begin, int64_t end) {
    kernels().winogradWeights(job, begin, end);
  });
}

void winogradForward(
    const CGenConvSpec &s, const CGenExtent &output, const void *input, const float *packed,
    const float *bias, const void *residual, const float *slopes, void *out) {
  WinogradRun run{};
  run.input = input, run.residual = residual, run.output = out, run.type = s.type;
  run.weights = packed, run.bias = bias, run.slopes = slopes;
  run.addsBeforeSlopes = s.residualBeforeActivation;
  run.height = s.input.height, run.width = s.input.width;
  run.outHeight = output.height, run.outWidth = output.width;
  run.inChannels = s.inChannels, run.outChannels = s.outChannels;
  run.padTop = s.padBefore.height, run.padLeft = s.padBefore.width;
  run.tileRows = (output.height + 3) / 4, run.tileColumns = (output.width + 3) / 4;
  int64_t channels = winogradLanes(s.inChannels) + winogradLanes(s.outChannels);
  size_t bytes = size_t(36 * (winogradTiles * channels + 2 * 16)) * sizeof(float);
  std::atomic<bool> isShort{false};
  parallel(
      s.batch * run.tileRows * run.tileColumns, winogradTiles, [&](int64_t begin, int64_t end) {
        void *memory = scratch(Scratch::attention, bytes);
        if (!memory) {
          isShort = true;
        } else {
          kernels().winograd(run, static_cast<float *>(memory), begin, end);
        }
      });
  if (isShort) throw std::bad_alloc();
}

namespace {

/// Parts of the tiles that are summed up one beside another.
constexpr int64_t maximumParts = 8;

WinogradGradient gradientOf(const CGenConvSpec &s, const CGenExtent &output) {
  WinogradGradient run{};
  run.height = s.input.height, run.width = s.input.width;
  run.outHeight = output.height, run.outWidth = output.width;
  run.inChannels = s.inChannels, run.outChannels = s.outChannels;
  run.padTop = s.padBefore.height, run.padLeft = s.padBefore.width;
  run.tileRows = (output.height + 3) / 4, run.tileColumns = (output.width + 3) / 4;
  return run;
}

/// Blocks of tiles, and in how many parts they are gone through.
int64_t partsOf(const CGenConvSpec &s, const WinogradGradient &run, int64_t &blocks) {
  blocks = (s.batch * run.tileRows * run.tileColumns + winogradTiles - 1) / winogradTiles;
  return blocks < maximumParts ? blocks : maximumParts;
}

int64_t sumCount(const CGenConvSpec &s) {
  return 36 * winogradLanes(s.inChannels) * winogradLanes(s.outChannels);
}

} // namespace

bool servesWinogradGradient(const CGenConvSpec &s) {
  return servesWinograd(s) && s.layout == CGenWeightLayoutOIHW &&
         s.weightType == CGenTypeFloat32 && !s.hasBias && !s.accumulates;
}

size_t winogradGradientScratch(const CGenConvSpec &s, const CGenExtent &output) {
  int64_t blocks, parts = partsOf(s, gradientOf(s, output), blocks);
  return size_t(parts * sumCount(s)) * sizeof(float);
}

void winogradGradient(
    const CGenConvSpec &s, const CGenExtent &output, const void *input, const void *gradient,
    float *taps, void *sums) {
  WinogradGradient run = gradientOf(s, output);
  run.input = input, run.gradient = gradient, run.type = s.type;
  int64_t blocks, parts = partsOf(s, run, blocks), count = sumCount(s);
  int64_t tiles = s.batch * run.tileRows * run.tileColumns;
  int64_t channels = winogradLanes(s.inChannels) + winogradLanes(s.outChannels);
  size_t bytes = size_t(36 * (winogradTiles * channels + 2 * 16)) * sizeof(float);
  std::atomic<bool> isShort{false};
  parallel(parts, 1, [&](int64_t first, int64_t last) {
    float *memory = static_cast<float *>(scratch(Scratch::attention, bytes));
    if (!memory) {
      isShort = true;
      return;
    }
    for (int64_t part = first; part < last; part++) {
      float *own = static_cast<float *>(sums) + part * count;
      std::memset(own, 0, size_t(count) * sizeof(float));
      int64_t begin = blocks * part / parts * winogradTiles;
      int64_t end = blocks * (part + 1) / parts * winogradTiles;
      kernels().winogradSums(run, memory, own, begin, end < tiles ? end : tiles);
    }
  });
  if (isShort) throw std::bad_alloc();
  parallel(s.outChannels, 4, [&](int64_t begin, int64_t end) {
    kernels().winogradTaps(run, static_cast<const float *>(sums), parts, taps, begin, end);
  });
}

} // namespace cgen
