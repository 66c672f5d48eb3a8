#include "include/cgen_kernel_gradient.h"
#include "kernels/tile_runs.h"
#include "onednn.h"
#include "winograd.h"

#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace {

/// Sizes of one gradient and of the pieces of its scratch memory.
struct Plan {
  int64_t rows, columns, inChannels, outChannels, kernelHeight, kernelWidth;
  /// Columns rounded up to pairs; channels rounded up to a vector.
  int64_t pairedColumns, lanes;
  /// The padded copy of one item's input.
  int64_t paddedHeight, paddedWidth;
  /// Output channels, on matrix tiles rounded up to whole ones.
  int64_t outRows;
  bool usesTiles;
  cgen::TileGradient tiles;
  /// Items that are laid out together, and parts of the batch.
  int64_t group, parts;
  /// Bytes of one part: sums, padded input, gradient.
  size_t sumBytes, inputBytes, gradientBytes;

  size_t partBytes() const { return sumBytes + inputBytes + gradientBytes; }
};

size_t rounded(size_t bytes) { return (bytes + 63) & ~size_t(63); }

constexpr int64_t maximumParts = 8;
constexpr size_t maximumItemBytes = size_t(1) << 20;
/// What a few rows of input and gradient may take.
constexpr int64_t nearCacheBytes = 65536;
/// Output channels of f32 below which vectors are as fast as half-filled tiles. Measured on one core of a Xeon: with 16
/// channels 102 GF/s against 103, with 32 184 against 142, with 96 225 against 143. At times all loads of tiles took three
/// times as long there, and vectors were the faster ones by a tenth to a fifth.
constexpr int64_t minimumFloatChannels = 32;
/// What the turned gradients of a few rows may take.
constexpr int64_t nearTileBytes = 24576;

bool isServed(const CGenConvSpec &s) {
  bool isAble = s.type == CGenTypeFloat32 ? cgen_isa() >= CGenIsaAvx512 : cgen_isa() >= CGenIsaAvx512Bf16;
  return isAble && cgen::isStorage(s.type) && s.layout == CGenWeightLayoutOIHW && s.weightType == CGenTypeFloat32 &&
         s.groups == 1 && !s.hasBias && !s.accumulates && s.batch >= 2 && s.kernel.depth == 1 && s.input.depth == 1 &&
         s.dilation.height == 1 && s.dilation.width == 1 && s.padBefore.depth == 0 && s.padAfter.depth == 0 &&
         s.inChannels > 0 && s.outChannels > 0;
}

int64_t shares(int64_t whole, int64_t part) { return (whole + part - 1) / part; }

/// Lays pairs of items beside each other until the columns of one row fill whole tiles.
cgen::TileGradient tilesOf(const CGenConvSpec &s, const CGenExtent &output) {
  cgen::TileGradient g{};
  g.type = s.type;
  g.height = s.input.height, g.width = s.input.width, g.inChannels = s.inChannels;
  g.rows = output.height, g.columns = output.width, g.outChannels = s.outChannels;
  g.kernelHeight = s.kernel.height, g.kernelWidth = s.kernel.width;
  g.padTop = s.padBefore.height, g.padLeft = s.padBefore.width;
  g.strideY = s.stride.height, g.strideX = s.stride.width;
  bool isFloat = s.type == CGenTypeFloat32;
  // A step of f32 takes six times as long as one of bf16: one of them is enough for a row.
  g.pairs = shares(isFloat ? 16 : 32, g.columns);
  g.places = (g.columns * g.pairs + 15) / 16 * 16;
  g.lanes = (s.inChannels + 15) / 16 * 16;
  g.outRows = (s.outChannels + 15) / 16 * 16;
  g.nearRows = isFloat ? 1 + nearTileBytes / (32 * g.places * 4 * 3) : g.rows;
  return g;
}

