#include "onednn.h"

using namespace cgen;

namespace {

/// The descriptors of one product; a batch that can be folded into the rows is.
struct MatmulShape {
  Desc a, b, bAny, bias, out;
};

struct Layout {
  int64_t batch, rows, columns, rowStride, batchStride;
};

/// Fills in dense strides; false when the rows or matrices overlap.
bool settle(Layout &layout, bool isShared) {
  if (layout.rowStride == 0) layout.rowStride = layout.columns;
  if (layout.rowStride < layout.columns) return false;
  int64_t size;
  if (!product(layout.rows, layout.rowStride, size)) return false;
  if (isShared) {
    layout.batch = 1;
    layout.batchStride = size;
  }
  if (layout.batchStride == 0) layout.batchStride = size;
  return layout.batch == 1 || layout.batchStride >= layout.columns;
}

Desc descOf(const Layout &layout, bool transposes, CGenType type, bool isFlat) {
  int64_t rows = transposes ? layout.columns : layout.rows;
  int64_t columns = transposes ? layout.rows : layout.columns;
  int64_t rowStride = transposes ? 1 : layout.rowStride;
  int64_t columnStride = transposes ? layout.rowStride : 1;
  if (isFlat) return Desc({rows, columns}, dataType(type), Dims{rowStride, columnStride});
  return Desc(
      {layout.batch, rows, columns}, dataType(type),
      Dims{layout.batchStride, rowStride, columnStride});
}

} // namespace

struct CGenMatmul {
  CGenMatmulSpec spec;
  int threads;
  MatmulShape shape;
  dnnl::matmul::primitive_desc desc;
  Runner separate, inPlace, packing;
  Desc packed;
  std::string implementation;

  /// The product with its post-operations; `inPlace`: the residual is the output itself.
  Runner make(bool inPlace) {
    dnnl::primitive_attr attributes = userScratchpad();
    dnnl::post_ops ops;
    auto addResidual = [&] {
      if (inPlace) {
        ops.append_sum(1.0f);
      } else {
        ops.append_binary(dnnl::algorithm::binary_add, shape.out);
      }
    };
    int residualAt = -1;
    if (spec.accumulates) ops.append_sum(1.0f);
    if (spec.hasResidual && spec.residualBeforeActivation) residualAt = ops.len(), addResidual();
    if (spec.activation != CGenActivationNone) appendActivation(ops, spec.activation, spec.slope);
    if (spec.hasResidual && !spec.residualBeforeActivation) residualAt = ops.len(), addResidual();
    attributes.set_post_ops(ops);
    const Desc &b = spec.bIsPacked ? (packed.is_zero() ? shape.bAny : packed) : shape.b;
    desc = matmulDesc(shape.a, b, spec.hasBias ? &shape.bias : nullptr, shape.out, attributes);
    Runner runner(dnnl::matmul(desc), desc.scratchpad_desc());
    runner.add(DNNL_ARG_SRC, shape.a, spec.aType);
    runner.add(DNNL_ARG_WEIGHTS, desc.weights_desc(), spec.bIsPacked ? CGenTypeFloat32 : spec.bType);
    if (spec.hasBias) runner.add(DNNL_ARG_BIAS, shape.bias);
    runner.add(DNNL_ARG_DST, shape.out, spec.outType);
    if (residualAt >= 0 && !inPlace) {
      runner.add(DNNL_ARG_ATTR_MULTIPLE_POST_OP(residualAt) | DNNL_ARG_SRC_1, shape.out, spec.outType);
      residualArgument = DNNL_ARG_ATTR_MULTIPLE_POST_OP(residualAt) | DNNL_ARG_SRC_1;
    }
    return runner;
  }
  int residualArgument = 0;
};

namespace {

CGenStatus check(const CGenMatmulSpec &s, Layout &a, Layout &b, Layout &out) {
  CGEN_REQUIRE(
      s.batch >= 1 && s.rows >= 1 && s.columns >= 1 && s.inner >= 1,
      "matmul: sizes must be at least 1, not %lld x [%lld, %lld] x [%lld, %lld]",
      (long long)s.batch, (long long)s.rows, (long long)s.inner, (long long)s.inner,
      (long long)s.columns);
  int64_t count;
  CGEN_REQUIRE(
      elementCountOf(count, s.batch, s.rows, s.inner) &&
          elementCountOf(count, s.batch, s.inner, s.columns) &&
          elementCountOf(count, s.batch, s.rows, s.columns),
      "matmul: the operands are too large");
  CGEN_REQUIRE(
      isStorage(s.aType) && isStorage(s.bType) && isStorage(s.outType),
      "matmul: operands must be f32 or bf16");
  CGEN_REQUIRE(
      !(s.accumulates && (s.hasResidual || s.activation != CGenActivationNone)),
      "matmul: accumulation excludes a residual and an activation");
  CGEN_REQUIRE(
      s.activation >= CGenActivationNone && s.activation <= CGenActivationSigmoid &&
          s.activation != CGenActivationPRelu,
      "matmul: no such activation %d", int(s.activation));
  CGEN_REQUIRE(!s.bIsPacked || s.sharesB || s.batch == 1, "matmul: only a shared b can be packed");
  a = {
      s.batch, s.transposesA ? s.inner : s.rows, s.transposesA ? s.rows : s.inner, s.aRowStride,
      s.aBatchStride};
  b = {
      s.batch, s.transposesB ? s.columns : s.inner, s.transposesB ? s.inner : s.columns,
      s.bRowStride, s.bBatchStride};
  out = {s.batch, s.rows, s.columns, s.outRowStride, s.outBatchStride};
  CGEN_REQUIRE(
      settle(a, s.sharesA) && settle(b, s.sharesB) && settle(out, false),
      "matmul: row or batch strides overlap");
  return CGenStatusOk;
}

/// One product instead of many when b is shared and the matrices of a and out follow each other.
void fold(const CGenMatmulSpec &s, Layout &a, Layout &b, Layout &out) {
  bool bIsOne = b.batch == 1, aFollows = a.batchStride == a.rows * a.rowStride;
  bool outFollows = out.batchStride == out.rows * out.rowStride;
  if (out.batch == 1 || !bIsOne || s.transposesA || a.batch != out.batch || !aFollows ||
      !outFollows) {
    return;
  }
  a.rows *= a.batch;
  out.rows *= out.batch;
  a.batch = out.batch = 1;
}

} // namespace

