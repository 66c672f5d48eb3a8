#include "internal.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
#include <string.h>

struct GMWriter {
  AVFormatContext *format;
  AVCodecContext *codec;
  AVStream *stream;
  AVFrame *frame;
  AVPacket *packet;
  struct SwsContext *scaler;
  uint8_t *grown;
  int width, height, channel_count, is_indexed;
  int out_width, out_height;
  int64_t index;
  int sent_end, is_full_range;
};

static int round_up(int size, int multiple) {
  return multiple > 1 ? (size + multiple - 1) / multiple * multiple : size;
}

static enum AVPixelFormat source_format(const GMWriter *writer) {
  if (writer->is_indexed) return AV_PIX_FMT_PAL8;
  return writer->channel_count == 1   ? AV_PIX_FMT_GRAY8
         : writer->channel_count == 4 ? AV_PIX_FMT_RGBA
                                      : AV_PIX_FMT_RGB24;
}

static int open_encoder(GMWriter *writer, const GMWriteSpec *spec, GMError *error) {
  const AVCodec *encoder = avcodec_find_encoder_by_name(spec->codec);
  if (!encoder) {
    char text[128];
    snprintf(text, sizeof text, "FFmpeg was built without the encoder %s", spec->codec);
    return gm_say(error, GMUnfit, text);
  }
  AVCodecContext *codec = writer->codec = avcodec_alloc_context3(encoder);
  if (!codec) return gm_say(error, GMSystem, "out of memory");
  codec->width = writer->out_width;
  codec->height = writer->out_height;
  codec->pix_fmt = av_get_pix_fmt(spec->pixel_format);
  codec->time_base = (AVRational){spec->rate_denominator, spec->rate_numerator};
  codec->framerate = (AVRational){spec->rate_numerator, spec->rate_denominator};
  codec->flags |= AV_CODEC_FLAG_BITEXACT;
  const AVPixFmtDescriptor *about = av_pix_fmt_desc_get(codec->pix_fmt);
  const int is_yuv = about && !(about->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) &&
                     about->nb_components >= 3;
  writer->is_full_range = spec->quantizer > 0;
  if (is_yuv) {
    codec->color_range = writer->is_full_range ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    codec->colorspace = writer->is_full_range ? AVCOL_SPC_SMPTE170M : AVCOL_SPC_BT709;
    codec->color_primaries = AVCOL_PRI_BT709;
    codec->color_trc = writer->is_full_range ? AVCOL_TRC_IEC61966_2_1 : AVCOL_TRC_BT709;
  }
  if (spec->quantizer > 0) {
    codec->flags |= AV_CODEC_FLAG_QSCALE;
    codec->global_quality = spec->quantizer * FF_QP2LAMBDA;
  }
  if (writer->format->oformat->flags & AVFMT_GLOBALHEADER)
    codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  AVDictionary *options = NULL;
  if (spec->codec_options) av_dict_parse_string(&options, spec->codec_options, "=", ":", 0);
  const int code = avcodec_open2(codec, encoder, &options);
  const int is_unknown = av_dict_count(options) > 0;
  av_dict_free(&options);
  if (code < 0) return gm_fail(error, GMUnfit, code, "the encoder does not start");
  if (is_unknown) return gm_say(error, GMUnfit, "the encoder does not know one of its options");
  return 0;
}

static int open_scaler(GMWriter *writer, GMError *error) {
  if (writer->is_indexed || source_format(writer) == writer->codec->pix_fmt) return 0;
  writer->scaler = sws_getContext(
      writer->out_width, writer->out_height, source_format(writer), writer->out_width,
      writer->out_height, writer->codec->pix_fmt,
      SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP | SWS_BITEXACT,
      NULL, NULL, NULL);
  if (!writer->scaler) return gm_say(error, GMUnfit, "the pixels cannot be converted");
  const int *table =
      sws_getCoefficients(writer->is_full_range ? SWS_CS_ITU601 : SWS_CS_ITU709);
  sws_setColorspaceDetails(writer->scaler, table, 1, table, writer->is_full_range, 0, 1 << 16,
                           1 << 16);
  return 0;
}

