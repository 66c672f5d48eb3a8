"""Samples the held-out prompts and prints how often the evaluator recognises what they ask for.

    evaluate.py --run stdlib/models/matinee/weights.safetensors --prompts runs/pool/evaluation.jsonl \
        --evaluator stdlib/models/matinee/evaluator.safetensors --vocabulary stdlib/worlds/matinee/vocabulary.txt
"""

import argparse
import json
import random
import time as clock

import torch

from evaluator import FACTS, judged, loaded, names_in, recognised
from flow import sampled
from pools import Vocabulary
from sheet import network_of


def targets_of(labels, names, fact):
    target = torch.zeros(len(labels), len(names))
    for row, label in enumerate(labels):
        target[row, [names.index(name) for name in names_in(label, fact)]] = 1
    return target


def main():
    parser = argparse.ArgumentParser()
    add = parser.add_argument
    add("--run", required=True)
    add("--prompts", required=True)
    add("--evaluator", required=True)
    add("--vocabulary", required=True)
    add("--frames", type=int, default=24)
    add("--count", type=int, default=500)
    add("--batch", type=int, default=10)
    add("--steps", type=int, default=20)
    add("--guidance", type=float, default=3.0)
    add("--shift", type=float, default=1.0)
    options = parser.parse_args()
    network, vocabulary = network_of(options.run), Vocabulary(options.vocabulary)
    judge, names = loaded(options.evaluator)
    labels = [json.loads(line) for line in open(options.prompts)]
    random.Random(0).shuffle(labels)
    labels = labels[: options.count]
    generator = torch.Generator().manual_seed(1)
    words = torch.tensor([vocabulary.encoded(label["caption"], network.sizes.slots) for label in labels])
    films, started = [], clock.time()
    for part in words.split(options.batch):
        noise = torch.randn(len(part), options.frames, 64, 64, 3, generator=generator)
        films.append(sampled(network, part, noise, steps=options.steps, guidance=options.guidance, shift=options.shift))
    seconds = clock.time() - started
    scores = judged(judge, torch.cat(films).clamp(-1, 1))
    targets = {fact: targets_of(labels, names[fact], fact) for fact in FACTS}
    facts = {fact: f"{right.float().mean():.3f}" for fact, right in recognised(scores, targets).items()}
    print(json.dumps(facts | dict(films=len(labels), steps=options.steps, guidance=options.guidance, shift=options.shift, seconds=round(seconds))))


if __name__ == "__main__":
    main()
