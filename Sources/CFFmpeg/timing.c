#include "timing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int gm_timing_add(GMTiming *timing, int64_t time, int64_t duration) {
  if (timing->count == timing->capacity) {
    const int capacity = timing->capacity ? timing->capacity * 2 : 256;
    int64_t *times = realloc(timing->times, (size_t)capacity * sizeof *times);
    if (!times) return -1;
    timing->times = times;
    timing->capacity = capacity;
  }
  if (timing->count == 0 || time >= timing->times[timing->count - 1])
    timing->last_duration = duration;
  timing->times[timing->count++] = time;
  return 0;
}

static int compare(const void *first, const void *second) {
  const int64_t a = *(const int64_t *)first, b = *(const int64_t *)second;
  return (a > b) - (a < b);
}

void gm_timing_sort(GMTiming *timing) {
  if (timing->count) qsort(timing->times, (size_t)timing->count, sizeof *timing->times, compare);
}

void gm_timing_free(GMTiming *timing) {
  free(timing->times);
  memset(timing, 0, sizeof *timing);
}

static double seconds_at(const GMTiming *timing, int index) {
  return (double)(timing->times[index] - timing->times[0]) * av_q2d(timing->tick);
}

double gm_timing_duration(const GMTiming *timing) {
  if (timing->count == 0) return -1;
  double last = (double)timing->last_duration * av_q2d(timing->tick);
  const double span = seconds_at(timing, timing->count - 1);
  if (last <= 0 && timing->count > 1) last = span / (timing->count - 1);
  return span + last;
}

/// The largest distance, in seconds, of a frame from its place at `rate`. The end of the last frame
/// does not count: some writers make it up.
static double error_at(const GMTiming *timing, AVRational rate) {
  double worst = 0;
  for (int index = 1; index < timing->count; index++) {
    const double distance = fabs(seconds_at(timing, index) - index / av_q2d(rate));
    if (distance > worst) worst = distance;
  }
  return worst;
}

/// Whether each frame stays as long as `rate` says, rounded to the clock's ticks. Only a fine clock
/// tells one rate from the next in this way.
static int fits_gaps(const GMTiming *timing, AVRational rate) {
  if (av_q2d(timing->tick) > 1e-4) return 0;
  const double gap = 1 / (av_q2d(rate) * av_q2d(timing->tick));
  for (int index = 1; index < timing->count; index++)
    if (fabs((double)(timing->times[index] - timing->times[index - 1]) - gap) > 0.51) return 0;
  return 1;
}

static AVRational mean_rate(const GMTiming *timing, AVRational guess) {
  const double duration = gm_timing_duration(timing);
  if (timing->count > 0 && duration > 0) {
    AVRational rate = av_d2q(timing->count / duration, 100000);
    if (rate.num > 0 && rate.den > 0) return rate;
  }
  return guess.num > 0 && guess.den > 0 ? guess : (AVRational){24, 1};
}

AVRational gm_timing_rate(const GMTiming *timing, AVRational guess, int *is_even) {
  const AVRational mean = mean_rate(timing, guess);
  const double tick = av_q2d(timing->tick);
  *is_even = 1;
  if (timing->count < 2 || gm_timing_duration(timing) <= 0) return mean;

  double tolerance = 0.1 / av_q2d(mean);
  if (tolerance < 0.51 * tick) tolerance = 0.51 * tick;
  const double half_tick = 0.51 * tick;
  const int has_guess = guess.num > 0 && guess.den > 0;
  if (has_guess && tick <= 1e-3 && error_at(timing, guess) <= half_tick) return guess;
  AVRational best = mean;
  double best_error = INFINITY;
  // Broadcast rates after the whole ones, which win where the clock cannot tell.
  for (int step = 0; step < 480 && !(step == 240 && best_error <= half_tick); step++) {
    const int whole = step % 240 + 1;
    const AVRational rate = step < 240 ? (AVRational){whole, 1} : (AVRational){whole * 1000, 1001};
    const double error = error_at(timing, rate);
    if (error < best_error - 1e-9) {
      best = rate;
      best_error = error;
    }
  }
  // A rate of the usual kind has to explain the times as well as their own resolution allows.
  if (best_error <= half_tick || fits_gaps(timing, best)) return best;
  const double mean_error = error_at(timing, mean);
  if (has_guess && error_at(timing, guess) <= fmin(mean_error + 1e-9, tolerance))
    return guess;
  if (best_error <= tolerance && best_error <= 1.5 * mean_error) return best;
  if (mean_error <= tolerance) return mean;

  *is_even = 0;
  int64_t step = INT64_MAX;
  for (int index = 1; index < timing->count; index++) {
    const int64_t gap = timing->times[index] - timing->times[index - 1];
    if (gap > 0 && gap < step) step = gap;
  }
  const double fastest = step == INT64_MAX ? 24 : 1 / ((double)step * tick);
  const AVRational rate = {(int)lround(fmin(60, fmax(1, fastest))), 1};
  // Times that would repeat a frame for minutes are more likely a lie than a film.
  if (gm_timing_duration(timing) * rate.num > 600.0 * timing->count) *is_even = 1;
  return *is_even ? mean : rate;
}
