"""Writes a run's averaged weights as bfloat16 safetensors with their facts.

    export.py --run runs/films --vocabulary stdlib/worlds/matinee/vocabulary.txt --out stdlib/models/matinee/weights.safetensors
"""

import argparse
import hashlib
import os
from pathlib import Path

import torch
from safetensors.torch import save_file


def facts_of(state, vocabulary, stills):
    steps, _, samples = state["counts"]
    facts = {"format": "1", "network": "GridTransformer", "model": "matinee", "licence": "Apache-2.0"}
    facts |= {f"sizes.{name}": str(size) for name, size in state["sizes"].items()}
    facts |= {"steps": str(steps), "samples": str(samples)}
    if stills:
        facts |= {"stills.steps": str(stills["counts"][0]), "stills.samples": str(stills["counts"][2])}
    return facts | {"vocabulary.sha256": hashlib.sha256(Path(vocabulary).read_bytes()).hexdigest()}


def main():
    parser = argparse.ArgumentParser()
    for name in ("--run", "--vocabulary", "--out"):
        parser.add_argument(name, required=True)
    parser.add_argument("--stills", help="run of the stills that the films started from")
    options = parser.parse_args()
    opened = lambda run: torch.load(f"{run}/state.pt", weights_only=False)
    state = opened(options.run)
    weights = {name: value.bfloat16().contiguous() for name, value in state["average"].items()}
    facts = facts_of(state, options.vocabulary, opened(options.stills) if options.stills else None)
    save_file(weights, options.out + ".new", facts)
    os.replace(options.out + ".new", options.out)


if __name__ == "__main__":
    main()
