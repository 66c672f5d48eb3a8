"""Trains `matinee` on pools of drawn stills or films; a killed run goes on exactly where its last checkpoint stood.

    train.py --run runs/stills --pool 'runs/pool/still*.u8' --minutes 40
    train.py --run runs/films --pool 'runs/pool/film*.u8' --stills 'runs/pool/still*.u8' --start runs/stills
"""

import argparse
import copy
import glob
import json
import math
import os
import time as clock
from pathlib import Path

import numpy as np
import torch
import torch.distributed as workers

from torch.nn.functional import avg_pool2d, mse_loss

from flow import drawn_times, velocity_loss
from matinee import GridTransformer, Sizes
from muon import Muon
from pools import Pool, Vocabulary
from tasks import drawn_tasks, shown

ENDS = ("enter.", "leave.")
WORDS = ("tone", "word", "place")


def arguments():
    parser = argparse.ArgumentParser()
    add = parser.add_argument
    add("--run", required=True)
    add("--pool", required=True, help="pattern of the .u8 files trained on")
    add("--stills", help="with films: pattern of stills, trained on in every --rest-th step")
    add("--vocabulary", required=True)
    add("--depth", type=int, default=1, help="frames of one film in the pool")
    add("--start", help="run whose averaged weights are the start")
    add("--minutes", type=float, default=5)
    add("--batch", type=int, default=32)
    add("--still-batch", type=int, default=32)
    add("--rest", type=int, default=4)
    add("--rate", type=float, default=2e-3)
    add("--floor", type=float, default=0.1, help="share of the rate that is left at the end")
    add("--optimizer", choices=["muon", "adamw"], default="muon")
    add("--time-mean", type=float, default=-0.2)
    add("--still-time-mean", type=float, default=-1.0, help="the same for stills between films")
    add("--average", type=float, default=0.999)
    add("--seed", type=int, default=1)
    add("--steps", type=int, help="stop after so many steps instead")
    add("--compile", action="store_true")
    add("--patches", type=int, help="train on so many of a film's patches, chosen anew in each step")
    add("--tasks", action="store_true", help="train frame conditioning")
    add("--sizes", default="{}")
    return parser.parse_args()


def optimizers(network, options):
    named = list(network.named_parameters())
    muon = options.optimizer == "muon"
    matrix = lambda name, p: muon and p.dim() >= 2 and name.endswith("weight") and not name.startswith(ENDS)
    hidden = [p for name, p in named if matrix(name, p)]
    words = [p for name, p in named if name in WORDS]
    others = [p for name, p in named if not matrix(name, p) and name not in WORDS and name != "picture"]
    groups = [{"params": others, "haste": 0.3 if muon else 1.0}, {"params": words}, {"params": [network.picture], "haste": 0.1}]
    result = [torch.optim.AdamW(groups, lr=options.rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True)]
    return result + ([Muon(hidden, options.rate)] if hidden else [])


