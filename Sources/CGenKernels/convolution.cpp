#include "onednn.h"

#include "tiles.h"
#include "winograd.h"

using namespace cgen;

namespace {

/// Whether an axis takes part at all.
bool isTrivial(int64_t input, int64_t kernel, int64_t before, int64_t after) {
  return input == 1 && kernel == 1 && before == 0 && after == 0;
}

int spatialRank(const CGenConvSpec &s) {
  if (!isTrivial(s.input.depth, s.kernel.depth, s.padBefore.depth, s.padAfter.depth)) return 3;
  return 2;
}

Dims spatial(const CGenExtent &extent, int rank, int64_t minus = 0) {
  Dims dims{extent.depth - minus, extent.height - minus, extent.width - minus};
  return Dims(dims.end() - rank, dims.end());
}

Desc pictures(int64_t batch, int64_t channels, const CGenExtent &size, int rank, CGenType type) {
  Dims dims{batch, channels}, rest = spatial(size, rank);
  dims.insert(dims.end(), rest.begin(), rest.end());
  return Desc(dims, dataType(type), rank == 2 ? Tag::nhwc : Tag::ndhwc);
}

Dims weightDims(const CGenConvSpec &s, int rank) {
  int64_t groups = s.groups;
  Dims dims = groups > 1 ? Dims{groups, s.outChannels / groups, s.inChannels / groups}
                         : Dims{s.outChannels, s.inChannels};
  Dims taps = spatial(s.kernel, rank);
  dims.insert(dims.end(), taps.begin(), taps.end());
  return dims;
}

/// Plain weights in the spec's layout, by strides.
Desc plainWeights(const CGenConvSpec &s, int rank) {
  int64_t inner = s.inChannels / s.groups, out = s.outChannels;
  int64_t taps = s.kernel.depth * s.kernel.height * s.kernel.width;
  int64_t outStride, inStride, tapStride;
  switch (s.layout) {
  case CGenWeightLayoutHWIO: outStride = 1, inStride = out, tapStride = out * inner; break;
  case CGenWeightLayoutOIHW: outStride = inner * taps, inStride = taps, tapStride = 1; break;
  default: outStride = inner * taps, inStride = 1, tapStride = inner; break;
  }
  Dims strides = s.groups > 1 ? Dims{outStride * (out / s.groups), outStride, inStride}
                              : Dims{outStride, inStride};
  if (rank == 3) strides.push_back(tapStride * s.kernel.height * s.kernel.width);
  strides.push_back(tapStride * s.kernel.width);
  strides.push_back(tapStride);
  return Desc(weightDims(s, rank), dataType(s.weightType), strides);
}

bool outputSize(
    int64_t input, int64_t before, int64_t after, int64_t kernel, int64_t stride, int64_t dilation,
    int64_t &output) {
  const int64_t limit = int64_t(1) << 31;
  if (input < 1 || kernel < 1 || stride < 1 || dilation < 1 || before < 0 || after < 0)
    return false;
  if (input >= limit || kernel >= limit || stride >= limit || dilation >= limit) return false;
  if (before >= limit || after >= limit) return false;
  int64_t span = dilation * (kernel - 1) + 1, padded = input + before + after;
  if (padded < span) return false;
  output = (padded - span) / stride + 1;
  return true;
}

CGenStatus check(const CGenConvSpec &s, CGenExtent &output) {
  CGEN_REQUIRE(
      s.batch >= 1 && s.inChannels >= 1 && s.outChannels >= 1 && s.groups >= 1,
      "conv: batch, channels and groups must be at least 1");
  CGEN_REQUIRE(
      s.inChannels % s.groups == 0 && s.outChannels % s.groups == 0,
      "conv: %lld groups do not divide %lld and %lld channels", (long long)s.groups,
      (long long)s.inChannels, (long long)s.outChannels);
  CGEN_REQUIRE(
      outputSize(
          s.input.depth, s.padBefore.depth, s.padAfter.depth, s.kernel.depth, s.stride.depth,
          s.dilation.depth, output.depth) &&
          outputSize(
              s.input.height, s.padBefore.height, s.padAfter.height, s.kernel.height,
              s.stride.height, s.dilation.height, output.height) &&
          outputSize(
              s.input.width, s.padBefore.width, s.padAfter.width, s.kernel.width, s.stride.width,
              s.dilation.width, output.width),
      "conv: the padded input is smaller than the kernel, or a size is below 1");
  int64_t count;
  CGEN_REQUIRE(
      elementCountOf(count, s.batch, s.inChannels, s.input.depth, s.input.height, s.input.width) &&
          elementCountOf(
              count, s.batch, s.outChannels, output.depth, output.height, output.width) &&
          elementCountOf(
              count, s.outChannels, s.inChannels, s.kernel.depth, s.kernel.height, s.kernel.width),
      "conv: the tensors are too large");
  CGEN_REQUIRE(isStorage(s.type) && isStorage(s.weightType), "conv: types must be f32 or bf16");
  CGEN_REQUIRE(
      s.layout >= CGenWeightLayoutOHWI && s.layout <= CGenWeightLayoutOIHW,
      "conv: no such weight layout %d", int(s.layout));
  CGEN_REQUIRE(
      s.activation >= CGenActivationNone && s.activation <= CGenActivationSigmoid,
      "conv: no such activation %d", int(s.activation));
  return CGenStatusOk;
}

} // namespace

