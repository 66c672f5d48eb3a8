"""Writes steps of CTGAN, TVAE, TabDDPM and tabformer, and a mixture, for the networks of GenModels/Tabular to be held against.

    tables_networks.py ../../Tests/GenModelsTests/Fixtures

CTGAN and TVAE are the classes and losses of the package ctgan, with their random numbers given: uniform ones for
dropout (kept above one half), interpolation and Gumbel noise, normal ones for the rest. TabDDPM's loss is written out
in logarithms as in Kotelnikov et al. 2023; tabformer and its sequences are Gen's own, written again. Columns lie as Gen has them: numbers, modes of numbers, categories.
"""

import json
import sys
import warnings
from pathlib import Path
from types import SimpleNamespace

import numpy
import torch
from ctgan.data_transformer import SpanInfo
from ctgan.synthesizers import ctgan as ctgan_module
from ctgan.synthesizers.ctgan import CTGAN, Discriminator, Generator
from ctgan.synthesizers.tvae import Decoder, Encoder, _loss_function
from safetensors.torch import save_file
from sklearn.mixture import BayesianGaussianMixture
from torch.nn.functional import cross_entropy, gelu, one_hot, scaled_dot_product_attention, softmax

warnings.filterwarnings("ignore")
FOLDER = Path(sys.argv[1])
SCALARS, MODES, CATEGORIES = 2, [3, 4], [2, 3]
LEVELS = MODES + CATEGORIES
WIDTH, CONDITION = SCALARS + sum(LEVELS), sum(CATEGORIES)
BATCH, PACK, HIDDEN = 8, 2, 6
# Columns of numbers are not told apart from each other: they have no conditions and the same losses together.
SPANS = [[SpanInfo(1, "tanh")] * SCALARS + [SpanInfo(n, "softmax") for n in MODES]]
SPANS += [[SpanInfo(n, "softmax")] for n in CATEGORIES]


def save(name, tensors):
    save_file({key: value.detach().float().contiguous() for key, value in tensors.items()}, FOLDER / name)


def rows(count):
    """Numbers in -1...1 and places of levels, and both as a network reads them."""
    scalars = torch.rand(count, SCALARS) * 2 - 1
    codes = torch.stack([torch.randint(n, (count,)) for n in LEVELS], 1)
    return scalars, codes, torch.cat([scalars] + [one_hot(codes[:, i], n) for i, n in enumerate(LEVELS)], 1)


class Noise:
    """Uniform numbers in the order in which they are asked for."""

    def __init__(self):
        self.uniforms = []

    def uniform(self, *shape):
        self.uniforms.append(torch.empty(shape).uniform_(0.01, 0.99))
        return self.uniforms[-1]

    def tensors(self, prefix):
        return {f"{prefix}uniform{i}": value for i, value in enumerate(self.uniforms)}


class GivenDropout(torch.nn.Module):
    def forward(self, x):
        return x * (noise.uniform(*x.shape) > 0.5) * 2


def linear(name, layer):
    return {f"{name}.weight": layer.weight, f"{name}.bias": layer.bias}


def generator_weights(generator):
    result = linear("generator.output", generator.seq[-1])
    for i, layer in enumerate(generator.seq[:-1]):
        result |= linear(f"generator.{i}.linear", layer.fc)
        result |= {f"generator.{i}.norm.scale": layer.bn.weight, f"generator.{i}.norm.shift": layer.bn.bias}
    return result


def critic_weights(critic):
    linears = [layer for layer in critic.seq if isinstance(layer, torch.nn.Linear)]
    result = linear("critic.output", linears[-1])
    for i, layer in enumerate(linears[:-1]):
        result |= linear(f"critic.{i}", layer)
    return result


def copies(weights, prefix=""):
    return {prefix + name: value.detach().clone() for name, value in weights.items()}


def gradients(weights, prefix):
    return {prefix + name: value.grad.clone() for name, value in weights.items()}


def given_functions():
    """The package draws Gumbel noise column by column; here all of it comes from one tensor."""
    pieces = iter(noise.uniform(BATCH, sum(LEVELS)).split(LEVELS, 1))

    def draw(logits, tau=1, hard=False, eps=1e-10, dim=-1):
        return softmax((logits - torch.log(-torch.log(next(pieces)))) / tau, dim)

    return SimpleNamespace(gumbel_softmax=draw, cross_entropy=torch.nn.functional.cross_entropy)


def conditions(columns):
    starts = torch.tensor([0] + CATEGORIES[:-1]).cumsum(0)
    levels = torch.tensor([torch.randint(CATEGORIES[c], ()) for c in columns])
    return one_hot(starts[columns] + levels, CONDITION).float(), one_hot(columns, len(CATEGORIES)).float()