/// Lays groups of items out as tiles where they fit the caches.
void planTiles(const CGenConvSpec &s, const CGenExtent &output, Plan &plan) {
  size_t parts = s.type == CGenTypeFloat32 ? 3 : 1;
  plan.tiles = tilesOf(s, output);
  size_t inputBytes = rounded(size_t(plan.tiles.frameSize()) * 2 * parts);
  size_t gradientBytes = rounded(size_t(plan.tiles.turnedSize()) * 2 * parts);
  if (inputBytes > maximumItemBytes || gradientBytes > maximumItemBytes) return;
  plan.usesTiles = true;
  plan.outRows = plan.tiles.outRows;
  plan.group = 2 * plan.tiles.pairs;
  plan.inputBytes = inputBytes, plan.gradientBytes = gradientBytes;
}

/// Whether matrix tiles take it; they are faster than anything else.
bool prefersTiles(const CGenConvSpec &s) {
  return cgen_isa() >= CGenIsaAmx && (s.type == CGenTypeBfloat16 || s.outChannels >= minimumFloatChannels);
}

bool makePlan(const CGenConvSpec &s, Plan &plan) {
  CGenExtent output;
  if (!isServed(s) || cgen_conv_output(&s, &output) != CGenStatusOk) return false;
  size_t size = cgen::sizeOf(s.type);
  plan.rows = output.height;
  plan.columns = output.width;
  plan.inChannels = s.inChannels;
  plan.outChannels = s.outChannels;
  plan.kernelHeight = s.kernel.height;
  plan.kernelWidth = s.kernel.width;
  plan.pairedColumns = (plan.columns + 1) / 2 * 2;
  plan.lanes = (s.inChannels + 15) / 16 * 16;
  plan.paddedHeight = (plan.rows - 1) * s.stride.height + s.kernel.height;
  plan.paddedWidth = (plan.pairedColumns - 1) * s.stride.width + s.kernel.width;
  plan.inputBytes = rounded(size_t(plan.paddedHeight * plan.paddedWidth * plan.lanes) * size);
  plan.gradientBytes = rounded(size_t(plan.rows * plan.pairedColumns * plan.outChannels) * size);
  plan.outRows = plan.outChannels;
  plan.group = 1;
  plan.usesTiles = false;
  if (prefersTiles(s)) planTiles(s, output, plan);
  plan.sumBytes = rounded(size_t(plan.kernelHeight * plan.kernelWidth * plan.outRows * plan.lanes) * 4);
  int64_t groups = shares(s.batch, plan.group);
  plan.parts = groups < maximumParts ? groups : maximumParts;
  return plan.inputBytes <= maximumItemBytes && plan.gradientBytes <= maximumItemBytes &&
         plan.sumBytes <= 4 * maximumItemBytes;
}

#if defined(__x86_64__)

/// One tap's walk over an item: where rows and pixels of the input and of the gradient are, in elements.
struct Walk {
  int64_t rows, columns, inputRow, inputStep, gradientRow, gradientStep;
};

/// Copies one item's input into a frame of zeros with whole vectors of channels.
template <class Number>
void padInput(const CGenConvSpec &s, const Plan &p, const Number *input, Number *padded) {
  for (int64_t y = 0; y < p.paddedHeight; y++) {
    Number *row = padded + y * p.paddedWidth * p.lanes;
    int64_t source = y - s.padBefore.height;
    if (source < 0 || source >= s.input.height) {
      std::memset(row, 0, size_t(p.paddedWidth * p.lanes) * sizeof(Number));
      continue;
    }
    for (int64_t x = 0; x < p.paddedWidth; x++) {
      Number *pixel = row + x * p.lanes;
      int64_t column = x - s.padBefore.width, copied = 0;
      if (column >= 0 && column < s.input.width) {
        copied = p.inChannels;
        std::memcpy(
            pixel, input + (source * s.input.width + column) * p.inChannels, size_t(copied) * sizeof(Number));
      }
      std::memset(pixel + copied, 0, size_t(p.lanes - copied) * sizeof(Number));
    }
  }
}