static int open_file(GMWriter *writer, const char *path, const GMWriteSpec *spec,
                     GMError *error) {
  writer->stream = avformat_new_stream(writer->format, NULL);
  if (!writer->stream) return gm_say(error, GMSystem, "out of memory");
  writer->stream->time_base = writer->codec->time_base;
  writer->stream->avg_frame_rate = writer->codec->framerate;
  int code = avcodec_parameters_from_context(writer->stream->codecpar, writer->codec);
  if (code < 0) return gm_fail(error, GMUnfit, code, "the file cannot describe its frames");
  writer->format->flags |= AVFMT_FLAG_BITEXACT;
  if (spec->comment) av_dict_set(&writer->format->metadata, "comment", spec->comment, 0);
  code = avio_open2(&writer->format->pb, path, AVIO_FLAG_WRITE, NULL, NULL);
  if (code < 0) return gm_fail(error, GMSystem, code, "the file cannot be opened");
  AVDictionary *options = NULL;
  if (spec->container_options)
    av_dict_parse_string(&options, spec->container_options, "=", ":", 0);
  code = avformat_write_header(writer->format, &options);
  av_dict_free(&options);
  if (code < 0) return gm_fail(error, GMUnfit, code, "the file's head cannot be written");
  return 0;
}

static int start(GMWriter *writer, const char *path, const GMWriteSpec *spec, GMError *error) {
  writer->width = spec->width;
  writer->height = spec->height;
  writer->channel_count = spec->channel_count;
  writer->is_indexed = spec->is_indexed;
  writer->out_width = round_up(spec->width, spec->size_multiple);
  writer->out_height = round_up(spec->height, spec->size_multiple);
  const int code =
      avformat_alloc_output_context2(&writer->format, NULL, spec->container, path);
  if (code < 0) return gm_fail(error, GMUnfit, code, "FFmpeg does not know the container");
  if (open_encoder(writer, spec, error) || open_scaler(writer, error)) return -1;
  writer->frame = av_frame_alloc();
  writer->packet = av_packet_alloc();
  if (!writer->frame || !writer->packet) return gm_say(error, GMSystem, "out of memory");
  writer->frame->format = writer->codec->pix_fmt;
  writer->frame->width = writer->out_width;
  writer->frame->height = writer->out_height;
  writer->frame->color_range = writer->codec->color_range;
  writer->frame->colorspace = writer->codec->colorspace;
  if (av_frame_get_buffer(writer->frame, 0) < 0) return gm_say(error, GMSystem, "out of memory");
  if (writer->out_width != writer->width || writer->out_height != writer->height) {
    writer->grown = av_malloc((size_t)writer->out_width * (size_t)writer->out_height * 4);
    if (!writer->grown) return gm_say(error, GMSystem, "out of memory");
  }
  return open_file(writer, path, spec, error);
}

GMWriter *gm_writer_open(const char *path, const GMWriteSpec *spec, GMError *error) {
  gm_forget_log();
  GMWriter *writer = av_mallocz(sizeof *writer);
  if (!writer) {
    gm_say(error, GMSystem, "out of memory");
    return NULL;
  }
  if (start(writer, path, spec, error) == 0) return writer;
  gm_writer_close(writer);
  return NULL;
}

/// Repeats the last column and row until both sides have the size of the file's frames.
static const uint8_t *grow(GMWriter *writer, const uint8_t *samples) {
  if (!writer->grown) return samples;
  const size_t pixel = writer->is_indexed ? 1 : (size_t)writer->channel_count;
  const size_t from_stride = (size_t)writer->width * pixel;
  const size_t to_stride = (size_t)writer->out_width * pixel;
  for (int row = 0; row < writer->out_height; row++) {
    const int from = row < writer->height ? row : writer->height - 1;
    uint8_t *target = writer->grown + (size_t)row * to_stride;
    memcpy(target, samples + (size_t)from * from_stride, from_stride);
    for (size_t at = from_stride; at < to_stride; at += pixel)
      memcpy(target + at, target + from_stride - pixel, pixel);
  }
  return writer->grown;
}

