"""Writes what Opacus and Google's dp-accounting say of mechanisms, for GenModels to be held against.

Usage: python privacy.py ../../Tests/GenModelsTests/Fixtures
"""
import json
import math
import sys
from importlib.metadata import distribution, version
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import dp_accounting
from dp_accounting import pld
from dp_accounting.rdp import RdpAccountant

# Opacus' analysis by its file: the package itself would ask for PyTorch.

place = distribution("opacus").locate_file("opacus/accountants/analysis/rdp.py")
spec = spec_from_file_location("opacus_rdp", place)
opacus = module_from_spec(spec)
spec.loader.exec_module(opacus)
OPACUS_ORDERS = [1 + x / 10 for x in range(1, 100)] + list(range(12, 64))

MECHANISMS = [  # noise, sampling rate, steps, delta
    (1.0, 0.01, 1000, 1e-5), (1.1, 0.004, 14000, 1e-5), (0.6, 0.01, 300, 1e-6),
    (4.0, 0.05, 5000, 1e-6), (2.0, 1.0, 10, 1e-5), (10.0, 1.0, 1, 1e-7),
    (0.8, 0.5, 3, 1e-4), (1.3, 0.015, 20000, 1e-7), (30.0, 0.2, 100, 1e-5), (0.4, 0.001, 50, 1e-6),
]
TARGETS = [  # epsilon, delta, sampling rate, steps
    (1.0, 1e-5, 0.015, 2000), (3.0, 1e-6, 0.01, 10000), (10.0, 1e-5, 0.05, 500), (0.5, 1e-6, 1.0, 4),
]


def event(noise, rate, steps):
    gaussian = dp_accounting.PoissonSampledDpEvent(rate, dp_accounting.GaussianDpEvent(noise))
    return dp_accounting.SelfComposedDpEvent(gaussian, steps)


def by(accountant, *mechanisms):
    for mechanism in mechanisms:
        accountant.compose(event(*mechanism))
    return accountant


def mechanism(noise, rate, steps, delta):
    rdp = opacus.compute_rdp(q=rate, noise_multiplier=noise, steps=steps, orders=OPACUS_ORDERS)
    exact = by(pld.PLDAccountant(), (noise, rate, steps))
    return {
        "noise": noise, "samplingRate": rate, "stepCount": steps, "delta": delta,
        "opacus": float(opacus.get_privacy_spent(orders=OPACUS_ORDERS, rdp=rdp, delta=delta)[0]),
        "divergences": {str(order): float(opacus.compute_rdp(
            q=rate, noise_multiplier=noise, steps=1, orders=[order])[0])
            for order in (1.1, 1.5, 2, 4.7, 10.9, 12, 63)},
        "rdp": by(RdpAccountant(), (noise, rate, steps)).get_epsilon(delta),
        "pld": exact.get_epsilon(delta), "pldDelta": exact.get_delta(1.0),
    }


def target(epsilon, delta, rate, steps):
    def noise(accountant, low, guess):
        return dp_accounting.calibrate_dp_mechanism(
            accountant, lambda noise: event(noise, rate, steps), epsilon, delta,
            dp_accounting.LowerEndpointAndGuess(low, guess), tol=1e-5)
    rdp = noise(RdpAccountant, 0.3, 1)
    # Little noise makes wide distributions: the search starts close to where it ends.
    return {"epsilon": epsilon, "delta": delta, "samplingRate": rate, "stepCount": steps,
            "rdp": rdp, "pld": noise(pld.PLDAccountant, rdp * 0.8, rdp)}


def concentrated(rho, epsilon, delta):
    """Corollary 13 of Canonne, Kamath & Steinke over a fine grid of orders."""
    orders = [1 + math.exp(x / 2000) / 100 for x in range(0, 32000)]
    def least(epsilon):
        return min((a - 1) * (a * rho - epsilon) + a * math.log1p(-1 / a) - math.log(a - 1)
                   for a in orders)
    return {"rho": rho, "epsilon": epsilon, "delta": math.exp(least(epsilon))}


if __name__ == "__main__":
    pair = [(1.0, 0.01, 500), (2.0, 0.05, 200)]
    text = json.dumps({
        "made by": {name: version(name) for name in ("dp-accounting", "opacus")},
        "opacusOrders": OPACUS_ORDERS,
        "mechanisms": [mechanism(*case) for case in MECHANISMS],
        "pair": {"pld": by(pld.PLDAccountant(), *pair).get_epsilon(1e-5),
                 "rdp": by(RdpAccountant(), *pair).get_epsilon(1e-5)},
        "targets": [target(*case) for case in TARGETS],
        "concentrated": [concentrated(*case) for case in
                         [(0.1, 1, 0), (0.01, 0.5, 0), (1.0, 8, 0), (0.5, 3, 0)]],
    }, indent=1)
    (Path(sys.argv[1]) / "privacy.json").write_text(text + "\n")
