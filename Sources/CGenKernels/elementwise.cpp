#include "internal.h"

#include "kernels/table.h"

#include <cmath>
#include <cstring>

using namespace cgen;

namespace {

int operandCount(CGenOp op) {
  if (op >= CGenOpCopy && op <= CGenOpNot) return 1;
  if (op >= CGenOpAdd && op <= CGenOpPRelu) return 2;
  if (op >= CGenOpSelect && op <= CGenOpClamp) return 3;
  if (op >= CGenOpAddConstant && op <= CGenOpLeakyRelu) return 1;
  return op == CGenOpConstant ? 0 : -1;
}

/// What one element costs, relative to an addition.
int64_t costOf(CGenOp op) {
  if (op >= CGenOpExp && op <= CGenOpGeluErf && op != CGenOpSqrt && op != CGenOpReciprocal)
    return 4;
  return op == CGenOpPower || op == CGenOpMish || op == CGenOpSoftplus ? 8 : 1;
}

void setStrides(const CGenView &view, int rank, const int64_t *shape, int64_t *strides) {
  int64_t dense = 1;
  for (int i = rank - 1; i >= 0; i--) {
    strides[i] = view.strides ? view.strides[i] : dense;
    dense *= shape[i];
  }
}

/// Drops axes of one element and merges neighbours that every view walks alike.
void mergeAxes(FusedPlan &plan, PlanView **views, int viewCount) {
  int rank = 0;
  for (int axis = 0; axis < plan.rank; axis++) {
    if (plan.shape[axis] == 1) continue;
    bool joins = rank > 0;
    for (int i = 0; i < viewCount && joins; i++) {
      joins = views[i]->strides[rank - 1] == views[i]->strides[axis] * plan.shape[axis];
    }
    if (!joins) rank++;
    int64_t size = plan.shape[axis];
    plan.shape[rank - 1] = joins ? plan.shape[rank - 1] * size : size;
    for (int i = 0; i < viewCount; i++) views[i]->strides[rank - 1] = views[i]->strides[axis];
  }
  if (rank == 0) {
    rank = 1;
    plan.shape[0] = 1;
    for (int i = 0; i < viewCount; i++) views[i]->strides[0] = 1;
  }
  plan.rank = rank;
}

void classify(const FusedPlan &plan, PlanView &view) {
  int64_t dense = 1;
  view.isFlat = view.isScalar = true;
  for (int i = plan.rank - 1; i >= 0; i--) {
    view.isFlat = view.isFlat && view.strides[i] == dense;
    view.isScalar = view.isScalar && view.strides[i] == 0;
    dense *= plan.shape[i];
  }
}

/// Gives every step a tile, reusing those whose values are no longer needed.
void assignTiles(FusedPlan &plan) {
  int lastUse[maxInputs + maxSteps] = {};
  for (int i = 0; i < plan.stepCount; i++) {
    const PlanStep &step = plan.steps[i];
    lastUse[step.a] = lastUse[step.b] = lastUse[step.c] = i;
  }
  for (int i = 0; i < plan.outputCount; i++) lastUse[plan.outputValues[i]] = plan.stepCount;
  int owner[maxSteps];
  for (int &value : owner) value = -1;
  for (int i = 0; i < plan.stepCount; i++) {
    int tile = 0;
    while (owner[tile] >= 0 && lastUse[owner[tile]] > i) tile++;
    owner[tile] = plan.inputCount + i;
    plan.steps[i].tile = tile;
  }
  if (plan.stepCount == 0) return;
  bool isDirect = plan.outputs[0].isFlat && plan.outputs[0].type == CGenTypeFloat32 &&
                  plan.outputValues[0] == plan.inputCount + plan.stepCount - 1;
  for (int i = 1; i < plan.outputCount; i++) {
    isDirect = isDirect && plan.outputValues[i] >= plan.inputCount &&
               plan.outputValues[i] != plan.outputValues[0];
  }
  if (isDirect) plan.steps[plan.stepCount - 1].tile = -1;
}

CGenStatus adopt(PlanView &target, const CGenView &view, int rank, const int64_t *shape) {
  CGEN_REQUIRE(isStorage(view.type), "elementwise: a tensor must be f32 or bf16");
  CGEN_REQUIRE(view.data, "elementwise: a tensor has no data");
  target.data = static_cast<char *>(view.data);
  target.type = view.type;
  setStrides(view, rank, shape, target.strides);
  return CGenStatusOk;
}

CGenStatus adoptSteps(FusedPlan &plan, const CGenStep *steps) {
  for (int i = 0; i < plan.stepCount; i++) {
    const CGenStep &step = steps[i];
    int operands = operandCount(step.op), known = plan.inputCount + i;
    CGEN_REQUIRE(operands >= 0, "elementwise: no such operation %d", int(step.op));
    const int32_t used[] = {step.a, step.b, step.c};
    int settled[3] = {0, 0, 0};
    for (int j = 0; j < operands; j++) {
      CGEN_REQUIRE(
          used[j] >= 0 && used[j] < known, "elementwise: step %d uses value %d of %d", i,
          int(used[j]), known);
      settled[j] = used[j];
    }
    plan.steps[i] = {
        step.op,
        settled[0],
        operands > 1 ? settled[1] : settled[0],
        operands > 2 ? settled[2] : settled[0],
        step.immediate,
        0};
  }
  return CGenStatusOk;
}

CGenStatus check(int32_t rank, const int64_t *shape, int64_t &count) {
  CGEN_REQUIRE(
      rank >= 0 && rank <= CGEN_MAX_RANK, "rank %d is not in 0...%d", int(rank), CGEN_MAX_RANK);
  CGEN_REQUIRE(rank == 0 || shape, "no shape");
  CGEN_REQUIRE(elementCount(shape, rank, count), "a size is negative or the tensor is too large");
  return CGenStatusOk;
}

CGenStatus checkOperands(CGenOp op, int count) {
  CGEN_REQUIRE(
      operandCount(op) == count, "elementwise: operation %d does not take %d operands", int(op),
      count);
  return CGenStatusOk;
}

} // namespace

