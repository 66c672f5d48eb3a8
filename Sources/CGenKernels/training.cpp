#include "internal.h"

#include "kernels/table.h"

#include <cmath>

using namespace cgen;

extern "C" {

CGenStatus cgen_adamw(
    const CGenAdamW *options, const void *gradient, CGenType gradientType, float *weights,
    float *firstMoment, float *secondMoment, int64_t count, uint16_t *lowWeights, float *average,
    float averageDecay) {
  CGEN_REQUIRE(options, "AdamW: no options");
  const CGenAdamW &o = *options;
  CGEN_REQUIRE(o.step >= 1, "AdamW: step %lld is not at least 1", (long long)o.step);
  CGEN_REQUIRE(
      o.beta1 >= 0 && o.beta1 < 1 && o.beta2 >= 0 && o.beta2 < 1, "AdamW: a beta is not in 0..<1");
  CGEN_REQUIRE(count >= 0 && isStorage(gradientType), "AdamW: a negative count or a wrong type");
  CGEN_REQUIRE(
      count == 0 || (gradient && weights && firstMoment && secondMoment), "AdamW: no data");
  float rateScale = float(double(o.rate) / (1 - std::pow(double(o.beta1), double(o.step))));
  float secondScale = float(1 / (1 - std::pow(double(o.beta2), double(o.step))));
  int64_t size = int64_t(sizeOf(gradientType));
  const KernelTable &table = kernels();
  parallel(count, 32768, [&](int64_t begin, int64_t end) {
    table.adamw(
        o, rateScale, secondScale, static_cast<const char *>(gradient) + begin * size, gradientType,
        weights + begin, firstMoment + begin, secondMoment + begin,
        lowWeights ? lowWeights + begin : nullptr, average ? average + begin : nullptr,
        averageDecay, end - begin);
  });
  return CGenStatusOk;
}

CGenStatus cgen_ema(float *average, const float *weights, int64_t count, float decay) {
  const CGenView inputs[] = {
      {average, nullptr, CGenTypeFloat32},
      {const_cast<float *>(weights), nullptr, CGenTypeFloat32}};
  const CGenStep steps[] = {
      {CGenOpSubtract, 1, 0, 0, 0},
      {CGenOpMultiplyConstant, 2, 0, 0, 1 - decay},
      {CGenOpAdd, 3, 0, 0, 0}};
  const int32_t value = 4;
  return cgen_fused(1, &count, 2, inputs, 3, steps, 1, inputs, &value);
}

CGenStatus cgen_sum_of_squares(const void *in, CGenType type, int64_t count, double *result) {
  CGEN_REQUIRE(
      count >= 0 && isStorage(type) && result && (in || count == 0),
      "sum of squares: no data, a negative count or a wrong type");
  constexpr int64_t piece = 16384;
  int64_t pieces = (count + piece - 1) / piece, size = int64_t(sizeOf(type));
  float *partial =
      static_cast<float *>(scratch(Scratch::partial, size_t(pieces + 1) * sizeof(float)));
  if (!partial) return fail(CGenStatusOutOfMemory, "sum of squares: out of memory");
  const KernelTable &table = kernels();
  parallel(pieces, 4, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      int64_t length = count - i * piece < piece ? count - i * piece : piece;
      table.reduce(
          CGenReductionSumOfSquares, static_cast<const char *>(in) + i * piece * size, type, 1, 0,
          length, 1, partial + i);
    }
  });
  double sum = 0;
  for (int64_t i = 0; i < pieces; i++) sum += partial[i];
  *result = sum;
  return CGenStatusOk;
}

} // extern "C"
