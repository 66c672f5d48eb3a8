#include "internal.h"

#include "kernels/table.h"

#include <cmath>
#include <cstring>

using namespace cgen;

namespace {

CGenStatus check(const CGenNormSpec *s, int64_t &count) {
  CGEN_REQUIRE(s, "norm: no spec");
  CGEN_REQUIRE(
      s->batch >= 1 && s->tokens >= 1 && s->channels >= 1,
      "norm: sizes must be at least 1, not [%lld, %lld, %lld]", (long long)s->batch,
      (long long)s->tokens, (long long)s->channels);
  CGEN_REQUIRE(
      elementCountOf(count, s->batch, s->tokens, s->channels), "norm: the tensor is too large");
  CGEN_REQUIRE(
      s->groups >= 0 && (s->groups == 0 || s->channels % s->groups == 0),
      "norm: %lld groups do not divide %lld channels", (long long)s->groups,
      (long long)s->channels);
  CGEN_REQUIRE(
      isStorage(s->type) && isStorage(s->modulationType), "norm: tensors must be f32 or bf16");
  CGEN_REQUIRE(
      s->modulationStride == 0 || s->modulationStride >= s->channels,
      "norm: the modulations of the batch overlap");
  CGEN_REQUIRE(s->epsilon >= 0, "norm: epsilon is negative");
  return CGenStatusOk;
}

/// The row of one batch item in a modulation tensor as f32; `absent` where there is none.
void modulation(const CGenNormSpec &s, const void *data, int64_t item, float absent, float *out) {
  if (!data) {
    for (int64_t i = 0; i < s.channels; i++) out[i] = absent;
    return;
  }
  int64_t stride = s.modulationStride ? s.modulationStride : s.channels;
  const char *row =
      static_cast<const char *>(data) + item * stride * int64_t(sizeOf(s.modulationType));
  kernels().convert(row, s.modulationType, out, CGenTypeFloat32, s.channels);
}

void storeModulation(const CGenNormSpec &s, const float *in, int64_t item, void *data) {
  int64_t stride = s.modulationStride ? s.modulationStride : s.channels;
  char *row = static_cast<char *>(data) + item * stride * int64_t(sizeOf(s.modulationType));
  kernels().convert(in, CGenTypeFloat32, row, s.modulationType, s.channels);
}

/// The channel factors of every batch item, y = n * a + b, and 1 + scale: three f32 rows [channels]
/// per item.
struct Factors {
  float *data;
  int64_t channels;
  float *a(int64_t item) const { return data + item * 3 * channels; }
  float *b(int64_t item) const { return a(item) + channels; }
  float *scale(int64_t item) const { return b(item) + channels; }
};

void fillFactors(
    const CGenNormSpec &s, const float *weight, const float *bias, const void *scale,
    const void *shift, const Factors &factors) {
  for (int64_t item = 0; item < s.batch; item++) {
    float *a = factors.a(item), *b = factors.b(item), *one = factors.scale(item);
    modulation(s, scale, item, 0, one);
    modulation(s, shift, item, 0, b);
    for (int64_t i = 0; i < s.channels; i++) {
      one[i] += 1;
      a[i] = (weight ? weight[i] : 1) * one[i];
      b[i] += bias ? bias[i] * one[i] : 0;
    }
  }
}

NormRows rowsOf(const CGenNormSpec &s, const void *x) {
  NormRows rows = {};
  rows.x = x;
  rows.type = s.type;
  rows.channels = s.channels;
  rows.epsilon = s.epsilon;
  rows.subtractsMean = s.subtractsMean || s.groups > 0;
  rows.appliesSilu = s.appliesSilu;
  return rows;
}

/// Rows of one batch item in pieces; `size` rows each, the same for every thread count.
struct Pieces {
  int64_t size, perItem, count;
  explicit Pieces(const CGenNormSpec &s) {
    size = grainFor(s.channels, 16384);
    if (size > s.tokens) size = s.tokens;
    perItem = (s.tokens + size - 1) / size;
    count = perItem * s.batch;
  }
  int64_t item(int64_t piece) const { return piece / perItem; }
  int64_t begin(int64_t piece) const { return piece % perItem * size; }
  int64_t end(int64_t piece, int64_t tokens) const {
    int64_t last = begin(piece) + size;
    return last < tokens ? last : tokens;
  }
};

/// Calls `body(rows, item, piece, begin, end)` for every piece, with the pointers of `rows` moved
/// to the item's first row.
template <class Body>
void forPieces(const CGenNormSpec &s, const NormRows &rows, const Factors &factors, Body body) {
  Pieces pieces(s);
  int64_t itemBytes = s.tokens * s.channels * int64_t(sizeOf(s.type));
  parallel(pieces.count, 1, [&](int64_t first, int64_t last) {
    for (int64_t piece = first; piece < last; piece++) {
      int64_t item = pieces.item(piece), offset = item * itemBytes;
      NormRows mine = rows;
      auto moved = [&](const void *p) {
        return p ? static_cast<const char *>(p) + offset : nullptr;
      };
      mine.x = moved(rows.x);
      mine.gradient = moved(rows.gradient);
      mine.addend = moved(rows.addend);
      mine.out = const_cast<char *>(moved(rows.out));
      mine.a = factors.a(item);
      mine.b = factors.b(item);
      body(mine, item, piece, pieces.begin(piece), pieces.end(piece, s.tokens));
    }
  });
}

/// Mean and 1 / deviation of every group of every item, from sums about each channel's first value.
bool groupStatistics(const CGenNormSpec &s, const void *x, float *mean, float *inverse) {
  Pieces pieces(s);
  int64_t channels = s.channels, size = int64_t(sizeOf(s.type));
  float *memory = static_cast<float *>(
      scratch(Scratch::partial, size_t((s.batch + 2 * pieces.count) * channels) * sizeof(float)));
  if (!memory) return false;
  float *shifts = memory, *sums = memory + s.batch * channels;
  const char *data = static_cast<const char *>(x);
  const KernelTable &table = kernels();
  for (int64_t item = 0; item < s.batch; item++) {
    table.convert(
        data + item * s.tokens * channels * size, s.type, shifts + item * channels, CGenTypeFloat32,
        channels);
  }
  parallel(pieces.count, 1, [&](int64_t first, int64_t last) {
    for (int64_t piece = first; piece < last; piece++) {
      int64_t item = pieces.item(piece), begin = pieces.begin(piece);
      float *out = sums + piece * 2 * channels;
      table.channelMoments(
          data + (item * s.tokens + begin) * channels * size, s.type,
          pieces.end(piece, s.tokens) - begin, channels, shifts + item * channels, out,
          out + channels);
    }
  });
  int64_t width = channels / s.groups;
  for (int64_t item = 0; item < s.batch; item++) {
    for (int64_t group = 0; group < s.groups; group++) {
      double groupMean = 0, spread = 0, within = 0;
      for (int64_t c = group * width; c < (group + 1) * width; c++) {
        double total = 0, square = 0;
        for (int64_t p = 0; p < pieces.perItem; p++) {
          const float *piece = sums + (item * pieces.perItem + p) * 2 * channels;
          total += piece[c];
          square += piece[channels + c];
        }
        double offset = total / double(s.tokens),
               channelMean = shifts[item * channels + c] + offset;
        within += square / double(s.tokens) - offset * offset;
        double step = channelMean - groupMean;
        groupMean += step / double(c - group * width + 1);
        spread += step * (channelMean - groupMean);
      }
      double variance = (within + spread) / double(width);
      mean[item * s.groups + group] = float(groupMean);
      inverse[item * s.groups + group] =
          float(1 / std::sqrt((variance > 0 ? variance : 0) + double(s.epsilon)));
    }
  }
  return true;
}

CGenStatus outOfMemory() { return fail(CGenStatusOutOfMemory, "norm: out of memory"); }

CGenStatus groupForward(
    const CGenNormSpec &s, const NormRows &rows, const Factors &factors, float *mean,
    float *inverse, float *ownStatistics) {
  int64_t count = s.batch * s.groups, width = s.channels / s.groups;
  if (!mean) mean = ownStatistics;
  if (!inverse) inverse = ownStatistics + count;
  if (!groupStatistics(s, rows.x, mean, inverse)) return outOfMemory();
  for (int64_t item = 0; item < s.batch; item++) {
    for (int64_t c = 0; c < s.channels; c++) {
      int64_t group = item * s.groups + c / width;
      factors.a(item)[c] *= inverse[group];
      factors.b(item)[c] -= mean[group] * factors.a(item)[c];
    }
  }
  const KernelTable &table = kernels();
  forPieces(
      s, rows, factors, [&](const NormRows &mine, int64_t, int64_t, int64_t begin, int64_t end) {
        table.groupForward(mine, begin, end);
      });
  return CGenStatusOk;
}

/// From the sums of dm and dm * n of every item to the gradients of the four factors.
void factorGradients(
    const CGenNormSpec &s, const CGenNormGradients &g, const Factors &factors, const float *sums,
    float *row) {
  int64_t channels = s.channels;
  if (g.weightGradient) std::memset(g.weightGradient, 0, size_t(channels) * sizeof(float));
  if (g.biasGradient) std::memset(g.biasGradient, 0, size_t(channels) * sizeof(float));
  for (int64_t item = 0; item < s.batch; item++) {
    const float *p = sums + item * 2 * channels, *q = p + channels, *one = factors.scale(item);
    for (int64_t i = 0; i < channels; i++) {
      if (g.weightGradient) g.weightGradient[i] += one[i] * q[i];
      if (g.biasGradient) g.biasGradient[i] += one[i] * p[i];
      row[i] = (g.weight ? g.weight[i] : 1) * q[i] + (g.bias ? g.bias[i] * p[i] : 0);
    }
    if (g.scaleGradient) storeModulation(s, row, item, g.scaleGradient);
    if (g.shiftGradient) storeModulation(s, p, item, g.shiftGradient);
  }
}

/// Joins the pieces' sums [count][2][channels] into items' sums [batch][2][channels], in order.
void joinPieces(const CGenNormSpec &s, const Pieces &pieces, const float *partial, float *sums) {
  for (int64_t item = 0; item < s.batch; item++) {
    float *out = sums + item * 2 * s.channels;
    std::memset(out, 0, size_t(2 * s.channels) * sizeof(float));
    for (int64_t p = 0; p < pieces.perItem; p++) {
      const float *in = partial + (item * pieces.perItem + p) * 2 * s.channels;
      for (int64_t i = 0; i < 2 * s.channels; i++) out[i] += in[i];
    }
  }
}

/// Per channel of every item: mean, inverse, and the two means of the gradient over its group.
void groupRows(const CGenNormSpec &s, const CGenNormGradients &g, float *perChannel) {
  int64_t width = s.channels / s.groups;
  for (int64_t item = 0; item < s.batch; item++) {
    float *out = perChannel + item * 4 * s.channels;
    for (int64_t c = 0; c < s.channels; c++) {
      out[c] = g.mean[item * s.groups + c / width];
      out[s.channels + c] = g.inverse[item * s.groups + c / width];
    }
  }
}

void groupMeans(
    const CGenNormSpec &s, const Factors &factors, const float *sums, float *perChannel) {
  int64_t width = s.channels / s.groups;
  double size = double(width) * double(s.tokens);
  for (int64_t item = 0; item < s.batch; item++) {
    const float *p = sums + item * 2 * s.channels, *q = p + s.channels;
    float *out = perChannel + item * 4 * s.channels;
    for (int64_t group = 0; group < s.groups; group++) {
      double first = 0, second = 0;
      for (int64_t c = group * width; c < (group + 1) * width; c++) {
        first += double(factors.a(item)[c]) * p[c];
        second += double(factors.a(item)[c]) * q[c];
      }
      for (int64_t c = group * width; c < (group + 1) * width; c++) {
        out[2 * s.channels + c] = float(first / size);
        out[3 * s.channels + c] = float(second / size);
      }
    }
  }
}

} // namespace

