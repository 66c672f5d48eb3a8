/// Elementwise functions over tiles, and the loop that runs a chain of them.
#pragma once

constexpr int tileSize = 512;

typedef void (*TileFunction)(
    float *out, const float *a, const float *b, const float *c, float x, int n);

/// Applies `F::apply(a, b, c, x)` to `n` elements; operands beyond `arity` are not read.
template <class F, int arity>
static void applyTile(float *out, const float *a, const float *b, const float *c, float x, int n) {
  V zero = V(0.0f);
  int i = 0;
  for (; i + lanes <= n; i += lanes) {
    V va = arity > 0 ? load(a + i) : zero, vb = arity > 1 ? load(b + i) : zero;
    V vc = arity > 2 ? load(c + i) : zero;
    store(out + i, F::apply(va, vb, vc, x));
  }
  if (i < n) {
    V va = arity > 0 ? loadTail(a + i, n - i) : zero,
      vb = arity > 1 ? loadTail(b + i, n - i) : zero;
    V vc = arity > 2 ? loadTail(c + i, n - i) : zero;
    storeTail(out + i, F::apply(va, vb, vc, x), n - i);
  }
}

CGEN_INLINE V truth(VI mask) { return choose(mask, V(1.0f), V(0.0f)); }

CGEN_INLINE V constantPower(V a, float x) {
  if (x == 2.0f) return a * a;
  if (x == 3.0f) return a * a * a;
  if (x == 1.0f) return a;
  if (x == -1.0f) return 1.0f / a;
  if (x == 0.5f) return __builtin_elementwise_sqrt(a);
  if (x == -0.5f) return 1.0f / __builtin_elementwise_sqrt(a);
  return power(a, V(x));
}

#define CGEN_FUNCTION(name, expression)                                                            \
  struct name {                                                                                    \
    CGEN_INLINE_MEMBER V apply(V a, V b, V c, float x) {                                           \
      (void)a, (void)b, (void)c, (void)x;                                                          \
      return expression;                                                                           \
    }                                                                                              \
  }
#define CGEN_INLINE_MEMBER static inline __attribute__((always_inline))

CGEN_FUNCTION(Copy, a);
CGEN_FUNCTION(Negate, -a);
CGEN_FUNCTION(Exp, exponential(a));
CGEN_FUNCTION(Log, logarithm(a));
CGEN_FUNCTION(Sqrt, __builtin_elementwise_sqrt(a));
CGEN_FUNCTION(Rsqrt, 1.0f / __builtin_elementwise_sqrt(a));
CGEN_FUNCTION(Reciprocal, 1.0f / a);
CGEN_FUNCTION(Sin, sineAnywhere<false>(a));
CGEN_FUNCTION(Cos, sineAnywhere<true>(a));
CGEN_FUNCTION(Tanh, hyperbolicTangent(a));
CGEN_FUNCTION(Sigmoid, sigmoid(a));
CGEN_FUNCTION(Silu, silu(a));
CGEN_FUNCTION(GeluTanh, geluTanh(a));
CGEN_FUNCTION(GeluErf, geluErf(a));
CGEN_FUNCTION(Relu, larger(a, V(0.0f)));
CGEN_FUNCTION(Abs, floats(bits(a) & 0x7fffffff));
CGEN_FUNCTION(Square, a *a);
CGEN_FUNCTION(Erf, errorFunction(a));
CGEN_FUNCTION(Floor, __builtin_elementwise_floor(a));
CGEN_FUNCTION(Ceil, __builtin_elementwise_ceil(a));
CGEN_FUNCTION(Round, __builtin_elementwise_roundeven(a));
CGEN_FUNCTION(Sign, choose(a > 0.0f, V(1.0f), choose(a < 0.0f, V(-1.0f), a)));
CGEN_FUNCTION(Softplus, softplus(a));
CGEN_FUNCTION(Mish, a *hyperbolicTangent(softplus(a)));
CGEN_FUNCTION(Not, truth(a == 0.0f));
CGEN_FUNCTION(Add, a + b);
CGEN_FUNCTION(Subtract, a - b);
CGEN_FUNCTION(Multiply, a *b);
CGEN_FUNCTION(Divide, a / b);
CGEN_FUNCTION(Maximum, choose((a > b) | (a != a), a, b));
CGEN_FUNCTION(Minimum, choose((a < b) | (a != a), a, b));
CGEN_FUNCTION(Power, power(a, b));
CGEN_FUNCTION(Equal, truth(a == b));
CGEN_FUNCTION(NotEqual, truth(a != b));
CGEN_FUNCTION(Less, truth(a < b));
CGEN_FUNCTION(LessEqual, truth(a <= b));
CGEN_FUNCTION(Greater, truth(a > b));
CGEN_FUNCTION(GreaterEqual, truth(a >= b));
CGEN_FUNCTION(ReluGradient, choose(a > 0.0f, b, V(0.0f)));
CGEN_FUNCTION(SiluGradient, siluGradient(a, b));
CGEN_FUNCTION(GeluTanhGradient, geluTanhGradient(a, b));
CGEN_FUNCTION(GeluErfGradient, geluErfGradient(a, b));
CGEN_FUNCTION(TanhGradient, b * (1.0f - a * a));
CGEN_FUNCTION(SigmoidGradient, b * a * (1.0f - a));
CGEN_FUNCTION(LeakyReluGradient, choose(a > 0.0f, b, b *x));
CGEN_FUNCTION(PRelu, choose(a > 0.0f, a, a *b));
CGEN_FUNCTION(Select, choose(a != 0.0f, b, c));
CGEN_FUNCTION(MultiplyAdd, a *b + c);
CGEN_FUNCTION(Clamp, choose(a < b, b, choose(a > c, c, a)));
CGEN_FUNCTION(AddConstant, a + x);
CGEN_FUNCTION(MultiplyConstant, a *x);
CGEN_FUNCTION(PowerConstant, constantPower(a, x));
CGEN_FUNCTION(MaximumConstant, choose((a > x) | (a != a), a, V(x)));
CGEN_FUNCTION(MinimumConstant, choose((a < x) | (a != a), a, V(x)));
CGEN_FUNCTION(LeakyRelu, choose(a > 0.0f, a, a *x));
CGEN_FUNCTION(Constant, V(x));

