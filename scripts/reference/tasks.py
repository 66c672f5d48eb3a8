"""Which frames and regions of a film are given, so that one network animates, continues, fills in and repaints."""

import torch


def drawn_tasks(mask, generator):
    """A mask of ones where given, [B, T, H, W, 1]: half of the films are given nothing."""
    mask = torch.zeros_like(mask)
    for film in mask:
        draw = lambda high: int(torch.randint(high, (1,), generator=generator))
        kind, frames = draw(10), film.shape[0]
        if kind == 5 or kind == 6:
            film[0] = 1
        elif kind == 7:
            film[0] = film[-1] = 1
        elif kind == 8:
            film[: 2 + draw(frames // 2)] = 1
        elif kind == 9:
            film[:] = 1
            top, left = draw(40), draw(40)
            film[:, top : top + 16 + draw(32), left : left + 16 + draw(32)] = 0
    return mask
