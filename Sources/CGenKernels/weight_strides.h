/// Plain weights of a convolution of one group, as our own kernels read them.
#pragma once

#include "internal.h"

#include "kernels/table.h"

#include <new>

namespace cgen {

/// From one output channel, input channel and tap to the next, in numbers.
struct WeightStrides {
  int64_t out, in, tap;

  explicit WeightStrides(const CGenConvSpec &s) {
    int64_t taps = s.kernel.depth * s.kernel.height * s.kernel.width;
    switch (s.layout) {
    case CGenWeightLayoutHWIO: out = 1, in = s.outChannels, tap = s.outChannels * s.inChannels; break;
    case CGenWeightLayoutOIHW: out = taps * s.inChannels, in = taps, tap = 1; break;
    default: out = taps * s.inChannels, in = 1, tap = s.inChannels; break;
    }
  }
};

/// The weights in f32: the caller's own, or converted into scratch.
/// - Throws: std::bad_alloc.
inline const float *floatWeights(const CGenConvSpec &s, const void *weights) {
  if (s.weightType == CGenTypeFloat32) return static_cast<const float *>(weights);
  int64_t taps = s.kernel.depth * s.kernel.height * s.kernel.width;
  int64_t count = taps * s.inChannels * s.outChannels;
  void *plain = scratch(Scratch::partial, size_t(count) * sizeof(float));
  if (!plain) throw std::bad_alloc();
  kernels().convert(weights, s.weightType, plain, CGenTypeFloat32, count);
  return static_cast<const float *>(plain);
}

} // namespace cgen
