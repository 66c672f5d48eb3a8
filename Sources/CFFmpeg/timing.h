#ifndef CFFMPEG_TIMING_H
#define CFFMPEG_TIMING_H

#include <libavutil/rational.h>
#include <stdint.h>

/// When the frames of a stream are shown, as far as its packets tell without decoding.
typedef struct {
  /// Sorted, in ticks.
  int64_t *times;
  int count, capacity;
  /// Whether all packets of the stream were seen.
  int is_whole;
  /// Ticks that the last frame stays; 0 when unknown.
  int64_t last_duration;
  AVRational tick;
} GMTiming;

int gm_timing_add(GMTiming *timing, int64_t time, int64_t duration);
void gm_timing_sort(GMTiming *timing);
/// The rate, and whether frames come evenly at that rate (then each is shown once).
AVRational gm_timing_rate(const GMTiming *timing, AVRational guess, int *is_even);
/// Seconds from the first frame to the end of the last.
double gm_timing_duration(const GMTiming *timing);
void gm_timing_free(GMTiming *timing);

#endif
