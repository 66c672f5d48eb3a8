#include "internal.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <math.h>
#include <string.h>

struct GMSoundWriter {
  AVFormatContext *format;
  AVCodecContext *codec;
  AVStream *stream;
  AVFrame *frame;
  AVPacket *packet;
  int channel_count, sample_bits, frame_size;
  /// Samples of each channel in the frame that is being filled, and before it.
  int filled;
  int64_t written;
};

static int open_encoder(GMSoundWriter *writer, const GMSoundSpec *spec, GMError *error) {
  const AVCodec *encoder = avcodec_find_encoder_by_name(spec->codec);
  if (!encoder) {
    char text[128];
    snprintf(text, sizeof text, "FFmpeg was built without the encoder %s", spec->codec);
    return gm_say(error, GMUnfit, text);
  }
  AVCodecContext *codec = writer->codec = avcodec_alloc_context3(encoder);
  if (!codec) return gm_say(error, GMSystem, "out of memory");
  const int is_lossless = codec->codec_id == AV_CODEC_ID_FLAC;
  codec->sample_rate = spec->sample_rate;
  codec->time_base = (AVRational){1, spec->sample_rate};
  codec->sample_fmt = !is_lossless              ? AV_SAMPLE_FMT_FLT
                      : spec->sample_bits == 16 ? AV_SAMPLE_FMT_S16
                                                : AV_SAMPLE_FMT_S32;
  if (is_lossless) codec->bits_per_raw_sample = spec->sample_bits;
  else codec->bit_rate = spec->bit_rate;
  av_channel_layout_default(&codec->ch_layout, spec->channel_count);
  codec->flags |= AV_CODEC_FLAG_BITEXACT;
  if (writer->format->oformat->flags & AVFMT_GLOBALHEADER)
    codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  const int code = avcodec_open2(codec, encoder, NULL);
  if (code < 0) return gm_fail(error, GMUnfit, code, "the encoder does not start");
  writer->frame_size = codec->frame_size > 0 ? codec->frame_size : 1024;
  return 0;
}

static int open_file(GMSoundWriter *writer, const char *path, const GMSoundSpec *spec,
                     GMError *error) {
  writer->stream = avformat_new_stream(writer->format, NULL);
  if (!writer->stream) return gm_say(error, GMSystem, "out of memory");
  writer->stream->time_base = writer->codec->time_base;
  int code = avcodec_parameters_from_context(writer->stream->codecpar, writer->codec);
  if (code < 0) return gm_fail(error, GMUnfit, code, "the file cannot describe its samples");
  writer->format->flags |= AVFMT_FLAG_BITEXACT;
  if (spec->comment) av_dict_set(&writer->format->metadata, "comment", spec->comment, 0);
  code = avio_open2(&writer->format->pb, path, AVIO_FLAG_WRITE, NULL, NULL);
  if (code < 0) return gm_fail(error, GMSystem, code, "the file cannot be opened");
  code = avformat_write_header(writer->format, NULL);
  if (code < 0) return gm_fail(error, GMUnfit, code, "the file's head cannot be written");
  return 0;
}

static int start_frame(GMSoundWriter *writer, GMError *error) {
  AVFrame *frame = writer->frame;
  av_frame_unref(frame);
  frame->format = writer->codec->sample_fmt;
  frame->sample_rate = writer->codec->sample_rate;
  frame->nb_samples = writer->frame_size;
  if (av_channel_layout_copy(&frame->ch_layout, &writer->codec->ch_layout) < 0 ||
      av_frame_get_buffer(frame, 0) < 0)
    return gm_say(error, GMSystem, "out of memory");
  writer->filled = 0;
  return 0;
}

static int start(GMSoundWriter *writer, const char *path, const GMSoundSpec *spec,
                 GMError *error) {
  writer->channel_count = spec->channel_count;
  writer->sample_bits = spec->sample_bits;
  const int code = avformat_alloc_output_context2(&writer->format, NULL, spec->container, path);
  if (code < 0) return gm_fail(error, GMUnfit, code, "FFmpeg does not know the container");
  writer->frame = av_frame_alloc();
  writer->packet = av_packet_alloc();
  if (!writer->frame || !writer->packet) return gm_say(error, GMSystem, "out of memory");
  if (open_encoder(writer, spec, error) || open_file(writer, path, spec, error)) return -1;
  return start_frame(writer, error);
}

