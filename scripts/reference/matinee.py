"""The network of the film model `matinee`: a transformer on a grid between a convolutional stem and head.

    film [B, T, 64, 64, 3], given [B, T, 64, 64, 3], mask [B, T, 64, 64, 1], staged [B, T, 64, 64, 5], time [B],
    words [B, slots]
      -> the clean film [B, T, 64, 64, 3], in -1...1

T is 24 for a film (any multiple of 4) and 1 for a still, which is the film of four equal frames, computed once.
Pictures are channels-last; weights are PyTorch's (convolution [out, in, 3, 3], linear [out, in]).
"""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn.functional import interpolate, linear, silu

from layers import Convolution, Linear, Residual, folded, modulated, normalized, unfolded
from motion import MotionLayers, MotionSizes


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
    motion: MotionSizes | None = None


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


class GridTransformer(nn.Module):
    def __init__(self, sizes: Sizes):
        super().__init__()
        self.sizes = s = sizes
        # what lays shown frames where things went; trained before the rest, called before it
        self.motion = MotionLayers(s.motion or MotionSizes(s.vocabulary))
        # condition: the time and the bag of words
        self.clock = nn.ModuleList([Linear(256, s.width), Linear(s.width, s.width)])
        self.tone = nn.Parameter(torch.randn(s.vocabulary, s.width) * 0.5)
        self.modulation = Linear(s.width, 6 * s.width)
        # what each word looks like
        self.picture = nn.Parameter(torch.zeros(s.vocabulary, s.side * s.side * 3))
        # words as tokens
        self.word = nn.Parameter(torch.randn(s.vocabulary, s.width))
        self.place = nn.Parameter(torch.randn(s.slots, s.width) * 0.2)
        # 64 -> 32 -> 16 -> 8
        self.enter = Convolution(4 * 12 + 3, s.fine)
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
        self.leave = Convolution(s.fine, 4 * 4)
        self._start()

    def _start(self):
        with torch.no_grad():
            self.modulation.weight.mul_(0.1)
            self.leave.weight.mul_(0.1)
            for block in self.blocks:
                block.offset[2] = block.offset[5] = 0.2

    @torch.no_grad()
    def staged(self, given, mask, words, moments=None):
        """What is shown of the given, laid where the words say that it went; a still is shown as it is."""
        if given.shape[1] == 1:
            return torch.cat([given, torch.zeros_like(given[..., :2])], -1)
        depth = self.sizes.depth
        moments = torch.arange(given.shape[1] // depth) if moments is None else moments
        numbers = (depth * moments[:, None] + torch.arange(depth)).flatten().float()
        return self.motion(given.float(), mask.float(), words, numbers)

    def forward(self, film, given, mask, staged, time, words, moments=None):
        """`moments` are the places in time of the film's patches, where it is only some of a longer one's."""
        s = self.sizes
        tones = self.tone[words].sum(1) * s.slots**-0.5
        condition = normalized(self.clock[1](silu(self.clock[0](time_features(time)))) + tones)
        modulation = self.modulation(silu(condition)).unflatten(-1, (6, s.width))

        fine = self.enter(self.sketched(folded(torch.cat([film, given, mask, staged], -1)), words))
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
        drawn = unfolded(self.leave(silu(normalized(self.polish(fine, condition)))))
        share = drawn[..., 3:].sigmoid() * (1000 * mask.abs()).clamp(max=1)
        return drawn[..., :3] + share * (staged[..., :3] - drawn[..., :3])

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
