"""The network that judges films: which subjects, colours, motions and setting it recognises in 24 frames of 64x64.

    evaluator.py --stills 'runs/pool/still*.u8' --films 'runs/pool/film*.u8' --check runs/pool/check24 \
        --vocabulary stdlib/worlds/matinee/vocabulary.txt --out runs/evaluator.safetensors
"""

import argparse
import glob
import math
import os

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, silu

from matinee import Convolution, Linear, normalized
from pools import Pool, Vocabulary

FRAMES = 24
FACTS = ("subjects", "colours", "setting", "motions")


def names_in(label, fact):
    return [label[fact]] if isinstance(label[fact], str) else label[fact]


class Evaluator(nn.Module):
    """films [B, T, 64, 64, 3] -> scores by fact, [B, names]; motions only for 24 frames."""

    def __init__(self, counts):
        super().__init__()
        self.trunk = nn.ModuleList(
            [Convolution(3, 32, 2), Convolution(32, 64, 2), Convolution(64, 128, 2), Convolution(128, 128), Convolution(128, 128, 2)]
        )
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


def names_of(pool):
    """All names of every fact, sorted."""
    return {fact: sorted({n for label in pool.labels for n in names_in(label, fact)}) for fact in FACTS}


def targets_of(pool, names):
    """[N, names] of zeros and ones by fact."""
    result = {}
    for fact in FACTS:
        numbers = {name: number for number, name in enumerate(names[fact])}
        target = result[fact] = torch.zeros(len(pool), len(numbers))
        for row, label in enumerate(pool.labels):
            target[row, [numbers[n] for n in names_in(label, fact)]] = 1
    return result


def recognised(scores, targets):
    """By fact, for each film: are the wanted names the best scored ones?"""
    result = {}
    for fact, score in scores.items():
        wanted = targets[fact]
        lowest = score.masked_fill(wanted == 0, math.inf).amin(1)
        result[fact] = lowest > score.masked_fill(wanted > 0, -math.inf).amax(1)
    return result


@torch.no_grad()
def judged(network, films):
    """Scores of films in -1...1, a hundred at a time."""
    with torch.autocast("cpu", torch.bfloat16):
        parts = [network(part.bfloat16()) for part in films.split(100)]
    return {fact: torch.cat([part[fact] for part in parts]).float() for fact in parts[0]}


def trained(network, pools, names, steps, batch, rate, seed):
    choice = np.random.default_rng(seed)
    targets = [targets_of(pool, names) for pool in pools]
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.05, fused=True)
    for step in range(steps):
        fall = 0.5 * (1 + math.cos(math.pi * step / steps))
        optimizer.param_groups[0]["lr"] = rate * min(1, (step + 1) / 50) * (0.02 + 0.98 * fall)
        number = choice.integers(len(pools))
        rows = np.sort(choice.choice(len(pools[number]), batch, replace=False))
        films, _ = pools[number].batch(rows)
        films += 0.1 * torch.rand(batch, 1, 1, 1, 1) * torch.randn_like(films)
        with torch.autocast("cpu", torch.bfloat16):
            scores = network(films.bfloat16())
        loss = sum(
            binary_cross_entropy_with_logits(score.float(), targets[number][fact][rows], reduction="none").sum(1).mean()
            for fact, score in scores.items()
        )
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if step % 100 == 99:
            print(f"step {step + 1} loss {loss.item():.3f}", flush=True)


def loaded(path):
    """The network and its names from one file."""
    with safe_open(path, "pt") as file:
        names = {fact: file.metadata()[fact].split("\n") for fact in FACTS}
        state = {name: file.get_tensor(name).float() for name in file.keys()}
    network = Evaluator({fact: len(names[fact]) for fact in FACTS})
    network.load_state_dict(state)
    return network.eval(), names


def extended(network, known, names):
    """The same network with new names that it has yet to learn."""
    result = Evaluator({fact: len(names[fact]) for fact in FACTS})
    state = {k: v for k, v in network.state_dict().items() if not k.startswith("heads.")}
    result.load_state_dict(state, strict=False)
    with torch.no_grad():
        for fact in FACTS:
            rows = [names[fact].index(name) for name in known[fact]]
            result.heads[fact].weight[rows] = network.heads[fact].weight
            result.heads[fact].bias[rows] = network.heads[fact].bias
    return result


def saved(network, names, path):
    """bfloat16 weights; the names of a fact are the lines of its metadata."""
    weights = {k: v.bfloat16().contiguous() for k, v in network.state_dict().items()}
    facts = {"format": "1", "network": "Evaluator", "licence": "Apache-2.0"}
    facts |= {fact: "\n".join(names[fact]) for fact in FACTS}
    save_file(weights, f"{path}.new", facts)
    os.replace(f"{path}.new", path)


def main():
    parser = argparse.ArgumentParser()
    for name in ("--stills", "--films", "--check", "--vocabulary", "--out"):
        parser.add_argument(name, required=True)
    parser.add_argument("--start", help="an evaluator to go on from, with the names that are new")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--still-steps", type=int, default=2000)
    parser.add_argument("--film-steps", type=int, default=1500)
    options = parser.parse_args()
    torch.manual_seed(1)
    vocabulary = Vocabulary(options.vocabulary)
    opened = lambda pattern, depth: [Pool(p[:-3], vocabulary, depth) for p in sorted(glob.glob(pattern))]
    stills, films = opened(options.stills, 1), opened(options.films, FRAMES)
    names = names_of(films[0])
    if options.start:
        network = extended(*loaded(options.start), names)
    else:
        network = Evaluator({fact: len(names[fact]) for fact in FACTS})
    trained(network, stills, names, options.still_steps, 128, options.rate, 1)
    trained(network, films, names, options.film_steps, 24, options.rate / 2, 2)
    saved(network, names, options.out)
    check = Pool(options.check, vocabulary, FRAMES)
    scores = judged(loaded(options.out)[0], check.batch(np.arange(len(check)))[0])
    for fact, right in recognised(scores, targets_of(check, names)).items():
        print(f"{fact}: {right.float().mean():.3f} of {len(right)} clean films")


if __name__ == "__main__":
    main()
