#include "input.h"
#include "timing.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
#include <math.h>
#include <string.h>

enum { scan_packets = 4096, scan_bytes = 64 << 20 };

/// Demuxers of films and pictures that need nothing but their own bytes.
static const char *const demuxers =
    "mov,matroska,avi,gif,apng,flv,mpegts,mpeg,mpegvideo,h264,hevc,ivf,ogg,asf,yuv4mpegpipe,nut,"
    "mxf,bmp_pipe,jpeg_pipe,png_pipe,tiff_pipe,webp_pipe,ppm_pipe,pgm_pipe,pbm_pipe,pam_pipe,"
    "qoi_pipe,j2k_pipe,exr_pipe,dds_pipe,psd_pipe,sunrast_pipe,sgi_pipe,xbm_pipe,xpm_pipe";

struct GMReader {
  int descriptor;
  AVFormatContext *format;
  AVIOContext *io;
  AVCodecContext *codec;
  AVStream *stream;
  AVPacket *packet;
  AVFrame *frame;
  struct SwsContext *scaler;
  enum AVPixelFormat scaler_format;
  int scaler_width, scaler_height, scaler_space, scaler_range;
  int quarter_turns;
  int width, height, channel_count;
  uint8_t *turned;
  int64_t pixel_limit;
  GMTiming timing;
  AVRational rate;
  int is_even, is_showing, has_frame, at_end, sent_end;
  int64_t output_index, decoded_count, expected_count;
  uint8_t *shown;
};

static void close_format(GMReader *reader) {
  avcodec_free_context(&reader->codec);
  gm_format_close(&reader->format, &reader->io);
  reader->stream = NULL;
}