extern "C" {

int64_t cgen_norm_statistics_count(const CGenNormSpec *spec) {
  return spec->batch * (spec->groups > 0 ? spec->groups : spec->tokens);
}

CGenStatus cgen_norm_forward(
    const CGenNormSpec *spec, const void *x, const float *weight, const float *bias,
    const void *scale, const void *shift, void *y, float *mean, float *inverse) {
  int64_t count;
  if (CGenStatus status = check(spec, count)) return status;
  CGEN_REQUIRE(x && y, "norm: a tensor has no data");
  const CGenNormSpec &s = *spec;
  int64_t own = s.groups > 0 ? 2 * s.batch * s.groups : 0;
  float *memory = static_cast<float *>(
      scratch(Scratch::result, size_t(3 * s.batch * s.channels + own) * sizeof(float)));
  if (!memory) return outOfMemory();
  Factors factors{memory, s.channels};
  fillFactors(s, weight, bias, scale, shift, factors);
  NormRows rows = rowsOf(s, x);
  rows.out = y;
  if (s.groups > 0)
    return groupForward(s, rows, factors, mean, inverse, memory + 3 * s.batch * s.channels);
  const KernelTable &table = kernels();
  forPieces(
      s, rows, factors, [&](NormRows &mine, int64_t item, int64_t, int64_t begin, int64_t end) {
        mine.mean = mean && rows.subtractsMean ? mean + item * s.tokens : nullptr;
        mine.inverse = inverse ? inverse + item * s.tokens : nullptr;
        table.normForward(mine, begin, end);
      });
  return CGenStatusOk;
}

CGenStatus cgen_norm_backward(const CGenNormSpec *spec, const CGenNormGradients *gradients) {
  int64_t count;
  if (CGenStatus status = check(spec, count)) return status;
  CGEN_REQUIRE(gradients, "norm: no gradients");
  const CGenNormSpec &s = *spec;
  const CGenNormGradients &g = *gradients;
  bool hasMean = s.subtractsMean || s.groups > 0;
  CGEN_REQUIRE(
      g.outputGradient && g.x && g.inverse && (g.mean || !hasMean),
      "norm: the backward pass needs dy, x and the statistics");
  Pieces pieces(s);
  int64_t row = s.channels, items = s.batch * row;
  float *memory = static_cast<float *>(scratch(
      Scratch::result,
      size_t(3 * items + 2 * items + 4 * items + row + 2 * pieces.count * row) * sizeof(float)));
  if (!memory) return outOfMemory();
  Factors factors{memory, row};
  float *sums = memory + 3 * items, *perChannel = sums + 2 * items, *line = perChannel + 4 * items;
  float *partial = line + row;
  fillFactors(s, g.weight, g.bias, g.scale, g.shift, factors);
  NormRows rows = rowsOf(s, g.x);
  rows.gradient = g.outputGradient;
  rows.addend = g.addend;
  rows.out = g.inputGradient;
  const KernelTable &table = kernels();
  if (s.groups > 0) groupRows(s, g, perChannel);
  auto channelRow = [&](int64_t item, int64_t i) { return perChannel + item * 4 * row + i * row; };
  forPieces(
      s, rows, factors,
      [&](NormRows &mine, int64_t item, int64_t piece, int64_t begin, int64_t end) {
        mine.sums = partial + piece * 2 * row;
        mine.products = mine.sums + row;
        if (s.groups > 0) {
          mine.mean = channelRow(item, 0);
          mine.inverse = channelRow(item, 1);
          return table.groupSums(mine, begin, end);
        }
        std::memset(mine.sums, 0, size_t(2 * row) * sizeof(float));
        mine.mean = g.mean ? const_cast<float *>(g.mean) + item * s.tokens : nullptr;
        mine.inverse = const_cast<float *>(g.inverse) + item * s.tokens;
        table.normBackward(mine, begin, end);
      });
  joinPieces(s, pieces, partial, sums);
  if (s.groups > 0 && g.inputGradient) {
    groupMeans(s, factors, sums, perChannel);
    forPieces(
        s, rows, factors, [&](NormRows &mine, int64_t item, int64_t, int64_t begin, int64_t end) {
          mine.mean = channelRow(item, 0);
          mine.inverse = channelRow(item, 1);
          mine.meanOfGradient = channelRow(item, 2);
          mine.meanOfProduct = channelRow(item, 3);
          table.groupBackward(mine, begin, end);
        });
  }
  factorGradients(s, g, factors, sums, line);
  return CGenStatusOk;
}

static CGenStatus checkRows(const char *what, CGenType type, int64_t rows, int64_t columns) {
  int64_t count;
  CGEN_REQUIRE(isStorage(type), "%s: tensors must be f32 or bf16", what);
  CGEN_REQUIRE(
      columns >= 1 && elementCountOf(count, rows, columns), "%s: [%lld, %lld] is no shape", what,
      (long long)rows, (long long)columns);
  return CGenStatusOk;
}

CGenStatus cgen_softmax_forward(
    const void *in, void *out, CGenType type, int64_t rows, int64_t columns, float scale) {
  if (CGenStatus status = checkRows("softmax", type, rows, columns)) return status;
  CGEN_REQUIRE(rows == 0 || (in && out), "softmax: a tensor has no data");
  const KernelTable &table = kernels();
  parallel(rows, grainFor(columns * 4), [&](int64_t begin, int64_t end) {
    table.softmax(in, out, type, columns, scale, begin, end);
  });
  return CGenStatusOk;
}

CGenStatus cgen_softmax_backward(
    const void *out, const void *outputGradient, void *inputGradient, CGenType type, int64_t rows,
    int64_t columns, float scale) {
  if (CGenStatus status = checkRows("softmax", type, rows, columns)) return status;
  CGEN_REQUIRE(
      rows == 0 || (out && outputGradient && inputGradient), "softmax: a tensor has no data");
  const KernelTable &table = kernels();
  parallel(rows, grainFor(columns * 2), [&](int64_t begin, int64_t end) {
    table.softmaxBackward(out, outputGradient, inputGradient, type, columns, scale, begin, end);
  });
  return CGenStatusOk;
}

CGenStatus cgen_cross_entropy(
    const void *logits, CGenType type, int64_t rows, int64_t columns, const int32_t *targets,
    float *losses, void *logitsGradient, float rowScale) {
  if (CGenStatus status = checkRows("cross entropy", type, rows, columns)) return status;
  CGEN_REQUIRE(rows == 0 || (logits && targets && losses), "cross entropy: a tensor has no data");
  for (int64_t row = 0; row < rows; row++) {
    CGEN_REQUIRE(
        targets[row] < columns, "cross entropy: target %d of row %lld is not below %lld",
        int(targets[row]), (long long)row, (long long)columns);
  }
  const KernelTable &table = kernels();
  parallel(rows, grainFor(columns * 6), [&](int64_t begin, int64_t end) {
    table.crossEntropy(
        logits, type, columns, targets, losses, logitsGradient, rowScale, begin, end);
  });
  return CGenStatusOk;
}

} // extern "C"
