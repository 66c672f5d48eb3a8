/// Attention of one head: tiles of `tileRows` queries against blocks of keys, in registers and
/// first-level cache.
#pragma once

/// The vectors of sums that a tile's row holds in registers; AVX2 needs two registers for each, SSE
/// four.
#if defined(CGEN_AVX512)
constexpr int tileRows = 12, tileVectors = 2;
#elif defined(CGEN_AVX2)
constexpr int tileRows = 6, tileVectors = 1;
#else
constexpr int tileRows = 2, tileVectors = 1;
#endif

/// Keys are packed in panels.
constexpr int panelKeys = 2 * lanes;
constexpr int64_t blockKeys = 512;
/// The row stride of a tile of scores, off the powers of two that collide in the cache.
constexpr int64_t scoreStride = blockKeys + lanes;

#define CGEN_UNROLL _Pragma("clang loop unroll(full)")

/// Scratch for one head, carved out of the caller's memory.
struct HeadMemory {
  int64_t keys, width;
  float *keyPanels, *valueRows, *hidden;
  float *query, *scores, *outRows;
  float *valuePanels, *keyRows, *keyGradient, *valueGradient;
  float *queryRows, *outGradient, *outGradientRows, *scoreGradient;
  size_t bytes;

  HeadMemory(const HeadRows &r, bool isBackward) {
    keys = (r.keyTokens + panelKeys - 1) / panelKeys * panelKeys;
    width = (r.headSize + lanes - 1) / lanes * lanes;
    char *next = r.memory;
    bytes = 0;
    auto take = [&](int64_t count) {
      size_t size = (size_t(count) * sizeof(float) + 63) & ~size_t(63);
      float *piece = (float *)(next + bytes);
      bytes += size;
      return piece;
    };
    int64_t head = keys * width, rows = tileRows * width, tile = tileRows * scoreStride;
    keyPanels = take(head), valueRows = take(isBackward ? 0 : head), hidden = take(keys);
    query = take(rows), scores = take(tile), outRows = take(rows);
    if (!isBackward) return;
    valuePanels = take(head), keyRows = take(head), keyGradient = take(head),
    valueGradient = take(head);
    queryRows = take(rows), outGradient = take(rows), outGradientRows = take(rows);
    scoreGradient = take(tile);
  }
};

static size_t attentionMemory(const HeadRows &rows, bool isBackward) {
  return HeadMemory(rows, isBackward).bytes;
}

/// Rows of a head as f32 [keys, width], zero beyond their ends.
template <class T>
static void packRows(
    const T *in, int64_t stride, int64_t tokens, int64_t size, int64_t keys, int64_t width,
    float *out) {
  for (int64_t t = 0; t < keys; t++) {
    for (int64_t i = 0; i < width; i += lanes) {
      store(out + t * width + i, t < tokens ? loadUpTo(in + t * stride + i, size - i) : V(0.0f));
    }
  }
}

/// The same as panels [keys / panelKeys][size][panelKeys].
template <class T>
static void packPanels(
    const T *in, int64_t stride, int64_t tokens, int64_t size, int64_t keys, float *out) {
  for (int64_t t = 0; t < keys; t++) {
    float *column = out + t / panelKeys * panelKeys * size + t % panelKeys;
    for (int64_t i = 0; i < size; i += lanes) {
      V v = t < tokens ? loadUpTo(in + t * stride + i, size - i) : V(0.0f);
      for (int64_t j = 0; j < lanes && i + j < size; j++) column[(i + j) * panelKeys] = v[j];
    }
  }
}

/// A tile of queries as [size][tileRows], times a factor, and when asked as rows [tileRows][width].
template <class T>
static void packTile(
    const T *in, int64_t stride, int64_t count, int64_t size, int64_t width, float factor,
    float *out, float *rows) {
  for (int r = 0; r < tileRows; r++) {
    for (int64_t i = 0; i < width; i += lanes) {
      V v = r < count ? loadUpTo(in + r * stride + i, size - i) * factor : V(0.0f);
      if (rows) store(rows + r * width + i, v);
      for (int64_t j = 0; j < lanes && i + j < size; j++) out[(i + j) * tileRows + r] = v[j];
    }
  }
}

