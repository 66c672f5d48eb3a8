#include "internal.h"

#include "kernels/table.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>

#if defined(__x86_64__)
#include <cpuid.h>
#endif
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

extern "C" {
void omp_set_num_threads(int);
int omp_get_num_procs(void);
void GOMP_parallel(void (*function)(void *), void *data, unsigned threads, unsigned flags);
}

namespace cgen {
namespace {

thread_local char lastError[512] = "";
thread_local int32_t threadCount = 0;
thread_local int32_t isaInUse = -1;
thread_local int poolWidth = 0;
thread_local bool isInside = false;

struct ScratchPieces {
  void *data[int(Scratch::count)] = {};
  size_t size[int(Scratch::count)] = {};
  void release() {
    for (int i = 0; i < int(Scratch::count); i++) {
      std::free(data[i]);
      data[i] = nullptr;
      size[i] = 0;
    }
  }
  ~ScratchPieces() { release(); }
};
thread_local ScratchPieces pieces;

/// Whether there are matrix tiles of bf16, and the system lets this process use them, which it has to be asked for.
bool hasTiles() {
#if defined(__x86_64__) && defined(__linux__)
  constexpr long requestPermission = 0x1023, tileData = 18;
  unsigned a, b, c, d = 0;
  bool isThere = __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d >> 22 & 1) && (d >> 24 & 1);
  return isThere && syscall(SYS_arch_prctl, requestPermission, tileData) == 0;
#else
  return false;
#endif
}

CGenIsa detectIsa() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    if (!__builtin_cpu_supports("avx512bf16")) return CGenIsaAvx512;
    return hasTiles() ? CGenIsaAmx : CGenIsaAvx512Bf16;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return CGenIsaAvx2;
#endif
  return CGenIsaPortable;
}

bool detectFastBf16() {
#if defined(__x86_64__)
  CGenIsa isa = cgen_machine_isa();
  return isa == CGenIsaAmx || (isa == CGenIsaAvx512Bf16 && __builtin_cpu_is("amd"));
#else
  return false;
#endif
}

struct Job {
  RangeFunction function;
  void *context;
  int64_t count, grain, pieceCount;
  /// The instruction set of the thread that asks, which all that help it take over.
  int32_t isa;
  std::atomic<int64_t> next;
};

void work(void *data) {
  Job &job = *static_cast<Job *>(data);
  bool wasInside = isInside;
  isInside = true;
  isaInUse = job.isa;
  for (;;) {
    int64_t piece = job.next.fetch_add(1, std::memory_order_relaxed);
    if (piece >= job.pieceCount) break;
    int64_t begin = piece * job.grain;
    int64_t end = begin + job.grain < job.count ? begin + job.grain : job.count;
    job.function(job.context, begin, end);
  }
  isInside = wasInside;
}

} // namespace

CGenStatus fail(CGenStatus status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(lastError, sizeof lastError, format, arguments);
  va_end(arguments);
  return status;
}

void *scratch(Scratch slot, size_t bytes) {
  int i = int(slot);
  if (pieces.size[i] < bytes) {
    std::free(pieces.data[i]);
    size_t size = (bytes + bytes / 8 + 4095) & ~size_t(4095);
    pieces.data[i] = std::aligned_alloc(64, size);
    pieces.size[i] = pieces.data[i] ? size : 0;
  }
  return pieces.data[i];
}

void useThreads(int count) {
  if (poolWidth != count) {
    omp_set_num_threads(count);
    poolWidth = count;
  }
}

void parallelRanges(int64_t count, int64_t grain, RangeFunction function, void *context) {
  if (count <= 0) return;
  if (grain < 1) grain = 1;
  int64_t pieceCount = (count + grain - 1) / grain;
  int64_t threads = cgen_thread_count();
  if (threads > pieceCount) threads = pieceCount;
  if (threads <= 1 || isInside) {
    for (int64_t begin = 0; begin < count; begin += grain) {
      function(context, begin, begin + grain < count ? begin + grain : count);
    }
    return;
  }
  Job job{function, context, count, grain, pieceCount, isaInUse, {0}};
  GOMP_parallel(work, &job, unsigned(threads), 0);
}

const KernelTable &kernels() {
  switch (cgen_isa()) {
#if defined(__x86_64__)
  case CGenIsaAmx:
  case CGenIsaAvx512Bf16: return avx512bf16::table;
  case CGenIsaAvx512: return avx512::table;
  case CGenIsaAvx2: return avx2::table;
#endif
  default: return portable::table;
  }
}

} // namespace cgen

using namespace cgen;

extern "C" {

const char *cgen_last_error(void) { return lastError; }

size_t cgen_type_size(CGenType type) { return sizeOf(type); }

int32_t cgen_thread_count(void) {
  if (threadCount == 0) threadCount = omp_get_num_procs();
  return threadCount;
}

CGenStatus cgen_set_thread_count(int32_t count) {
  CGEN_REQUIRE(count >= 1 && count <= 1024, "thread count %d is not in 1...1024", int(count));
  threadCount = count;
  return CGenStatusOk;
}

bool cgen_machine_prefers_bf16(void) {
  static const bool prefers = detectFastBf16();
  return prefers;
}

CGenIsa cgen_machine_isa(void) {
  static const CGenIsa isa = detectIsa();
  return isa;
}

CGenIsa cgen_isa(void) {
  return isaInUse < 0 ? cgen_machine_isa() : CGenIsa(isaInUse);
}

CGenStatus cgen_set_isa(CGenIsa isa) {
  CGEN_REQUIRE(
      isa >= CGenIsaPortable && isa <= CGenIsaAmx, "no instruction set %d", int(isa));
  if (isa > cgen_machine_isa()) {
    return fail(CGenStatusUnsupported, "this machine lacks instruction set %d", int(isa));
  }
  isaInUse = isa;
  return CGenStatusOk;
}

void cgen_release_scratch(void) { pieces.release(); }

} // extern "C"