GMSoundWriter *gm_sound_writer_open(const char *path, const GMSoundSpec *spec, GMError *error) {
  gm_forget_log();
  GMSoundWriter *writer = av_mallocz(sizeof *writer);
  if (!writer) {
    gm_say(error, GMSystem, "out of memory");
    return NULL;
  }
  if (start(writer, path, spec, error) == 0) return writer;
  gm_sound_writer_close(writer);
  return NULL;
}

/// Hands over a frame, NULL at the end, and writes the packets that are ready. 0, or -1.
static int encode(GMSoundWriter *writer, const AVFrame *frame, GMError *error) {
  int code = avcodec_send_frame(writer->codec, frame);
  if (code < 0) return gm_fail(error, GMUnfit, code, "its samples cannot be encoded");
  for (;;) {
    code = avcodec_receive_packet(writer->codec, writer->packet);
    if (code == AVERROR_EOF || code == AVERROR(EAGAIN)) return 0;
    if (code < 0) return gm_fail(error, GMUnfit, code, "its samples cannot be encoded");
    av_packet_rescale_ts(writer->packet, writer->codec->time_base, writer->stream->time_base);
    writer->packet->stream_index = 0;
    code = av_interleaved_write_frame(writer->format, writer->packet);
    if (code >= 0 && writer->format->pb->error < 0) code = writer->format->pb->error;
    if (code < 0) return gm_fail(error, GMSystem, code, "the file cannot be written");
  }
}

static int send_frame(GMSoundWriter *writer, GMError *error) {
  writer->frame->nb_samples = writer->filled;
  writer->frame->pts = writer->written;
  writer->written += writer->filled;
  return encode(writer, writer->frame, error);
}

/// Whole numbers of `bits` bits, cut beyond full scale.
static int32_t whole(float sample, int bits) {
  const double scale = (double)(1 << (bits - 1));
  const double value = round((double)sample * scale);
  return (int32_t)(value > scale - 1 ? scale - 1 : value < -scale ? -scale : value);
}

static void put(GMSoundWriter *writer, const float *samples, int count) {
  uint8_t *data = writer->frame->data[0];
  const size_t start = (size_t)writer->filled * (size_t)writer->channel_count;
  const size_t total = (size_t)count * (size_t)writer->channel_count;
  switch (writer->codec->sample_fmt) {
    case AV_SAMPLE_FMT_FLT:
      memcpy((float *)data + start, samples, total * sizeof *samples);
      break;
    case AV_SAMPLE_FMT_S16:
      for (size_t at = 0; at < total; at++)
        ((int16_t *)data)[start + at] = (int16_t)whole(samples[at], 16);
      break;
    default:
      // The encoder takes the upper 24 bits.
      for (size_t at = 0; at < total; at++)
        ((int32_t *)data)[start + at] = whole(samples[at], 24) * 256;
  }
}

int gm_sound_writer_add(GMSoundWriter *writer, const float *samples, int count, GMError *error) {
  while (count > 0) {
    const int room = writer->frame_size - writer->filled;
    const int taken = count < room ? count : room;
    put(writer, samples, taken);
    writer->filled += taken;
    samples += (size_t)taken * (size_t)writer->channel_count;
    count -= taken;
    if (writer->filled < writer->frame_size) continue;
    if (send_frame(writer, error) || start_frame(writer, error)) return -1;
  }
  return 0;
}

int gm_sound_writer_finish(GMSoundWriter *writer, GMError *error) {
  if (writer->filled > 0 && send_frame(writer, error)) return -1;
  if (encode(writer, NULL, error)) return -1;
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

void gm_sound_writer_close(GMSoundWriter *writer) {
  if (!writer) return;
  avcodec_free_context(&writer->codec);
  av_frame_free(&writer->frame);
  av_packet_free(&writer->packet);
  if (writer->format && writer->format->pb) avio_closep(&writer->format->pb);
  avformat_free_context(writer->format);
  av_free(writer);
}
