#define _GNU_SOURCE
#include "internal.h"

#include <libavutil/error.h>
#include <libavutil/log.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char last_log[192];
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;

static void keep_log(void *context, int level, const char *format, va_list arguments) {
  (void)context;
  if (level > AV_LOG_ERROR) return;
  char line[sizeof last_log];
  vsnprintf(line, sizeof line, format, arguments);
  line[strcspn(line, "\r\n")] = 0;
  if (!line[0]) return;
  pthread_mutex_lock(&log_lock);
  memcpy(last_log, line, sizeof line);
  pthread_mutex_unlock(&log_lock);
}

void gm_start(void) {
  closefrom(3);
  av_log_set_callback(keep_log);
}

void gm_forget_log(void) {
  pthread_mutex_lock(&log_lock);
  last_log[0] = 0;
  pthread_mutex_unlock(&log_lock);
}

int gm_fail(GMError *error, GMProblem problem, int code, const char *what) {
  char meaning[AV_ERROR_MAX_STRING_SIZE] = "";
  if (code < 0) av_strerror(code, meaning, sizeof meaning);
  char line[sizeof last_log];
  pthread_mutex_lock(&log_lock);
  memcpy(line, last_log, sizeof line);
  pthread_mutex_unlock(&log_lock);
  const int is_system = code == AVERROR(ENOSPC) || code == AVERROR(EIO) ||
                        code == AVERROR(EDQUOT) || code == AVERROR(EFBIG);
  error->problem = is_system ? GMSystem : problem;
  snprintf(error->text, sizeof error->text, "%s%s%s%s%s%s", what, meaning[0] ? ": " : "", meaning,
           line[0] && !is_system ? " (" : "", is_system ? "" : line,
           line[0] && !is_system ? ")" : "");
  return -1;
}

int gm_say(GMError *error, GMProblem problem, const char *text) {
  error->problem = problem;
  snprintf(error->text, sizeof error->text, "%s", text);
  return -1;
}