static TileFunction tileFunction(CGenOp op) {
#define CGEN_CASE(name, arity)                                                                     \
  case CGenOp##name: return applyTile<name, arity>;
  switch (op) {
    CGEN_CASE(Copy, 1)
    CGEN_CASE(Negate, 1) CGEN_CASE(Exp, 1) CGEN_CASE(Log, 1) CGEN_CASE(Sqrt, 1) CGEN_CASE(Rsqrt, 1)
        CGEN_CASE(Reciprocal, 1) CGEN_CASE(Sin, 1) CGEN_CASE(Cos, 1) CGEN_CASE(Tanh, 1) CGEN_CASE(
            Sigmoid, 1) CGEN_CASE(Silu, 1) CGEN_CASE(GeluTanh, 1) CGEN_CASE(GeluErf, 1)
            CGEN_CASE(Relu, 1) CGEN_CASE(Abs, 1) CGEN_CASE(Square, 1) CGEN_CASE(Erf, 1) CGEN_CASE(
                Floor, 1) CGEN_CASE(Ceil, 1) CGEN_CASE(Round, 1) CGEN_CASE(Sign, 1)
                CGEN_CASE(Softplus, 1) CGEN_CASE(Mish, 1) CGEN_CASE(Not, 1) CGEN_CASE(Add, 2)
                    CGEN_CASE(Subtract, 2) CGEN_CASE(Multiply, 2) CGEN_CASE(Divide, 2) CGEN_CASE(
                        Maximum, 2) CGEN_CASE(Minimum, 2) CGEN_CASE(Power, 2) CGEN_CASE(Equal, 2)
                        CGEN_CASE(NotEqual, 2) CGEN_CASE(Less, 2) CGEN_CASE(LessEqual, 2)
                            CGEN_CASE(Greater, 2) CGEN_CASE(GreaterEqual, 2)
                                CGEN_CASE(ReluGradient, 2) CGEN_CASE(SiluGradient, 2)
                                    CGEN_CASE(GeluTanhGradient, 2) CGEN_CASE(GeluErfGradient, 2)
                                        CGEN_CASE(TanhGradient, 2) CGEN_CASE(SigmoidGradient, 2)
                                            CGEN_CASE(LeakyReluGradient, 2) CGEN_CASE(PRelu, 2)
                                                CGEN_CASE(Select, 3) CGEN_CASE(MultiplyAdd, 3)
                                                    CGEN_CASE(Clamp, 3) CGEN_CASE(AddConstant, 1)
                                                        CGEN_CASE(MultiplyConstant, 1)
                                                            CGEN_CASE(PowerConstant, 1)
                                                                CGEN_CASE(MaximumConstant, 1)
                                                                    CGEN_CASE(MinimumConstant, 1)
                                                                        CGEN_CASE(LeakyRelu, 1)
                                                                            CGEN_CASE(
                                                                                Constant, 0) default
        : return nullptr;
  }
#undef CGEN_CASE
}
#undef CGEN_FUNCTION

