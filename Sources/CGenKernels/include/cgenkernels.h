/// The arithmetic under the generation core, as plain C.
///
/// Everything here works on dense memory that the caller owns. Pictures are channels-last
/// ([batch, height, width, channels]); sequences are [batch, tokens, channels]. Storage is float32
/// or bfloat16; arithmetic, sums, norms and softmax are float32 whatever the storage.
///
/// - Errors: every function that can fail returns a ``CGenStatus``; `cgen_last_error()` then holds
/// one line of prose for
///   the calling thread. Nothing is written when the status is `CGenStatusInvalidArgument`. C++
///   exceptions never leave.
/// - Threads: work is shared among `cgen_thread_count()` threads of the OpenMP pool that belongs to
/// the calling thread.
///   Call from one dedicated thread: every other thread that calls in grows a pool of its own.
///   Functions may be called from several threads at once; one handle may be executed by only one
///   thread at a time.
/// - Determinism: results of the kernels of this library depend neither on the thread count nor on
/// its timing. Matrix
///   products and convolutions (oneDNN) repeat exactly for the same thread count.
/// - Aliasing: outputs may be the same buffer as an input only where the function says so.
/// - Memory: executing allocates nothing once each function has run with its largest shape (a
/// growing scratch buffer
///   belongs to the calling thread; `cgen_release_scratch()` frees it).
#ifndef CGEN_KERNELS_H
#define CGEN_KERNELS_H

#include "cgen_attention.h"
#include "cgen_elementwise.h"
#include "cgen_kernel_gradient.h"
#include "cgen_layout.h"
#include "cgen_machine.h"
#include "cgen_matrix.h"
#include "cgen_norm.h"
#include "cgen_random.h"
#include "cgen_segments.h"
#include "cgen_training.h"

#endif