def ctgan():
    global noise
    torch.manual_seed(1)
    method = CTGAN(batch_size=BATCH, pac=PACK, enable_gpu=False)
    method._transformer = SimpleNamespace(output_info_list=SPANS)
    generator = Generator(4 + CONDITION, (HIDDEN, HIDDEN), WIDTH)
    critic = Discriminator(WIDTH + CONDITION, (HIDDEN, HIDDEN), PACK)
    critic.seq = torch.nn.Sequential(
        *[GivenDropout() if isinstance(layer, torch.nn.Dropout) else layer for layer in critic.seq])
    made = {"generator": generator_weights(generator), "critic": critic_weights(critic)}
    result = copies(made["generator"], "start.") | copies(made["critic"], "start.")
    adams = {name: torch.optim.Adam(weights.values(), lr=2e-4, betas=(0.5, 0.9), weight_decay=1e-6)
             for name, weights in made.items()}

    def activated(raw):
        ctgan_module.functional = given_functions()
        return method._apply_activate(raw)

    scalars, codes, real = rows(BATCH)
    asked, mask = conditions(torch.randint(len(CATEGORIES), (BATCH,)))
    sought = asked[torch.randperm(BATCH)]
    latent = torch.randn(BATCH, 4)
    noise = Noise()
    fake = activated(generator(torch.cat([latent, asked], 1)))
    fake, real = torch.cat([fake, asked], 1), torch.cat([real, sought], 1)
    scores = critic(torch.cat([fake, real]))
    packs = BATCH // PACK
    advantage = scores[:packs].mean() - scores[packs:].mean()
    drawn, torch.rand = torch.rand, lambda *shape, device: noise.uniform(shape[0], 1)[..., None]
    penalty = critic.calc_gradient_penalty(real, fake, "cpu", PACK)
    torch.rand = drawn
    loss = penalty + advantage
    adams["critic"].zero_grad()
    loss.backward()
    result |= gradients(made["critic"], "gradient.")
    adams["critic"].step()
    result |= {"critic.loss": loss, "critic.scalars": scalars, "critic.codes": codes, "critic.normal0": latent,
               "critic.asked": asked.argmax(1), "critic.sought": sought.argmax(1)}
    result |= noise.tensors("critic.")

    asked, mask = conditions(torch.randint(len(CATEGORIES), (BATCH,)))
    latent = torch.randn(BATCH, 4)
    noise = Noise()
    raw = generator(torch.cat([latent, asked], 1))
    loss = -critic(torch.cat([activated(raw), asked], 1)).mean() + method._cond_loss(raw, asked, mask)
    adams["generator"].zero_grad()
    loss.backward()
    result |= gradients(made["generator"], "gradient.")
    adams["generator"].step()
    result |= {"generator.loss": loss, "generator.normal0": latent, "generator.asked": asked.argmax(1)}
    result |= noise.tensors("generator.")
    save("ctgan-step.safetensors", result | copies(made["generator"], "end.") | copies(made["critic"], "end."))


def tvae():
    torch.manual_seed(2)
    encoder, decoder = Encoder(WIDTH, (HIDDEN, HIDDEN), 4), Decoder(4, (HIDDEN, HIDDEN), WIDTH)
    weights = linear("encoder.mean", encoder.fc1) | linear("encoder.variance", encoder.fc2)
    for name, layers in ("encoder", encoder.seq), ("decoder", decoder.seq):
        linears = [layer for layer in layers if isinstance(layer, torch.nn.Linear)]
        if name == "decoder":
            weights |= linear("decoder.output", linears.pop())
        for i, layer in enumerate(linears):
            weights |= linear(f"{name}.{i}", layer)
    result = copies(weights, "start.")
    scalars, codes, real = rows(BATCH)
    latent = torch.randn(BATCH, 4)
    mean, deviation, log_variance = encoder(real)
    decoded, sigmas = decoder(latent * deviation + mean)
    likeness, plainness = _loss_function(decoded, real, sigmas, mean, log_variance, SPANS, 2)
    adam = torch.optim.Adam(weights.values(), weight_decay=1e-5)
    (likeness + plainness).backward()
    result |= gradients(weights, "gradient.")
    adam.step()
    result |= {"likeness": likeness, "plainness": plainness, "scalars": scalars, "codes": codes, "normal0": latent}
    save("tvae-step.safetensors", result | copies(weights, "end."))


def log_add_exp(a, b):
    top = torch.maximum(a, b)
    return top + torch.log(torch.exp(a - top) + torch.exp(b - top))


