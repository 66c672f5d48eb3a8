#include "internal.h"

#include "kernels/table.h"

#include <atomic>
#include <cmath>

using namespace cgen;

namespace {

/// The spec with its defaults filled in.
struct Heads {
  CGenAttentionSpec s;
  int64_t size;

  const char *at(
      const void *data, const CGenHeadStrides &strides, int64_t item, int64_t head) const {
    return static_cast<const char *>(data) + (item * strides.batch + head * strides.head) * size;
  }
};

void settle(CGenHeadStrides &strides, int64_t tokens, int64_t heads, int64_t headSize) {
  if (strides.batch == 0 && strides.token == 0 && strides.head == 0) {
    strides = {tokens * heads * headSize, heads * headSize, headSize};
  }
}

CGenStatus check(const CGenAttentionSpec *spec, Heads &heads) {
  CGEN_REQUIRE(spec, "attention: no spec");
  heads.s = *spec;
  CGenAttentionSpec &s = heads.s;
  if (s.keyHeads == 0) s.keyHeads = s.heads;
  CGEN_REQUIRE(
      s.batch >= 1 && s.heads >= 1 && s.queryTokens >= 1 && s.keyTokens >= 1,
      "attention: sizes must be at least 1");
  CGEN_REQUIRE(
      s.headSize >= 1 && s.headSize <= 256, "attention: head size %lld is not in 1...256",
      (long long)s.headSize);
  CGEN_REQUIRE(
      s.keyHeads >= 1 && s.heads % s.keyHeads == 0,
      "attention: %lld key heads do not divide %lld heads", (long long)s.keyHeads,
      (long long)s.heads);
  int64_t count;
  CGEN_REQUIRE(
      elementCountOf(count, s.batch, s.heads, s.queryTokens, s.headSize) &&
          elementCountOf(count, s.batch, s.heads, s.keyTokens, s.headSize),
      "attention: the tensors are too large");
  CGEN_REQUIRE(isStorage(s.type), "attention: tensors must be f32 or bf16");
  settle(s.q, s.queryTokens, s.heads, s.headSize);
  settle(s.k, s.keyTokens, s.keyHeads, s.headSize);
  settle(s.v, s.keyTokens, s.keyHeads, s.headSize);
  settle(s.out, s.queryTokens, s.heads, s.headSize);
  if (s.scale == 0) s.scale = 1 / std::sqrt(float(s.headSize));
  heads.size = int64_t(sizeOf(s.type));
  return CGenStatusOk;
}

HeadRows rowsOf(const Heads &heads) {
  const CGenAttentionSpec &s = heads.s;
  HeadRows rows = {};
  rows.qToken = s.q.token;
  rows.kToken = s.k.token;
  rows.vToken = s.v.token;
  rows.outToken = s.out.token;
  rows.queryTokens = s.queryTokens;
  rows.keyTokens = s.keyTokens;
  rows.headSize = s.headSize;
  rows.end = s.queryTokens;
  rows.type = s.type;
  rows.scale = s.scale;
  rows.isCausal = s.isCausal;
  return rows;
}

} // namespace

