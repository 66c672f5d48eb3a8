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
    sigmas = scheduler.sigmas
    for index, timestep in enumerate(scheduler.timesteps):
        sigma = sigmas[index]
        velocity = (sample - clean(sample, sigma)) / sigma
        sample = scheduler.step(velocity, timestep, sample).prev_sample.double()
        found.append(sample.tolist())
    return found


def shifted():
    """From pure noise to none: 1, 11/12, ..., 0 under the shift. Put into each scheduler, whose own grids begin apart."""
    grid = torch.linspace(1, 0, STEPS + 1)
    return SHIFT * grid / (1 + (SHIFT - 1) * grid)


def euler():
    scheduler = diffusers.FlowMatchEulerDiscreteScheduler()
    scheduler.set_timesteps(STEPS)
    scheduler.sigmas = shifted()
    return scheduler


def heun():
    """Every level twice but the first and the last."""
    scheduler = diffusers.FlowMatchHeunDiscreteScheduler()
    scheduler.set_timesteps(STEPS)
    sigmas = shifted()
    scheduler.sigmas = torch.cat([sigmas[:1], sigmas[1:-1].repeat_interleave(2), sigmas[-1:]])
    scheduler.timesteps = 1000 * scheduler.sigmas[:-1]
    return scheduler


def solver():
    scheduler = diffusers.DPMSolverMultistepScheduler(
        use_flow_sigmas=True, prediction_type="flow_prediction", solver_order=2,
        algorithm_type="dpmsolver++", lower_order_final=True, final_sigmas_type="zero")
    scheduler.set_timesteps(STEPS)
    scheduler.sigmas = shifted()
    return scheduler


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    fixture = {"made by": f"diffusers {diffusers.__version__}", "steps": STEPS, "shift": SHIFT}
    fixture |= {"deviation": DEVIATION, "start": START.tolist()}
    for name, scheduler in [("euler", euler()), ("heun", heun()), ("dpmpp", solver())]:
        samples = trajectory(scheduler)
        fixture[name] = samples[1::2] + samples[-1:] if name == "heun" else samples
    json.dump(fixture, open(sys.argv[1], "w"), indent=1)