extern "C" {

CGenStatus cgen_matmul_create(const CGenMatmulSpec *spec, CGenMatmul **handle) {
  CGEN_REQUIRE(spec && handle, "matmul: no spec");
  *handle = nullptr;
  Layout a, b, out;
  if (CGenStatus status = check(*spec, a, b, out)) return status;
  fold(*spec, a, b, out);
  return guarded("matmul", [&] {
    auto made = std::make_unique<CGenMatmul>();
    made->spec = *spec;
    made->threads = cgen_thread_count();
    useThreads(made->threads);
    bool isFlat = out.batch == 1 && a.batch == 1 && b.batch == 1;
    MatmulShape &shape = made->shape;
    shape.a = descOf(a, spec->transposesA, spec->aType, isFlat);
    shape.b = descOf(b, spec->transposesB, spec->bType, isFlat);
    shape.out = descOf(out, false, spec->outType, isFlat);
    Dims bDims = isFlat ? Dims{spec->inner, spec->columns} : Dims{1, spec->inner, spec->columns};
    if (spec->bIsPacked) shape.bAny = Desc(bDims, dataType(spec->bType), Tag::any);
    if (spec->hasBias) {
      shape.bias = isFlat ? Desc({1, spec->columns}, DataType::f32, Tag::ab)
                          : Desc({1, 1, spec->columns}, DataType::f32, Tag::abc);
    }
    made->separate = made->make(false);
    made->packed = made->desc.weights_desc();
    made->implementation = made->desc.impl_info_str();
    if (spec->bIsPacked) made->packing = reordering(shape.b, spec->bType, made->packed, CGenTypeFloat32);
    *handle = made.release();
    return CGenStatusOk;
  });
}

void cgen_matmul_destroy(CGenMatmul *handle) { delete handle; }

size_t cgen_matmul_packed_size(const CGenMatmul *handle) { return handle->packed.get_size(); }

CGenStatus cgen_matmul_pack(CGenMatmul *handle, const void *b, void *packed) {
  CGEN_REQUIRE(handle && b && packed, "matmul: packing needs a handle and two buffers");
  CGEN_REQUIRE(handle->spec.bIsPacked, "matmul: this product takes a plain b");
  return guarded("matmul packing", [&] {
    useThreads(handle->threads);
    runReordering(handle->packing, b, packed);
    return CGenStatusOk;
  });
}

CGenStatus cgen_matmul_execute(
    CGenMatmul *handle, const void *a, const void *b, const float *bias, const void *residual,
    void *out) {
  CGEN_REQUIRE(handle && a && b && out, "matmul: a, b and out are needed");
  CGEN_REQUIRE(!handle->spec.hasBias || bias, "matmul: the bias is missing");
  CGEN_REQUIRE(!handle->spec.hasResidual || residual, "matmul: the residual is missing");
  return guarded("matmul", [&] {
    useThreads(handle->threads);
    bool isInPlace = handle->spec.hasResidual && residual == out;
    if (isInPlace && !handle->inPlace) handle->inPlace = handle->make(true);
    Runner &runner = isInPlace ? handle->inPlace : handle->separate;
    runner.set(DNNL_ARG_SRC, a);
    runner.set(DNNL_ARG_WEIGHTS, b);
    runner.set(DNNL_ARG_DST, out);
    if (handle->spec.hasBias) runner.set(DNNL_ARG_BIAS, bias);
    if (handle->spec.hasResidual && !isInPlace) runner.set(handle->residualArgument, residual);
    runner.run();
    return CGenStatusOk;
  });
}

const char *cgen_matmul_implementation(const CGenMatmul *handle) {
  return handle->implementation.c_str();
}

int32_t cgen_onednn_version(void) {
  const dnnl_version_t *version = dnnl_version();
  return version->major * 10000 + version->minor * 100 + version->patch;
}

} // extern "C"
