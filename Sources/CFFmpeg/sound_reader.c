#include "input.h"

#include <libavcodec/avcodec.h>
#include <libswresample/swresample.h>
#include <math.h>
#include <string.h>

/// Demuxers of sounds that need nothing but their own bytes, alone or behind a film.
static const char *const demuxers =
    "wav,flac,ogg,mp3,aac,mov,matroska,aiff,au,caf,w64,ac3,eac3,amr,ape,tta,wv,mpc,mpc8,voc,"
    "avi,flv,mpegts,mpeg,asf,nut,mxf";

struct GMSound {
  int descriptor;
  AVFormatContext *format;
  AVIOContext *io;
  AVCodecContext *codec;
  AVStream *stream;
  AVPacket *packet;
  AVFrame *frame;
  struct SwrContext *converter;
  int sample_rate, channel_count;
  enum AVSampleFormat sample_format;
  /// Converted samples that nobody has taken yet.
  float *waiting;
  int waiting_capacity, waiting_start, waiting_count;
  int sent_end;
};

static int open_decoder(GMSound *sound, GMError *error) {
  const AVCodec *decoder = avcodec_find_decoder(sound->stream->codecpar->codec_id);
  if (!decoder) return gm_say(error, GMFormatUnknown, "no decoder for its sound");
  AVCodecContext *codec = sound->codec = avcodec_alloc_context3(decoder);
  if (!codec) return gm_say(error, GMSystem, "out of memory");
  int code = avcodec_parameters_to_context(codec, sound->stream->codecpar);
  if (code < 0) return gm_fail(error, GMDamaged, code, "the decoder cannot be set up");
  codec->pkt_timebase = sound->stream->time_base;
  if (codec->codec_id == AV_CODEC_ID_FLAC)
    codec->err_recognition |= AV_EF_EXPLODE | AV_EF_CRCCHECK;
  code = avcodec_open2(codec, decoder, NULL);
  if (code < 0) return gm_fail(error, GMDamaged, code, "the decoder does not start");
  return 0;
}

/// Decodes some samples into `sound->frame`. 1, 0 at the end, -1.
static int decode(GMSound *sound, GMError *error) {
  for (;;) {
    int code = avcodec_receive_frame(sound->codec, sound->frame);
    if (code == 0) return 1;
    if (code == AVERROR_EOF) return 0;
    if (code != AVERROR(EAGAIN))
      return gm_fail(error, GMDamaged, code, "its samples cannot be decoded");
    if (sound->sent_end) return 0;
    code = av_read_frame(sound->format, sound->packet);
    if (code == AVERROR(EAGAIN)) continue;
    if (code < 0) {
      if (code != AVERROR_EOF) return gm_fail(error, GMDamaged, code, "the file breaks off");
      avcodec_send_packet(sound->codec, NULL);
      sound->sent_end = 1;
      continue;
    }
    if (sound->packet->stream_index == sound->stream->index) {
      code = avcodec_send_packet(sound->codec, sound->packet);
      if (code < 0 && code != AVERROR(EAGAIN)) {
        av_packet_unref(sound->packet);
        return gm_fail(error, GMDamaged, code, "its samples cannot be decoded");
      }
    }
    av_packet_unref(sound->packet);
  }
}

static int open_converter(GMSound *sound, GMError *error) {
  AVChannelLayout layout;
  av_channel_layout_default(&layout, sound->channel_count);
  const int code = swr_alloc_set_opts2(&sound->converter, &layout, AV_SAMPLE_FMT_FLT,
                                       sound->sample_rate, &layout, sound->sample_format,
                                       sound->sample_rate, 0, NULL);
  av_channel_layout_uninit(&layout);
  if (code < 0 || swr_init(sound->converter) < 0)
    return gm_say(error, GMUnfit, "its samples cannot be converted");
  return 0;
}

static int convert(GMSound *sound, GMError *error) {
  const AVFrame *frame = sound->frame;
  if (frame->ch_layout.nb_channels != sound->channel_count ||
      frame->sample_rate != sound->sample_rate || frame->format != sound->sample_format)
    return gm_say(error, GMDamaged, "its rate or its channels change on the way");
  if (frame->nb_samples > sound->waiting_capacity) {
    av_freep(&sound->waiting);
    sound->waiting =
        av_malloc_array((size_t)frame->nb_samples, sizeof(float) * (size_t)sound->channel_count);
    if (!sound->waiting) return gm_say(error, GMSystem, "out of memory");
    sound->waiting_capacity = frame->nb_samples;
  }
  uint8_t *target[1] = {(uint8_t *)sound->waiting};
  const int count = swr_convert(sound->converter, target, sound->waiting_capacity,
                                (const uint8_t **)frame->extended_data, frame->nb_samples);
  if (count < 0) return gm_fail(error, GMDamaged, count, "its samples cannot be converted");
  sound->waiting_start = 0;
  sound->waiting_count = count;
  return 0;
}

