#include "input.h"

#include <errno.h>
#include <unistd.h>

enum { io_size = 1 << 16 };

static int read_bytes(void *opaque, uint8_t *buffer, int count) {
  const int *descriptor = opaque;
  ssize_t got;
  do got = read(*descriptor, buffer, (size_t)count);
  while (got < 0 && errno == EINTR);
  if (got < 0) return AVERROR(errno);
  return got == 0 ? AVERROR_EOF : (int)got;
}

static int64_t seek_bytes(void *opaque, int64_t offset, int whence) {
  const int *descriptor = opaque;
  if (whence & AVSEEK_SIZE) {
    const off_t here = lseek(*descriptor, 0, SEEK_CUR);
    const off_t size = lseek(*descriptor, 0, SEEK_END);
    lseek(*descriptor, here, SEEK_SET);
    return size;
  }
  const off_t place = lseek(*descriptor, offset, whence & ~AVSEEK_FORCE);
  return place < 0 ? AVERROR(errno) : place;
}

static int refuse_open(AVFormatContext *format, AVIOContext **io, const char *url, int flags,
                       AVDictionary **options) {
  (void)format, (void)io, (void)url, (void)flags, (void)options;
  return AVERROR(EPERM);
}

int gm_format_open(AVFormatContext **opened, AVIOContext **io, int *descriptor,
                   const char *demuxers, GMError *error) {
  gm_forget_log();
  if (lseek(*descriptor, 0, SEEK_SET) < 0)
    return gm_say(error, GMSystem, "the file is not one that can be read from the start");
  uint8_t *buffer = av_malloc(io_size);
  *io = avio_alloc_context(buffer, io_size, 0, descriptor, read_bytes, NULL, seek_bytes);
  AVFormatContext *format = *opened = avformat_alloc_context();
  if (!buffer || !*io || !format) return gm_say(error, GMSystem, "out of memory");
  format->pb = *io;
  format->flags |= AVFMT_FLAG_CUSTOM_IO;
  format->io_open = refuse_open;
  format->format_whitelist = av_strdup(demuxers);
  format->protocol_whitelist = av_strdup("");
  format->max_streams = 64;
  int code = avformat_open_input(opened, "", NULL, NULL);
  if (code == AVERROR_INVALIDDATA || code == AVERROR(EINVAL) || code == AVERROR_EOF)
    return gm_fail(error, GMFormatUnknown, code, "no known kind of film, picture or sound");
  if (code < 0) return gm_fail(error, GMDamaged, code, "the file's head cannot be read");
  code = avformat_find_stream_info(*opened, NULL);
  if (code < 0) return gm_fail(error, GMDamaged, code, "the file's streams cannot be told");
  return 0;
}

void gm_format_close(AVFormatContext **format, AVIOContext **io) {
  avformat_close_input(format);
  if (*io) {
    av_freep(&(*io)->buffer);
    avio_context_free(io);
  }
}

AVStream *gm_only_stream(AVFormatContext *format, int index) {
  for (unsigned other = 0; other < format->nb_streams; other++)
    if ((int)other != index) format->streams[other]->discard = AVDISCARD_ALL;
  return format->streams[index];
}
