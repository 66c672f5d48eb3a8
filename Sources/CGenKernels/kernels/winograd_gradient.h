/// The gradient of the taps of 3x3 convolutions by minimal filtering: each tile of 4x4 pixels of the
/// output's gradient costs 36 products a pair of channels instead of 144.
///
/// - Source: Lavin & Gray 2015, arXiv:1509.09308v2, section 4: the transposes of the three maps of
///   F(4x4, 3x3), so that sums over tiles are taken between two of them.
#pragma once

/// One dimension of a tile of the gradient: four numbers to six.
CGEN_INLINE void spreadGradient(const V *d, int step, V *t, int stride) {
  V even = d[0] + d[2 * step], odd = d[step] + d[3 * step];
  V farEven = d[0] + 4.0f * d[2 * step], farOdd = 2.0f * d[step] + 8.0f * d[3 * step];
  t[0] = d[0];
  t[stride] = even + odd;
  t[2 * stride] = even - odd;
  t[3 * stride] = farEven + farOdd;
  t[4 * stride] = farEven - farOdd;
  t[5 * stride] = d[3 * step];
}

/// One dimension of the sums: six numbers to three.
CGEN_INLINE void gatherTaps(const V *s, int step, V *g, int stride) {
  V near = (s[step] + s[2 * step]) * (1.0f / 6), far = s[3 * step] + s[4 * step];
  g[0] = s[0] * 0.25f - near + far * (1.0f / 24);
  g[stride] = (s[2 * step] - s[step]) * (1.0f / 6) + (s[3 * step] - s[4 * step]) * (1.0f / 12);
  g[2 * stride] = far * (1.0f / 6) - near + s[5 * step];
}

template <class T>
CGEN_INLINE void spreadGradientTile(const WinogradGradient &run, int64_t tile, float *spread) {
  int64_t column = tile % run.tileColumns * 4, row = tile / run.tileColumns % run.tileRows * 4;
  int64_t item = tile / run.tileColumns / run.tileRows, stride = winogradPlace(run.outChannels);
  const T *corner = static_cast<const T *>(run.gradient) +
                    ((item * run.outHeight + row) * run.outWidth + column) * run.outChannels;
  for (int64_t o = 0; o < run.outChannels; o += lanes) {
    V d[16] = {}, half[24], t[36];
    for (int i = 0; i < 16; i++) {
      if (row + i / 4 >= run.outHeight || column + i % 4 >= run.outWidth) continue;
      const T *pixel = corner + (i / 4 * run.outWidth + i % 4) * run.outChannels + o;
      d[i] = loadUpTo(pixel, run.outChannels - o);
    }
    for (int i = 0; i < 4; i++) spreadGradient(d + i, 4, half + i, 4);
    for (int i = 0; i < 6; i++) spreadGradient(half + 4 * i, 1, t + 6 * i, 1);
    for (int i = 0; i < 36; i++) store(spread + i * stride + o, t[i]);
  }
}

/// sums[o][c] += sum over tiles of gradient[o] * input[c], for `rows` by 16 * `vectors` of them.
template <int rows, int vectors>
static void addTiles(
    int64_t tiles, const float *gradient, int64_t out, const float *input, int64_t in,
    float *sums) {
  V total[rows][vectors];
  for (int r = 0; r < rows; r++) {
    for (int k = 0; k < vectors; k++) total[r][k] = load(sums + r * in + 16 * k);
  }
  for (int64_t tile = 0; tile < tiles; tile++, gradient += out, input += in) {
    V values[vectors];
    for (int k = 0; k < vectors; k++) values[k] = load(input + 16 * k);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      V factor = splat(gradient[r]);
#pragma clang loop unroll(full)
      for (int k = 0; k < vectors; k++) total[r][k] += factor * values[k];
    }
  }
  for (int r = 0; r < rows; r++) {
    for (int k = 0; k < vectors; k++) store(sums + r * in + 16 * k, total[r][k]);
  }
}

/// All input channels of `rows` output channels.
template <int rows>
static void addRows(
    int64_t tiles, const float *gradient, int64_t out, const float *input, int64_t in,
    float *sums) {
  int64_t done = 0;
#if defined(CGEN_AVX512)
  for (; done + 3 * lanes <= in; done += 3 * lanes)
    addTiles<rows, 3>(tiles, gradient, out, input + done, in, sums + done);
  for (; done + 2 * lanes <= in; done += 2 * lanes)
    addTiles<rows, 2>(tiles, gradient, out, input + done, in, sums + done);
#endif
  for (; done < in; done += lanes)
    addTiles<rows, 1>(tiles, gradient, out, input + done, in, sums + done);
}

static void addPlaces(
    const WinogradGradient &run, int64_t tiles, const float *input, const float *gradient,
    float *sums) {
  int64_t in = winogradLanes(run.inChannels), out = winogradLanes(run.outChannels);
  for (int place = 0; place < 36; place++) {
    const float *x = input + place * winogradPlace(run.inChannels);
    const float *g = gradient + place * winogradPlace(run.outChannels);
    float *total = sums + place * out * in;
    int64_t done = 0;
#if defined(CGEN_AVX512)
    for (; done + 8 <= run.outChannels; done += 8)
      addRows<8>(tiles, g + done, out, x, in, total + done * in);
#else
    for (; done + 6 <= run.outChannels; done += 6)
      addRows<6>(tiles, g + done, out, x, in, total + done * in);
#endif
    for (; done + 4 <= run.outChannels; done += 4)
      addRows<4>(tiles, g + done, out, x, in, total + done * in);
    for (; done < run.outChannels; done++)
      addRows<1>(tiles, g + done, out, x, in, total + done * in);
  }
}

static void winogradSums(
    const WinogradGradient &run, float *memory, float *sums, int64_t begin, int64_t end) {
  float *input = memory, *gradient = memory + 36 * winogradPlace(run.inChannels);
  int64_t in = winogradLanes(run.inChannels), out = winogradLanes(run.outChannels);
  for (int64_t first = begin; first < end; first += winogradTiles) {
    int64_t count = end - first < winogradTiles ? end - first : winogradTiles;
    withType(run.type, [&](auto *type) CGEN_ALWAYS {
      typedef __typeof__(*type) T;
      for (int64_t i = 0; i < count; i++) {
        spreadTile<T>(run, first + i, input + i * in);
        spreadGradientTile<T>(run, first + i, gradient + i * out);
      }
    });
    addPlaces(run, count, input, gradient, sums);
  }
}

static void winogradTaps(
    const WinogradGradient &run, const float *sums, int64_t parts, float *taps, int64_t begin,
    int64_t end) {
  int64_t in = winogradLanes(run.inChannels), place = winogradLanes(run.outChannels) * in;
  for (int64_t o = begin; o < end; o++) {
    for (int64_t c = 0; c < run.inChannels; c += lanes) {
      V s[36] = {}, half[18], g[9];
      for (int64_t part = 0; part < parts; part++) {
        for (int i = 0; i < 36; i++) s[i] += load(sums + (part * 36 + i) * place + o * in + c);
      }
      for (int i = 0; i < 6; i++) gatherTaps(s + i, 6, half + i, 6);
      for (int i = 0; i < 3; i++) gatherTaps(half + 6 * i, 1, g + 3 * i, 1);
      int there = int(run.inChannels - c < lanes ? run.inChannels - c : lanes);
      for (int lane = 0; lane < there; lane++) {
        float *target = taps + (o * run.inChannels + c + lane) * 9;
        for (int tap = 0; tap < 9; tap++) target[tap] = g[tap][lane];
      }
    }
  }
}