/// Lays the gradients of neighbouring pixels of a row beside each other, channel by channel; a last odd one beside 0.
void pairGradient(const Plan &p, const uint16_t *gradient, uint32_t *pairs) {
  for (int64_t row = 0; row < p.rows; row++) {
    for (int64_t pair = 0; pair < p.pairedColumns / 2; pair++) {
      const uint16_t *left = gradient + (row * p.columns + 2 * pair) * p.outChannels;
      bool isWhole = 2 * pair + 1 < p.columns;
      for (int64_t channel = 0; channel < p.outChannels; channel++) {
        uint32_t high = isWhole ? left[p.outChannels + channel] : 0;
        *pairs++ = left[channel] | high << 16;
      }
    }
  }
}

typedef float V __attribute__((ext_vector_type(16)));

/// sums[o][c] += sum over pixels of gradient[o] * input[c], for `outs` by 16 * `vectors` of them.
template <int outs, int vectors>
__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))) void accumulate(
    const Walk &walk, const float *input, const float *gradient, float *sums, int64_t sumRow) {
  V total[outs][vectors];
  for (int o = 0; o < outs; o++) {
    for (int c = 0; c < vectors; c++) std::memcpy(&total[o][c], sums + o * sumRow + 16 * c, 64);
  }
  for (int64_t row = 0; row < walk.rows; row++) {
    const float *x = input + row * walk.inputRow, *g = gradient + row * walk.gradientRow;
    for (int64_t column = 0; column < walk.columns; column++, x += walk.inputStep, g += walk.gradientStep) {
      V values[vectors];
      for (int c = 0; c < vectors; c++) std::memcpy(&values[c], x + 16 * c, 64);
#pragma clang loop unroll(full)
      for (int o = 0; o < outs; o++) {
        V factor = V(g[o]);
        for (int c = 0; c < vectors; c++) total[o][c] = __builtin_elementwise_fma(values[c], factor, total[o][c]);
      }
    }
  }
  for (int o = 0; o < outs; o++) {
    for (int c = 0; c < vectors; c++) std::memcpy(sums + o * sumRow + 16 * c, &total[o][c], 64);
  }
}

/// The same for bf16: two pixels at a time.
template <int outs, int vectors>
__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16"))) void accumulate(
    const Walk &walk, const uint16_t *input, const uint32_t *gradient, float *sums, int64_t sumRow) {
  alignas(64) static const uint16_t order[32] = {0, 16, 1, 17, 2,  18, 3,  19, 4,  20, 5,  21, 6,  22, 7,  23,
                                                 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31};
  const __m512i interleaved = _mm512_load_si512(order);
  __m512 total[outs][vectors];
  for (int o = 0; o < outs; o++) {
    for (int c = 0; c < vectors; c++) total[o][c] = _mm512_loadu_ps(sums + o * sumRow + 16 * c);
  }
  for (int64_t row = 0; row < walk.rows; row++) {
    const uint16_t *x = input + row * walk.inputRow;
    const uint32_t *g = gradient + row * walk.gradientRow;
    for (int64_t pair = 0; pair < walk.columns; pair++, x += 2 * walk.inputStep, g += walk.gradientStep) {
      __m512i values[vectors];
      for (int c = 0; c < vectors; c++) {
        __m256i left = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(x + 16 * c));
        __m256i right = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(x + walk.inputStep + 16 * c));
        __m512i both = _mm512_inserti64x4(_mm512_castsi256_si512(left), right, 1);
        values[c] = _mm512_permutexvar_epi16(interleaved, both);
      }
#pragma clang loop unroll(full)
      for (int o = 0; o < outs; o++) {
        __m512i factor = _mm512_set1_epi32(int(g[o]));
        for (int c = 0; c < vectors; c++) {
          total[o][c] = _mm512_dpbf16_ps(total[o][c], (__m512bh)values[c], (__m512bh)factor);
        }
      }
    }
  }
  for (int o = 0; o < outs; o++) {
    for (int c = 0; c < vectors; c++) _mm512_storeu_ps(sums + o * sumRow + 16 * c, total[o][c]);
  }
}

