/// The one place that knows the differences between oneDNN 2.x and 3.x.
#pragma once

#include "internal.h"
#include "kernels/table.h"

#include <cstring>
#include <dnnl.hpp>
#include <memory>
#include <new>
#include <string>
#include <vector>

#if DNNL_VERSION_MAJOR < 2 || (DNNL_VERSION_MAJOR == 2 && DNNL_VERSION_MINOR < 6)
#error "oneDNN 2.6 or newer is needed"
#endif

namespace cgen {

using Memory = dnnl::memory;
using Desc = dnnl::memory::desc;
using Dims = dnnl::memory::dims;
using DataType = dnnl::memory::data_type;
using Tag = dnnl::memory::format_tag;

inline dnnl::engine &cpuEngine() {
  static dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

inline dnnl::stream &cpuStream() {
  static thread_local dnnl::stream stream(cpuEngine());
  return stream;
}

/// Whether numbers of this type are widened to f32 for oneDNN, which multiplies bf16 from AVX-512 on.
inline bool isWidened(CGenType type) {
  return type == CGenTypeBfloat16 && cgen_isa() < CGenIsaAvx512;
}

/// What oneDNN is told of numbers of a type.
inline DataType dataType(CGenType type) {
  if (isWidened(type)) return DataType::f32;
  switch (type) {
  case CGenTypeBfloat16: return DataType::bf16;
  case CGenTypeFloat16: return DataType::f16;
  default: return DataType::f32;
  }
}

inline void appendEltwise(dnnl::post_ops &ops, dnnl::algorithm algorithm, float alpha, float beta) {
#if DNNL_VERSION_MAJOR >= 3
  ops.append_eltwise(algorithm, alpha, beta);
#else
  ops.append_eltwise(1.0f, algorithm, alpha, beta);
#endif
}

/// Appends an activation that needs no tensor.
inline void appendActivation(dnnl::post_ops &ops, CGenActivation activation, float slope) {
  using dnnl::algorithm;
  switch (activation) {
  case CGenActivationRelu: return appendEltwise(ops, algorithm::eltwise_relu, 0, 0);
  case CGenActivationSilu: return appendEltwise(ops, algorithm::eltwise_swish, 1, 0);
  case CGenActivationGeluTanh: return appendEltwise(ops, algorithm::eltwise_gelu_tanh, 0, 0);
  case CGenActivationGeluErf: return appendEltwise(ops, algorithm::eltwise_gelu_erf, 0, 0);
  case CGenActivationLeakyRelu: return appendEltwise(ops, algorithm::eltwise_relu, slope, 0);
  case CGenActivationTanh: return appendEltwise(ops, algorithm::eltwise_tanh, 0, 0);
  case CGenActivationSigmoid: return appendEltwise(ops, algorithm::eltwise_logistic, 0, 0);
  default: return;
  }
}

inline dnnl::matmul::primitive_desc matmulDesc(
    const Desc &a, const Desc &b, const Desc *bias, const Desc &out,
    const dnnl::primitive_attr &attributes) {
#if DNNL_VERSION_MAJOR >= 3
  if (bias) return dnnl::matmul::primitive_desc(cpuEngine(), a, b, *bias, out, attributes);
  return dnnl::matmul::primitive_desc(cpuEngine(), a, b, out, attributes);
#else
  auto desc = bias ? dnnl::matmul::desc(a, b, *bias, out) : dnnl::matmul::desc(a, b, out);
  return dnnl::matmul::primitive_desc(desc, attributes, cpuEngine());
#endif
}

/// The shape of a convolution in oneDNN's words.
struct ConvShape {
  Desc input, weights, bias, output;
  bool hasBias;
  Dims stride, dilation, padBefore, padAfter;
};

inline dnnl::convolution_forward::primitive_desc convForwardDesc(
    const ConvShape &s, bool trains, const dnnl::primitive_attr &attributes) {
  auto kind = trains ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;
  auto algorithm = dnnl::algorithm::convolution_direct;
#if DNNL_VERSION_MAJOR >= 3
  if (s.hasBias) {
    return dnnl::convolution_forward::primitive_desc(
        cpuEngine(), kind, algorithm, s.input, s.weights, s.bias, s.output, s.stride, s.dilation,
        s.padBefore, s.padAfter, attributes);
  }
  return dnnl::convolution_forward::primitive_desc(
      cpuEngine(), kind, algorithm, s.input, s.weights, s.output, s.stride, s.dilation, s.padBefore,
      s.padAfter, attributes);
#else
  using Op = dnnl::convolution_forward::desc;
  Op desc = s.hasBias ? Op(kind, algorithm, s.input, s.weights, s.bias, s.output, s.stride,
                           s.dilation, s.padBefore, s.padAfter)
                      : Op(kind, algorithm, s.input, s.weights, s.output, s.stride, s.dilation,
                           s.padBefore, s.padAfter);
  return dnnl::convolution_forward::primitive_desc(desc, attributes, cpuEngine());
#endif
}

inline dnnl::convolution_backward_data::primitive_desc convBackwardDataDesc(
    const ConvShape &s, const dnnl::convolution_forward::primitive_desc &hint,
    const dnnl::primitive_attr &attributes) {
  auto algorithm = dnnl::algorithm::convolution_direct;
#if DNNL_VERSION_MAJOR >= 3
  return dnnl::convolution_backward_data::primitive_desc(
      cpuEngine(), algorithm, s.input, s.weights, s.output, s.stride, s.dilation, s.padBefore,
      s.padAfter, hint, attributes);
#else
  dnnl::convolution_backward_data::desc desc(
      algorithm, s.input, s.weights, s.output, s.stride, s.dilation, s.padBefore, s.padAfter);
  return dnnl::convolution_backward_data::primitive_desc(desc, attributes, cpuEngine(), hint);
#endif
}

inline dnnl::convolution_backward_weights::primitive_desc convBackwardWeightsDesc(
    const ConvShape &s, const dnnl::convolution_forward::primitive_desc &hint,
    const dnnl::primitive_attr &attributes) {
  auto algorithm = dnnl::algorithm::convolution_direct;
#if DNNL_VERSION_MAJOR >= 3
  if (s.hasBias) {
    return dnnl::convolution_backward_weights::primitive_desc(
        cpuEngine(), algorithm, s.input, s.weights, s.bias, s.output, s.stride, s.dilation,
        s.padBefore, s.padAfter, hint, attributes);
  }
  return dnnl::convolution_backward_weights::primitive_desc(
      cpuEngine(), algorithm, s.input, s.weights, s.output, s.stride, s.dilation, s.padBefore,
      s.padAfter, hint, attributes);
#else
  using Op = dnnl::convolution_backward_weights::desc;
  Op desc = s.hasBias ? Op(algorithm, s.input, s.weights, s.bias, s.output, s.stride, s.dilation,
                           s.padBefore, s.padAfter)
                      : Op(algorithm, s.input, s.weights, s.output, s.stride, s.dilation,
                           s.padBefore, s.padAfter);
  return dnnl::convolution_backward_weights::primitive_desc(desc, attributes, cpuEngine(), hint);
#endif
}

/// Attributes that let the caller own the scratchpad.
inline dnnl::primitive_attr userScratchpad() {
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attributes;
}

/// A primitive with its argument memories, executed without allocating. Arguments that the caller
/// holds in a type that oneDNN has to have widened go through memory of the runner's own.
class Runner {
 public:
  Runner() = default;
  Runner(const dnnl::primitive &primitive, const Desc &scratchpad) : primitive(primitive) {
    padSize = scratchpad.get_size();
    add(DNNL_ARG_SCRATCHPAD, scratchpad);
  }

  explicit operator bool() const { return bool(primitive); }

  /// `type`: how the caller's numbers lie in memory.
  void add(int argument, const Desc &desc, CGenType type = CGenTypeFloat32) {
    memories.emplace_back(desc, cpuEngine(), nullptr);
    arguments.push_back({argument, memories.back().get()});
    if (!isWidened(type)) return;
    widened.push_back({argument, type, nullptr, std::vector<float>(desc.get_size() / sizeof(float))});
    memories.back().set_data_handle(widened.back().numbers.data());
  }

  void set(int argument, const void *data) {
    for (Widened &one : widened) {
      if (one.argument == argument) return void(one.data = const_cast<void *>(data));
    }
    for (size_t i = 0; i < arguments.size(); i++) {
      if (arguments[i].arg == argument) memories[i].set_data_handle(const_cast<void *>(data));
    }
  }

  void run() {
    if (padSize > 0) {
      void *memory = scratch(Scratch::library, padSize);
      if (!memory) throw std::bad_alloc();
      set(DNNL_ARG_SCRATCHPAD, memory);
    }
    // Results as well: something may be added to them, or lie between their rows.
    for (Widened &one : widened) one.widen();
    dnnl::error::wrap_c_api(
        dnnl_primitive_execute(
            primitive.get(), cpuStream().get(), int(arguments.size()), arguments.data()),
        "could not execute a primitive");
    for (Widened &one : widened) one.narrow();
  }

 private:
  struct Widened {
    int argument;
    CGenType type;
    void *data;
    std::vector<float> numbers;

    void widen() {
      convert(data, type, numbers.data(), CGenTypeFloat32);
    }

    void narrow() {
      bool isResult = argument == DNNL_ARG_DST || argument == DNNL_ARG_DIFF_SRC ||
                      argument == DNNL_ARG_DIFF_WEIGHTS;
      if (isResult) convert(numbers.data(), CGenTypeFloat32, data, type);
    }

    void convert(const void *from, CGenType fromType, void *to, CGenType toType) {
      int64_t fromSize = int64_t(sizeOf(fromType)), toSize = int64_t(sizeOf(toType));
      parallel(int64_t(numbers.size()), 16384, [&](int64_t begin, int64_t end) {
        kernels().convert(
            static_cast<const char *>(from) + begin * fromSize, fromType,
            static_cast<char *>(to) + begin * toSize, toType, end - begin);
      });
    }
  };

  dnnl::primitive primitive;
  size_t padSize = 0;
  std::vector<Memory> memories;
  std::vector<dnnl_exec_arg_t> arguments;
  std::vector<Widened> widened;
};

/// A conversion between two layouts, made once; the types are the caller's.
inline Runner reordering(
    const Desc &from, CGenType fromType, const Desc &to, CGenType toType,
    bool accumulates = false) {
  dnnl::primitive_attr attributes = userScratchpad();
  if (accumulates) {
    dnnl::post_ops ops;
    ops.append_sum(1.0f);
    attributes.set_post_ops(ops);
  }
  dnnl::reorder::primitive_desc desc(cpuEngine(), from, cpuEngine(), to, attributes);
  Runner runner(dnnl::reorder(desc), desc.scratchpad_desc());
  runner.add(DNNL_ARG_FROM, from, fromType);
  runner.add(DNNL_ARG_TO, to, toType);
  return runner;
}

inline void runReordering(Runner &runner, const void *from, void *to) {
  runner.set(DNNL_ARG_FROM, from);
  runner.set(DNNL_ARG_TO, to);
  runner.run();
}

/// Calls `body` and turns what it throws into a status.
template <class Body> CGenStatus guarded(const char *what, Body &&body) {
  try {
    return body();
  } catch (const dnnl::error &error) {
    if (error.status == dnnl_out_of_memory) {
      return fail(CGenStatusOutOfMemory, "%s: out of memory", what);
    }
    CGenStatus status =
        error.status == dnnl_unimplemented ? CGenStatusUnsupported : CGenStatusBackend;
    return fail(status, "%s: %s", what, error.what());
  } catch (const std::bad_alloc &) {
    return fail(CGenStatusOutOfMemory, "%s: out of memory", what);
  } catch (const std::exception &error) {
    return fail(CGenStatusBackend, "%s: %s", what, error.what());
  } catch (...) {
    return fail(CGenStatusBackend, "%s: unknown failure", what);
  }
}

} // namespace cgen
