"""Pools of drawn films: PREFIX.u8 holds [N, T, 64, 64, 3] bytes, PREFIX.jsonl a caption and labels per film."""

import json
import os
import re
from pathlib import Path

import numpy as np
import torch


class Vocabulary:
    """The words of a world: word n of its file, from 1, has the number n; 0 is the empty slot."""

    def __init__(self, path):
        words = Path(path).read_text().split("\n")
        self.words = [word.strip() for word in words if word.strip()]
        self.numbers = {word: number for number, word in enumerate(self.words, 1)}

    def __len__(self):
        return len(self.words) + 1

    def encoded(self, caption, slots=20):
        """Numbers of the known words in order, as many as there are slots, then zeros."""
        known = [self.numbers[w] for w in re.findall(r"[a-z]+", caption.lower()) if w in self.numbers]
        return (known + [0] * slots)[:slots]


class Pool:
    def __init__(self, prefix, vocabulary, depth, slots=20):
        size = os.path.getsize(f"{prefix}.u8")
        shape = (size // (depth * 64 * 64 * 3), depth, 64, 64, 3)
        self.films = np.memmap(f"{prefix}.u8", np.uint8, "r", shape=shape)
        with open(f"{prefix}.jsonl") as lines:
            self.labels = [json.loads(line) for line in lines]
        assert len(self.labels) == len(self.films), prefix
        captions = [vocabulary.encoded(label["caption"], slots) for label in self.labels]
        self.words = torch.tensor(captions)

    def __len__(self):
        return len(self.films)

    def batch(self, rows):
        films = torch.from_numpy(self.films[np.sort(rows)])
        return films.float() / 127.5 - 1, self.words[np.sort(rows)]