template <int outs, class Input, class Gradient>
void accumulateVectors(
    const Walk &walk, const Input *input, const Gradient *gradient, float *sums, int64_t lanes) {
  int64_t done = 0;
  for (; done + 48 <= lanes; done += 48) accumulate<outs, 3>(walk, input + done, gradient, sums + done, lanes);
  if (lanes - done == 32) accumulate<outs, 2>(walk, input + done, gradient, sums + done, lanes);
  if (lanes - done == 16) accumulate<outs, 1>(walk, input + done, gradient, sums + done, lanes);
}

/// One tap of one item: eight output channels at a time, then what is left.
template <class Input, class Gradient>
void accumulateTap(
    const Walk &walk, const Input *input, const Gradient *gradient, float *sums, const Plan &p) {
  int64_t done = 0;
  for (; done + 8 <= p.outChannels; done += 8) {
    accumulateVectors<8>(walk, input, gradient + done, sums + done * p.lanes, p.lanes);
  }
  for (; done + 4 <= p.outChannels; done += 4) {
    accumulateVectors<4>(walk, input, gradient + done, sums + done * p.lanes, p.lanes);
  }
  for (; done < p.outChannels; done++) {
    accumulateVectors<1>(walk, input, gradient + done, sums + done * p.lanes, p.lanes);
  }
}

/// Every tap of one item, from its padded input, a few rows at a time so that both stay in the nearest cache.
template <class Input, class Gradient>
void accumulateItem(
    const CGenConvSpec &s, const Plan &p, int64_t columns, const Input *padded, const Gradient *gradient,
    float *sums) {
  Walk walk;
  walk.columns = columns;
  walk.inputRow = s.stride.height * p.paddedWidth * p.lanes;
  walk.inputStep = s.stride.width * p.lanes;
  walk.gradientRow = columns * p.outChannels;
  walk.gradientStep = p.outChannels;
  int64_t rowBytes = walk.inputRow * int64_t(sizeof(Input)) + walk.gradientRow * int64_t(sizeof(Gradient));
  int64_t height = rowBytes < nearCacheBytes ? nearCacheBytes / rowBytes : 1;
  for (int64_t row = 0; row < p.rows; row += height) {
    walk.rows = row + height < p.rows ? height : p.rows - row;
    float *tapSums = sums;
    for (int64_t y = 0; y < p.kernelHeight; y++) {
      for (int64_t x = 0; x < p.kernelWidth; x++) {
        const Input *corner = padded + row * walk.inputRow + (y * p.paddedWidth + x) * p.lanes;
        accumulateTap(walk, corner, gradient + row * walk.gradientRow, tapSums, p);
        tapSums += p.outChannels * p.lanes;
      }
    }
  }
}

void accumulatePart(
    const CGenConvSpec &s, const Plan &p, const void *input, const void *gradient, int64_t begin, int64_t end,
    char *memory) {
  float *sums = reinterpret_cast<float *>(memory);
  void *padded = memory + p.sumBytes, *copied = memory + p.sumBytes + p.inputBytes;
  std::memset(sums, 0, p.sumBytes);
  int64_t inputCount = s.input.height * s.input.width * s.inChannels;
  int64_t gradientCount = p.rows * p.columns * p.outChannels;
  if (p.usesTiles) {
    cgen::amx::tileGradient(p.tiles, input, gradient, begin, end, sums, padded, copied);
    return;
  }
  for (int64_t item = begin; item < end; item++) {
    if (s.type == CGenTypeFloat32) {
      float *frame = static_cast<float *>(padded);
      padInput(s, p, static_cast<const float *>(input) + item * inputCount, frame);
      accumulateItem(s, p, p.columns, frame, static_cast<const float *>(gradient) + item * gradientCount, sums);
    } else {
      uint16_t *frame = static_cast<uint16_t *>(padded);
      uint32_t *pairs = static_cast<uint32_t *>(copied);
      padInput(s, p, static_cast<const uint16_t *>(input) + item * inputCount, frame);
      pairGradient(p, static_cast<const uint16_t *>(gradient) + item * gradientCount, pairs);
      accumulateItem(s, p, p.pairedColumns / 2, frame, pairs, sums);
    }
  }
}

#endif

