"""What of a shown frame moves, and where to: the twin of Gen's `MotionLayers`.

    given [B, T, H, W, 3], mask [B, T, H, W, 1], words [B, slots], numbers [T]
      -> the frames put together again, the things' share of each pixel, and what nothing is known of [B, T, H, W, 5]
"""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn.functional import avg_pool2d, conv2d, grid_sample, interpolate, max_pool2d, pad, silu, softplus

from layers import Convolution, Linear, Residual, folded, normalized, unfolded

FRAMES, MIDDLE, THINGS = 24, 12, 2
SCALES = THINGS * [0.5, 0.375, 0.375, 2] + [0.3, 0.25, 0.25]  # size, down, right, turn; the ground's size, down, right
DOUBT = 3  # how unlikely it is at first that a word begins what is said of the second thing
GAP = 6  # pixels that are still a gap in a thing
SHARE_OF_PAIR = 0.75  # how large a thing is beside another, of what it is alone
WAVES = [0.5, 1, 1.5, 2, 4, 6]
FUNCTIONS = 2 + 2 * len(WAVES)


@dataclass(frozen=True)
class MotionSizes:
    vocabulary: int
    width: int = 64
    fine: int = 32
    middle: int = 64


def functions(numbers):
    """Functions of the time [..., 1] -> [..., FUNCTIONS]."""
    moment = (numbers.clamp(0, FRAMES - 1) - MIDDLE) / (FRAMES - 1)
    waves = [wave for count in WAVES for wave in ((2 * torch.pi * count * moment).sin(), (2 * torch.pi * count * moment).cos())]
    return torch.cat([2 * moment, 4 * moment**2, *waves], -1)


def sampled(pictures, places):
    """Pictures [N, H, W, C] read at rows and columns [N, H, W, 2] in pixels; zeros outside."""
    sides = torch.tensor(pictures.shape[1:3])
    grid = ((2 * places + 1) / sides - 1).flip(-1)
    return grid_sample(pictures.permute(0, 3, 1, 2), grid, align_corners=False).permute(0, 2, 3, 1)


def middle_of(matte, axis):
    """Halfway between the first and the last row (1) or column (2) that a matte fills by more than a pixel."""
    length = matte.shape[axis]
    numbers = torch.arange(length).reshape((1, -1, 1, 1) if axis == 1 else (1, 1, -1, 1))
    fills = (4 * (matte.sum(3 - axis, keepdim=True) - 1)).clamp(0, 1)
    last = (fills * (numbers + 1)).amax(axis, keepdim=True)
    first = (fills * (length - numbers)).amax(axis, keepdim=True)
    return (last - first + length - 1) / 2


def places(height, width, row, column, size, down, right, turn):
    """Where each pixel comes from when what is around a middle grew, moved and turned clockwise."""
    y = torch.arange(height).reshape(1, -1, 1, 1) - row - down * height
    x = torch.arange(width).reshape(1, 1, -1, 1) - column - right * width
    cosine, sine = (-size).exp() * turn.cos(), (-size).exp() * turn.sin()
    return torch.cat(torch.broadcast_tensors(row + y * cosine - x * sine, column + x * cosine + y * sine), -1)


def filled(pictures, known):
    """Pictures, multiplied by how much is known of each pixel, with what is beside it in its row where it is not."""
    height, width = pictures.shape[1:3]
    if height == width == 1:
        return pictures / (known + 1e-4)
    length = width if width > 1 else height
    size = 2 if length % 2 == 0 else length
    pooled = lambda x: avg_pool2d(x.permute(0, 3, 1, 2), (1, size) if width > 1 else (size, 1)).permute(0, 2, 3, 1)
    around = filled(pooled(pictures), pooled(known)).permute(0, 3, 1, 2)
    around = interpolate(around, (height, width), mode="bilinear").permute(0, 2, 3, 1)
    return pictures + (1 - known) * around


def layer(frames, matte, at):
    """As much of each pixel as a matte says, taken from these places: colours, and the share."""
    return sampled(torch.cat([frames * matte, matte], -1), at).split([3, 1], -1)


def grown(matte):
    """A matte that reaches two pixels further on all sides."""
    solid = ((matte - 0.1) * 4).clamp(0, 1).permute(0, 3, 1, 2)
    return conv2d(solid, torch.ones(1, 1, 5, 5), padding=2).clamp(max=1).permute(0, 2, 3, 1)


