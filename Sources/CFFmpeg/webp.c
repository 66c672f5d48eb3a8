#include "internal.h"
#include "timing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <webp/demux.h>

struct GMWebP {
  WebPAnimDecoder *decoder;
  WebPAnimInfo info;
  GMTiming timing;
  AVRational rate;
  int is_even, channel_count;
  uint8_t *canvas;
  int index;
  int64_t repeats;
};

/// How often the frame of an index is shown at the film's rate.
static int64_t repeats_of(const GMWebP *reader, int index) {
  if (reader->is_even) return 1;
  const double rate = av_q2d(reader->rate) / 1000;
  const int64_t start = reader->timing.times[index];
  const int64_t end = index + 1 < reader->timing.count
                          ? reader->timing.times[index + 1]
                          : start + reader->timing.last_duration;
  return llround((double)end * rate) - llround((double)start * rate);
}

static int read_times(GMWebP *reader) {
  const WebPDemuxer *demuxer = WebPAnimDecoderGetDemuxer(reader->decoder);
  WebPIterator frame;
  int64_t time = 0;
  reader->timing.tick = (AVRational){1, 1000};
  reader->timing.is_whole = 1;
  if (!WebPDemuxGetFrame(demuxer, 1, &frame)) return -1;
  int code = 0;
  do {
    code = gm_timing_add(&reader->timing, time, frame.duration);
    time += frame.duration;
  } while (code == 0 && WebPDemuxNextFrame(&frame));
  WebPDemuxReleaseIterator(&frame);
  return code;
}

/// Whether the first frame lets anything through.
static int starts_see_through(GMWebP *reader) {
  uint8_t *canvas;
  int end_time;
  int is_clear = 0;
  if (WebPAnimDecoderGetNext(reader->decoder, &canvas, &end_time)) {
    const size_t count = (size_t)reader->info.canvas_width * reader->info.canvas_height;
    for (size_t pixel = 0; pixel < count && !is_clear; pixel++)
      is_clear = canvas[pixel * 4 + 3] != 255;
  }
  WebPAnimDecoderReset(reader->decoder);
  return is_clear;
}

static void describe(const GMWebP *reader, GMInfo *info) {
  memset(info, 0, sizeof *info);
  strcpy(info->container, "webp");
  strcpy(info->codec, "webp");
  info->width = (int)reader->info.canvas_width;
  info->height = (int)reader->info.canvas_height;
  info->channel_count = reader->channel_count;
  info->is_film = reader->timing.count > 1;
  info->rate_numerator = reader->rate.num;
  info->rate_denominator = reader->rate.den;
  for (int index = 0; index < reader->timing.count; index++)
    info->frame_count += repeats_of(reader, index);
  info->duration = info->is_film ? gm_timing_duration(&reader->timing) : -1;
  info->loop_count = info->is_film ? (int)reader->info.loop_count : -1;
}

GMWebP *gm_webp_open(const uint8_t *bytes, size_t count, int64_t pixel_limit, GMInfo *info,
                     GMError *error) {
  WebPData data = {bytes, count};
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(bytes, count, &features) != VP8_STATUS_OK) {
    gm_say(error, GMDamaged, "no picture found in the WebP");
    return NULL;
  }
  if ((int64_t)features.width * features.height > pixel_limit) {
    error->width = features.width;
    error->height = features.height;
    gm_say(error, GMTooLarge, "too many pixels");
    return NULL;
  }
  WebPAnimDecoderOptions options;
  GMWebP *reader = calloc(1, sizeof *reader);
  if (!reader || !WebPAnimDecoderOptionsInit(&options)) {
    free(reader);
    gm_say(error, GMSystem, "out of memory");
    return NULL;
  }
  options.color_mode = MODE_RGBA;
  options.use_threads = 1;
  reader->decoder = WebPAnimDecoderNew(&data, &options);
  if (!reader->decoder || !WebPAnimDecoderGetInfo(reader->decoder, &reader->info)) {
    gm_webp_close(reader);
    gm_say(error, GMDamaged, "the WebP's chunks do not fit together");
    return NULL;
  }
  if (read_times(reader)) {
    gm_webp_close(reader);
    gm_say(error, GMDamaged, "the WebP holds no frame");
    return NULL;
  }
  reader->rate = gm_timing_rate(&reader->timing, (AVRational){0, 1}, &reader->is_even);
  reader->channel_count = features.has_alpha && starts_see_through(reader) ? 4 : 3;
  describe(reader, info);
  return reader;
}

int gm_webp_next(GMWebP *reader, uint8_t *samples, GMError *error) {
  while (reader->repeats == 0) {
    if (reader->index >= reader->timing.count) return 0;
    int end_time;
    if (!WebPAnimDecoderGetNext(reader->decoder, &reader->canvas, &end_time))
      return gm_say(error, GMDamaged, "a frame of the WebP cannot be decoded");
    reader->repeats = repeats_of(reader, reader->index++);
  }
  reader->repeats--;
  const size_t count = (size_t)reader->info.canvas_width * reader->info.canvas_height;
  if (reader->channel_count == 4) {
    memcpy(samples, reader->canvas, count * 4);
  } else {
    for (size_t pixel = 0; pixel < count; pixel++)
      memcpy(samples + pixel * 3, reader->canvas + pixel * 4, 3);
  }
  return 1;
}

void gm_webp_close(GMWebP *reader) {
  if (!reader) return;
  WebPAnimDecoderDelete(reader->decoder);
  gm_timing_free(&reader->timing);
  free(reader);
}
