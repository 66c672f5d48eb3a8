/// 3x3 convolutions by minimal filtering: 4x4 outputs cost 36 products a channel instead of 144.
///
/// - Source: Lavin & Gray 2015, "Fast Algorithms for Convolutional Neural Networks",
///   arXiv:1509.09308v2, F(4x4, 3x3), section 4.3.
#pragma once

/// One dimension of an input tile: six numbers to six.
CGEN_INLINE void spreadInput(const V *d, int step, V *t) {
  V d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step], d5 = d[5 * step];
  V even = d4 - 4.0f * d2, odd = d3 - 4.0f * d1, near = d4 - d2, twice = 2.0f * (d3 - d1);
  t[0] = 4.0f * d0 - 5.0f * d2 + d4;
  t[step] = even + odd;
  t[2 * step] = even - odd;
  t[3 * step] = near + twice;
  t[4 * step] = near - twice;
  t[5 * step] = 4.0f * d1 - 5.0f * d3 + d5;
}

/// One dimension of the taps: three numbers to six.
CGEN_INLINE void spreadTaps(const V *g, int step, V *u, int stride) {
  V ends = g[0] + g[2 * step], wide = g[0] * (1.0f / 24) + g[2 * step] * (1.0f / 6);
  u[0] = g[0] * 0.25f;
  u[stride] = (ends + g[step]) * (-1.0f / 6);
  u[2 * stride] = (ends - g[step]) * (-1.0f / 6);
  u[3 * stride] = wide + g[step] * (1.0f / 12);
  u[4 * stride] = wide - g[step] * (1.0f / 12);
  u[5 * stride] = g[2 * step];
}

/// One dimension of the products: six numbers to four.
CGEN_INLINE void gatherOutput(const V *m, int step, V *o, int stride) {
  V sum = m[step] + m[2 * step], difference = m[step] - m[2 * step];
  V farSum = m[3 * step] + m[4 * step], farDifference = m[3 * step] - m[4 * step];
  o[0] = m[0] + sum + farSum;
  o[stride] = difference + 2.0f * farDifference;
  o[2 * stride] = sum + 4.0f * farSum;
  o[3 * stride] = difference + 8.0f * farDifference + m[5 * step];
}

/// A row of numbers more than the tiles need keeps the 36 places out of each other's cache lines.
static int64_t winogradPlace(int64_t channels) {
  return winogradTiles * winogradLanes(channels) + lanes;
}

static void winogradWeights(const WinogradWeights &w, int64_t begin, int64_t end) {
  int64_t outLanes = winogradLanes(w.outChannels);
  for (int64_t c = begin; c < end; c++) {
    for (int64_t o = 0; o < outLanes; o += lanes) {
      V g[9] = {}, half[18], u[36];
      int there = int(w.outChannels - o < lanes ? w.outChannels - o : lanes);
      for (int tap = 0; tap < 9; tap++) {
        for (int lane = 0; lane < there; lane++)
          g[tap][lane] = w.plain[(o + lane) * w.outStride + c * w.inStride + tap * w.tapStride];
      }
      for (int column = 0; column < 3; column++) spreadTaps(g + column, 3, half + column, 3);
      for (int row = 0; row < 6; row++) spreadTaps(half + 3 * row, 1, u + 6 * row, 1);
      for (int place = 0; place < 36; place++)
        store(w.packed + (place * w.inChannels + c) * outLanes + o, u[place]);
    }
  }
}

/// Where the pixels of a tile are, in numbers from the start of the input; -1 outside of it.
template <class Run> static void locate(const Run &run, int64_t tile, int64_t *places) {
  int64_t column = tile % run.tileColumns, row = tile / run.tileColumns % run.tileRows;
  int64_t item = tile / run.tileColumns / run.tileRows;
  for (int i = 0; i < 36; i++) {
    int64_t y = 4 * row - run.padTop + i / 6, x = 4 * column - run.padLeft + i % 6;
    bool isInside = y >= 0 && y < run.height && x >= 0 && x < run.width;
    places[i] = isInside ? ((item * run.height + y) * run.width + x) * run.inChannels : -1;
  }
}

template <class T, class Run>
CGEN_INLINE void spreadTile(const Run &run, int64_t tile, float *spread) {
  const T *input = static_cast<const T *>(run.input);
  int64_t places[36], stride = winogradPlace(run.inChannels);
  locate(run, tile, places);
  for (int64_t c = 0; c < run.inChannels; c += lanes) {
    V d[36];
    for (int i = 0; i < 36; i++)
      d[i] = places[i] < 0 ? V(0.0f) : loadUpTo(input + places[i] + c, run.inChannels - c);
    for (int column = 0; column < 6; column++) spreadInput(d + column, 6, d + column);
    for (int row = 0; row < 6; row++) spreadInput(d + 6 * row, 1, d + 6 * row);
    for (int i = 0; i < 36; i++) store(spread + i * stride + c, d[i]);
  }
}