bool areFinite(const float *numbers, int64_t count) {
  // What is no number times 0 is none; sums of zeros are 0.
  float sum = 0;
  for (int64_t i = 0; i < count; i++) sum += numbers[i] * 0.0f;
  return sum == 0.0f;
}

/// The gradient by oneDNN.
CGenStatus directGradient(
    const CGenConvSpec &spec, const void *input, const void *outputGradient, float *weightsGradient) {
  CGenConv *conv;
  if (CGenStatus status = cgen_conv_create(&spec, CGenConvPassBackwardWeights, &conv)) return status;
  CGenStatus status = cgen_conv_backward_weights(conv, input, outputGradient, weightsGradient, nullptr);
  cgen_conv_destroy(conv);
  return status;
}

/// Minimal filtering; where a number is infinite or none it would reach taps that do not see it, so
/// that what is not finite is found directly.
CGenStatus filteredGradient(
    const CGenConvSpec &spec, const CGenExtent &output, const void *input, const void *outputGradient,
    float *weightsGradient, void *scratch) {
  return cgen::guarded("kernel gradient", [&] {
    cgen::winogradGradient(spec, output, input, outputGradient, weightsGradient, scratch);
    if (areFinite(weightsGradient, 9 * spec.inChannels * spec.outChannels)) return CGenStatusOk;
    return directGradient(spec, input, outputGradient, weightsGradient);
  });
}

/// Whether minimal filtering takes it.
bool filtersMinimally(const CGenConvSpec &s, CGenExtent &output) {
  return cgen_conv_output(&s, &output) == CGenStatusOk && cgen::servesWinogradGradient(s) && !prefersTiles(s);
}

}  // namespace

size_t cgen_kernel_gradient_scratch(const CGenConvSpec *spec) {
  CGenExtent output;
  if (filtersMinimally(*spec, output)) return cgen::winogradGradientScratch(*spec, output);
  Plan plan;
  return makePlan(*spec, plan) ? plan.partBytes() * size_t(plan.parts) : 0;
}

CGenStatus cgen_kernel_gradient(
    const CGenConvSpec *spec, const void *input, const void *outputGradient, float *weightsGradient,
    void *scratch) {
  CGEN_REQUIRE(input && outputGradient && weightsGradient && scratch, "kernel gradient: a buffer is missing");
  CGenExtent output;
  if (filtersMinimally(*spec, output))
    return filteredGradient(*spec, output, input, outputGradient, weightsGradient, scratch);
  Plan plan;
  if (!makePlan(*spec, plan)) return cgen::fail(CGenStatusUnsupported, "kernel gradient: not served");
#if defined(__x86_64__)
  char *memory = static_cast<char *>(scratch);
  cgen::parallel(plan.parts, 1, [&](int64_t first, int64_t last) {
    for (int64_t part = first; part < last; part++) {
      int64_t groups = shares(spec->batch, plan.group);
      int64_t begin = groups * part / plan.parts * plan.group;
      int64_t end = groups * (part + 1) / plan.parts * plan.group;
      if (end > spec->batch) end = spec->batch;
      accumulatePart(*spec, plan, input, outputGradient, begin, end, memory + size_t(part) * plan.partBytes());
    }
  });
  int64_t taps = plan.kernelHeight * plan.kernelWidth;
  cgen::parallel(plan.outChannels, 4, [&](int64_t first, int64_t last) {
    for (int64_t out = first; out < last; out++) {
      for (int64_t tap = 0; tap < taps; tap++) {
        float *sums = reinterpret_cast<float *>(memory) + (tap * plan.outRows + out) * plan.lanes;
        for (int64_t part = 1; part < plan.parts; part++) {
          const float *others = sums + size_t(part) * plan.partBytes() / sizeof(float);
          for (int64_t in = 0; in < plan.lanes; in++) sums[in] += others[in];
        }
        for (int64_t in = 0; in < plan.inChannels; in++)
          weightsGradient[(out * plan.inChannels + in) * taps + tap] = sums[in];
      }
    }
  });
#endif
  return CGenStatusOk;
}