static int open_format(GMReader *reader, GMError *error) {
  if (gm_format_open(&reader->format, &reader->io, &reader->descriptor, demuxers, error)) return -1;
  const int index = av_find_best_stream(reader->format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
  if (index < 0) return gm_say(error, GMFormatUnknown, "the file holds no pictures");
  reader->stream = gm_only_stream(reader->format, index);
  return 0;
}

static int check_size(const GMReader *reader, int width, int height, GMError *error) {
  if (width > 0 && height > 0 && (int64_t)width * height <= reader->pixel_limit) return 0;
  error->width = width;
  error->height = height;
  return gm_say(error, GMTooLarge, "too many pixels in a frame");
}

/// Whether a packet of a GIF has nothing but extensions, such as a comment, and the end mark: newer
/// demuxers hand out what follows the last picture as a packet.
static int is_without_picture(const AVPacket *packet) {
  const uint8_t *data = packet->data;
  int place = 0;
  while (place + 1 < packet->size && data[place] == 0x21) {
    place += 2;
    while (place < packet->size && data[place] != 0) place += data[place] + 1;
    place++;
  }
  return place >= packet->size || data[place] == 0x3b;
}

static int scan_times(GMReader *reader, GMError *error) {
  GMTiming *timing = &reader->timing;
  timing->tick = reader->stream->time_base;
  const int entries = avformat_index_get_entries_count(reader->stream);
  if (reader->stream->nb_frames > 0 && entries == reader->stream->nb_frames) {
    for (int index = 0; index < entries; index++) {
      const AVIndexEntry *entry = avformat_index_get_entry(reader->stream, index);
      if (gm_timing_add(timing, entry->timestamp, 0)) return gm_say(error, GMSystem, "no memory");
    }
    timing->is_whole = 1;
    gm_timing_sort(timing);
    const int64_t span = entries > 0 ? timing->times[entries - 1] - timing->times[0] : 0;
    if (reader->stream->duration > span) timing->last_duration = reader->stream->duration - span;
    return 0;
  }
  const int is_gif = reader->stream->codecpar->codec_id == AV_CODEC_ID_GIF;
  int64_t bytes = 0;
  int code = 0;
  while (timing->count < scan_packets && bytes < scan_bytes) {
    code = av_read_frame(reader->format, reader->packet);
    if (code < 0) break;
    const AVPacket *packet = reader->packet;
    bytes += packet->size;
    if (packet->stream_index == reader->stream->index && packet->size > 0 &&
        !(is_gif && is_without_picture(packet))) {
      const int64_t time = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
      if (time != AV_NOPTS_VALUE && gm_timing_add(timing, time, packet->duration))
        return gm_say(error, GMSystem, "out of memory");
    }
    av_packet_unref(reader->packet);
  }
  timing->is_whole = code < 0;
  gm_timing_sort(timing);
  return 0;
}

static int open_decoder(GMReader *reader, GMError *error) {
  const AVCodec *decoder = avcodec_find_decoder(reader->stream->codecpar->codec_id);
  if (!decoder) return gm_say(error, GMFormatUnknown, "no decoder for its pictures");
  reader->codec = avcodec_alloc_context3(decoder);
  if (!reader->codec) return gm_say(error, GMSystem, "out of memory");
  int code = avcodec_parameters_to_context(reader->codec, reader->stream->codecpar);
  if (code < 0) return gm_fail(error, GMDamaged, code, "the decoder cannot be set up");
  reader->codec->max_pixels = reader->pixel_limit;
  reader->codec->pkt_timebase = reader->stream->time_base;
  reader->codec->thread_count = 0;
  const AVCodecDescriptor *about = avcodec_descriptor_get(reader->codec->codec_id);
  const int is_still_codec = about && (about->props & AV_CODEC_PROP_INTRA_ONLY) &&
                             (about->props & AV_CODEC_PROP_LOSSLESS);
  if (is_still_codec || reader->codec->codec_id == AV_CODEC_ID_MJPEG)
    reader->codec->err_recognition |= AV_EF_EXPLODE | AV_EF_CRCCHECK;
  code = avcodec_open2(reader->codec, decoder, NULL);
  if (code < 0) return gm_fail(error, GMDamaged, code, "the decoder does not start");
  return 0;
}

/// Decodes one frame into `reader->frame`. 1, 0 at the end, -1.
static int decode(GMReader *reader, GMError *error) {
  for (;;) {
    int code = avcodec_receive_frame(reader->codec, reader->frame);
    if (code == 0) {
      reader->decoded_count++;
      return 1;
    }
    if (code == AVERROR_EOF) return 0;
    if (code != AVERROR(EAGAIN))
      return gm_fail(error, GMDamaged, code, "a frame cannot be decoded");
    if (reader->sent_end) return 0;
    code = av_read_frame(reader->format, reader->packet);
    if (code == AVERROR(EAGAIN)) continue;
    if (code < 0) {
      if (code != AVERROR_EOF) return gm_fail(error, GMDamaged, code, "the file breaks off");
      avcodec_send_packet(reader->codec, NULL);
      reader->sent_end = 1;
      continue;
    }
    if (reader->packet->stream_index == reader->stream->index) {
      code = avcodec_send_packet(reader->codec, reader->packet);
      if (code == AVERROR_INVALIDDATA || (code < 0 && code != AVERROR(EAGAIN))) {
        av_packet_unref(reader->packet);
        return gm_fail(error, GMDamaged, code, "a frame cannot be decoded");
      }
    }
    av_packet_unref(reader->packet);
  }
}

static int has_see_through_pixel(const AVFrame *frame) {
  if (frame->format != AV_PIX_FMT_BGRA && frame->format != AV_PIX_FMT_RGBA) return 1;
  for (int row = 0; row < frame->height; row++) {
    const uint8_t *samples = frame->data[0] + (ptrdiff_t)row * frame->linesize[0];
    for (int column = 0; column < frame->width; column++)
      if (samples[column * 4 + 3] != 255) return 1;
  }
  return 0;
}

static int channel_count_of(const AVFrame *frame) {
  const AVPixFmtDescriptor *about = av_pix_fmt_desc_get(frame->format);
  if (!about || (about->flags & AV_PIX_FMT_FLAG_PAL)) return 3;
  if (about->flags & AV_PIX_FMT_FLAG_ALPHA)
    return about->nb_components == 2 || has_see_through_pixel(frame) ? 4 : 3;
  return about->nb_components == 1 ? 1 : 3;
}

static enum AVPixelFormat target_format(const GMReader *reader) {
  return reader->channel_count == 1   ? AV_PIX_FMT_GRAY8
         : reader->channel_count == 4 ? AV_PIX_FMT_RGBA
                                      : AV_PIX_FMT_RGB24;
}

static int prepare_scaler(GMReader *reader, GMError *error) {
  const AVFrame *frame = reader->frame;
  if (reader->scaler && reader->scaler_format == frame->format &&
      reader->scaler_width == frame->width && reader->scaler_height == frame->height &&
      reader->scaler_space == (int)frame->colorspace &&
      reader->scaler_range == (int)frame->color_range)
    return 0;
  sws_freeContext(reader->scaler);
  const int is_turned = reader->quarter_turns & 1;
  const int width = is_turned ? reader->height : reader->width;
  const int height = is_turned ? reader->width : reader->height;
  reader->scaler = sws_getContext(
      frame->width, frame->height, frame->format, width, height, target_format(reader),
      SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP | SWS_BITEXACT,
      NULL, NULL, NULL);
  if (!reader->scaler) return gm_say(error, GMFormatUnknown, "its pixel format is not known");
  int space = SWS_CS_ITU709;
  if (frame->colorspace == AVCOL_SPC_BT470BG || frame->colorspace == AVCOL_SPC_SMPTE170M)
    space = SWS_CS_ITU601;
  else if (frame->colorspace == AVCOL_SPC_BT2020_NCL)
    space = SWS_CS_BT2020;
  else if (frame->colorspace != AVCOL_SPC_BT709 &&
           (frame->height < 720 || reader->codec->codec_id == AV_CODEC_ID_MJPEG))
    space = SWS_CS_ITU601;
  const AVPixFmtDescriptor *about = av_pix_fmt_desc_get(frame->format);
  const int is_jpeg_range = strncmp(about ? about->name : "", "yuvj", 4) == 0;
  const int *table = sws_getCoefficients(space);
  sws_setColorspaceDetails(reader->scaler, table,
                           is_jpeg_range || frame->color_range == AVCOL_RANGE_JPEG, table, 1, 0,
                           1 << 16, 1 << 16);
  reader->scaler_format = frame->format;
  reader->scaler_width = frame->width;
  reader->scaler_height = frame->height;
  reader->scaler_space = (int)frame->colorspace;
  reader->scaler_range = (int)frame->color_range;
  return 0;
}

/// Copies `from`, of width x height, turned clockwise by quarters, to `to`.
static void turn(const uint8_t *from, uint8_t *to, int width, int height, int channels,
                 int quarters) {
  for (int row = 0; row < height; row++) {
    for (int column = 0; column < width; column++) {
      int64_t place;
      if (quarters == 1) place = (int64_t)column * height + (height - 1 - row);
      else if (quarters == 2) place = (int64_t)(height - 1 - row) * width + (width - 1 - column);
      else place = (int64_t)(width - 1 - column) * height + row;
      memcpy(to + place * channels, from + ((int64_t)row * width + column) * channels,
             (size_t)channels);
    }
  }
}

static int convert(GMReader *reader, uint8_t *samples, GMError *error) {
  if (check_size(reader, reader->frame->width, reader->frame->height, error)) return -1;
  if (prepare_scaler(reader, error)) return -1;
  const int is_turned = reader->quarter_turns & 1;
  const int width = is_turned ? reader->height : reader->width;
  const int height = is_turned ? reader->width : reader->height;
  uint8_t *direct = reader->quarter_turns ? reader->turned : samples;
  uint8_t *planes[4] = {direct};
  int strides[4] = {width * reader->channel_count};
  const int rows = sws_scale(reader->scaler, (const uint8_t *const *)reader->frame->data,
                             reader->frame->linesize, 0, reader->frame->height, planes, strides);
  if (rows != height) return gm_say(error, GMDamaged, "a frame cannot be converted");
  if (reader->quarter_turns)
    turn(direct, samples, width, height, reader->channel_count, reader->quarter_turns);
  return 0;
}

static int find_quarter_turns(const GMReader *reader) {
  const int32_t *matrix = NULL;
  const AVFrameSideData *side =
      av_frame_get_side_data(reader->frame, AV_FRAME_DATA_DISPLAYMATRIX);
  if (side && side->size >= 36) matrix = (const int32_t *)side->data;
#if LIBAVFORMAT_VERSION_MAJOR < 61
  if (!matrix) {
    size_t size = 0;
    const uint8_t *data =
        av_stream_get_side_data(reader->stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
    if (size >= 36) matrix = (const int32_t *)data;
  }
#else
  if (!matrix) {
    const AVPacketSideData *data = av_packet_side_data_get(
        reader->stream->codecpar->coded_side_data, reader->stream->codecpar->nb_coded_side_data,
        AV_PKT_DATA_DISPLAYMATRIX);
    if (data && data->size >= 36) matrix = (const int32_t *)data->data;
  }
#endif
  if (!matrix) return 0;
  const double angle = -av_display_rotation_get(matrix);
  if (isnan(angle)) return 0;
  return ((int)lround(angle / 90) % 4 + 4) % 4;
}

static void describe(GMReader *reader, GMInfo *info) {
  memset(info, 0, sizeof *info);
  strncpy(info->container, reader->format->iformat->name, sizeof info->container - 1);
  const char *codec = avcodec_get_name(reader->codec->codec_id);
  strncpy(info->codec, codec, sizeof info->codec - 1);
  info->width = reader->width;
  info->height = reader->height;
  info->channel_count = reader->channel_count;
  const char *name = reader->format->iformat->name;
  const int is_picture = strstr(name, "_pipe") != NULL ||
                         (reader->stream->disposition & AV_DISPOSITION_ATTACHED_PIC);
  const int is_one = reader->timing.is_whole && reader->timing.count <= 1;
  const int may_be_still = strcmp(name, "gif") == 0 || strcmp(name, "apng") == 0;
  info->is_film = !is_picture && !(is_one && may_be_still);
  info->rate_numerator = reader->rate.num;
  info->rate_denominator = reader->rate.den;
  info->duration = info->is_film ? gm_timing_duration(&reader->timing) : -1;
  info->frame_count = info->is_film ? -1 : 1;
  if (info->is_film && reader->timing.is_whole && reader->timing.count > 0)
    info->frame_count = reader->is_even
                            ? reader->timing.count
                            : llround(info->duration * av_q2d(reader->rate));
  if (info->is_film && !reader->timing.is_whole && reader->format->duration > 0)
    info->duration = (double)reader->format->duration / AV_TIME_BASE;
  reader->expected_count =
      reader->timing.is_whole && reader->stream->nb_frames > 0 ? reader->timing.count : -1;
  info->loop_count = -1;
}

static int start(GMReader *reader, GMInfo *info, GMError *error) {
  if (open_format(reader, error)) return -1;
  if (reader->stream->codecpar->width > 0 &&
      check_size(reader, reader->stream->codecpar->width, reader->stream->codecpar->height, error))
    return -1;
  if (scan_times(reader, error)) return -1;
  reader->rate = gm_timing_rate(
      &reader->timing, av_guess_frame_rate(reader->format, reader->stream, NULL),
      &reader->is_even);
  close_format(reader);
  if (open_format(reader, error) || open_decoder(reader, error)) return -1;
  const int got = decode(reader, error);
  if (got < 0) return -1;
  if (got == 0) return gm_fail(error, GMDamaged, 0, "it holds no whole frame");
  if (check_size(reader, reader->frame->width, reader->frame->height, error)) return -1;
  reader->quarter_turns = find_quarter_turns(reader);
  const int is_turned = reader->quarter_turns & 1;
  reader->width = is_turned ? reader->frame->height : reader->frame->width;
  reader->height = is_turned ? reader->frame->width : reader->frame->height;
  reader->channel_count = channel_count_of(reader->frame);
  reader->has_frame = 1;
  const size_t bytes = (size_t)reader->width * (size_t)reader->height * 4;
  if (reader->quarter_turns) reader->turned = av_malloc(bytes);
  if (!reader->is_even) reader->shown = av_malloc(bytes);
  if ((reader->quarter_turns && !reader->turned) || (!reader->is_even && !reader->shown))
    return gm_say(error, GMSystem, "out of memory");
  describe(reader, info);
  return 0;
}

GMReader *gm_reader_open(int descriptor, int64_t pixel_limit, GMInfo *info, GMError *error) {
  GMReader *reader = av_mallocz(sizeof *reader);
  if (!reader) {
    gm_say(error, GMSystem, "out of memory");
    return NULL;
  }
  reader->descriptor = descriptor;
  reader->pixel_limit = pixel_limit;
  reader->packet = av_packet_alloc();
  reader->frame = av_frame_alloc();
  if (!reader->packet || !reader->frame) gm_say(error, GMSystem, "out of memory");
  else if (start(reader, info, error) == 0) return reader;
  gm_reader_close(reader);
  return NULL;
}

const char *gm_reader_metadata(const GMReader *reader, const char *key) {
  const AVDictionaryEntry *entry = av_dict_get(reader->format->metadata, key, NULL, 0);
  return entry ? entry->value : NULL;
}

/// Decodes the next frame unless one is waiting. 1, 0 at the end, -1.
static int advance(GMReader *reader, GMError *error) {
  if (reader->has_frame) return 1;
  if (reader->at_end) return 0;
  const int got = decode(reader, error);
  if (got == 0) {
    reader->at_end = 1;
    if (reader->decoded_count < reader->expected_count)
      return gm_say(error, GMDamaged, "it ends before its last frame");
  }
  reader->has_frame = got == 1;
  return got;
}

/// Films whose frames stay unequally long: at each step of the rate, the frame shown then.
static int next_uneven(GMReader *reader, uint8_t *samples, GMError *error) {
  const double tick = av_q2d(reader->stream->time_base);
  const double first = reader->timing.count ? (double)reader->timing.times[0] * tick : 0;
  const double now = (double)reader->output_index / av_q2d(reader->rate) + tick / 2;
  for (;;) {
    const int got = advance(reader, error);
    if (got < 0) return -1;
    if (got == 0) break;
    const double time = (double)reader->frame->best_effort_timestamp * tick - first;
    if (reader->is_showing && time > now) break;
    if (convert(reader, reader->shown, error)) return -1;
    reader->has_frame = 0;
    reader->is_showing = 1;
  }
  const double end = gm_timing_duration(&reader->timing);
  if (reader->at_end && !reader->has_frame &&
      reader->output_index >= llround(end * av_q2d(reader->rate)))
    return 0;
  memcpy(samples, reader->shown,
         (size_t)reader->width * (size_t)reader->height * (size_t)reader->channel_count);
  reader->output_index++;
  return 1;
}

int gm_reader_next(GMReader *reader, uint8_t *samples, GMError *error) {
  if (!reader->is_even) return next_uneven(reader, samples, error);
  const int got = advance(reader, error);
  if (got <= 0) return got;
  if (convert(reader, samples, error)) return -1;
  reader->has_frame = 0;
  return 1;
}

void gm_reader_close(GMReader *reader) {
  if (!reader) return;
  close_format(reader);
  sws_freeContext(reader->scaler);
  av_packet_free(&reader->packet);
  av_frame_free(&reader->frame);
  av_free(reader->turned);
  av_free(reader->shown);
  gm_timing_free(&reader->timing);
  av_free(reader);
}