/// Writes the packets that are ready, `limit` at most. 1 when more may follow, 0 at the end, -1.
static int write_packets(GMWriter *writer, int limit, GMError *error) {
  for (int count = 0; count < limit; count++) {
    int code = avcodec_receive_packet(writer->codec, writer->packet);
    if (code == AVERROR_EOF) return 0;
    if (code == AVERROR(EAGAIN)) return 1;
    if (code < 0) return gm_fail(error, GMUnfit, code, "a frame cannot be encoded");
    if (writer->packet->duration == 0) writer->packet->duration = 1;
    av_packet_rescale_ts(writer->packet, writer->codec->time_base, writer->stream->time_base);
    writer->packet->stream_index = 0;
    code = av_interleaved_write_frame(writer->format, writer->packet);
    if (code >= 0 && writer->format->pb->error < 0) code = writer->format->pb->error;
    if (code < 0) return gm_fail(error, GMSystem, code, "the file cannot be written");
  }
  return 1;
}

int gm_writer_add(GMWriter *writer, const uint8_t *samples, const uint32_t *palette,
                  GMError *error) {
  int code = av_frame_make_writable(writer->frame);
  if (code < 0) return gm_fail(error, GMSystem, code, "no memory for a frame");
  const uint8_t *planes[4] = {grow(writer, samples)};
  const int pixel = writer->is_indexed ? 1 : writer->channel_count;
  const int strides[4] = {writer->out_width * pixel};
  if (writer->scaler) {
    sws_scale(writer->scaler, planes, strides, 0, writer->out_height, writer->frame->data,
              writer->frame->linesize);
  } else {
    av_image_copy_plane(writer->frame->data[0], writer->frame->linesize[0], planes[0], strides[0],
                        strides[0], writer->out_height);
  }
  if (palette) memcpy(writer->frame->data[1], palette, 256 * sizeof *palette);
  writer->frame->pts = writer->index++;
  if (writer->is_full_range) writer->frame->quality = writer->codec->global_quality;
  code = avcodec_send_frame(writer->codec, writer->frame);
  if (code < 0) return gm_fail(error, GMUnfit, code, "a frame cannot be encoded");
  return write_packets(writer, 1 << 20, error) < 0 ? -1 : 0;
}

int gm_writer_drain(GMWriter *writer, GMError *error) {
  if (!writer->sent_end) {
    const int code = avcodec_send_frame(writer->codec, NULL);
    if (code < 0) return gm_fail(error, GMUnfit, code, "the encoder does not come to its end");
    writer->sent_end = 1;
  }
  return write_packets(writer, 1, error);
}

int gm_writer_finish(GMWriter *writer, GMError *error) {
  int code = av_write_trailer(writer->format);
  if (code >= 0) {
    avio_flush(writer->format->pb);
    code = writer->format->pb->error;
  }
  const int closed = avio_closep(&writer->format->pb);
  if (code >= 0 && closed < 0) code = closed;
  if (code < 0) return gm_fail(error, GMSystem, code, "the file's end cannot be written");
  return 0;
}

int gm_writer_width(const GMWriter *writer) { return writer->out_width; }
int gm_writer_height(const GMWriter *writer) { return writer->out_height; }

void gm_writer_close(GMWriter *writer) {
  if (!writer) return;
  avcodec_free_context(&writer->codec);
  sws_freeContext(writer->scaler);
  av_frame_free(&writer->frame);
  av_packet_free(&writer->packet);
  if (writer->format && writer->format->pb) avio_closep(&writer->format->pb);
  avformat_free_context(writer->format);
  av_free(writer->grown);
  av_free(writer);
}
