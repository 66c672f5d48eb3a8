#include "tiles.h"

#include "kernels/tile_runs.h"
#include "weight_strides.h"

#include <atomic>

namespace cgen {

namespace {

/// Below this many channels most of a tile would be zeros.
constexpr int64_t minimumChannels = 16;
/// What the rows of a band may take, so that they stay in the second cache beside the weights.
constexpr int64_t bandBytes = 262144;
/// Rows of a band that halve less often than they are copied.
constexpr int64_t minimumBandRows = 4;

int64_t roundedUp(int64_t count, int64_t step) { return (count + step - 1) / step * step; }

uint16_t bfloat16(float number) {
  uint32_t bits = __builtin_bit_cast(uint32_t, number);
  if (number != number) return uint16_t(bits >> 16 | 0x40);
  return uint16_t((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/// Enough bands for all threads, each of rows that fit the cache.
void cutIntoBands(TileRun &run, int64_t batch) {
  int64_t rowBytes = run.frameWidth() * run.steps * 32 * 2;
  int64_t rows = bandBytes / rowBytes - (run.kernelHeight - 1);
  int64_t fair = batch * run.outHeight / (4 * cgen_thread_count());
  if (rows > fair) rows = fair;
  if (rows < minimumBandRows) rows = minimumBandRows;
  run.bandCount = (run.outHeight + rows - 1) / rows;
  run.bandRows = (run.outHeight + run.bandCount - 1) / run.bandCount;
}

} // namespace

bool servesTiles(const CGenConvSpec &s) {
#if defined(__x86_64__)
  bool isPlain = s.activation == CGenActivationNone || s.activation == CGenActivationPRelu;
  bool isPicture = s.input.depth == 1 && s.kernel.depth == 1 && s.stride.depth == 1 &&
                   s.padBefore.depth == 0 && s.padAfter.depth == 0;
  bool stepsByOne = s.stride.height == 1 && s.stride.width == 1 && s.dilation.height == 1 &&
                    s.dilation.width == 1;
  bool hasTaps = s.kernel.height * s.kernel.width > 1;
  return cgen_isa() >= CGenIsaAmx && s.type == CGenTypeBfloat16 && s.groups == 1 && isPlain &&
         isPicture && stepsByOne && hasTaps && s.inChannels >= minimumChannels &&
         s.outChannels >= minimumChannels;
#else
  return false;
#endif
}

size_t tilePackedSize(const CGenConvSpec &s) {
  int64_t taps = s.kernel.height * s.kernel.width;
  return size_t(taps * roundedUp(s.inChannels, 32) * roundedUp(s.outChannels, 16)) * 2;
}

void tilePack(const CGenConvSpec &s, const void *weights, void *packed) {
  const float *plain = floatWeights(s, weights);
  WeightStrides strides(s);
  int64_t taps = s.kernel.height * s.kernel.width, steps = roundedUp(s.inChannels, 32) / 32;
  uint16_t *target = static_cast<uint16_t *>(packed);
  parallel((s.outChannels + 31) / 32, 1, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; block++) {
      uint16_t *place = target + block * taps * steps * 1024;
      int64_t width = s.outChannels - 32 * block > 16 ? 2 : 1;
      for (int64_t tap = 0; tap < taps; tap++) {
        for (int64_t pair = 0; pair < steps * 16 * width; pair++) {
          int64_t step = pair / 16 / width, tile = pair / 16 % width;
          int64_t in = 32 * step + pair % 16 * 2;
          for (int64_t i = 0; i < 32; i++) {
            int64_t out = 32 * block + 16 * tile + i / 2, channel = in + i % 2;
            bool isThere = out < s.outChannels && channel < s.inChannels;
            *place++ = isThere ? bfloat16(plain[out * strides.out + channel * strides.in + tap * strides.tap]) : 0;
          }
        }
      }
    }
  });
}

void tileForward(
    const CGenConvSpec &s, const CGenExtent &output, const void *input, const void *packed,
    const float *bias, const void *residual, const float *slopes, void *out) {
#if defined(__x86_64__)
  TileRun run{};
  run.input = static_cast<const uint16_t *>(input);
  run.residual = static_cast<const uint16_t *>(residual);
  run.output = static_cast<uint16_t *>(out);
  run.weights = static_cast<const uint16_t *>(packed);
  run.bias = bias, run.slopes = slopes, run.addsBeforeSlopes = s.residualBeforeActivation;
  run.height = s.input.height, run.width = s.input.width;
  run.outHeight = output.height, run.outWidth = output.width;
  run.inChannels = s.inChannels, run.outChannels = s.outChannels;
  run.kernelHeight = s.kernel.height, run.kernelWidth = s.kernel.width;
  run.padTop = s.padBefore.height, run.padLeft = s.padBefore.width;
  run.steps = roundedUp(s.inChannels, 32) / 32;
  cutIntoBands(run, s.batch);
  int64_t places = (run.bandRows + run.kernelHeight - 1) * run.frameWidth() + 32 + run.kernelWidth;
  size_t bytes = size_t(places * run.steps * 32) * 2;
  std::atomic<bool> isShort{false};
  parallel(s.batch * run.bandCount, 1, [&](int64_t begin, int64_t end) {
    void *memory = scratch(Scratch::attention, bytes);
    if (!memory) {
      isShort = true;
    } else {
      amx::tileConvolve(run, memory, begin, end);
    }
  });
  if (isShort) throw std::bad_alloc();
#endif
}

} // namespace cgen