struct CGenConv {
  CGenConvSpec spec;
  CGenConvPass pass;
  int threads, rank;
  ConvShape shape;
  /// Weights as callers see them and as the primitive wants them.
  Desc plain, packed;
  /// Whether the primitive takes them as the caller has them.
  bool fitsPlain = false;
  int64_t inputCount, outputCount;
  CGenExtent outputExtent;
  /// What runs it; oneDNN is not asked where it is one of our own.
  enum class Way { library, winograd, tiles } way = Way::library;
  Runner main, inPlace, packing, unpacking;
  int residualArgument = 0;
  std::string implementation;

  /// oneDNN 2.6's convolution by products adds what belongs to the first group to all of them; what
  /// lies in the output it adds rightly.
  bool addsWrongly() const { return spec.groups > 1; }

  bool appliesSlopes() const { return spec.activation == CGenActivationPRelu; }

  Runner makeForward(bool isInPlace) {
    dnnl::primitive_attr attributes = userScratchpad();
    dnnl::post_ops ops;
    int residualAt = -1;
    auto addResidual = [&] {
      residualAt = ops.len();
      if (isInPlace) {
        ops.append_sum(1.0f);
      } else {
        ops.append_binary(dnnl::algorithm::binary_add, shape.output);
      }
    };
    if (spec.hasResidual && spec.residualBeforeActivation) addResidual();
    if (!appliesSlopes()) appendActivation(ops, spec.activation, spec.slope);
    if (spec.hasResidual && !spec.residualBeforeActivation && !appliesSlopes()) addResidual();
    attributes.set_post_ops(ops);
    ConvShape wanted = shape;
    if (!packed.is_zero()) wanted.weights = packed;
    auto desc = convForwardDesc(wanted, false, attributes);
    if (packed.is_zero()) packed = desc.weights_desc();
    if (implementation.empty()) implementation = desc.impl_info_str();
    Runner runner(dnnl::convolution_forward(desc), desc.scratchpad_desc());
    runner.add(DNNL_ARG_SRC, shape.input, spec.type);
    runner.add(DNNL_ARG_WEIGHTS, packed);
    runner.add(DNNL_ARG_DST, shape.output, spec.type);
    if (spec.hasBias) runner.add(DNNL_ARG_BIAS, shape.bias);
    if (residualAt >= 0 && !isInPlace) {
      residualArgument = DNNL_ARG_ATTR_MULTIPLE_POST_OP(residualAt) | DNNL_ARG_SRC_1;
      runner.add(residualArgument, shape.output, spec.type);
    }
    return runner;
  }

  void makeBackwardData() {
    ConvShape bare = shape;
    bare.hasBias = false;
    auto hint = convForwardDesc(bare, true, dnnl::primitive_attr());
    auto desc = convBackwardDataDesc(bare, hint, userScratchpad());
    packed = desc.weights_desc();
    implementation = desc.impl_info_str();
    main = Runner(dnnl::convolution_backward_data(desc), desc.scratchpad_desc());
    main.add(DNNL_ARG_DIFF_SRC, shape.input, spec.type);
    main.add(DNNL_ARG_WEIGHTS, packed);
    main.add(DNNL_ARG_DIFF_DST, shape.output, spec.type);
  }