/// scores[r][key] = sum over d of query[d][r] * panel[d][key], for the panels of `count` keys.
static void scorePanels(
    const float *query, const float *panels, int64_t count, int64_t size, float *scores) {
  for (int64_t key = 0; key < count; key += tileVectors * lanes) {
    const float *panel = panels + key / panelKeys * panelKeys * size + key % panelKeys;
    V acc[tileRows][tileVectors];
    CGEN_UNROLL
    for (int r = 0; r < tileRows; r++) {
      CGEN_UNROLL
      for (int j = 0; j < tileVectors; j++) acc[r][j] = V(0.0f);
    }
    for (int64_t d = 0; d < size; d++) {
      V k[tileVectors];
      CGEN_UNROLL
      for (int j = 0; j < tileVectors; j++) k[j] = load(panel + d * panelKeys + j * lanes);
      CGEN_UNROLL
      for (int r = 0; r < tileRows; r++) {
        V q = V(query[d * tileRows + r]);
        CGEN_UNROLL
        for (int j = 0; j < tileVectors; j++) acc[r][j] += q * k[j];
      }
    }
    CGEN_UNROLL
    for (int r = 0; r < tileRows; r++) {
      CGEN_UNROLL
      for (int j = 0; j < tileVectors; j++)
        store(scores + r * scoreStride + key + j * lanes, acc[r][j]);
    }
  }
}

/// out[r][0..<vectors * lanes] += sum over keys of weights[r][key] * rows[key].
template <int vectors>
CGEN_INLINE void weighColumns(
    const float *weights, const float *rows, int64_t count, int64_t width, float *out) {
  V acc[tileRows][vectors];
  CGEN_UNROLL
  for (int r = 0; r < tileRows; r++) {
    CGEN_UNROLL
    for (int j = 0; j < vectors; j++) acc[r][j] = load(out + r * width + j * lanes);
  }
  for (int64_t key = 0; key < count; key++) {
    V v[vectors];
    CGEN_UNROLL
    for (int j = 0; j < vectors; j++) v[j] = load(rows + key * width + j * lanes);
    CGEN_UNROLL
    for (int r = 0; r < tileRows; r++) {
      V p = V(weights[r * scoreStride + key]);
      CGEN_UNROLL
      for (int j = 0; j < vectors; j++) acc[r][j] += p * v[j];
    }
  }
  CGEN_UNROLL
  for (int r = 0; r < tileRows; r++) {
    CGEN_UNROLL
    for (int j = 0; j < vectors; j++) store(out + r * width + j * lanes, acc[r][j]);
  }
}

static void weighRows(
    const float *weights, const float *rows, int64_t count, int64_t width, float *out) {
  int64_t i = 0;
  for (; i + tileVectors * lanes <= width; i += tileVectors * lanes) {
    weighColumns<tileVectors>(weights, rows + i, count, width, out + i);
  }
  if (i < width) weighColumns<1>(weights, rows + i, count, width, out + i);
}

constexpr int spreadKeys = tileRows >= 8 ? 8 : tileRows >= 4 ? 4 : 2;

