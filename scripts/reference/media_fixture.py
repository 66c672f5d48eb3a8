"""Writes sounds by sox and meshes by trimesh, for the readers of GenMedia to be held against.

Usage: python media_fixture.py ../../Tests/GenMediaTests/Fixtures
"""
import subprocess
import sys
from pathlib import Path

import numpy as np
import trimesh

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)

# A tone of 1000 Hz at -6 dBFS, a tenth of a second, two channels of which the second is silent.
forms = {
    "u8": ["-b", "8", "-e", "unsigned-integer"],
    "s16": ["-b", "16", "-e", "signed-integer"],
    "s24": ["-b", "24", "-e", "signed-integer"],
    "s32": ["-b", "32", "-e", "signed-integer"],
    "f32": ["-b", "32", "-e", "floating-point"],
    "f64": ["-b", "64", "-e", "floating-point"],
}
for name, form in forms.items():
    subprocess.run(
        ["sox", "-D", "-R", "-r", "8000", "-n", "-c", "2", *form, str(folder / f"tone-{name}.wav"),
         "synth", "0.1", "sine", "1000", "gain", "-6", "remix", "1", "0"],
        check=True)

# Two boxes: one of 2 x 4 x 6 around the origin, one of side 1, turned and moved, in red.
large = trimesh.creation.box((2, 4, 6))
small = trimesh.creation.box((1, 1, 1))
small.visual.face_colors = [255, 0, 0, 255]
scene = trimesh.Scene()
scene.add_geometry(large, node_name="large")
turn = trimesh.transformations.rotation_matrix(np.pi / 2, [0, 0, 1])
turn[:3, 3] = [10, 0, 0]
scene.add_geometry(small, node_name="small", transform=turn)
(folder / "boxes.glb").write_bytes(trimesh.exchange.gltf.export_glb(scene))
large.export(folder / "box.obj")
(folder / "box.stl").write_bytes(trimesh.exchange.stl.export_stl(large))
(folder / "box-text.stl").write_text(trimesh.exchange.stl.export_stl_ascii(large))