extern "C" {

CGenStatus cgen_attention_forward(
    const CGenAttentionSpec *spec, const void *q, const void *k, const void *v,
    const uint8_t *keyMask, void *out, float *logSumExp) {
  Heads heads;
  if (CGenStatus status = check(spec, heads)) return status;
  CGEN_REQUIRE(q && k && v && out, "attention: a tensor has no data");
  const CGenAttentionSpec &s = heads.s;
  HeadRows rows = rowsOf(heads);
  const KernelTable &table = kernels();
  size_t bytes = table.attentionMemory(rows, false);
  int64_t pieces = s.batch * s.heads >= 4 * cgen_thread_count() ? 1 : (s.queryTokens + 191) / 192;
  int64_t step = (s.queryTokens + pieces - 1) / pieces;
  pieces = (s.queryTokens + step - 1) / step;
  int64_t group = s.heads / s.keyHeads, total = s.batch * s.heads * pieces;
  std::atomic<bool> isShort{false};
  parallel(total, pieces * group <= 4 ? pieces * group : 1, [&](int64_t begin, int64_t end) {
    void *memory = scratch(Scratch::attention, bytes);
    if (!memory) {
      isShort = true;
      return;
    }
    int64_t packed = -1;
    for (int64_t task = begin; task < end; task++) {
      int64_t head = task / pieces % s.heads, item = task / pieces / s.heads,
              keyHead = head / group;
      HeadRows mine = rows;
      mine.memory = static_cast<char *>(memory);
      mine.isPacked = packed == item * s.keyHeads + keyHead;
      packed = item * s.keyHeads + keyHead;
      mine.q = heads.at(q, s.q, item, head);
      mine.k = heads.at(k, s.k, item, keyHead);
      mine.v = heads.at(v, s.v, item, keyHead);
      mine.result = const_cast<char *>(heads.at(out, s.out, item, head));
      mine.mask = keyMask ? keyMask + item * s.keyTokens : nullptr;
      mine.logSumExp = logSumExp ? logSumExp + (item * s.heads + head) * s.queryTokens : nullptr;
      mine.begin = task % pieces * step;
      mine.end = mine.begin + step < s.queryTokens ? mine.begin + step : s.queryTokens;
      table.attentionForward(mine);
    }
  });
  if (isShort) return fail(CGenStatusOutOfMemory, "attention: out of memory");
  return CGenStatusOk;
}

CGenStatus cgen_attention_backward(
    const CGenAttentionSpec *spec, const void *q, const void *k, const void *v,
    const uint8_t *keyMask, const void *out, const float *logSumExp, const void *outputGradient,
    void *qGradient, void *kGradient, void *vGradient) {
  Heads heads;
  if (CGenStatus status = check(spec, heads)) return status;
  CGEN_REQUIRE(
      q && k && v && out && logSumExp && outputGradient && qGradient && kGradient && vGradient,
      "attention: a tensor has no data");
  const CGenAttentionSpec &s = heads.s;
  HeadRows rows = rowsOf(heads);
  const KernelTable &table = kernels();
  size_t bytes = table.attentionMemory(rows, true);
  int64_t group = s.heads / s.keyHeads;
  std::atomic<bool> isShort{false};
  parallel(s.batch * s.keyHeads, 1, [&](int64_t begin, int64_t end) {
    void *memory = scratch(Scratch::attention, bytes);
    if (!memory) {
      isShort = true;
      return;
    }
    for (int64_t task = begin * group; task < end * group; task++) {
      int64_t head = task % s.heads, item = task / s.heads, keyHead = head / group;
      HeadRows mine = rows;
      mine.memory = static_cast<char *>(memory);
      mine.isFirstOfGroup = head % group == 0;
      mine.isLastOfGroup = head % group == group - 1;
      mine.q = heads.at(q, s.q, item, head);
      mine.k = heads.at(k, s.k, item, keyHead);
      mine.v = heads.at(v, s.v, item, keyHead);
      mine.out = heads.at(out, s.out, item, head);
      mine.outGradient = heads.at(outputGradient, s.out, item, head);
      mine.qGradient = const_cast<char *>(heads.at(qGradient, s.q, item, head));
      mine.kGradient = const_cast<char *>(heads.at(kGradient, s.k, item, keyHead));
      mine.vGradient = const_cast<char *>(heads.at(vGradient, s.v, item, keyHead));
      mine.mask = keyMask ? keyMask + item * s.keyTokens : nullptr;
      mine.logSumExpIn = logSumExp + (item * s.heads + head) * s.queryTokens;
      table.attentionBackward(mine);
    }
  });
  if (isShort) return fail(CGenStatusOutOfMemory, "attention: out of memory");
  return CGenStatusOk;
}

CGenStatus cgen_rotary(
    const void *x, CGenHeadStrides xStrides, void *out, CGenHeadStrides outStrides, CGenType type,
    int64_t batch, int64_t tokens, int64_t heads, int64_t headSize, const float *cosines,
    const float *sines, CGenRotaryPairs pairs, bool inverse) {
  CGEN_REQUIRE(
      headSize >= 2 && headSize % 2 == 0, "rotary: head size %lld is not even",
      (long long)headSize);
  int64_t count;
  CGEN_REQUIRE(
      elementCountOf(count, batch, tokens, heads, headSize),
      "rotary: a size is negative or too large");
  CGEN_REQUIRE(isStorage(type), "rotary: tensors must be f32 or bf16");
  CGEN_REQUIRE(
      pairs == CGenRotaryPairsHalves || pairs == CGenRotaryPairsNeighbours,
      "rotary: no such pairs");
  if (count == 0) return CGenStatusOk;
  CGEN_REQUIRE(x && out && cosines && sines, "rotary: a tensor has no data");
  settle(xStrides, tokens, heads, headSize);
  settle(outStrides, tokens, heads, headSize);
  int64_t size = int64_t(sizeOf(type)), half = headSize / 2;
  const KernelTable &table = kernels();
  parallel(batch * tokens, grainFor(heads * headSize), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      int64_t item = i / tokens, token = i % tokens;
      int64_t from = item * xStrides.batch + token * xStrides.token;
      int64_t to = item * outStrides.batch + token * outStrides.token;
      table.rotate(
          static_cast<const char *>(x) + from * size, static_cast<char *>(out) + to * size, type,
          heads, xStrides.head, outStrides.head, headSize, cosines + token * half,
          sines + token * half, pairs, inverse);
    }
  });
  return CGenStatusOk;
}

} // extern "C"
