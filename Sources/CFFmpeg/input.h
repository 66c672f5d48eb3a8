#ifndef CFFMPEG_INPUT_H
#define CFFMPEG_INPUT_H

#include "internal.h"

#include <libavformat/avformat.h>

/// Opens the file behind `descriptor`, which has to stay where it is, as one of `demuxers`.
/// 0, or -1 with `error` filled in; it has to be closed in both cases.
int gm_format_open(AVFormatContext **format, AVIOContext **io, int *descriptor,
                   const char *demuxers, GMError *error);
void gm_format_close(AVFormatContext **format, AVIOContext **io);

/// The stream of an index; packets of all others are dropped from here on.
AVStream *gm_only_stream(AVFormatContext *format, int index);

#endif
