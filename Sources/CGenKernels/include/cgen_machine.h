/// Status codes, element types, threads and instruction sets.
#ifndef CGEN_MACHINE_H
#define CGEN_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#define CGEN_ENUM(name) enum __attribute__((enum_extensibility(open))) name : int32_t
#define CGEN_NULLABLE _Nullable
#define CGEN_BEGIN _Pragma("clang assume_nonnull begin")
#define CGEN_END _Pragma("clang assume_nonnull end")
#else
#define CGEN_ENUM(name) enum name : int32_t
#define CGEN_NULLABLE
#define CGEN_BEGIN
#define CGEN_END
#endif

#ifdef __cplusplus
extern "C" {
#endif
CGEN_BEGIN

/// The largest number of axes that a strided function takes.
#define CGEN_MAX_RANK 8

/// What became of a call.
typedef CGEN_ENUM(CGenStatus) {
    CGenStatusOk = 0,
    /// A shape, size, type or pointer that cannot be right.
    CGenStatusInvalidArgument = 1,
    CGenStatusOutOfMemory = 2,
    /// A right request that no kernel serves on this machine.
    CGenStatusUnsupported = 3,
    /// The library underneath failed; the message has its words.
    CGenStatusBackend = 4,
} CGenStatus;

/// How numbers lie in memory.
typedef CGEN_ENUM(CGenType) {
    CGenTypeFloat32 = 0,
    CGenTypeBfloat16 = 1,
    /// Only for `cgen_cast`.
    CGenTypeFloat16 = 2,
} CGenType;

/// The instruction sets that the kernels know, weakest first.
typedef CGEN_ENUM(CGenIsa) {
    CGenIsaPortable = 0,
    /// AVX2 with FMA.
    CGenIsaAvx2 = 1,
    /// AVX-512 F, BW, DQ and VL.
    CGenIsaAvx512 = 2,
    /// The same with native bfloat16 products.
    CGenIsaAvx512Bf16 = 3,
    /// The same with matrix tiles of bfloat16 (AMX), where the system lets a process have them.
    CGenIsaAmx = 4,
} CGenIsa;

/// The calling thread's latest error: one line, lower case, no full stop; "" before the first.
/// Valid until the thread's next failing call.
const char *cgen_last_error(void);

/// The bytes of one element.
size_t cgen_type_size(CGenType type);

/// The number of threads that share the calling thread's work; at first the number of processors that this process
/// may use.
int32_t cgen_thread_count(void);

/// Sets the number of threads for all later calls of the calling thread. Handles keep the count they were
/// created with.
/// - Throws: invalidArgument unless 1 <= count <= 1024.
CGenStatus cgen_set_thread_count(int32_t count);

/// The best instruction set of this machine.
CGenIsa cgen_machine_isa(void);

/// Whether products of bf16 take less time than those of f32. AMD's processors with avx512_bf16
/// multiply twice as many bf16 numbers a cycle, Intel's only in their tiles (AMX): without them f32
/// was twice as fast as bf16 (measured on a Xeon at 2.3 GHz, training step 1.2 s against 2.3 s).
bool cgen_machine_prefers_bf16(void);

/// The instruction set that the kernels use for the calling thread (oneDNN chooses for itself).
CGenIsa cgen_isa(void);

/// Restricts the kernels to an instruction set for the calling thread, for tests and measurements.
/// - Throws: unsupported when the machine lacks it.
CGenStatus cgen_set_isa(CGenIsa isa);

/// The version of oneDNN at run time, as major * 10000 + minor * 100 + patch.
int32_t cgen_onednn_version(void);

/// Frees the scratch memory of the calling thread.
void cgen_release_scratch(void);

CGEN_END
#ifdef __cplusplus
}
#endif
#endif