template <class T> static void copyRun(float *out, const T *in, int64_t stride, int64_t n) {
  if (stride == 1) {
    int64_t i = 0;
    for (; i + lanes <= n; i += lanes) store(out + i, load(in + i));
    if (i < n) storeTail(out + i, loadTail(in + i, n - i), n - i);
  } else if (stride == 0) {
    float value = loadTail(in, 1)[0];
    for (int64_t i = 0; i < n; i++) out[i] = value;
  } else {
    for (int64_t i = 0; i < n; i++) out[i] = loadTail(in + i * stride, 1)[0];
  }
}

template <class T> static void storeRun(T *out, int64_t stride, const float *in, int64_t n) {
  if (stride == 1) {
    int64_t i = 0;
    for (; i + lanes <= n; i += lanes) store(out + i, load(in + i));
    if (i < n) storeTail(out + i, loadTail(in + i, n - i), n - i);
  } else {
    for (int64_t i = 0; i < n; i++) storeTail(out + i * stride, V(in[i]), 1);
  }
}

/// The place in a view of a row (all axes but the last).
CGEN_INLINE int64_t rowOffset(const FusedPlan &plan, const int64_t *strides, int64_t row) {
  int64_t offset = 0;
  for (int axis = plan.rank - 2; axis >= 0; axis--) {
    int64_t next = row / plan.shape[axis];
    offset += (row - next * plan.shape[axis]) * strides[axis];
    row = next;
  }
  return offset;
}

/// Visits the runs along the last axis that make up elements start..<start + n: body(offset in the
/// view, done, length).
template <class Body>
CGEN_INLINE void forRuns(
    const FusedPlan &plan, const int64_t *strides, int64_t start, int n, Body body) {
  int64_t width = plan.shape[plan.rank - 1], row = start / width, column = start - row * width;
  int64_t stride = strides[plan.rank - 1];
  for (int done = 0; done < n;) {
    int64_t length = width - column < n - done ? width - column : n - done;
    body(rowOffset(plan, strides, row) + column * stride, done, length);
    done += int(length);
    column = 0;
    row++;
  }
}

/// The values of an input's elements start..<start + n: in place where they lie so, else copied to
/// `tile`.
static const float *gatherTile(
    const FusedPlan &plan, const PlanView &view, int64_t start, int n, bool isOneRow, float *tile) {
  int64_t stride = view.strides[plan.rank - 1];
  bool isPlain = view.isFlat || (isOneRow && stride == 1);
  if (isPlain) {
    int64_t offset = start;
    if (!view.isFlat) {
      int64_t width = plan.shape[plan.rank - 1], row = start / width;
      offset = rowOffset(plan, view.strides, row) + (start - row * width);
    }
    if (view.type == CGenTypeFloat32) return (const float *)view.data + offset;
    copyRun(tile, (const uint16_t *)view.data + offset, 1, n);
    return tile;
  }
  forRuns(plan, view.strides, start, n, [&](int64_t offset, int done, int64_t length) {
    if (view.type == CGenTypeFloat32) {
      copyRun(tile + done, (const float *)view.data + offset, stride, length);
    } else {
      copyRun(tile + done, (const uint16_t *)view.data + offset, stride, length);
    }
  });
  return tile;
}