/// out[key] += sum over r of weights[r][key] * rows[r].
template <int vectors>
CGEN_INLINE void spreadColumns(
    const float *weights, const float *rows, int64_t count, int64_t width, float *out) {
  for (int64_t key = 0; key < count; key += spreadKeys) {
    V acc[spreadKeys][vectors];
    CGEN_UNROLL
    for (int k = 0; k < spreadKeys; k++) {
      CGEN_UNROLL
      for (int j = 0; j < vectors; j++) acc[k][j] = load(out + (key + k) * width + j * lanes);
    }
    for (int r = 0; r < tileRows; r++) {
      V v[vectors];
      CGEN_UNROLL
      for (int j = 0; j < vectors; j++) v[j] = load(rows + r * width + j * lanes);
      CGEN_UNROLL
      for (int k = 0; k < spreadKeys; k++) {
        V p = V(weights[r * scoreStride + key + k]);
        CGEN_UNROLL
        for (int j = 0; j < vectors; j++) acc[k][j] += p * v[j];
      }
    }
    CGEN_UNROLL
    for (int k = 0; k < spreadKeys; k++) {
      CGEN_UNROLL
      for (int j = 0; j < vectors; j++) store(out + (key + k) * width + j * lanes, acc[k][j]);
    }
  }
}

static void spreadRows(
    const float *weights, const float *rows, int64_t count, int64_t width, float *out) {
  int64_t i = 0;
  for (; i + tileVectors * lanes <= width; i += tileVectors * lanes) {
    spreadColumns<tileVectors>(weights, rows + i, count, width, out + i);
  }
  if (i < width) spreadColumns<1>(weights, rows + i, count, width, out + i);
}

/// 2^x for x <= 0; 0 below -126.
CGEN_INLINE V fallingPower(V x) {
  V clamped = x < -200.0f ? V(-200.0f) : x;
  V n = (clamped + 12582912.0f) - 12582912.0f;
  V r = (clamped - n) * 0.693147181f;
  V p = r * (1.0f / 720) + (1.0f / 120);
  p = p * r + (1.0f / 24);
  p = p * r + (1.0f / 6);
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
#if defined(CGEN_AVX512)
  return scaled(p, n);
#else
  V shifted = floats(bits(p) + (__builtin_convertvector(n, VI) << 23));
  return choose(x < -126.0f, V(0.0f), shifted);
#endif
}

/// The number of keys that query `row` may see.
CGEN_INLINE int64_t visibleKeys(const HeadRows &r, int64_t row) {
  if (!r.isCausal) return r.keyTokens;
  int64_t last = row + r.keyTokens - r.queryTokens + 1;
  return last < 0 ? 0 : last < r.keyTokens ? last : r.keyTokens;
}

/// Adds -infinity to the scores of hidden keys in block..<block + count.
static void hideKeys(
    const HeadRows &r, const HeadMemory &m, int64_t row, int64_t block, int64_t count,
    float *scores) {
  bool hasHidden = r.mask || block + count > r.keyTokens;
  for (int i = 0; i < tileRows; i++) {
    float *line = scores + i * scoreStride;
    if (hasHidden) {
      for (int64_t k = 0; k < count; k += lanes)
        store(line + k, load(line + k) + load(m.hidden + block + k));
    }
    int64_t visible = visibleKeys(r, row + i) - block;
    if (!r.isCausal || visible >= count) continue;
    for (int64_t k = visible < 0 ? 0 : visible; k < count; k++) line[k] = -__builtin_inff();
  }
}

static void fillHidden(const HeadRows &r, HeadMemory &m) {
  for (int64_t t = 0; t < m.keys; t++) {
    bool isHidden = t >= r.keyTokens || (r.mask && !r.mask[t]);
    m.hidden[t] = isHidden ? -__builtin_inff() : 0.0f;
  }
}

