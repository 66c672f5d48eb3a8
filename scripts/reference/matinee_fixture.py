"""Writes the fixtures that prove Gen's network, sampler and optimiser equal to this one's: tiny, random, float32.

    matinee_fixture.py ../../Tests/GenModelsTests/Fixtures
"""

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

from flow import DIVISOR_FLOOR, sampled, spread
from matinee import GridTransformer, Sizes
from motion import MotionSizes
from muon import orthogonalized

SIZES = Sizes(vocabulary=7, slots=4, width=16, heads=2, blocks=2, fine=4, middle=8, coarse=12, side=8, motion=MotionSizes(7, 8, 4, 8))
GRADIENTS = [
    "tone", "word", "place", "clock.0.weight", "enter.weight", "look.condition.weight", "look.second.weight",
    "condense.weight", "merge.weight", "blocks.0.offset", "blocks.1.attention.project.weight", "expand.bias",
    "draw.1.first.weight", "leave.bias", "picture",
]


def network():
    torch.manual_seed(3)
    tiny = GridTransformer(SIZES)
    for parameter in tiny.parameters():
        torch.nn.init.normal_(parameter, std=0.3 if parameter.dim() < 2 else parameter[0].numel() ** -0.5)
    return tiny


def film_case(tiny):
    film, given, clean = (torch.randn(1, 8, 16, 16, 3) for _ in range(3))
    mask = (torch.rand(1, 8, 16, 16, 1) < 0.3).float()
    mask[:, 2:] = torch.arange(-3, 3).reshape(1, 6, 1, 1, 1) / 48  # some frames show others
    time, words = torch.tensor([0.7]), torch.tensor([[3, 1, 6, 0]])
    staged = torch.randn(1, 8, 16, 16, 5)
    output = tiny(film, given * (mask != 0), mask, staged, time, words)
    error = (output - clean) / spread(1 - time, film).clamp(min=DIVISOR_FLOOR)
    loss = error.square().mean()
    loss.backward()
    gradients = {name: dict(tiny.named_parameters())[name].grad for name in GRADIENTS}
    case = dict(film=film, given=given * (mask != 0), mask=mask, staged=staged, clean=clean, time=time, words=words.float(), output=output, loss=loss[None])
    return {f"film.{k}": v for k, v in case.items()} | {f"gradient.{k}": v for k, v in gradients.items()}


def still_case(tiny):
    film = torch.randn(2, 1, 16, 24, 3)
    nothing = torch.zeros_like(film)
    time, words = torch.tensor([0.1, 0.96]), torch.tensor([[2, 5, 0, 0], [0, 0, 0, 0]])
    output = tiny(film, nothing, nothing[..., :1], torch.zeros(2, 1, 16, 24, 5), time, words)
    case = dict(film=film, time=time, words=words.float(), output=output)
    return {f"still.{k}": v for k, v in case.items()}


def motion_case(tiny):
    given = torch.randn(2, 8, 16, 24, 3)
    mask = torch.arange(-3, 5).reshape(1, 8, 1, 1, 1).expand(2, 8, 16, 24, 1) / 48
    mask = torch.where(mask == 0, torch.ones(()), mask)
    words, numbers = torch.tensor([[3, 1, 6, 0], [2, 0, 0, 0]]), torch.arange(8.0, 16)
    case = dict(given=given, mask=mask, words=words.float(), numbers=numbers, staged=tiny.motion(given, mask, words, numbers))
    return {f"motion.{k}": v for k, v in case.items()}


def pair_case(tiny):
    pictures, words = torch.randn(3, 16, 24, 3), torch.tensor([[3, 1, 6, 2], [3, 0, 0, 0], [6, 2, 0, 0]])
    case = dict(pictures=pictures, words=words.float(), together=tiny.motion.together(pictures, words))
    return {f"pair.{k}": v for k, v in case.items()}


def sampler_case(tiny):
    noise, words = torch.randn(1, 1, 16, 24, 3), torch.tensor([[2, 5, 1, 0]])
    film = sampled(tiny, words, noise, steps=5, guidance=2.5, shift=1.5, precision=torch.float32)
    return {"sampler.noise": noise, "sampler.words": words.float(), "sampler.film": film}


def muon_case():
    wide, tall = torch.randn(1, 12, 20), torch.randn(1, 24, 10)
    case = dict(wide=wide, tall=tall)
    solved = {f"{name}.orthogonal": orthogonalized(a, torch.float32) for name, a in case.items()}
    return {f"muon.{k}": v[0] for k, v in (case | solved).items()}


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    tiny = network()
    flat = lambda tensors: {k: v.detach().float().contiguous().clone() for k, v in tensors.items()}
    save_file(flat(dict(tiny.state_dict())), folder / "matinee-tiny.safetensors", {f"sizes.{k}": str(v) for k, v in vars(SIZES).items()})
    cases = film_case(tiny) | still_case(tiny) | motion_case(tiny) | sampler_case(tiny) | muon_case() | pair_case(tiny)
    save_file(flat(cases), folder / "matinee-tiny-cases.safetensors")


if __name__ == "__main__":
    main()
