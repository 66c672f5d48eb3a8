"""The layers that Gen's networks share: pictures [B, T, H, W, C], weights as PyTorch keeps them."""

import torch
from torch import nn
from torch.nn.functional import conv2d, linear, silu


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