  void makeBackwardWeights() {
    auto hint = convForwardDesc(shape, true, dnnl::primitive_attr());
    ConvShape wanted = shape;
    wanted.weights = Desc(weightDims(spec, rank), dataType(spec.weightType), Tag::any);
    auto desc = convBackwardWeightsDesc(wanted, hint, userScratchpad());
    packed = desc.diff_weights_desc();
    implementation = desc.impl_info_str();
    main = Runner(dnnl::convolution_backward_weights(desc), desc.scratchpad_desc());
    main.add(DNNL_ARG_SRC, shape.input, spec.type);
    main.add(DNNL_ARG_DIFF_WEIGHTS, packed);
    main.add(DNNL_ARG_DIFF_DST, shape.output, spec.type);
    if (spec.hasBias) main.add(DNNL_ARG_DIFF_BIAS, shape.bias);
  }

  /// Per-channel slopes, which oneDNN 2.x only has in its reference convolution: a pass of our own
  /// over the output.
  CGenStatus applySlopes(const float *slopes, const void *residual, void *output) const {
    const int64_t shape[] = {outputCount / spec.outChannels, spec.outChannels},
                  perChannel[] = {0, 1};
    const CGenView out{output, nullptr, spec.type};
    const CGenView inputs[] = {
        out,
        {const_cast<float *>(slopes), perChannel, CGenTypeFloat32},
        {const_cast<void *>(residual), nullptr, spec.type}};
    const CGenStep steps[] = {{CGenOpPRelu, 0, 1, 0, 0}, {CGenOpAdd, 3, 2, 0, 0}};
    bool addsResidual = spec.hasResidual && !spec.residualBeforeActivation;
    const int32_t value = addsResidual ? 4 : 2;
    return cgen_fused(
        2, shape, addsResidual ? 3 : 2, inputs, addsResidual ? 2 : 1, steps, 1, &out, &value);
  }

  size_t packedSize() const {
    switch (way) {
    case Way::winograd: return winogradPackedSize(spec);
    case Way::tiles: return tilePackedSize(spec);
    default: return packed.get_size();
    }
  }

  void pack(const void *weights, void *target) {
    switch (way) {
    case Way::winograd: winogradPack(spec, weights, static_cast<float *>(target)); break;
    case Way::tiles: tilePack(spec, weights, target); break;
    default: runReordering(packing, weights, target); break;
    }
  }

  /// The forward pass by a kernel of our own.
  void runOurs(
      const void *input, const void *weights, const float *bias, const void *residual,
      const float *slopes, void *output) {
    const void *settled = settledWeights(weights);
    bias = spec.hasBias ? bias : nullptr;
    residual = spec.hasResidual ? residual : nullptr;
    slopes = appliesSlopes() ? slopes : nullptr;
    if (way == Way::tiles) {
      tileForward(spec, outputExtent, input, settled, bias, residual, slopes, output);
    } else {
      winogradForward(
          spec, outputExtent, input, static_cast<const float *>(settled), bias, residual, slopes,
          output);
    }
  }

  /// The weights as the primitive wants them: the caller's own when they fit, else converted into
  /// scratch.
  const void *settledWeights(const void *weights) {
    if (spec.weightsArePacked || fitsPlain) return weights;
    void *memory = scratch(Scratch::weights, packedSize());
    if (!memory) throw std::bad_alloc();
    pack(weights, memory);
    return memory;
  }
};

namespace {

/// Tries convolutions of NHWC pictures with the weights in whatever layout oneDNN likes best.
void describe(CGenConv &conv, const CGenExtent &output) {
  const CGenConvSpec &s = conv.spec;
  int rank = conv.rank = spatialRank(s);
  ConvShape &shape = conv.shape;
  shape.input = pictures(s.batch, s.inChannels, s.input, rank, s.type);
  shape.output = pictures(s.batch, s.outChannels, output, rank, s.type);
  shape.weights = Desc(weightDims(s, rank), dataType(s.type), Tag::any);
  shape.bias = Desc({s.outChannels}, DataType::f32, Tag::a);
  shape.hasBias = s.hasBias;
  shape.stride = spatial(s.stride, rank);
  shape.dilation = spatial(s.dilation, rank, 1);
  shape.padBefore = spatial(s.padBefore, rank);
  shape.padAfter = spatial(s.padAfter, rank);
  conv.plain = plainWeights(s, rank);
  conv.inputCount = s.batch * s.inChannels * s.input.depth * s.input.height * s.input.width;
  conv.outputCount = s.batch * s.outChannels * output.depth * output.height * output.width;
}

CGenStatus checkPass(const CGenConv *conv, CGenConvPass pass) {
  CGEN_REQUIRE(conv, "conv: no handle");
  CGEN_REQUIRE(conv->pass == pass, "conv: the handle was made for another pass");
  return CGenStatusOk;
}

} // namespace