static void describe(const GMSound *sound, GMSoundInfo *info) {
  memset(info, 0, sizeof *info);
  strncpy(info->container, sound->format->iformat->name, sizeof info->container - 1);
  strncpy(info->codec, avcodec_get_name(sound->codec->codec_id), sizeof info->codec - 1);
  info->sample_rate = sound->sample_rate;
  info->channel_count = sound->channel_count;
  const double seconds = (double)sound->stream->duration * av_q2d(sound->stream->time_base);
  // Opus counts the samples that its decoder drops at the start.
  const int dropped =
      sound->codec->codec_id == AV_CODEC_ID_OPUS ? sound->stream->codecpar->initial_padding : 0;
  info->frame_count = -1;
  if (sound->stream->duration > 0)
    info->frame_count = llround(seconds * sound->sample_rate) - dropped;
}

static int start(GMSound *sound, GMSoundInfo *info, GMError *error) {
  if (gm_format_open(&sound->format, &sound->io, &sound->descriptor, demuxers, error)) return -1;
  const int index = av_find_best_stream(sound->format, AVMEDIA_TYPE_AUDIO, -1, -1, NULL, 0);
  if (index < 0) return gm_say(error, GMFormatUnknown, "the file holds no sound");
  sound->stream = gm_only_stream(sound->format, index);
  if (open_decoder(sound, error)) return -1;
  const int got = decode(sound, error);
  if (got < 0) return -1;
  const AVFrame *frame = sound->frame;
  if (got == 0 || frame->sample_rate < 1 || frame->ch_layout.nb_channels < 1 ||
      frame->ch_layout.nb_channels > 32)
    return gm_say(error, GMDamaged, "it holds no samples");
  sound->sample_rate = frame->sample_rate;
  sound->channel_count = frame->ch_layout.nb_channels;
  sound->sample_format = frame->format;
  if (open_converter(sound, error) || convert(sound, error)) return -1;
  describe(sound, info);
  return 0;
}

GMSound *gm_sound_open(int descriptor, GMSoundInfo *info, GMError *error) {
  GMSound *sound = av_mallocz(sizeof *sound);
  if (!sound) {
    gm_say(error, GMSystem, "out of memory");
    return NULL;
  }
  sound->descriptor = descriptor;
  sound->packet = av_packet_alloc();
  sound->frame = av_frame_alloc();
  if (!sound->packet || !sound->frame) gm_say(error, GMSystem, "out of memory");
  else if (start(sound, info, error) == 0) return sound;
  gm_sound_close(sound);
  return NULL;
}

const char *gm_sound_metadata(const GMSound *sound, const char *key) {
  // Ogg keeps it with the stream, others with the file.
  const AVDictionaryEntry *entry = av_dict_get(sound->format->metadata, key, NULL, 0);
  if (!entry) entry = av_dict_get(sound->stream->metadata, key, NULL, 0);
  return entry ? entry->value : NULL;
}

int gm_sound_next(GMSound *sound, float *samples, int capacity, GMError *error) {
  while (sound->waiting_count == 0) {
    const int got = decode(sound, error);
    if (got <= 0) return got;
    if (convert(sound, error)) return -1;
  }
  const int count = capacity < sound->waiting_count ? capacity : sound->waiting_count;
  const size_t channels = (size_t)sound->channel_count;
  memcpy(samples, sound->waiting + (size_t)sound->waiting_start * channels,
         (size_t)count * channels * sizeof *samples);
  sound->waiting_start += count;
  sound->waiting_count -= count;
  return count;
}

void gm_sound_close(GMSound *sound) {
  if (!sound) return;
  avcodec_free_context(&sound->codec);
  gm_format_close(&sound->format, &sound->io);
  swr_free(&sound->converter);
  av_packet_free(&sound->packet);
  av_frame_free(&sound->frame);
  av_free(sound->waiting);
  av_free(sound);
}