static void scatterTile(
    const FusedPlan &plan, const PlanView &view, int64_t start, int n, const float *values) {
  if (view.isFlat) {
    if (view.type == CGenTypeFloat32) {
      storeRun((float *)view.data + start, 1, values, n);
    } else {
      storeRun((uint16_t *)view.data + start, 1, values, n);
    }
    return;
  }
  int64_t stride = view.strides[plan.rank - 1];
  forRuns(plan, view.strides, start, n, [&](int64_t offset, int done, int64_t length) {
    if (view.type == CGenTypeFloat32) {
      storeRun((float *)view.data + offset, stride, values + done, length);
    } else {
      storeRun((uint16_t *)view.data + offset, stride, values + done, length);
    }
  });
}

static void fused(const FusedPlan &plan, int64_t begin, int64_t end) {
  alignas(64) float tiles[maxInputs + maxSteps][tileSize];
  const float *values[maxInputs + maxSteps];
  TileFunction functions[maxSteps];
  for (int i = 0; i < plan.stepCount; i++) functions[i] = tileFunction(plan.steps[i].op);
  int64_t width = plan.shape[plan.rank - 1];
  bool isWide = width >= tileSize / 2;
  for (int i = 0; i < plan.inputCount; i++) {
    if (plan.inputs[i].isScalar) {
      const PlanView &view = plan.inputs[i];
      float value = view.type == CGenTypeFloat32 ? *(const float *)view.data
                                                 : loadTail((const uint16_t *)view.data, 1)[0];
      for (int j = 0; j < tileSize; j++) tiles[i][j] = value;
      values[i] = tiles[i];
    }
  }
  for (int64_t start = begin; start < end;) {
    int64_t length = end - start < tileSize ? end - start : tileSize;
    if (isWide && width - start % width < length) length = width - start % width;
    int n = int(length);
    for (int i = 0; i < plan.inputCount; i++) {
      if (!plan.inputs[i].isScalar) {
        values[i] = gatherTile(plan, plan.inputs[i], start, n, isWide, tiles[i]);
      }
    }
    for (int i = 0; i < plan.stepCount; i++) {
      const PlanStep &step = plan.steps[i];
      float *out =
          step.tile < 0 ? (float *)plan.outputs[0].data + start : tiles[maxInputs + step.tile];
      functions[i](out, values[step.a], values[step.b], values[step.c], step.immediate, n);
      values[plan.inputCount + i] = out;
    }
    for (int i = 0; i < plan.outputCount; i++) {
      const float *result = values[plan.outputValues[i]];
      if (i == 0 && plan.stepCount > 0 && plan.steps[plan.stepCount - 1].tile < 0) continue;
      scatterTile(plan, plan.outputs[i], start, n, result);
    }
    start += n;
  }
}

template <class In, class Out> static void convertAs(const In *in, Out *out, int64_t count) {
  int64_t i = 0;
  for (; i + lanes <= count; i += lanes) store(out + i, load(in + i));
  if (i < count) storeTail(out + i, loadTail(in + i, count - i), count - i);
}

template <class In>
static void convertFrom(const In *in, void *out, CGenType outType, int64_t count) {
  switch (outType) {
  case CGenTypeFloat32: return convertAs(in, (float *)out, count);
  case CGenTypeBfloat16: return convertAs(in, (uint16_t *)out, count);
  default: return convertAs(in, (_Float16 *)out, count);
  }
}

static void convert(const void *in, CGenType inType, void *out, CGenType outType, int64_t count) {
  switch (inType) {
  case CGenTypeFloat32: return convertFrom((const float *)in, out, outType, count);
  case CGenTypeBfloat16: return convertFrom((const uint16_t *)in, out, outType, count);
  default: return convertFrom((const _Float16 *)in, out, outType, count);
  }
}

static void axpy(
    float factor, const void *x, CGenType xType, void *y, CGenType yType, int64_t count) {
  withType(xType, [&](auto *xTag) {
    withType(yType, [&](auto *yTag) {
      auto *xs = (decltype(xTag))x;
      auto *ys = (decltype(yTag))y;
      for (int64_t i = 0; i < count; i += lanes) {
        int64_t n = count - i;
        storeUpTo(ys + i, loadUpTo(ys + i, n) + factor * loadUpTo(xs + i, n), n);
      }
    });
  });
}

static void addRows(const void *rows, CGenType type, float *sum, int64_t count) {
  axpy(1.0f, rows, type, sum, CGenTypeFloat32, count);
}