extern "C" {

CGenStatus cgen_conv_output(const CGenConvSpec *spec, CGenExtent *output) {
  CGEN_REQUIRE(spec && output, "conv: no spec");
  return check(*spec, *output);
}

CGenStatus cgen_conv_create(const CGenConvSpec *spec, CGenConvPass pass, CGenConv **handle) {
  CGEN_REQUIRE(spec && handle, "conv: no spec");
  *handle = nullptr;
  CGEN_REQUIRE(
      pass >= CGenConvPassForward && pass <= CGenConvPassBackwardWeights, "conv: no such pass %d",
      int(pass));
  CGenExtent output;
  if (CGenStatus status = check(*spec, output)) return status;
  return guarded("conv", [&] {
    auto made = std::make_unique<CGenConv>();
    made->spec = *spec;
    made->pass = pass;
    made->threads = cgen_thread_count();
    useThreads(made->threads);
    made->outputExtent = output;
    if (pass == CGenConvPassForward && (servesWinograd(*spec) || servesTiles(*spec))) {
      made->way = servesTiles(*spec) ? CGenConv::Way::tiles : CGenConv::Way::winograd;
      made->implementation = servesTiles(*spec) ? "gen:tiles" : "gen:winograd";
      *handle = made.release();
      return CGenStatusOk;
    }
    describe(*made, output);
    switch (pass) {
    case CGenConvPassForward: made->main = made->makeForward(false); break;
    case CGenConvPassBackwardData: made->makeBackwardData(); break;
    default: made->makeBackwardWeights(); break;
    }
    made->fitsPlain = made->packed == made->plain && !isWidened(spec->weightType);
    if (pass == CGenConvPassBackwardWeights) {
      if (!made->fitsPlain || spec->accumulates) {
        made->unpacking = reordering(
            made->packed, CGenTypeFloat32, made->plain, spec->weightType, spec->accumulates);
      }
    } else {
      made->packing = reordering(made->plain, spec->weightType, made->packed, CGenTypeFloat32);
    }
    *handle = made.release();
    return CGenStatusOk;
  });
}

void cgen_conv_destroy(CGenConv *handle) { delete handle; }

size_t cgen_conv_packed_size(const CGenConv *handle) {
  return handle->packedSize();
}

CGenStatus cgen_conv_pack(CGenConv *handle, const void *weights, void *packed) {
  CGEN_REQUIRE(handle && weights && packed, "conv: packing needs a handle and two buffers");
  CGEN_REQUIRE(handle->pass != CGenConvPassBackwardWeights, "conv: this pass takes no weights");
  return guarded("conv packing", [&] {
    useThreads(handle->threads);
    handle->pack(weights, packed);
    return CGenStatusOk;
  });
}

CGenStatus cgen_conv_forward(
    CGenConv *handle, const void *input, const void *weights, const float *bias,
    const void *residual, const float *slopes, void *output) {
  if (CGenStatus status = checkPass(handle, CGenConvPassForward)) return status;
  CGEN_REQUIRE(input && weights && output, "conv: input, weights and output are needed");
  CGEN_REQUIRE(!handle->spec.hasBias || bias, "conv: the bias is missing");
  CGEN_REQUIRE(!handle->spec.hasResidual || residual, "conv: the residual is missing");
  CGEN_REQUIRE(!handle->appliesSlopes() || slopes, "conv: the slopes are missing");
  return guarded("conv", [&] {
    useThreads(handle->threads);
    if (handle->way != CGenConv::Way::library) {
      handle->runOurs(input, weights, bias, residual, slopes, output);
      return CGenStatusOk;
    }
    bool isLater = handle->appliesSlopes() && !handle->spec.residualBeforeActivation;
    bool isInPlace = handle->spec.hasResidual && residual == output;
    const void *added = residual;
    if (isInPlace && isLater) {
      size_t bytes = size_t(handle->outputCount) * sizeOf(handle->spec.type);
      void *copy = scratch(Scratch::result, bytes);
      if (!copy) throw std::bad_alloc();
      std::memcpy(copy, residual, bytes);
      added = copy;
      isInPlace = false;
    }
    if (handle->spec.hasResidual && !isLater && !isInPlace && handle->addsWrongly()) {
      std::memcpy(output, residual, size_t(handle->outputCount) * sizeOf(handle->spec.type));
      isInPlace = true;
    }
    if (isInPlace && !handle->inPlace) handle->inPlace = handle->makeForward(true);
    Runner &runner = isInPlace ? handle->inPlace : handle->main;
    runner.set(DNNL_ARG_WEIGHTS, handle->settledWeights(weights));
    runner.set(DNNL_ARG_SRC, input);
    runner.set(DNNL_ARG_DST, output);
    if (handle->spec.hasBias) runner.set(DNNL_ARG_BIAS, bias);
    if (handle->spec.hasResidual && !isInPlace && !isLater)
      runner.set(handle->residualArgument, residual);
    runner.run();
    return handle->appliesSlopes() ? handle->applySlopes(slopes, added, output) : CGenStatusOk;
  });
}

CGenStatus cgen_conv_backward_data(
    CGenConv *handle, const void *outputGradient, const void *weights, void *inputGradient) {
  if (CGenStatus status = checkPass(handle, CGenConvPassBackwardData)) return status;
  CGEN_REQUIRE(outputGradient && weights && inputGradient, "conv: a buffer is missing");
  return guarded("conv", [&] {
    useThreads(handle->threads);
    handle->main.set(DNNL_ARG_WEIGHTS, handle->settledWeights(weights));
    handle->main.set(DNNL_ARG_DIFF_DST, outputGradient);
    void *target = inputGradient;
    if (handle->spec.accumulates) {
      target = scratch(Scratch::result, size_t(handle->inputCount) * sizeOf(handle->spec.type));
      if (!target) throw std::bad_alloc();
    }
    handle->main.set(DNNL_ARG_DIFF_SRC, target);
    handle->main.run();
    if (!handle->spec.accumulates) return CGenStatusOk;
    return cgen_axpy(
        1, target, handle->spec.type, inputGradient, handle->spec.type, handle->inputCount);
  });
}

CGenStatus cgen_conv_backward_weights(
    CGenConv *handle, const void *input, const void *outputGradient, void *weightsGradient,
    float *biasGradient) {
  if (CGenStatus status = checkPass(handle, CGenConvPassBackwardWeights)) return status;
  CGEN_REQUIRE(input && outputGradient && weightsGradient, "conv: a buffer is missing");
  CGEN_REQUIRE(!handle->spec.hasBias || biasGradient, "conv: the bias gradient is missing");
  return guarded("conv", [&] {
    useThreads(handle->threads);
    const CGenConvSpec &spec = handle->spec;
    void *target = weightsGradient, *biasTarget = biasGradient;
    bool isApart = bool(handle->unpacking), addsBias = spec.hasBias && spec.accumulates;
    size_t biasSize = addsBias ? (size_t(spec.outChannels) * 4 + 63) & ~size_t(63) : 0;
    if (isApart) {
      char *memory =
          static_cast<char *>(scratch(Scratch::result, biasSize + handle->packed.get_size()));
      if (!memory) throw std::bad_alloc();
      target = memory + biasSize;
      if (addsBias) biasTarget = memory;
    }
    handle->main.set(DNNL_ARG_SRC, input);
    handle->main.set(DNNL_ARG_DIFF_DST, outputGradient);
    handle->main.set(DNNL_ARG_DIFF_WEIGHTS, target);
    if (spec.hasBias) handle->main.set(DNNL_ARG_DIFF_BIAS, biasTarget);
    handle->main.run();
    if (isApart) runReordering(handle->unpacking, target, weightsGradient);
    if (!addsBias) return CGenStatusOk;
    return cgen_axpy(
        1, biasTarget, CGenTypeFloat32, biasGradient, CGenTypeFloat32, spec.outChannels);
  });
}

const char *cgen_conv_implementation(const CGenConv *handle) {
  return handle->implementation.c_str();
}

} // extern "C"
