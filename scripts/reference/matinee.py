"""The network of the film model `matinee`: a transformer on a grid between a convolutional stem and head.

    film [B, T, 64, 64, 3], given [B, T, 64, 64, 3], mask [B, T, 64, 64, 1], time [B], words [B, slots]
      -> the clean film [B, T, 64, 64, 3], in -1...1

T is 24 for a film (any multiple of 4) and 1 for a still, which is the film of four equal frames, computed once.
Pictures are channels-last; weights are PyTorch's (convolution [out, in, 3, 3], linear [out, in]).
"""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn.functional import conv2d, interpolate, linear, silu


@dataclass(frozen=True)
class Sizes:
    vocabulary: int
    slots: int = 20
    width: int = 192
    heads: int = 6
    blocks: int = 6
    fine: int = 32
    middle: int = 96
    coarse: int = 128
    depth: int = 4
    side: int = 32


def normalized(x):
    """x over its root mean square along the last axis, taken in float32."""
    y = x.float()
    return (y * torch.rsqrt(y.square().mean(-1, keepdim=True) + 1e-6)).to(x.dtype)


def modulated(x, scale, shift):
    return normalized(x) * (1 + scale) + shift


def folded(x, step=2):
    """Space to depth: [..., H, W, C] -> [..., H/step, W/step, step*step*C], channel index (row, column, C)."""
    *lead, height, width, channels = x.shape
    x = x.reshape(*lead, height // step, step, width // step, step, channels)
    return x.transpose(-4, -3).reshape(*lead, height // step, width // step, step * step * channels)


def unfolded(x, step=2):
    """Depth to space, the inverse of `folded`."""
    *lead, height, width, channels = x.shape
    x = x.reshape(*lead, height, width, step, step, channels // (step * step))
    return x.transpose(-4, -3).reshape(*lead, height * step, width * step, channels // (step * step))


class Convolution(nn.Module):
    """A 3x3 convolution with zero padding on [B, T, H, W, C]."""

    def __init__(self, inputs, outputs, stride=1):
        super().__init__()
        self.stride = stride
        self.weight = nn.Parameter(torch.empty(outputs, inputs, 3, 3))
        self.bias = nn.Parameter(torch.zeros(outputs))
        nn.init.normal_(self.weight, std=(9 * inputs) ** -0.5)

    def forward(self, x):
        frames = x.flatten(0, 1).permute(0, 3, 1, 2)
        y = conv2d(frames, self.weight.to(x.dtype), self.bias.to(x.dtype), self.stride, 1)
        return y.permute(0, 2, 3, 1).unflatten(0, x.shape[:2])


class Linear(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs))
        self.bias = nn.Parameter(torch.zeros(outputs))
        nn.init.normal_(self.weight, std=inputs**-0.5)

    def forward(self, x):
        return linear(x, self.weight.to(x.dtype), self.bias.to(x.dtype))


class Residual(nn.Module):
    """Two convolutions, each after a norm that the condition scales and shifts."""

    def __init__(self, channels, width):
        super().__init__()
        self.condition = Linear(width, 4 * channels)
        self.first = Convolution(channels, channels)
        self.second = Convolution(channels, channels)
        nn.init.zeros_(self.second.weight)

    def forward(self, x, condition):
        condition = self.condition(silu(condition))[:, None, None, None]
        scale1, shift1, scale2, shift2 = condition.chunk(4, -1)
        y = self.first(silu(modulated(x, scale1, shift1)))
        return x + self.second(silu(modulated(y, scale2, shift2)))


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.project = Linear(width, 3 * width)
        self.output = Linear(width, width)

    def forward(self, x, angles):
        query, key, value = self.project(x).unflatten(-1, (3, self.heads, -1)).unbind(2)
        query, key = rotated(normalized(query), angles), rotated(normalized(key), angles)
        query, key, value = (a.transpose(1, 2) for a in (query, key, value))
        scores = (query @ key.mT).float() * query.shape[-1] ** -0.5
        y = scores.softmax(-1).to(value.dtype) @ value
        return self.output(y.transpose(1, 2).flatten(2))


class Block(nn.Module):
    """Attention and a two-layer network, shifted, scaled and gated by the condition."""

    def __init__(self, width, heads):
        super().__init__()
        self.offset = nn.Parameter(torch.zeros(6, width))
        self.attention = Attention(width, heads)
        self.widen = Linear(width, 4 * width)
        self.narrow = Linear(4 * width, width)

    def forward(self, x, modulation, angles):
        modulation = (modulation + self.offset.to(x.dtype))[:, :, None]
        scale1, shift1, gate1, scale2, shift2, gate2 = modulation.unbind(1)
        x = x + gate1 * self.attention(modulated(x, scale1, shift1), angles)
        return x + gate2 * self.narrow(silu(self.widen(modulated(x, scale2, shift2))))


def rotated(x, angles):
    """Rotates the two halves of every head by its token's angles: [B, N, heads, size] by [N, size/2]."""
    cosine, sine = angles.cos()[:, None].to(x.dtype), angles.sin()[:, None].to(x.dtype)
    first, second = x.chunk(2, -1)
    return torch.cat([first * cosine - second * sine, second * cosine + first * sine], -1)


def grid_angles(moments, height, width, slots, size):
    """Angles [slots + T*height*width, size/2]: none for words, then a share each for time, row and column."""
    pairs = size // 2
    shares = [pairs - 2 * (pairs * 3 // 8), pairs * 3 // 8, pairs * 3 // 8]
    axes = torch.meshgrid(moments, torch.arange(height), torch.arange(width), indexing="ij")
    angles = [
        axis.flatten()[:, None] * 100.0 ** (-torch.arange(share) / share)
        for axis, share in zip(axes, shares)
    ]
    return torch.cat([torch.zeros(slots, pairs), torch.cat(angles, -1)])


def time_features(time, size=256):
    """Cosines, then sines, of 1000 t at size/2 frequencies from 1 down to 1/10000."""
    frequencies = 10000.0 ** (-torch.arange(size // 2) / (size // 2))
    angles = 1000 * time.float()[:, None] * frequencies
    return torch.cat([angles.cos(), angles.sin()], -1)


BASIS = 10


def sampling(length, size, place):
    """Matrices [frames, length, length]: how much of each place goes into each."""
    places = torch.arange(length, device=size.device) - (length - 1) / 2
    wanted = places[:, None] * (1 + 0.6 * size) - place * (0.65 * length)
    return (1 - (places - wanted).abs()).clamp(min=0)


def moved(frames, mask, coefficients):
    """Frames [B, T, H, W, 3] moved and resized by what their distances in time, in the mask, demand."""
    batch, count, height, width, _ = frames.shape
    told = mask[:, :, 0, 0].float()
    distance = told * (1 - ((told - 0.5) * 2).clamp(min=0))
    angles = [2 * torch.pi * n * distance for n in range(1, 5)]
    waves = [wave for angle in angles for wave in (angle.sin(), 1 - angle.cos())]
    basis = torch.cat([4 * distance, 16 * distance**2, *waves], -1)
    course = (basis @ coefficients.float().unflatten(-1, (BASIS, 3))).tanh()
    size, down, right = course.reshape(-1, 3, 1, 1).unbind(1)
    rows, columns = sampling(height, size, down), sampling(width, size, right)
    y = torch.einsum("nij,njwc->niwc", rows.to(frames.dtype), frames.flatten(0, 1))
    return torch.einsum("nij,nhjc->nhic", columns.to(frames.dtype), y).unflatten(0, (batch, count))


class GridTransformer(nn.Module):
    def __init__(self, sizes: Sizes):
        super().__init__()
        self.sizes = s = sizes
        # condition: the time and the bag of words
        self.clock = nn.ModuleList([Linear(256, s.width), Linear(s.width, s.width)])
        self.tone = nn.Parameter(torch.randn(s.vocabulary, s.width) * 0.5)
        self.modulation = Linear(s.width, 6 * s.width)
        # what each word looks like
        self.picture = nn.Parameter(torch.zeros(s.vocabulary, s.side * s.side * 3))
        # how what is shown moves
        self.course = nn.ModuleList([Linear(s.width, s.width), Linear(s.width, 3 * BASIS)])
        # words as tokens
        self.word = nn.Parameter(torch.randn(s.vocabulary, s.width))
        self.place = nn.Parameter(torch.randn(s.slots, s.width) * 0.2)
        # 64 -> 32 -> 16 -> 8
        self.enter = Convolution(4 * 10 + 3, s.fine)
        self.shrink = Convolution(s.fine, s.middle, stride=2)
        self.look = Residual(s.middle, s.width)
        self.condense = Convolution(s.middle, s.coarse, stride=2)
        self.merge = Linear(s.depth * s.coarse, s.width)
        self.blocks = nn.ModuleList([Block(s.width, s.heads) for _ in range(s.blocks)])
        self.expand = Linear(s.width, s.depth * s.coarse)
        # 8 -> 16 -> 32 -> 64
        self.grow = Linear(s.coarse, 4 * s.middle)
        self.draw = nn.ModuleList([Residual(s.middle, s.width) for _ in range(2)])
        self.enlarge = Linear(s.middle, 4 * s.fine)
        self.polish = Residual(s.fine, s.width)
        self.leave = Convolution(s.fine, 4 * 3)
        self._start()

    def _start(self):
        with torch.no_grad():
            self.modulation.weight.mul_(0.1)
            self.leave.weight.mul_(0.1)
            self.course[1].weight.mul_(0.1)
            for block in self.blocks:
                block.offset[2] = block.offset[5] = 0.2

    def forward(self, film, given, mask, time, words, moments=None):
        """`moments` are the places in time of the film's patches, where it is only some of a longer one's."""
        s = self.sizes
        tones = self.tone[words].sum(1) * s.slots**-0.5
        condition = normalized(self.clock[1](silu(self.clock[0](time_features(time)))) + tones)
        course = self.course[1](silu(self.course[0](normalized(tones))))
        modulation = self.modulation(silu(condition)).unflatten(-1, (6, s.width))

        fine = self.enter(self.sketched(folded(torch.cat([film, given, mask, moved(given, mask, course)], -1)), words))
        middle = self.look(self.shrink(fine), condition)
        coarse = self.condense(middle)
        depth, height, width = max(1, film.shape[1] // s.depth), *coarse.shape[2:4]
        moments = torch.arange(depth) if moments is None else moments

        grid = normalized(self.merged(coarse)).flatten(1, 3)
        text = self.word[words].to(grid.dtype) + self.place.to(grid.dtype)
        tokens = torch.cat([text, grid], 1)
        angles = grid_angles(moments, height, width, s.slots, s.width // s.heads).to(film.device)
        for block in self.blocks:
            tokens = block(tokens, modulation, angles)
        grid = normalized(tokens[:, s.slots :]).unflatten(1, (depth, height, width))

        coarse = coarse + self.expanded(grid, film.shape[1])
        middle = middle + unfolded(self.grow(coarse))
        for layer in self.draw:
            middle = layer(middle, condition)
        fine = fine + unfolded(self.enlarge(middle))
        return unfolded(self.leave(silu(normalized(self.polish(fine, condition)))))

    def sketch(self, words):
        """The sum of what the words look like on average, at half the size: [B, side, side, 3]."""
        return self.picture[words].sum(1).unflatten(-1, (self.sizes.side, self.sizes.side, 3))

    def sketched(self, frames, words):
        """The sketch beside every frame [B, T, h, w, C] of its film."""
        drawn = self.sketch(words).permute(0, 3, 1, 2)
        fitted = interpolate(drawn, frames.shape[2:4]).permute(0, 2, 3, 1)[:, None]
        return torch.cat([frames, fitted.expand(-1, frames.shape[1], -1, -1, -1).to(frames.dtype)], -1)

    def merged(self, coarse):
        """[B, T, h, w, C] -> [B, T/depth, h, w, width]: the frames of a patch side by side, then one linear map."""
        weight, bias = self.merge.weight.to(coarse.dtype), self.merge.bias.to(coarse.dtype)
        if coarse.shape[1] == 1:
            weight = weight.unflatten(1, (self.sizes.depth, -1)).sum(1)
        else:
            coarse = coarse.unflatten(1, (-1, self.sizes.depth)).movedim(2, -2).flatten(-2)
        return linear(coarse, weight, bias)

    def expanded(self, grid, frames):
        """The inverse of `merged`; a still keeps the first frame of its patch."""
        weight, bias = self.expand.weight.to(grid.dtype), self.expand.bias.to(grid.dtype)
        channels = self.sizes.coarse
        if frames == 1:
            return linear(grid, weight[:channels], bias[:channels])
        patches = linear(grid, weight, bias).unflatten(-1, (self.sizes.depth, channels))
        return patches.movedim(-2, 2).flatten(1, 2)
