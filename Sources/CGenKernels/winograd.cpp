#include "winograd.h"

#include "weight_strides.h"

#include <atomic>
#include <new>

namespace cgen {

namespace {

constexpr int64_t minimumChannels = 32;

} // namespace

bool servesWinograd(const CGenConvSpec &s) {
  bool isPlain = s.activation == CGenActivationNone || s.activation == CGenActivationPRelu;
  bool isThreeByThree = s.kernel.depth == 1 && s.kernel.height == 3 && s.kernel.width == 3 &&
                        s.stride.height == 1 && s.stride.width == 1 && s.dilation.height == 1 &&
                        s.dilation.width == 1;
  bool isPicture =
      s.input.depth == 1 && s.stride.depth == 1 && s.padBefore.depth == 0 && s.padAfter.depth == 0;
  bool isWide = s.inChannels >= minimumChannels && s.outChannels >= minimumChannels &&
                s.inChannels % 16 == 0 && s.outChannels % 16 == 0;
  return cgen_isa() >= CGenIsaAvx512 && s.type == CGenTypeFloat32 && s.groups == 1 && isPlain &&
         isThreeByThree && isPicture && isWide;
}

size_t winogradPackedSize(const CGenConvSpec &s) {
  return size_t(36 * s.inChannels * s.outChannels) * sizeof(float);
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
  int64_t channels = s.inChannels + s.outChannels;
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

} // namespace cgen
