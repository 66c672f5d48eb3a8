/// What the kernels on matrix tiles are given. Like the others they work on a range of items and neither start threads
/// nor check arguments.
#pragma once

#include "../include/cgenkernels.h"

namespace cgen {

/// A convolution of bf16 [batch, height, width, channels] pictures, taps one step apart.
struct TileRun {
  const uint16_t *input, *residual;
  uint16_t *output;
  /// [32 outputs][tap][32 inputs][16 outputs][pair of inputs][output][input of the pair].
  const uint16_t *weights;
  /// NULL where there are none.
  const float *bias, *slopes;
  bool addsBeforeSlopes;
  int64_t height, width, outHeight, outWidth, inChannels, outChannels;
  int64_t kernelHeight, kernelWidth, padTop, padLeft;
  /// Steps of 32 input channels.
  int64_t steps;
  /// Rows of a band, and bands of a picture.
  int64_t bandRows, bandCount;

  int64_t frameWidth() const { return outWidth + kernelWidth - 1; }
};

/// The gradient of the kernel of a convolution of f32 or bf16, taken of groups of items.
struct TileGradient {
  CGenType type;
  int64_t height, width, inChannels, rows, columns, outChannels;
  int64_t kernelHeight, kernelWidth, padTop, padLeft, strideY, strideX;
  /// Pairs of items in a group: enough to fill tiles with the columns of one row.
  int64_t pairs;
  /// Rows whose turned gradients stay in the nearest cache while all taps see them.
  int64_t nearRows;
  /// Columns times pairs, input and output channels, each rounded up to whole tiles.
  int64_t places, lanes, outRows;

  int64_t framePlaces() const { return places + (kernelWidth - 1) / strideX * pairs; }
  int64_t frameHeight() const { return (rows - 1) * strideY + kernelHeight; }
  /// Numbers of one part of a group's inputs, and of its gradients.
  int64_t frameSize() const { return frameHeight() * strideX * framePlaces() * lanes * 2; }
  int64_t turnedSize() const { return rows * outRows * places * 2; }
};

#if defined(__x86_64__)
namespace amx {
void tileConvolve(const TileRun &run, void *memory, int64_t begin, int64_t end);
void tileGradient(
    const TileGradient &gradient, const void *input, const void *outputGradient, int64_t begin, int64_t end,
    float *sums, void *frameMemory, void *turnedMemory);
}
#endif

} // namespace cgen
