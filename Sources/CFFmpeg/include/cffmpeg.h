// Reading and writing films, pictures and sounds through FFmpeg's libraries, behind plain C.
#ifndef CFFMPEG_H
#define CFFMPEG_H

#include <stddef.h>
#include <stdint.h>

/// What went wrong; `GMFine` is zero.
typedef enum {
  GMFine = 0,
  GMFormatUnknown,
  GMDamaged,
  GMTooLarge,
  GMSystem,
  GMUnfit,
} GMProblem;

typedef struct {
  GMProblem problem;
  /// The size found, for GMTooLarge.
  int width, height;
  /// What the library said last; always terminated.
  char text[256];
} GMError;

typedef struct {
  char container[32];
  char codec[32];
  int width, height;
  /// 1 grey, 3 RGB, 4 RGB and straight alpha.
  int channel_count;
  int is_film;
  int rate_numerator, rate_denominator;
  /// -1 when only decoding would tell.
  int64_t frame_count;
  /// Seconds; negative when the file does not tell.
  double duration;
  /// Times that it plays, 0 for ever; -1 when the file does not tell.
  int loop_count;
} GMInfo;

/// Keeps what the libraries log for error texts instead of printing it, and closes every inherited
/// file but the standard ones.
void gm_start(void);

typedef struct GMReader GMReader;

/// Opens the film or picture in `descriptor`, which stays the caller's, and decodes its first frame.
/// NULL on failure, with `error` filled in.
GMReader *gm_reader_open(int descriptor, int64_t pixel_limit, GMInfo *info, GMError *error);
/// The value of a key of the file's own metadata, or NULL. Lives as long as the reader.
const char *gm_reader_metadata(const GMReader *reader, const char *key);
/// Writes the next frame's samples, width * height * channel_count of them. 1 a frame, 0 the end, -1 an error.
int gm_reader_next(GMReader *reader, uint8_t *samples, GMError *error);
void gm_reader_close(GMReader *reader);

typedef struct GMWebP GMWebP;

/// Opens a still or animated WebP in memory, which has to outlive the reader.
GMWebP *gm_webp_open(const uint8_t *bytes, size_t count, int64_t pixel_limit, GMInfo *info,
                     GMError *error);
/// Writes the next frame's samples. 1 a frame, 0 the end, -1 an error.
int gm_webp_next(GMWebP *reader, uint8_t *samples, GMError *error);
void gm_webp_close(GMWebP *reader);

typedef struct {
  /// FFmpeg's names of muxer and encoder.
  const char *container, *codec;
  /// `key=value` pairs for encoder and muxer, separated by colons.
  const char *codec_options, *container_options;
  /// Stored under the key `comment`; may be NULL.
  const char *comment;
  /// Of the frames handed in.
  int width, height, channel_count;
  /// Whether frames are bytes into the palette given with each.
  int is_indexed;
  /// Both sides are rounded up to a multiple of this by repeating the last column and row.
  int size_multiple;
  int rate_numerator, rate_denominator;
  /// FFmpeg's name of the pixel format to encode.
  const char *pixel_format;
  /// For mjpeg: 1 (best) to 31; 0 elsewhere.
  int quantizer;
  int is_still;
} GMWriteSpec;

typedef struct GMWriter GMWriter;

/// Starts a file at `path`, which is replaced. NULL on failure, with `error` filled in.
GMWriter *gm_writer_open(const char *path, const GMWriteSpec *spec, GMError *error);
/// Encodes one frame; `palette` is 256 entries 0xAARRGGBB for indexed frames. 0, or -1 on an error.
int gm_writer_add(GMWriter *writer, const uint8_t *samples, const uint32_t *palette,
                  GMError *error);
/// Encodes what is still in flight, at most one packet a call. 1 more to do, 0 done, -1 an error.
int gm_writer_drain(GMWriter *writer, GMError *error);
/// Ends the file. 0, or -1 on an error. The writer has to be closed all the same.
int gm_writer_finish(GMWriter *writer, GMError *error);
int gm_writer_width(const GMWriter *writer);
int gm_writer_height(const GMWriter *writer);
void gm_writer_close(GMWriter *writer);

typedef struct {
  char container[32];
  char codec[32];
  int sample_rate, channel_count;
  /// Samples of each channel; -1 when only decoding would tell.
  int64_t frame_count;
} GMSoundInfo;

typedef struct GMSound GMSound;

/// Opens the sound in `descriptor`, which stays the caller's. NULL on failure, with `error` filled in.
GMSound *gm_sound_open(int descriptor, GMSoundInfo *info, GMError *error);
/// The value of a key of the file's own metadata, or NULL. Lives as long as the reader.
const char *gm_sound_metadata(const GMSound *sound, const char *key);
/// Writes up to `capacity` samples of each channel, the channels' side by side. Their number, 0 at the
/// end, -1 for an error.
int gm_sound_next(GMSound *sound, float *samples, int capacity, GMError *error);
void gm_sound_close(GMSound *sound);

typedef struct {
  /// FFmpeg's names of muxer and encoder.
  const char *container, *codec;
  /// Stored under the key `comment`; may be NULL.
  const char *comment;
  int sample_rate, channel_count;
  /// 16 or 24, for encoders without loss.
  int sample_bits;
  /// Bits a second, for encoders with loss.
  int bit_rate;
} GMSoundSpec;

typedef struct GMSoundWriter GMSoundWriter;

/// Starts a file at `path`, which is replaced. NULL on failure, with `error` filled in.
GMSoundWriter *gm_sound_writer_open(const char *path, const GMSoundSpec *spec, GMError *error);
/// Takes `count` samples of each channel, the channels' side by side. 0, or -1 on an error.
int gm_sound_writer_add(GMSoundWriter *writer, const float *samples, int count, GMError *error);
/// Encodes what is left and ends the file. 0, or -1 on an error. The writer has to be closed all the
/// same.
int gm_sound_writer_finish(GMSoundWriter *writer, GMError *error);
void gm_sound_writer_close(GMSoundWriter *writer);

#endif
