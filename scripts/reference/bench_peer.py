"""Times PyTorch on the networks of `gen bench`: prints the seconds of the fastest run.

    bench_peer.py forward|train|upscale f32|bf16 COUNT
"""

import sys
import time

import torch
from torch import nn

from flow import velocity_loss
from matinee import GridTransformer, Sizes
from muon import Muon

HIDDEN = ("blocks.", "look.", "draw.", "polish.", "merge.", "expand.", "grow.", "enlarge.", "shrink.", "condense.")
SIZES = Sizes(384, slots=20, width=192, heads=6, blocks=6, fine=32, middle=96, coarse=128)


def forward(dtype):
    network = GridTransformer(SIZES).eval()
    film, mask = torch.randn(2, 24, 64, 64, 3, dtype=dtype), torch.zeros(2, 24, 64, 64, 1, dtype=dtype)
    words = torch.zeros(2, 20, dtype=torch.long)
    staged = torch.zeros(2, 24, 64, 64, 5, dtype=dtype)

    def run():
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=dtype == torch.bfloat16):
            network(film, film * 0, mask, staged, torch.zeros(2), words)

    return run


def train(dtype):
    network = GridTransformer(SIZES)
    network.staged = lambda *_: torch.zeros(8, 24, 64, 64, 5)  # not timed on either side
    hidden = lambda name, p: p.dim() >= 2 and name.endswith("weight") and name.startswith(HIDDEN)
    named = list(network.named_parameters())
    optimizers = [
        torch.optim.AdamW([p for n, p in named if not hidden(n, p)], lr=1e-3, betas=(0.9, 0.98), fused=True),
        Muon([p for n, p in named if hidden(n, p)], 1e-3),
    ]
    clean, mask = torch.randn(8, 24, 64, 64, 3), torch.zeros(8, 24, 64, 64, 1)
    words = torch.zeros(8, 20, dtype=torch.long)

    def run():
        time_, noise = torch.full((8,), 0.5), torch.randn_like(clean)
        if dtype == torch.bfloat16:
            loss = velocity_loss(network, clean, clean * mask, mask, time_, noise, words).mean()
        else:
            mixed = 0.5 * clean + 0.5 * noise
            loss = ((network(mixed, clean * mask, mask, network.staged(), time_, words) - clean) / 0.5).square().mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

    return run


def upscale(dtype):
    layers = [nn.Conv2d(3, 64, 3, 1, 1), nn.PReLU(64)]
    for _ in range(16):
        layers += [nn.Conv2d(64, 64, 3, 1, 1), nn.PReLU(64)]
    network = nn.Sequential(*layers, nn.Conv2d(64, 48, 3, 1, 1), nn.PixelShuffle(4)).eval()
    network = network.to(memory_format=torch.channels_last)
    frames = torch.randn(24, 3, 64, 64).to(memory_format=torch.channels_last)

    def run():
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=dtype == torch.bfloat16):
            network(frames) + nn.functional.interpolate(frames, scale_factor=4)

    return run


if __name__ == "__main__":
    name, precision, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    run = {"forward": forward, "train": train, "upscale": upscale}[name](
        torch.bfloat16 if precision == "bf16" else torch.float32)
    best = float("inf")
    for _ in range(count + 1):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    print(best)