def closed(matte):
    """A matte whose gaps between parts on both sides are filled."""
    spread = lambda x: max_pool2d(x, GAP + 1, 1, GAP // 2)
    return (-spread(-spread(matte.permute(0, 3, 1, 2)))).permute(0, 2, 3, 1)


class MotionLayers(nn.Module):
    def __init__(self, sizes: MotionSizes):
        super().__init__()
        s = sizes
        self.tone = nn.Parameter(torch.randn(s.vocabulary, s.width) * 0.5)
        self.hear, self.turn = Linear(3 * s.width, s.width), Linear(s.width, 1)
        self.course = nn.ModuleList([Linear(2 * s.width, 4 * s.width), Linear(4 * s.width, FUNCTIONS * len(SCALES))])
        self.enter = Convolution(4 * 3, s.fine)
        self.shrink = Convolution(s.fine, s.middle, stride=2)
        self.look = Residual(s.middle, 2 * s.width)
        self.condense = Convolution(s.middle, s.middle, stride=2)
        self.weigh = Residual(s.middle, 2 * s.width)
        self.grow = Linear(s.middle, 4 * s.middle)
        self.enlarge = Linear(s.middle, 4 * s.fine)
        self.leave = Convolution(s.fine, 4 * (THINGS + 1))

    def forward(self, given, mask, words, numbers):
        height, width = given.shape[2:4]
        told = mask[:, :, 0, 0]
        distance = 48 * told * (1 - ((told - 0.5) * 2).clamp(min=0))
        now = numbers[None, :, None]
        clauses = self.clauses(words)
        shift = self.values(clauses, functions(now) - functions(now + distance)).flatten(0, 1)[:, None, None]
        *things, ground = shift.split(THINGS * [4] + [3], -1)
        *mattes, rest = self.mattes(given, clauses).flatten(0, 1).split(1, -1)
        centre = (torch.tensor((height - 1) / 2), torch.tensor((width - 1) / 2))
        frames = given.flatten(0, 1)
        zoom, sink, pan = ground.split(1, -1)
        back, known = layer(frames, 1 - grown(1 - rest), places(height, width, *centre, zoom, sink, pan, torch.zeros_like(zoom)))
        whole, free = filled(back, known), torch.ones_like(known)
        for matte, thing in zip(mattes, things):
            front, share = layer(frames, matte, places(height, width, middle_of(matte, 1), middle_of(matte, 2), *thing.split(1, -1)))
            whole, free = front + (1 - share) * whole, (1 - share) * free
        return torch.cat([whole, 1 - free, free * (1 - known)], -1).unflatten(0, given.shape[:2])

    def together(self, pictures, words):
        """A picture of two things [1, H, W, 3] from one of both and one of each alone: [3, H, W, 3], [3, slots]."""
        height, width = pictures.shape[1:3]
        colours = pictures.clamp(-1, 1)
        shares = self.mattes(colours[:, None], self.clauses(words))[:, 0]
        free = 1 - grown(1 - shares[:1, ..., THINGS:])
        whole, size = filled(colours[:1] * free, free), torch.full((1, 1, 1, 1), SHARE_OF_PAIR).log()
        for number in range(THINGS):
            picture, seat = slice(number + 1, number + 2), shares[:1, ..., number : number + 1]
            matte = 1 - shares[picture, ..., THINGS:]
            row, column = middle_of(matte, 1), middle_of(matte, 2)
            down, right = (middle_of(seat, 1) - row) / height, (middle_of(seat, 2) - column) / width
            at = places(height, width, row, column, size, down, right, torch.zeros_like(down))
            front, share = layer(colours[picture], matte, at)
            whole = front + (1 - share) * whole
        return whole

    def clauses(self, words):
        """What is said of the first thing and of the second, [B, 2 * width]."""
        around = pad(self.tone[words], (0, 0, 1, 1))
        heard = silu(self.hear(torch.cat([around[:, :-2], around[:, 1:-1], around[:, 2:]], -1)))
        first = (-softplus(self.turn(heard) - DOUBT).cumsum(1)).exp()
        return normalized(torch.cat([(heard * first).sum(1), (heard * (1 - first)).sum(1)], -1))

    def values(self, clauses, functions):
        factors = self.course[1](silu(self.course[0](clauses)))
        return functions.expand(len(clauses), -1, -1) @ factors.unflatten(-1, (FUNCTIONS, len(SCALES))) * torch.tensor(SCALES)

    def mattes(self, frames, condition):
        """How much of each pixel belongs to the things and the ground, [B, T, H, W, 3]; things own what they enclose."""
        shares = self.scores(frames, condition).softmax(-1).flatten(0, 1)
        things, ground = shares.split([THINGS, 1], -1)
        things = torch.minimum(closed(things), things + ground)
        return torch.cat([things, (1 - things.sum(-1, keepdim=True)).clamp(min=0)], -1).unflatten(0, frames.shape[:2])

    def scores(self, frames, condition):
        """Logits of what each pixel belongs to, the things and the ground, [B, T, H, W, 3]."""
        fine = self.enter(folded(frames))
        middle = self.look(self.shrink(fine), condition)
        coarse = self.weigh(self.condense(middle), condition)
        drawn = middle + unfolded(self.grow(coarse))
        polished = fine + unfolded(self.enlarge(silu(normalized(drawn))))
        return unfolded(self.leave(silu(normalized(polished))))
