"""Writes what PyTorch makes of small random arrays, with gradients, for the tests of Gen's tensor operations.

    tensor_fixture.py ../../Tests/GenTensorTests/Fixtures/operations.json
"""

import json
import sys

import torch
import torch.nn.functional as F

torch.manual_seed(11)


def first(x):
    """Channels from last to first, as PyTorch wants pictures."""
    return x.movedim(-1, 1)


def last(x):
    return x.movedim(1, -1)


def heads(x):
    return x.transpose(1, 2)


def attended(q, k, v, **options):
    return heads(F.scaled_dot_product_attention(heads(q), heads(k), heads(v), **options))


def rms(x, weight):
    return F.rms_norm(x, x.shape[-1:], weight, 1e-6)


def r(*shape):
    return torch.randn(*shape)


MASK = torch.tensor([[1, 1, 0, 1, 0, 1, 1], [0, 1, 1, 1, 1, 1, 0]], dtype=torch.bool)
CLASSES = torch.tensor([3, 0, 4, 4])
CASES = {
    "linear": ([r(2, 3, 5), r(7, 5), r(7)], F.linear),
    "product": ([r(2, 3, 5), r(2, 5, 4)], torch.matmul),
    "convolution": (
        [r(2, 6, 7, 3), r(5, 3, 3, 3), r(5)],
        lambda x, w, b: last(F.conv2d(first(x), w, b, stride=2, padding=1)),
    ),
    "grouped convolution": (
        [r(1, 7, 6, 4), r(6, 2, 3, 3)],
        lambda x, w: last(F.conv2d(first(x), w, padding=2, dilation=2, groups=2)),
    ),
    "convolution along one axis": ([r(2, 9, 3), r(4, 3, 5)], lambda x, w: last(F.conv1d(first(x), w, padding=2))),
    "convolution along three axes": (
        [r(1, 4, 3, 5, 2), r(3, 2, 3, 3, 3)],
        lambda x, w: last(F.conv3d(first(x), w, padding=1)),
    ),
    "transposed convolution": (
        [r(2, 4, 3, 5), r(5, 2, 4, 4), r(2)],
        lambda x, w, b: last(F.conv_transpose2d(first(x), w, b, stride=2, padding=1, output_padding=1)),
    ),
    "layer norm": ([r(3, 4, 9), r(9), r(9)], lambda x, w, b: F.layer_norm(x, (9,), w, b, 1e-5)),
    "group norm": (
        [r(2, 3, 5, 6), r(6), r(6)],
        lambda x, w, b: F.silu(last(F.group_norm(first(x), 3, w, b, 1e-5))),
    ),
    "rms norm": ([r(3, 4, 9), r(9)], rms),
    "modulated rms norm": (
        [r(2, 4, 9), r(2, 9), r(2, 9)],
        lambda x, a, b: F.silu(rms(x, None) * (1 + a[:, None]) + b[:, None]),
    ),
    "attention": ([r(2, 5, 2, 8), r(2, 7, 2, 8), r(2, 7, 2, 8)], attended),
    "causal attention": (
        [r(2, 6, 2, 4), r(2, 6, 2, 4), r(2, 6, 2, 4)],
        lambda q, k, v: attended(q, k, v, is_causal=True),
    ),
    "masked attention": (
        [r(2, 5, 4, 6), r(2, 7, 2, 6), r(2, 7, 2, 6)],
        lambda q, k, v: attended(q, k, v, attn_mask=MASK[:, None, None], enable_gqa=True),
    ),
    "softmax": ([r(4, 7)], lambda x: F.softmax(0.7 * x, -1)),
    "cross entropy": ([r(4, 5)], lambda x: F.cross_entropy(x, CLASSES, reduction="none")),
    "silu": ([r(4, 5)], F.silu),
    "gelu": ([r(4, 5)], lambda x: F.gelu(x, approximate="tanh")),
    "exact gelu": ([r(4, 5)], F.gelu),
    "mish": ([r(4, 5)], F.mish),
    "softplus": ([r(4, 5)], F.softplus),
    "leaky relu": ([r(4, 5)], lambda x: F.leaky_relu(x, 0.2)),
    "prelu": ([r(2, 3, 4, 5), r(5)], lambda x, a: last(F.prelu(first(x), a))),
    "pixel shuffle": ([r(2, 3, 4, 8)], lambda x: last(F.pixel_shuffle(first(x), 2))),
    "resize": (
        [r(1, 4, 5, 2)],
        lambda x: last(F.interpolate(first(x), (7, 9), mode="bilinear", align_corners=False)),
    ),
    "resize by corners": (
        [r(1, 4, 5, 2)],
        lambda x: last(F.interpolate(first(x), (7, 9), mode="bilinear", align_corners=True)),
    ),
    "average pool": ([r(1, 4, 6, 3)], lambda x: last(F.avg_pool2d(first(x), 2))),
    "gather": ([r(6, 3)], lambda x: x[CLASSES]),
}


def plain(x):
    return {"shape": list(x.shape), "values": [float(f"{v:.9g}") for v in x.detach().flatten().tolist()]}


def case(inputs, function):
    inputs = [x.requires_grad_() for x in inputs]
    output = function(*inputs)
    factors = torch.randn(output.shape)
    gradients = torch.autograd.grad((output * factors).sum(), inputs)
    return {
        "inputs": [plain(x) for x in inputs],
        "output": plain(output),
        "factors": plain(factors),
        "gradients": [plain(x) for x in gradients],
    }


def adamw():
    weight = torch.nn.Parameter(r(3, 4))
    start, gradients = plain(weight), [plain(r(3, 4)) for _ in range(4)]
    optimizer = torch.optim.AdamW([weight], lr=0.05, betas=(0.9, 0.98), eps=1e-8, weight_decay=0.1)
    for gradient in gradients:
        weight.grad = torch.tensor(gradient["values"]).reshape(3, 4)
        torch.nn.utils.clip_grad_norm_([weight], 1.0)
        optimizer.step()
    return {"inputs": [start] + gradients, "output": plain(weight), "factors": plain(r(0)), "gradients": []}


def main():
    cases = {name: case(*what) for name, what in CASES.items()} | {"adamw": adamw()}
    with open(sys.argv[1], "w") as file:
        json.dump({"torch": torch.__version__, "cases": cases}, file, indent=None, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
