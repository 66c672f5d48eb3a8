#include "internal.h"

#include "kernels/table.h"

using namespace cgen;

namespace {

/// Words are made and turned into numbers in pieces of this many.
constexpr int64_t pieceWords = 1024;

/// Calls `body(words, first, last, at)`, where words[first..<last] are the stream's words for the
/// results from `at` on and `words` starts at a multiple of four.
template <class Body>
void forWords(uint64_t seed, uint64_t stream, uint64_t start, int64_t count, Body body) {
  const KernelTable &table = kernels();
  uint64_t base = start & ~uint64_t(3);
  int64_t lead = int64_t(start - base), total = lead + count;
  int64_t pieces = (total + pieceWords - 1) / pieceWords;
  parallel(pieces, 16, [&](int64_t begin, int64_t end) {
    alignas(64) uint32_t words[pieceWords];
    for (int64_t piece = begin; piece < end; piece++) {
      int64_t from = piece * pieceWords, to = from + pieceWords < total ? from + pieceWords : total;
      table.philox(seed, stream, (base + uint64_t(from)) / 4, (to - from + 3) / 4, words);
      int64_t first = from < lead ? lead - from : 0;
      body(words, first, to - from, from + first - lead);
    }
  });
}

CGenStatus check(uint64_t start, const void *out, CGenType type, int64_t count) {
  CGEN_REQUIRE(
      count >= 0 && count < (int64_t(1) << 48) && start < (uint64_t(1) << 62),
      "random: the count or the start is out of range");
  CGEN_REQUIRE(isStorage(type), "random: numbers must be f32 or bf16");
  CGEN_REQUIRE(out || count == 0, "random: no data");
  return CGenStatusOk;
}

void deliver(const float *values, void *out, CGenType type, int64_t at, int64_t count) {
  kernels().convert(
      values, CGenTypeFloat32, static_cast<char *>(out) + at * int64_t(sizeOf(type)), type, count);
}

} // namespace

extern "C" {

CGenStatus cgen_random_words(
    uint64_t seed, uint64_t stream, uint64_t start, uint32_t *out, int64_t count) {
  if (CGenStatus status = check(start, out, CGenTypeFloat32, count)) return status;
  forWords(
      seed, stream, start, count,
      [&](const uint32_t *words, int64_t first, int64_t last, int64_t at) {
        for (int64_t i = first; i < last; i++) out[at + i - first] = words[i];
      });
  return CGenStatusOk;
}

CGenStatus cgen_random_uniform(
    uint64_t seed, uint64_t stream, uint64_t start, void *out, CGenType type, int64_t count,
    float low, float high) {
  if (CGenStatus status = check(start, out, type, count)) return status;
  forWords(
      seed, stream, start, count,
      [&](const uint32_t *words, int64_t first, int64_t last, int64_t at) {
        alignas(64) float values[pieceWords];
        kernels().uniform(words + first, values, last - first, low, high - low);
        deliver(values, out, type, at, last - first);
      });
  return CGenStatusOk;
}

CGenStatus cgen_random_normal(
    uint64_t seed, uint64_t stream, uint64_t start, void *out, CGenType type, int64_t count,
    float mean, float deviation) {
  if (CGenStatus status = check(start, out, type, count)) return status;
  forWords(
      seed, stream, start, count,
      [&](const uint32_t *words, int64_t first, int64_t last, int64_t at) {
        alignas(64) float values[pieceWords];
        kernels().normal(words, values, (last + 1) / 2, mean, deviation);
        deliver(values + first, out, type, at, last - first);
      });
  return CGenStatusOk;
}

} // extern "C"
