"""Runs a notebook as nbclient does, and says how many outputs of each type came."""

import collections
import sys

import nbclient
import nbformat

path = sys.argv[1]
notebook = nbformat.read(path, as_version=4)
for cell in notebook.cells:
    if cell.cell_type == "code":
        cell.outputs = []
nbclient.NotebookClient(notebook, timeout=600, kernel_name="gen").execute()
nbformat.validate(notebook)
outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
counts = collections.Counter(output.output_type for output in outputs)
print(" ".join(f"{name} {count}" for name, count in sorted(counts.items())))
nbformat.write(notebook, path)
