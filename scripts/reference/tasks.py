"""Which frames and regions of a film are given, so that one network moves a drawn picture, animates, continues,
fills in and repaints."""

import torch


def drawn_tasks(shape, generator):
    """A mask of ones where given, [B, T, H, W, 1]; half of the films are given their middle frame."""
    mask = torch.zeros(shape)
    for film in mask:
        draw = lambda high: int(torch.randint(high, (1,), generator=generator))
        kind, frames = draw(20), film.shape[0]
        if kind < 10:
            film[frames // 2] = 1
        elif kind < 13:
            film[0] = 1
        elif kind == 13:
            film[0] = film[-1] = 1
        elif kind < 16:
            film[: 2 + draw(frames // 2)] = 1
        elif kind < 18:
            film[:] = 1
            top, left = draw(40), draw(40)
            film[:, top : top + 16 + draw(32), left : left + 16 + draw(32)] = 0
    return mask


def shown(clean, mask):
    """What every frame shows of the given, and the mask as the network is told it.

    A frame shows its own, or all of the nearest frame that is given whole; then the mask says how many frames later
    that one is, as a share of 48.
    """
    result, marks = mask * clean, mask.clone()
    for film, mark, given, pictures in zip(result, marks, mask, clean):
        whole = [frame for frame in range(len(given)) if given[frame].all()]
        for frame in range(len(given)):
            if whole and not given[frame].any():
                source = min(whole, key=lambda other: abs(other - frame))
                film[frame], mark[frame] = pictures[source], (source - frame) / 48
    return result, marks