/// Turns a row of scores into weights relative to the running maximum, rescaling what was summed
/// before.
CGEN_INLINE void settleRow(
    float *line, int64_t count, float *out, int64_t width, float &top, float &total) {
  V high = V(-__builtin_inff());
  for (int64_t k = 0; k < count; k += lanes) high = larger(load(line + k), high);
  float next = largest(high);
  if (!(next > top)) next = top;
  if (next == -__builtin_inff()) {
    for (int64_t k = 0; k < count; k += lanes) store(line + k, V(0.0f));
    return;
  }
  if (next != top && total > 0) {
    float factor = fallingPower(V(top - next))[0];
    total *= factor;
    for (int64_t i = 0; i < width; i += lanes) store(out + i, load(out + i) * factor);
  }
  V sums[2] = {V(0.0f), V(0.0f)};
  for (int64_t k = 0; k < count; k += 2 * lanes) {
    V a = fallingPower(load(line + k) - next), b = fallingPower(load(line + k + lanes) - next);
    store(line + k, a);
    store(line + k + lanes, b);
    sums[0] += a;
    sums[1] += b;
  }
  total += sum(sums[0] + sums[1]);
  top = next;
}

constexpr float log2OfE = 1.44269504f, lnOf2 = 0.693147181f;

template <class T> static void attentionForwardAs(const HeadRows &r, T *) {
  HeadMemory m(r, false);
  if (!r.isPacked) {
    packPanels((const T *)r.k, r.kToken, r.keyTokens, r.headSize, m.keys, m.keyPanels);
    packRows((const T *)r.v, r.vToken, r.keyTokens, r.headSize, m.keys, m.width, m.valueRows);
    fillHidden(r, m);
  }
  for (int64_t row = r.begin; row < r.end; row += tileRows) {
    int64_t count = r.end - row < tileRows ? r.end - row : tileRows;
    packTile(
        (const T *)r.q + row * r.qToken, r.qToken, count, r.headSize, m.width, r.scale * log2OfE,
        m.query, nullptr);
    float top[tileRows], total[tileRows];
    for (int i = 0; i < tileRows; i++) top[i] = -__builtin_inff(), total[i] = 0;
    for (int64_t i = 0; i < tileRows * m.width; i += lanes) store(m.outRows + i, V(0.0f));
    int64_t seen = visibleKeys(r, row + count - 1);
    for (int64_t block = 0; block < seen; block += blockKeys) {
      int64_t length = seen - block < blockKeys ? seen - block : blockKeys;
      length = (length + panelKeys - 1) / panelKeys * panelKeys;
      scorePanels(m.query, m.keyPanels + block * r.headSize, length, r.headSize, m.scores);
      hideKeys(r, m, row, block, length, m.scores);
      for (int i = 0; i < tileRows; i++) {
        settleRow(
            m.scores + i * scoreStride, length, m.outRows + i * m.width, m.width, top[i], total[i]);
      }
      weighRows(m.scores, m.valueRows + block * m.width, length, m.width, m.outRows);
    }
    for (int i = 0; i < count; i++) {
      T *out = (T *)r.result + (row + i) * r.outToken;
      float factor = total[i] > 0 ? 1.0f / total[i] : 0.0f;
      for (int64_t d = 0; d < r.headSize; d += lanes) {
        storeUpTo(out + d, load(m.outRows + i * m.width + d) * factor, r.headSize - d);
      }
      if (r.logSumExp) {
        r.logSumExp[row + i] =
            total[i] > 0 ? top[i] * lnOf2 + logarithm(V(total[i]))[0] : -__builtin_inff();
      }
    }
  }
}

static void attentionForward(const HeadRows &rows) {
  withType(rows.type, [&](auto *tag) { attentionForwardAs(rows, tag); });
}

/// Weights p = 2^(s - lse) over the scores, and p * (dp - delta) over the products.
CGEN_INLINE void settleGradients(
    float *line, float *gradients, int64_t count, float logSum, float delta) {
  bool isBlind = logSum == -__builtin_inff();
  for (int64_t k = 0; k < count; k += lanes) {
    V p = isBlind ? V(0.0f) : fallingPower(smaller(load(line + k) - logSum, V(0.5f)));
    store(line + k, p);
    store(gradients + k, p * (load(gradients + k) - delta));
  }
}