template <class T>
CGEN_INLINE void gatherTile(const WinogradRun &run, int64_t tile, const float *products) {
  T *output = static_cast<T *>(run.output);
  const T *residual = static_cast<const T *>(run.residual);
  int64_t column = tile % run.tileColumns, row = tile / run.tileColumns % run.tileRows;
  int64_t item = tile / run.tileColumns / run.tileRows, stride = winogradPlace(run.outChannels);
  int rows = int(run.outHeight - 4 * row < 4 ? run.outHeight - 4 * row : 4);
  int columns = int(run.outWidth - 4 * column < 4 ? run.outWidth - 4 * column : 4);
  int64_t corner = ((item * run.outHeight + 4 * row) * run.outWidth + 4 * column) * run.outChannels;
  for (int64_t o = 0; o < run.outChannels; o += lanes) {
    V m[36], half[24], result[16];
    for (int i = 0; i < 36; i++) m[i] = load(products + i * stride + o);
    for (int i = 0; i < 6; i++) gatherOutput(m + i, 6, half + i, 6);
    for (int i = 0; i < 4; i++) gatherOutput(half + 6 * i, 1, result + 4 * i, 1);
    int64_t there = run.outChannels - o;
    V bias = run.bias ? loadUpTo(run.bias + o, there) : V(0.0f);
    V slope = run.slopes ? loadUpTo(run.slopes + o, there) : V(1.0f);
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        int64_t place = corner + (y * run.outWidth + x) * run.outChannels + o;
        V value = result[4 * y + x] + bias;
        V added = residual ? loadUpTo(residual + place, there) : V(0.0f);
        if (run.addsBeforeSlopes) value += added;
        value = run.slopes ? choose(value < 0.0f, value * slope, value) : value;
        storeUpTo(output + place, run.addsBeforeSlopes ? value : value + added, there);
      }
    }
  }
}

/// products[tile][o] = sum over c of spread[tile][c] * weights[c][o], for one place of all tiles and
/// 16 * `vectors` channels.
template <int vectors>
static void multiplyPlace(
    const WinogradRun &run, const float *spread, const float *weights, float *products) {
  // The sums, and beside them the factors and a value, fill the registers.
#if defined(CGEN_AVX512)
  constexpr int rows = 24 / vectors;
#else
  constexpr int rows = 6 / vectors;
#endif
  int64_t in = winogradLanes(run.inChannels), out = winogradLanes(run.outChannels);
  for (int first = 0; first < winogradTiles; first += rows) {
    V sums[rows][vectors] = {};
    const float *x = spread + first * in;
    for (int64_t c = 0; c < run.inChannels; c++) {
      V factors[vectors];
      for (int k = 0; k < vectors; k++) factors[k] = load(weights + c * out + 16 * k);
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) {
        V value = splat(x[r * in + c]);
#pragma clang loop unroll(full)
        for (int k = 0; k < vectors; k++) sums[r][k] += value * factors[k];
      }
    }
    for (int r = 0; r < rows; r++) {
      for (int k = 0; k < vectors; k++)
        store(products + (first + r) * out + 16 * k, sums[r][k]);
    }
  }
}

static void multiplyPlaces(const WinogradRun &run, const float *spread, float *products) {
  int64_t in = winogradPlace(run.inChannels), out = winogradPlace(run.outChannels);
  int64_t width = winogradLanes(run.outChannels);
  for (int place = 0; place < 36; place++) {
    const float *x = spread + place * in;
    const float *weights = run.weights + place * run.inChannels * width;
    float *sums = products + place * out;
    for (int64_t o = 0; o < width;) {
#if defined(CGEN_AVX512)
      int64_t left = (width - o) / lanes;
#else
      int64_t left = 1;
#endif
      if (left >= 4 && left != 6) {
        multiplyPlace<4>(run, x, weights + o, sums + o);
        o += 4 * lanes;
      } else if (left >= 3) {
        multiplyPlace<3>(run, x, weights + o, sums + o);
        o += 3 * lanes;
      } else if (left == 2) {
        multiplyPlace<2>(run, x, weights + o, sums + o);
        o += 2 * lanes;
      } else {
        multiplyPlace<1>(run, x, weights + o, sums + o);
        o += lanes;
      }
    }
  }
}

/// Tiles begin..<end of all pictures; `memory` holds the places of `winogradTiles` of them.
static void winograd(const WinogradRun &run, float *memory, int64_t begin, int64_t end) {
  float *spread = memory, *products = memory + 36 * winogradPlace(run.inChannels);
  int64_t in = winogradLanes(run.inChannels), out = winogradLanes(run.outChannels);
  for (int64_t first = begin; first < end; first += winogradTiles) {
    int64_t count = end - first < winogradTiles ? end - first : winogradTiles;
    withType(run.type, [&](auto *type) CGEN_ALWAYS {
      typedef __typeof__(*type) T;
      for (int64_t i = 0; i < count; i++) spreadTile<T>(run, first + i, spread + i * in);
    });
    multiplyPlaces(run, spread, products);
    withType(run.type, [&](auto *type) CGEN_ALWAYS {
      typedef __typeof__(*type) T;
      for (int64_t i = 0; i < count; i++) gatherTile<T>(run, first + i, products + i * out);
    });
  }
}
