"""Writes what Opacus makes of the gradients of rows, for the tests of Gen's clipped gradients.

    clipped_gradient.py ../../Tests/GenTensorTests/Fixtures/clipped-gradient.json
"""
import json
import sys

import torch
from opacus.grad_sample import GradSampleModule
from opacus.optimizers import DPOptimizer

NORM = 2.0

torch.manual_seed(5)
layers = torch.nn.Sequential(torch.nn.Linear(6, 8), torch.nn.ReLU(), torch.nn.Linear(8, 4))
arrays = {f"weight.{name}": tensor.detach().clone() for name, tensor in layers.named_parameters()}
arrays["x"], arrays["y"] = torch.randn(10, 6) * torch.rand(10, 1) * 2, torch.randn(10, 4)

model = GradSampleModule(layers, loss_reduction="sum")
optimizer = DPOptimizer(
    torch.optim.SGD(model.parameters(), lr=0.1), noise_multiplier=0, max_grad_norm=NORM,
    expected_batch_size=10, loss_reduction="sum")
((model(arrays["x"]) - arrays["y"]) ** 2).sum().backward()
norms = sum(p.grad_sample.flatten(1).square().sum(1) for p in model.parameters()).sqrt()
assert (norms > NORM).any() and (norms < 4 * NORM).any(), norms
optimizer.clip_and_accumulate()
for name, parameter in layers.named_parameters():
    arrays[f"sum.{name}"] = parameter.summed_grad

with open(sys.argv[1], "w") as file:
    json.dump({name: {"shape": list(a.shape), "numbers": a.flatten().tolist()} for name, a in arrays.items()}, file)