template <class T>
static void storeRows(
    const float *in, int64_t width, float factor, int64_t count, int64_t size, T *out,
    int64_t stride) {
  for (int64_t i = 0; i < count; i++) {
    for (int64_t d = 0; d < size; d += lanes) {
      storeUpTo(out + i * stride + d, load(in + i * width + d) * factor, size - d);
    }
  }
}

template <class T> static void attentionBackwardAs(const HeadRows &r, T *) {
  HeadMemory m(r, true);
  if (r.isFirstOfGroup) {
    packPanels((const T *)r.k, r.kToken, r.keyTokens, r.headSize, m.keys, m.keyPanels);
    packRows((const T *)r.k, r.kToken, r.keyTokens, r.headSize, m.keys, m.width, m.keyRows);
    packPanels((const T *)r.v, r.vToken, r.keyTokens, r.headSize, m.keys, m.valuePanels);
    fillHidden(r, m);
    for (int64_t i = 0; i < m.keys * m.width; i += lanes) {
      store(m.keyGradient + i, V(0.0f));
      store(m.valueGradient + i, V(0.0f));
    }
  }
  for (int64_t row = 0; row < r.queryTokens; row += tileRows) {
    int64_t count = r.queryTokens - row < tileRows ? r.queryTokens - row : tileRows;
    packTile(
        (const T *)r.q + row * r.qToken, r.qToken, count, r.headSize, m.width, r.scale * log2OfE,
        m.query, m.queryRows);
    packTile(
        (const T *)r.outGradient + row * r.outToken, r.outToken, count, r.headSize, m.width, 1.0f,
        m.outGradient, m.outGradientRows);
    float delta[tileRows], logSum[tileRows];
    for (int i = 0; i < tileRows; i++) {
      V dots = V(0.0f);
      const T *out = (const T *)r.out + (row + i) * r.outToken;
      for (int64_t d = 0; i < count && d < r.headSize; d += lanes) {
        dots += loadUpTo(out + d, r.headSize - d) * load(m.outGradientRows + i * m.width + d);
      }
      delta[i] = sum(dots);
      logSum[i] = i < count ? r.logSumExpIn[row + i] * log2OfE : -__builtin_inff();
    }
    for (int64_t i = 0; i < tileRows * m.width; i += lanes) store(m.outRows + i, V(0.0f));
    int64_t seen = visibleKeys(r, row + count - 1);
    for (int64_t block = 0; block < seen; block += blockKeys) {
      int64_t length = seen - block < blockKeys ? seen - block : blockKeys;
      length = (length + panelKeys - 1) / panelKeys * panelKeys;
      scorePanels(m.query, m.keyPanels + block * r.headSize, length, r.headSize, m.scores);
      scorePanels(
          m.outGradient, m.valuePanels + block * r.headSize, length, r.headSize, m.scoreGradient);
      hideKeys(r, m, row, block, length, m.scores);
      for (int i = 0; i < tileRows; i++) {
        settleGradients(
            m.scores + i * scoreStride, m.scoreGradient + i * scoreStride, length, logSum[i],
            delta[i]);
      }
      weighRows(m.scoreGradient, m.keyRows + block * m.width, length, m.width, m.outRows);
      spreadRows(m.scores, m.outGradientRows, length, m.width, m.valueGradient + block * m.width);
      spreadRows(m.scoreGradient, m.queryRows, length, m.width, m.keyGradient + block * m.width);
    }
    storeRows(
        m.outRows, m.width, r.scale, count, r.headSize, (T *)r.qGradient + row * r.qToken,
        r.qToken);
  }
  if (!r.isLastOfGroup) return;
  storeRows(m.keyGradient, m.width, lnOf2, r.keyTokens, r.headSize, (T *)r.kGradient, r.kToken);
  storeRows(m.valueGradient, m.width, 1.0f, r.keyTokens, r.headSize, (T *)r.vGradient, r.vToken);
}

static void attentionBackward(const HeadRows &rows) {
  withType(rows.type, [&](auto *tag) { attentionBackwardAs(rows, tag); });
}
