"""A tiny network of the realesr-animevideov3 form as ncnn files, and what PyTorch makes of one batch with it.

    upscale_fixture.py ../../Tests/GenModelsTests/Fixtures

With ncnn files as second and third argument it prints the largest difference to a picture enlarged by Gen instead:
    upscale_fixture.py --compare NET.param NET.bin CASE.safetensors

The form: 3x3 convolutions with a slope per channel below zero, pixel shuffle by 4, plus the picture itself enlarged
without smoothing; factors 2 and 3 are that result reduced by bicubic interpolation (a = -0.75, edges repeated).
"""

import sys
from pathlib import Path

import numpy
import torch
from safetensors.torch import load_file, save_file
from torch.nn.functional import conv2d, interpolate, pixel_shuffle, prelu

FEATURES, BODY = 8, 3
HALF = 0x01306B47


def layers():
    torch.manual_seed(11)
    sizes = [(FEATURES, 3)] + [(FEATURES, FEATURES)] * BODY + [(48, FEATURES)]
    kernels = [(torch.randn(o, i, 3, 3) * (9 * i) ** -0.5).half().float() for o, i in sizes]
    shifts = [torch.randn(o) * 0.1 for o, _ in sizes]
    slopes = [torch.randn(o) * 0.3 for o, _ in sizes[:-1]]
    return kernels, shifts, slopes


def param(factor):
    lines = ["Input in 0 1 data", "Split split 1 2 data data_0 data_1"]
    last, inputs = "data_1", 3
    for index in range(BODY + 2):
        outputs = 48 if index == BODY + 1 else FEATURES
        lines.append(f"Convolution conv{index} 1 1 {last} c{index} 0={outputs} 1=3 4=1 5=1 6={9 * inputs * outputs}")
        last, inputs = f"c{index}", outputs
        if outputs != 48:
            lines.append(f"PReLU act{index} 1 1 {last} a{index} 0={outputs}")
            last = f"a{index}"
    lines.append(f"PixelShuffle shuffle 1 1 {last} detail 0=4")
    lines.append("Interp enlarge 1 1 data_0 plain 0=1 1=4.000000e+00 2=4.000000e+00")
    lines.append(f"BinaryOp add 2 1 detail plain {'output' if factor == 4 else 'large'}")
    if factor < 4:
        lines.append(f"Interp reduce 1 1 large output 0=3 1={factor / 4:e} 2={factor / 4:e}")
    blobs = sum(int(line.split()[3]) for line in lines)
    return "\n".join(["7767517", f"{len(lines)} {blobs}"] + lines) + "\n"


def blob(kernels, shifts, slopes):
    parts = []
    for index, (kernel, shift) in enumerate(zip(kernels, shifts)):
        half = kernel.numpy().astype("<f2").tobytes()
        parts += [numpy.uint32(HALF).tobytes(), half, bytes(-len(half) % 4), shift.numpy().tobytes()]
        if index < len(slopes):
            parts.append(slopes[index].numpy().tobytes())
    return b"".join(parts)


def enlarged(pictures, kernels, shifts, slopes, factor):
    """[B, H, W, 3] -> [B, factor H, factor W, 3]."""
    x = y = pictures.permute(0, 3, 1, 2)
    for index, (kernel, shift) in enumerate(zip(kernels, shifts)):
        y = conv2d(y, kernel, shift, padding=1)
        if index < len(slopes):
            y = prelu(y, slopes[index])
    y = pixel_shuffle(y, 4) + interpolate(x, scale_factor=4, mode="nearest")
    if factor < 4:
        size = [factor * length for length in x.shape[2:]]
        y = interpolate(y, size=size, mode="bicubic", align_corners=False)
    return y.permute(0, 2, 3, 1).contiguous()


def read(param_path, bin_path):
    """The layers of real files of this form."""
    kernels, shifts, slopes, data, place = [], [], [], Path(bin_path).read_bytes(), 0

    def numbers(count, kind="<f4"):
        nonlocal place
        size = count * numpy.dtype(kind).itemsize
        found = numpy.frombuffer(data[place:place + size], kind).astype("float32")
        place += size + -size % 4
        return torch.from_numpy(found)

    for line in Path(param_path).read_text().splitlines()[2:]:
        words = line.split()
        options = dict(word.split("=") for word in words if "=" in word)
        if words[0] == "Convolution":
            outputs, count = int(options["0"]), int(options["6"])
            tag = int.from_bytes(data[place:place + 4], "little")
            place += 4
            kernels.append(numbers(count, "<f2" if tag == HALF else "<f4").reshape(outputs, -1, 3, 3))
            shifts.append(numbers(outputs))
        elif words[0] == "PReLU":
            slopes.append(numbers(int(options["0"])))
    assert place == len(data)
    return kernels, shifts, slopes


def compare(param_path, bin_path, case_path):
    case = load_file(case_path)
    factor = case["output"].shape[1] // case["input"].shape[1]
    expected = enlarged(case["input"], *read(param_path, bin_path), factor).clamp(0, 1)
    print(f"x{factor}: largest difference {(expected - case['output']).abs().max():.2e}")


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    tiny = layers()
    pictures = torch.rand(2, 9, 14, 3)
    cases = {"input": pictures} | {f"x{f}": enlarged(pictures, *tiny, f) for f in (2, 3, 4)}
    save_file(cases, folder / "upscale-tiny-cases.safetensors")
    (folder / "upscale-tiny.bin").write_bytes(blob(*tiny))
    for factor in (2, 3, 4):
        (folder / f"upscale-tiny-x{factor}.param").write_text(param(factor))


if __name__ == "__main__":
    if sys.argv[1] == "--compare":
        compare(*sys.argv[2:])
    else:
        main()
