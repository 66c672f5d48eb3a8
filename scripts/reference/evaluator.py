"""The network that recognises what films show, and what the shipped weights say of three films, for `GenModelsTests`.

    evaluator.py ../../stdlib/models/matinee/evaluator.safetensors ../../Tests/GenModelsTests/Fixtures
"""

import sys
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn
from torch.nn.functional import silu

from matinee import Convolution, Linear, normalized

FRAMES = 24
FACTS = ("subjects", "colours", "setting", "motions")


class Evaluator(nn.Module):
    """films [B, T, 64, 64, 3] -> scores by fact, [B, names]; motions only for 24 frames."""

    def __init__(self, counts):
        super().__init__()
        sizes = [(3, 32, 2), (32, 64, 2), (64, 128, 2), (128, 128, 1), (128, 128, 2)]
        self.trunk = nn.ModuleList([Convolution(*size) for size in sizes])
        self.what = Linear(16 * 128, 256)
        self.where = Linear(16 * 128, 64)
        self.course = Linear(FRAMES * 64, 256)
        self.heads = nn.ModuleDict({fact: Linear(256, count) for fact, count in counts.items()})

    def forward(self, films):
        x = films
        for layer in self.trunk:
            x = silu(normalized(layer(x)))
        x = x.flatten(2)
        what = silu(normalized(self.what(x))).mean(1)
        scores = {fact: self.heads[fact](what) for fact in FACTS[:3]}
        if films.shape[1] == FRAMES:
            scores["motions"] = self.heads["motions"](silu(normalized(self.course(self.where(x).flatten(1)))))
        return scores


def loaded(path):
    with safe_open(path, "pt") as file:
        counts = {fact: len(file.metadata()[fact].split("\n")) for fact in FACTS}
        state = {name: file.get_tensor(name).float() for name in file.keys()}
    network = Evaluator(counts)
    network.load_state_dict(state)
    return network.eval()


def films(count):
    """Slow waves in every direction, different for each film and colour."""
    t, y, x, c = torch.meshgrid(*(torch.arange(n) for n in (count, 64, 64, 3)), indexing="ij")
    waves = [torch.sin(0.11 * (n + 1) * x + 0.07 * y * (c + 1) + 0.3 * n * t) for n in range(3)]
    return torch.stack(waves)


@torch.no_grad()
def main():
    network, cases = loaded(sys.argv[1]), {}
    for count in (1, FRAMES):
        for fact, scores in network(films(count)).items():
            cases[f"{fact}.{count}"] = scores.contiguous()
    save_file(cases, Path(sys.argv[2]) / "evaluator-cases.safetensors")


if __name__ == "__main__":
    main()
