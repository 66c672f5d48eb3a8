/// What the sources of this library share: errors as exceptions inside, status codes outside;
/// threads; scratch memory.
#pragma once

#include "cgenkernels.h"

#include <cstdarg>
#include <cstddef>
#include <cstdint>

namespace cgen {

struct KernelTable;

/// Keeps `status` and the formatted message for the calling thread, and returns `status`.
CGenStatus fail(CGenStatus status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/// The kernels of the instruction set in use.
const KernelTable &kernels();

/// The pieces of 64-byte aligned scratch that one thread may hold at once.
enum class Scratch { library, weights, result, attention, partial, count };

/// The calling thread's piece `slot`, at least `bytes` long; NULL when memory is short. Valid until
/// the same slot is asked for more.
void *scratch(Scratch slot, size_t bytes);

/// Makes the OpenMP pool of the calling thread `count` wide.
void useThreads(int count);

using RangeFunction = void (*)(void *context, int64_t begin, int64_t end);

/// Calls `function` on pieces that cover 0..<count, `grain` items at a time, on the pool.
void parallelRanges(int64_t count, int64_t grain, RangeFunction function, void *context);

/// Calls `body(begin, end)` on pieces of `grain` items that cover 0..<count; piece borders are
/// multiples of `grain`.
template <class Body> void parallel(int64_t count, int64_t grain, Body &&body) {
  parallelRanges(
      count, grain,
      [](void *context, int64_t begin, int64_t end) {
        (*static_cast<Body *>(context))(begin, end);
      },
      const_cast<void *>(static_cast<const void *>(&body)));
}

/// A grain that makes each piece worth about `work` elementary operations.
inline int64_t grainFor(int64_t itemCost, int64_t work = 32768) {
  int64_t cost = itemCost < 1 ? 1 : itemCost;
  return cost >= work ? 1 : work / cost;
}

/// a * b, or false when it overflows or either is negative.
inline bool product(int64_t a, int64_t b, int64_t &result) {
  return a >= 0 && b >= 0 && !__builtin_mul_overflow(a, b, &result);
}

/// The product of `count` sizes, or false when one is negative or it exceeds 2^48.
inline bool elementCount(const int64_t *shape, int count, int64_t &result) {
  result = 1;
  bool isEmpty = false;
  for (int i = 0; i < count; i++) {
    if (shape[i] < 0) return false;
    if (shape[i] == 0) {
      isEmpty = true;
    } else if (!product(result, shape[i], result) || result > (int64_t(1) << 48)) {
      return false;
    }
  }
  if (isEmpty) result = 0;
  return true;
}

template <class... Sizes> bool elementCountOf(int64_t &result, Sizes... sizes) {
  const int64_t shape[] = {int64_t(sizes)...};
  return elementCount(shape, sizeof...(sizes), result);
}

/// Whether kernels can store this type (f32 or bf16).
inline bool isStorage(CGenType type) { return type == CGenTypeFloat32 || type == CGenTypeBfloat16; }

inline size_t sizeOf(CGenType type) { return type == CGenTypeFloat32 ? 4 : 2; }

} // namespace cgen

/// Leaves a function with invalidArgument unless a condition holds.
#define CGEN_REQUIRE(condition, ...)                                                               \
  do {                                                                                             \
    if (!(condition)) return ::cgen::fail(CGenStatusInvalidArgument, __VA_ARGS__);                 \
  } while (0)