extern "C" {

CGenStatus cgen_fused(
    int32_t rank, const int64_t *shape, int32_t inputCount, const CGenView *inputs,
    int32_t stepCount, const CGenStep *steps, int32_t outputCount, const CGenView *outputs,
    const int32_t *outputValues) {
  int64_t count;
  if (CGenStatus status = check(rank, shape, count)) return status;
  CGEN_REQUIRE(
      inputCount >= 0 && inputCount <= maxInputs && stepCount >= 0 && stepCount <= maxSteps &&
          outputCount >= 1 && outputCount <= maxOutputs,
      "elementwise: too many or too few inputs (%d), steps (%d) or outputs (%d)", int(inputCount),
      int(stepCount), int(outputCount));
  CGEN_REQUIRE(
      (inputCount == 0 || inputs) && (stepCount == 0 || steps) && outputs && outputValues,
      "elementwise: an argument is missing");
  FusedPlan plan;
  plan.rank = rank;
  plan.inputCount = inputCount;
  plan.stepCount = stepCount;
  plan.outputCount = outputCount;
  for (int i = 0; i < rank; i++) plan.shape[i] = shape[i];
  if (CGenStatus status = adoptSteps(plan, steps)) return status;
  for (int i = 0; i < outputCount; i++) {
    CGEN_REQUIRE(
        outputValues[i] >= 0 && outputValues[i] < inputCount + stepCount,
        "elementwise: output %d is of value %d, which nothing makes", i, int(outputValues[i]));
    plan.outputValues[i] = outputValues[i];
  }
  if (count == 0) return CGenStatusOk;
  PlanView *views[maxInputs + maxOutputs];
  int viewCount = 0;
  for (int i = 0; i < inputCount; i++) {
    if (CGenStatus status = adopt(plan.inputs[i], inputs[i], rank, shape)) return status;
    views[viewCount++] = &plan.inputs[i];
  }
  for (int i = 0; i < outputCount; i++) {
    if (CGenStatus status = adopt(plan.outputs[i], outputs[i], rank, shape)) return status;
    for (int axis = 0; axis < rank; axis++) {
      CGEN_REQUIRE(
          plan.outputs[i].strides[axis] != 0 || shape[axis] == 1,
          "elementwise: output %d repeats along axis %d", i, axis);
    }
    views[viewCount++] = &plan.outputs[i];
  }
  mergeAxes(plan, views, viewCount);
  for (int i = 0; i < viewCount; i++) classify(plan, *views[i]);
  assignTiles(plan);
  int64_t cost = inputCount + outputCount;
  for (int i = 0; i < stepCount; i++) cost += costOf(plan.steps[i].op);
  int64_t width = plan.shape[plan.rank - 1], grain = grainFor(cost, 131072);
  if (width > 1) grain = (grain + width - 1) / width * width;
  const KernelTable &table = kernels();
  if (plan.rank == 1) grain = (grainFor(cost, 131072) + 511) & ~int64_t(511);
  parallel(count, grain, [&](int64_t begin, int64_t end) { table.fused(plan, begin, end); });
  return CGenStatusOk;
}

CGenStatus cgen_unary(CGenOp op, int32_t rank, const int64_t *shape, CGenView a, CGenView out) {
  if (CGenStatus status = checkOperands(op, 1)) return status;
  const CGenStep step{op, 0, 0, 0, 0};
  const int32_t value = 1;
  return cgen_fused(rank, shape, 1, &a, 1, &step, 1, &out, &value);
}

CGenStatus cgen_binary(
    CGenOp op, int32_t rank, const int64_t *shape, CGenView a, CGenView b, CGenView out) {
  if (CGenStatus status = checkOperands(op, 2)) return status;
  const CGenView inputs[] = {a, b};
  const CGenStep step{op, 0, 1, 0, 0};
  const int32_t value = 2;
  return cgen_fused(rank, shape, 2, inputs, 1, &step, 1, &out, &value);
}

CGenStatus cgen_ternary(
    CGenOp op, int32_t rank, const int64_t *shape, CGenView a, CGenView b, CGenView c,
    CGenView out) {
  if (CGenStatus status = checkOperands(op, 3)) return status;
  const CGenView inputs[] = {a, b, c};
  const CGenStep step{op, 0, 1, 2, 0};
  const int32_t value = 3;
  return cgen_fused(rank, shape, 3, inputs, 1, &step, 1, &out, &value);
}

CGenStatus cgen_cast(const void *in, CGenType inType, void *out, CGenType outType, int64_t count) {
  CGEN_REQUIRE(count >= 0 && (count == 0 || (in && out)), "cast: no data or a negative count");
  CGEN_REQUIRE(
      inType >= CGenTypeFloat32 && inType <= CGenTypeFloat16 && outType >= CGenTypeFloat32 &&
          outType <= CGenTypeFloat16,
      "cast: no such type");
  int64_t inSize = int64_t(sizeOf(inType)), outSize = int64_t(sizeOf(outType));
  CGEN_REQUIRE(in != out || inSize == outSize, "cast: in place needs types of one size");
  const KernelTable &table = kernels();
  parallel(count, 65536, [&](int64_t begin, int64_t end) {
    table.convert(
        static_cast<const char *>(in) + begin * inSize, inType,
        static_cast<char *>(out) + begin * outSize, outType, end - begin);
  });
  return CGenStatusOk;
}

CGenStatus cgen_axpy(
    float factor, const void *x, CGenType xType, void *y, CGenType yType, int64_t count) {
  CGEN_REQUIRE(count >= 0 && (count == 0 || (x && y)), "axpy: no data or a negative count");
  CGEN_REQUIRE(isStorage(xType) && isStorage(yType), "axpy: tensors must be f32 or bf16");
  const KernelTable &table = kernels();
  parallel(count, 65536, [&](int64_t begin, int64_t end) {
    table.axpy(
        factor, static_cast<const char *>(x) + begin * int64_t(sizeOf(xType)), xType,
        static_cast<char *>(y) + begin * int64_t(sizeOf(yType)), yType, end - begin);
  });
  return CGenStatusOk;
}

CGenStatus cgen_fill(float value, void *out, CGenType type, int64_t count) {
  const CGenStep step{CGenOpConstant, 0, 0, 0, value};
  const CGenView view{out, nullptr, type};
  const int32_t result = 0;
  return cgen_fused(1, &count, 0, nullptr, 1, &step, 1, &view, &result);
}

} // extern "C"
