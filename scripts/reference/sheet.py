"""Draws what a run's averaged network makes of some prompts: a contact sheet, one row a prompt.

    sheet.py --run runs/stills --frames 1 --out sheet.png --vocabulary V "a red circle in the desert" …

The run may also be a file of weights.
"""

import argparse
from dataclasses import fields

import torch
from PIL import Image
from safetensors import safe_open

from flow import sampled
from matinee import GridTransformer, Sizes
from pools import Vocabulary


def network_of(path):
    """The averaged network of a run's folder, or the network in a safetensors file."""
    if path.endswith(".safetensors"):
        with safe_open(path, "pt") as file:
            facts = file.metadata()
            weights = {name: file.get_tensor(name).float() for name in file.keys()}
        known = {field.name: facts.get(f"sizes.{field.name}") for field in fields(Sizes)}
        sizes = {name: int(size) for name, size in known.items() if size}
    else:
        state = torch.load(f"{path}/state.pt", weights_only=False)
        weights, sizes = state["average"], state["sizes"]
    network = GridTransformer(Sizes(**sizes))
    network.load_state_dict(weights)
    return network.eval()


def bytes_of(films):
    return ((films.clamp(-1, 1) + 1) * 127.5).round().byte()


def main():
    parser = argparse.ArgumentParser()
    add = parser.add_argument
    add("prompts", nargs="+")
    add("--run", required=True)
    add("--vocabulary", required=True)
    add("--out", required=True)
    add("--frames", type=int, default=24)
    add("--columns", type=int, default=8)
    add("--steps", type=int, default=20)
    add("--guidance", type=float, default=3.0)
    add("--shift", type=float, default=1.0)
    add("--seed", type=int, default=7)
    options = parser.parse_args()
    network, vocabulary = network_of(options.run), Vocabulary(options.vocabulary)
    generator = torch.Generator().manual_seed(options.seed)
    still = options.frames == 1
    repeats = options.columns if still else 1
    rows = []
    for prompt in options.prompts:
        words = torch.tensor([vocabulary.encoded(prompt, network.sizes.slots)] * repeats)
        noise = torch.randn(repeats, options.frames, 64, 64, 3, generator=generator)
        films = sampled(network, words, noise, steps=options.steps, guidance=options.guidance, shift=options.shift)
        frames = films[:, 0] if still else films[0, :: max(1, options.frames // options.columns)]
        rows.append(torch.cat(list(bytes_of(frames)), 1))
    Image.fromarray(torch.cat(rows).numpy()).save(options.out)


if __name__ == "__main__":
    main()
