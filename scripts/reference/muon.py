"""Muon for the matrices of a network: momentum, orthogonalised by five Newton-Schulz steps.

Source: Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks"; the scale that lets it share
AdamW's rate is that of Liu et al. 2025, arXiv:2502.16982, equation 4.
"""

import torch

COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def orthogonalized(matrices, precision=torch.bfloat16):
    """Matrices [count, rows, columns] with the same singular vectors and all singular values near one."""
    a, b, c = COEFFICIENTS
    wide = matrices.shape[1] <= matrices.shape[2]
    x = matrices if wide else matrices.mT
    x = (x / (x.square().sum((1, 2), keepdim=True).sqrt() + 1e-7)).to(precision).contiguous()
    for _ in range(5):
        product = x @ x.mT
        x = a * x + (b * product + c * product @ product) @ x
    return (x if wide else x.mT).float()


class Muon(torch.optim.Optimizer):
    """Matrices of one shape are orthogonalised together; a convolution is the matrix [out, in*9]."""

    def __init__(self, parameters, rate, momentum=0.95, decay=0.05):
        super().__init__(parameters, {"lr": rate, "momentum": momentum, "decay": decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            shapes = {}
            for parameter in group["params"]:
                if parameter.grad is not None:
                    shapes.setdefault(parameter.flatten(1).shape, []).append(parameter)
            for parameters in shapes.values():
                self._move(parameters, **{k: group[k] for k in ("lr", "momentum", "decay")})

    def _move(self, parameters, lr, momentum, decay):
        updates = []
        for parameter in parameters:
            state = self.state[parameter]
            average = state.setdefault("average", torch.zeros_like(parameter))
            average.lerp_(parameter.grad, 1 - momentum)
            updates.append(parameter.grad.lerp(average, momentum).flatten(1))
        rows, columns = updates[0].shape
        scale = 0.2 * max(rows, columns) ** 0.5
        for parameter, update in zip(parameters, orthogonalized(torch.stack(updates))):
            parameter.mul_(1 - lr * decay).add_(update.reshape(parameter.shape), alpha=-lr * scale)
