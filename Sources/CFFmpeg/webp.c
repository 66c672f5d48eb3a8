#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <webp/demux.h>

struct GMWebP {
  WebPAnimDecoder *decoder;
  WebPAnimInfo info;
};

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
  memset(info, 0, sizeof *info);
  strcpy(info->container, "webp");
  strcpy(info->codec, "webp");
  info->width = (int)reader->info.canvas_width;
  info->height = (int)reader->info.canvas_height;
  info->channel_count = features.has_alpha ? 4 : 3;
  info->is_film = reader->info.frame_count > 1;
  info->frame_count = reader->info.frame_count;
  info->loop_count = info->is_film ? (int)reader->info.loop_count : -1;
  return reader;
}

int gm_webp_next(GMWebP *reader, uint8_t *samples, int *end_time, GMError *error) {
  if (!WebPAnimDecoderHasMoreFrames(reader->decoder)) return 0;
  uint8_t *canvas;
  if (!WebPAnimDecoderGetNext(reader->decoder, &canvas, end_time))
    return gm_say(error, GMDamaged, "a frame of the WebP cannot be decoded");
  memcpy(samples, canvas, (size_t)reader->info.canvas_width * reader->info.canvas_height * 4);
  return 1;
}

void gm_webp_close(GMWebP *reader) {
  if (!reader) return;
  WebPAnimDecoderDelete(reader->decoder);
  free(reader);
}