class Run:
    """Everything that a step changes, so that saving it whole makes a killed run exact to resume."""

    def __init__(self, options):
        self.options, self.path = options, Path(options.run)
        self.path.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(options.seed)
        self.vocabulary = Vocabulary(options.vocabulary)
        self.network = GridTransformer(Sizes(len(self.vocabulary), **json.loads(options.sizes)))
        if options.start:
            self.network.load_state_dict(torch.load(f"{options.start}/state.pt")["average"])
        self.network.motion.requires_grad_(False)  # pools do not say where things are; Gen's own training does
        self.average = copy.deepcopy(self.network).requires_grad_(False)
        self.optimizers = optimizers(self.network, options)
        self.generator = torch.Generator().manual_seed(options.seed)
        self.choice = np.random.default_rng(options.seed)
        self.step, self.seconds, self.samples = 0, 0.0, 0
        if (self.path / "state.pt").exists():
            self.load()
        self.rank, self.worker_count = 0, 1
        if "WORLD_SIZE" in os.environ:
            self.join()

    def join(self):
        """Each worker draws its own samples; the first one's state is what is saved."""
        workers.init_process_group("gloo")
        self.rank, self.worker_count = workers.get_rank(), workers.get_world_size()
        if self.rank:
            self.generator.manual_seed(self.options.seed + 1000 * self.rank + self.step)
            self.choice = np.random.default_rng(self.options.seed + 1000 * self.rank + self.step)

    def agree(self):
        """All workers count the first one's seconds, so that they end at the same step."""
        if self.worker_count > 1:
            seconds = torch.tensor([self.seconds], dtype=torch.float64)
            workers.broadcast(seconds, 0)
            self.seconds = float(seconds)

    def share_gradients(self):
        """The mean over the workers, in place of each one's own."""
        if self.worker_count > 1:
            gradients = [p.grad for p in self.network.parameters() if p.grad is not None]
            flat = torch.cat([gradient.flatten() for gradient in gradients])
            workers.all_reduce(flat)
            parts = (flat / self.worker_count).split([gradient.numel() for gradient in gradients])
            for gradient, part in zip(gradients, parts):
                gradient.copy_(part.view_as(gradient))

    def save(self):
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "generator": self.generator.get_state(),
            "choice": self.choice.bit_generator.state,
            "counts": (self.step, self.seconds, self.samples),
            "sizes": vars(self.network.sizes) | {},
        }
        torch.save(state, self.path / "state.new")
        os.replace(self.path / "state.new", self.path / "state.pt")

    def load(self):
        state = torch.load(self.path / "state.pt", weights_only=False)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"]):
            if saved:
                optimizer.load_state_dict(saved)
        self.generator.set_state(state["generator"])
        self.choice.bit_generator.state = state["choice"]
        self.step, self.seconds, self.samples = state["counts"]

    def progress(self):
        if self.options.steps:
            return self.step / self.options.steps
        return self.seconds / (60 * self.options.minutes)

    def rate(self):
        """Warm-up over 100 steps, then a cosine down to the floor."""
        fall = 0.5 * (1 + math.cos(math.pi * min(1, self.progress())))
        floor = self.options.floor
        return self.options.rate * min(1, (self.step + 1) / 100) * (floor + (1 - floor) * fall)

    def averaged(self):
        decay = min(self.options.average, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            ours, theirs = list(self.average.parameters()), list(self.network.parameters())
            torch._foreach_lerp_(ours, theirs, 1 - decay)


def batch_of(run, pools, size):
    weights = np.array([len(pool) for pool in pools], float)
    pool = pools[run.choice.choice(len(pools), p=weights / weights.sum())]
    clean, words = pool.batch(run.choice.choice(len(pool), size, replace=False))
    dropped = torch.rand(size, generator=run.generator) < 0.1
    return clean, words.masked_fill(dropped[:, None], 0)


def thinned(run, *films):
    """Some of the films' patches, and their places in time."""
    depth = run.network.sizes.depth
    count = films[0].shape[1] // depth
    if not run.options.patches or run.options.patches >= count:
        return *films, None
    moments = torch.randperm(count, generator=run.generator)[: run.options.patches].sort().values
    return *(film.unflatten(1, (count, depth))[:, moments].flatten(1, 2) for film in films), moments


def sketch_error(network, stills, words):
    """How far the words' sketches are from the stills that they describe, at half the size."""
    halved = avg_pool2d(stills.flatten(0, 1).permute(0, 3, 1, 2), 2).permute(0, 2, 3, 1)
    return mse_loss(network.sketch(words), halved)


def trained_step(run, forward, clean, words):
    options, generator = run.options, run.generator
    film = clean.shape[1] > 1
    mask = torch.zeros_like(clean[..., :1])
    if film and options.tasks:
        mask = drawn_tasks(mask.shape, generator)
    clean, given, mask, moments = thinned(run, clean, *shown(clean, mask))
    noise = torch.randn(clean.shape, generator=generator)
    rests = options.stills and not film
    mean = options.still_time_mean if rests else options.time_mean
    time = drawn_times(len(clean), mean, 1.0, generator)
    losses = velocity_loss(forward, clean, given, mask, time, noise, words, moments)
    loss = losses.mean() if film else losses.mean() + sketch_error(run.network, clean, words)
    loss.backward()
    run.share_gradients()
    torch.nn.utils.clip_grad_norm_(run.network.parameters(), 5.0)
    for optimizer in run.optimizers:
        for group in optimizer.param_groups:
            group["lr"] = run.rate() * group.get("haste", 1)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    run.averaged()
    run.samples += len(clean) * run.worker_count
    return losses.mean().item()


def opened(pattern, run, depth, known):
    for path in sorted(glob.glob(pattern)):
        if path not in known:
            known[path] = Pool(path[: -len(".u8")], run.vocabulary, depth)
    return list(known.values())


def main():
    options = arguments()
    run = Run(options)
    forward = torch.compile(run.network, dynamic=False) if options.compile else run.network
    known, rested, recent, saved = {}, {}, [], clock.time()
    while run.progress() < 1:
        started = clock.time()
        if run.step % 200 == 0 or not known:
            pools = opened(options.pool, run, options.depth, known)
            stills = opened(options.stills, run, 1, rested) if options.stills else []
        rest = stills and run.step % options.rest == 0
        size = options.still_batch if rest else options.batch
        loss = trained_step(run, forward, *batch_of(run, stills if rest else pools, size))
        if not math.isfinite(loss):
            raise SystemExit(f"step {run.step}: the loss is {loss}; the last checkpoint is kept")
        run.step += 1
        run.seconds += min(clock.time() - started, 30)
        run.agree()
        recent += [] if rest else [loss]
        if run.rank:
            continue
        if run.step % 50 == 0:
            with open(run.path / "log.jsonl", "a") as log:
                entry = dict(step=run.step, seconds=round(run.seconds, 1), samples=run.samples, loss=float(np.mean(recent)), rate=run.rate())
                log.write(json.dumps(entry) + "\n")
            recent = []
        if clock.time() - saved > 180:
            run.save()
            saved = clock.time()
    if not run.rank:
        run.save()


if __name__ == "__main__":
    main()