def tabddpm():
    torch.manual_seed(3)
    steps, hidden = 10, 128
    layers = {name: torch.nn.Linear(*sizes) for name, sizes in {
        "time.0": (hidden, hidden), "time.1": (hidden, hidden), "input": (WIDTH, hidden), "layers.0": (hidden, HIDDEN),
        "layers.1": (HIDDEN, HIDDEN), "output": (HIDDEN, WIDTH)}.items()}
    target = numpy.cos((numpy.arange(steps + 1) / steps + 0.008) / 1.008 * numpy.pi / 2) ** 2
    alphas = 1 - numpy.minimum(1 - target[1:] / target[:-1], 0.999)
    kept = torch.tensor(numpy.cumprod(alphas))
    scalars, codes, _ = rows(BATCH)
    times = torch.tensor([0, 1, 2, 3, 5, 7, 8, 9])
    added = torch.randn(BATCH, SCALARS)
    noisy = torch.stack([torch.randint(n, (BATCH,)) for n in LEVELS], 1)
    noisy[:3] = codes[:3]
    here = kept[times][:, None]
    numbers = here.sqrt() * scalars + (1 - here).sqrt() * added
    waves = times[:, None] * torch.exp(-numpy.log(10000) * torch.arange(hidden // 2) / (hidden // 2))[None]
    moment = layers["time.1"](torch.nn.functional.silu(layers["time.0"](torch.cat([waves.cos(), waves.sin()], 1))))
    levels = [one_hot(noisy[:, i], n) for i, n in enumerate(LEVELS)]
    x = layers["input"](torch.cat([numbers] + levels, 1).float()) + moment
    for name in ("layers.0", "layers.1"):
        x = layers[name](x).relu()
    told = layers["output"](x)

    def logs(codes, count):
        return torch.log(one_hot(codes, count).double().clamp(min=1e-30))

    def posterior(log_clean, log_noisy, count):
        before = torch.log(torch.cat([torch.ones(1).double(), kept[:-1]])[times])[:, None]
        lost = torch.log((1 - before.exp()).clamp(min=1e-40))
        forward = torch.where(times[:, None] == 0, log_clean, log_add_exp(log_clean + before, lost - numpy.log(count)))
        alpha = torch.tensor(alphas)[times][:, None]
        backward = log_add_exp(log_noisy + torch.log(alpha), torch.log(1 - alpha) - numpy.log(count))
        return torch.log_softmax(forward + backward, 1)

    total = 0
    for i, logits in enumerate(told[:, SCALARS:].double().split(LEVELS, 1)):
        log_noisy = logs(noisy[:, i], LEVELS[i])
        true = posterior(logs(codes[:, i], LEVELS[i]), log_noisy, LEVELS[i])
        model = posterior(torch.log_softmax(logits, 1), log_noisy, LEVELS[i])
        divergence = (true.exp() * (true - model)).sum(1)
        likelihood = -(one_hot(codes[:, i], LEVELS[i]) * model).sum(1)
        total = total + torch.where(times == 0, likelihood, divergence) * steps / len(LEVELS)
    result = {"numbers": (told[:, :SCALARS] - added).square().mean(), "levels": total.mean(), "scalars": scalars,
              "codes": codes, "noisy": noisy, "time": times, "normal0": added}
    for name, layer in layers.items():
        result |= linear(f"start.{name}", layer)
    save("tabdiff-loss.safetensors", result)


class StartedMixture(BayesianGaussianMixture):
    """A mixture that starts from given labels."""

    def _initialize_parameters(self, X, random_state, **others):
        self._initialize(X, numpy.eye(self.n_components)[self.labels])


def mixture():
    random = numpy.random.default_rng(4)
    numbers = numpy.concatenate([random.normal(-3, 0.5, 90), random.normal(4, 2, 150), random.normal(20, 1, 60)]).round(9)
    cases = []
    for count, steps in ((3, 4), (6, 100)):
        model = StartedMixture(n_components=count, weight_concentration_prior=0.001, max_iter=steps)
        model.labels = numpy.arange(len(numbers)) * 7 % count
        model.fit(numbers[:, None])
        cases.append({"count": count, "steps": steps, "labels": model.labels.tolist(),
                      "weights": model.weights_.tolist(), "means": model.means_[:, 0].tolist(),
                      "deviations": numpy.sqrt(model.covariances_[:, 0, 0]).tolist(),
                      "shares": model.predict_proba(numpy.array([[0.0], [9.0]])).tolist()})
    text = json.dumps({"numbers": numbers.tolist(), "cases": cases})
    (FOLDER / "mixture.json").write_text(text + "\n")


FORMER, HEADS, LAYERS, SPAN = 8, 2, 2, 5


def normed(x):
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6)


def block_weights(prefix):
    result = {}
    sizes = {"project": (FORMER, 3 * FORMER), "output": (FORMER, FORMER), "widen": (FORMER, 4 * FORMER),
             "narrow": (4 * FORMER, FORMER)}
    for i in range(LAYERS):
        for name, size in sizes.items():
            result |= linear(f"{prefix}.{i}.{name}", torch.nn.Linear(*size))
    return result


def transformed(x, weights, prefix, **mask):
    def apply(i, name, x):
        return torch.nn.functional.linear(x, weights[f"{prefix}.{i}.{name}.weight"], weights[f"{prefix}.{i}.{name}.bias"])

    for i in range(LAYERS):
        parts = [part.unflatten(-1, (HEADS, -1)).transpose(1, 2) for part in apply(i, "project", normed(x)).chunk(3, -1)]
        x = x + apply(i, "output", scaled_dot_product_attention(*parts, **mask).transpose(1, 2).flatten(2))
        x = x + apply(i, "narrow", gelu(apply(i, "widen", normed(x)), approximate="tanh"))
    return normed(x)


def decoder_weights(prefix):
    result = {f"{prefix}cells": torch.nn.Parameter(torch.randn(sum(LEVELS) + 1, FORMER)),
              f"{prefix}asks": torch.nn.Parameter(torch.randn(len(LEVELS), FORMER))}
    return result | block_weights(f"{prefix}blocks") | linear(f"{prefix}head", torch.nn.Linear(FORMER, sum(LEVELS)))


def decoded(weights, prefix, read, asked, context=0):
    """Logits of the levels of the columns that are asked for."""
    x = weights[f"{prefix}cells"][read] + weights[f"{prefix}asks"][asked] + context
    x = transformed(x, weights, f"{prefix}blocks", is_causal=True)
    logits = torch.nn.functional.linear(x, weights[f"{prefix}head.weight"], weights[f"{prefix}head.bias"])
    column = torch.repeat_interleave(torch.arange(len(LEVELS)), torch.tensor(LEVELS))
    return logits.masked_fill(asked[..., None] != column, -torch.inf)


def orders(count):
    """What was read of rows, what is asked for next and what it is, in an order for each row."""
    starts = torch.tensor([0] + LEVELS[:-1]).cumsum(0)
    asked = torch.stack([torch.randperm(len(LEVELS)) for _ in range(count)])
    codes = torch.stack([torch.randint(n, (count,)) for n in LEVELS], 1)
    target = starts[asked] + codes.gather(1, asked)
    read = torch.cat([torch.full((count, 1), sum(LEVELS)), target[:, :-1]], 1)
    return read, asked, target


def tabformer():
    torch.manual_seed(5)
    weights = decoder_weights("")
    read, asked, target = orders(BATCH)
    loss = cross_entropy(decoded(weights, "", read, asked).flatten(0, 1), target.flatten())
    loss.backward()
    result = copies(weights, "start.") | gradients(weights, "gradient.")
    save("tabformer-step.safetensors", result | {"surprise": loss, "read": read, "asked": asked, "target": target})


def sequences():
    torch.manual_seed(6)
    known_count, lanes = 7, 2
    weights = {"reads": torch.nn.Parameter(torch.randn(known_count + 1, FORMER)),
               "places": torch.nn.Parameter(torch.randn(64, FORMER))} | block_weights("history")
    weights |= linear("more", torch.nn.Linear(FORMER, 2)) | decoder_weights("cells.")
    known = torch.randint(known_count + 1, (lanes, SPAN, 3))
    owner = torch.tensor([[0, 0, 1, 1, 1], [0, 0, 0, 0, 1]])
    place = torch.tensor([[0, 1, 0, 1, 2], [0, 1, 2, 3, 0]])
    follows = torch.tensor([1, 0, 1, 1, 0, 1, 1, 1, -1, -1])
    row = torch.tensor([0, 2, 3, 5, 6, 7, 0, 0])
    seen = (owner[:, :, None] == owner[:, None]) & torch.ones(SPAN, SPAN).tril().bool()
    x = weights["reads"][known].sum(2) + weights["places"][place]
    histories = transformed(x, weights, "history", attn_mask=seen[:, None]).flatten(0, 1)
    more = torch.nn.functional.linear(histories, weights["more.weight"], weights["more.bias"])
    read, asked, target = orders(BATCH)
    target[6:] = -1
    logits = decoded(weights, "cells.", read, asked, histories[row][:, None])
    ending = cross_entropy(more, follows, ignore_index=-1, reduction="sum") / 6
    surprise = cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=-1, reduction="sum") / 6
    (ending + surprise).backward()
    result = copies(weights, "start.") | gradients(weights, "gradient.")
    save("sequence-step.safetensors", result | {
        "known": known, "place": place, "hidden": torch.where(seen, 0.0, -1e9)[:, None], "follows": follows, "row": row,
        "read": read, "asked": asked, "target": target, "share": torch.tensor([1 / 6]), "ending": ending,
        "surprise": surprise / len(LEVELS)})


noise = Noise()
ctgan()
tvae()
tabddpm()
mixture()
tabformer()
sequences()
