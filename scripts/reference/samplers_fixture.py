"""Whole trajectories of diffusers' flow schedulers on a flow that is known exactly, for `GenModelsTests`.

The clean sample is drawn from N(0, 0.5^2) for each of five numbers, so the best prediction at time t is
`sample * t s^2 / (t^2 s^2 + (1 - t)^2)`. diffusers counts sigma = 1 - t and predicts noise - clean.
"""

import json
import sys

import diffusers
import torch

STEPS, SHIFT, DEVIATION = 12, 3.0, 0.5
START = torch.tensor([1.5, -2.0, 0.3, 0.9, -0.05], dtype=torch.float64)


def clean(sample, sigma):
    t = 1 - sigma
    return sample * t * DEVIATION**2 / (t**2 * DEVIATION**2 + sigma**2)


def trajectory(scheduler):
    sample, found = START.clone(), []
    sigmas = scheduler.sigmas.double()
    for index, timestep in enumerate(scheduler.timesteps):
        sigma = sigmas[index]
        velocity = (sample - clean(sample, sigma)) / sigma
        sample = scheduler.step(velocity, timestep, sample).prev_sample.double()
        found.append(sample.tolist())
    return found


def scheduled(kind, **options):
    scheduler = kind(shift=SHIFT, **options)
    # The grid from pure noise, before the shift: 1, 11/12, ..., 1/12; the scheduler appends 0.
    grid = torch.linspace(1, 0, STEPS + 1)[:-1]
    scheduler.set_timesteps(sigmas=grid.tolist())
    return scheduler


def heun():
    """diffusers' Heun takes no grid of its own, so the shifted one is put in: every level twice but the first."""
    scheduler = diffusers.FlowMatchHeunDiscreteScheduler(shift=SHIFT)
    scheduler.set_timesteps(STEPS)
    grid = torch.linspace(1, 0, STEPS + 1)[:-1]
    shifted = SHIFT * grid / (1 + (SHIFT - 1) * grid)
    sigmas = torch.cat([shifted, torch.zeros(1)])
    scheduler.sigmas = torch.cat([sigmas[:1], sigmas[1:-1].repeat_interleave(2), sigmas[-1:]])
    scheduler.timesteps = 1000 * scheduler.sigmas[:-1]
    return scheduler


def solver():
    scheduler = diffusers.DPMSolverMultistepScheduler(
        use_flow_sigmas=True, prediction_type="flow_prediction", flow_shift=SHIFT, solver_order=2,
        algorithm_type="dpmsolver++", lower_order_final=True, final_sigmas_type="zero")
    scheduler.set_timesteps(STEPS)
    return scheduler


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    fixture = {"made by": f"diffusers {diffusers.__version__}", "steps": STEPS, "shift": SHIFT}
    fixture |= {"deviation": DEVIATION, "start": START.tolist()}
    for name, scheduler in [
        ("euler", scheduled(diffusers.FlowMatchEulerDiscreteScheduler)), ("heun", heun()), ("dpmpp", solver()),
    ]:
        fixture[name] = {"sigmas": scheduler.sigmas.tolist(), "samples": trajectory(scheduler)}
    json.dump(fixture, open(sys.argv[1], "w"), indent=1)
