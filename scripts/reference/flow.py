"""Flow matching with a network that predicts the clean film: the loss that trains it and the sampler that uses it.

x_t = t clean + (1 - t) noise; velocity = (clean - x_t) / (1 - t), its divisor kept from falling under 0.05.
Source: Li & He 2025, "Back to Basics: Let Denoising Generative Models Denoise", arXiv:2511.13720.
"""

import torch

DIVISOR_FLOOR = 0.05


def spread(time, x):
    return time.reshape(-1, *[1] * (x.dim() - 1))


def drawn_times(count, mean, deviation, generator):
    """Times between 0 (noise) and 1 (clean), logit-normal, one from each of `count` equally likely ranges."""
    share = (torch.randperm(count, generator=generator) + torch.rand(count, generator=generator)) / count
    return torch.sigmoid(mean + deviation * torch.special.ndtri(share.clamp(1e-4, 1 - 1e-4)))


def velocity_loss(network, clean, given, mask, time, noise, words, moments=None):
    """Mean squared velocity error, one number per film."""
    staged = network.staged(given, mask, words, moments).bfloat16()
    t = spread(time, clean)
    mixed = t * clean + (1 - t) * noise
    with torch.autocast(clean.device.type, torch.bfloat16):
        mixed16, given16, mask16 = (a.bfloat16() for a in (mixed, given, mask))
        predicted = network(mixed16, given16, mask16, staged, time, words, moments).float()
    error = (predicted - clean) / (1 - t).clamp(min=DIVISOR_FLOOR)
    return error.square().flatten(1).mean(1)


def schedule(steps, shift):
    """steps + 1 times from 0 to 1; a shift above 1 spends more of them near noise."""
    sigma = torch.linspace(1, 0, steps + 1)
    return 1 - shift * sigma / (1 + (shift - 1) * sigma)


@torch.no_grad()
def sampled(network, words, noise, given=None, mask=None, steps=20, guidance=3.0, shift=1.0,
            precision=torch.bfloat16):
    """Euler steps from noise to films, guided and unguided passes in one batch."""
    given = torch.zeros_like(noise) if given is None else given
    mask = torch.zeros_like(noise[..., :1]) if mask is None else mask
    twice = lambda a: torch.cat([a, a])
    staged = twice(network.staged(given, mask, words)).to(precision)
    words = torch.cat([words, torch.zeros_like(words)])
    given, mask = twice(given).to(precision), twice(mask).to(precision)
    film, times = noise, schedule(steps, shift)
    for now, then in zip(times[:-1], times[1:]):
        time = now.expand(len(words)).to(noise.device)
        with torch.autocast(noise.device.type, precision, enabled=precision != torch.float32):
            clean = network(twice(film).to(precision), given, mask, staged, time, words).float()
        guided, free = clean.chunk(2)
        clean = free + guidance * (guided - free)
        film = film + (then - now) * (clean - film) / max(float(1 - now), DIVISOR_FLOOR)
    return film
