#ifndef CFFMPEG_INTERNAL_H
#define CFFMPEG_INTERNAL_H

#include "cffmpeg.h"

/// Fills in `error` from FFmpeg's `code` and what was logged last. Always returns -1.
int gm_fail(GMError *error, GMProblem problem, int code, const char *what);
/// The same for a text of our own, without the log.
int gm_say(GMError *error, GMProblem problem, const char *text);
void gm_forget_log(void);

#endif
