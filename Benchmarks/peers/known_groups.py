"""Sets with known groups, what `clade fit` finds in one, and how well that agrees.

The sets are read from the folder that CLADE_BENCHMARKS names: suite/COLLECTION/NAME.data.gz, and for
each reference NAME.labels0.gz, NAME.labels1.gz …, whose 0 is noise. The program is that of CLADE.
"""

import gzip
import importlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from scipy.spatial import cKDTree
from sklearn.metrics import adjusted_rand_score

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("CLADE", str(ROOT / ".build/release/clade"))
SETS = pathlib.Path(os.environ.get("CLADE_BENCHMARKS", str(ROOT.parent / "shared/benchmarks")))


def library(name):
    """Imports a library of whose name there is a script in this folder.

    The folder leaves the path for good, as the processes that a library starts take the path over.
    """
    folder = pathlib.Path(__file__).resolve().parent
    sys.path[:] = [place for place in sys.path if pathlib.Path(place or ".").resolve() != folder]
    return importlib.import_module(name)


def suite():
    """Yields (name, data, references): the labels of a reference are 0, 1 … and −1 for noise."""
    if not (SETS / "suite").is_dir():
        raise SystemExit(f"there are no sets in {SETS}: name their folder with CLADE_BENCHMARKS")
    for path in sorted((SETS / "suite").glob("*/*.data.gz")):
        name = f"{path.parent.name}/{path.name[:-8]}"
        with gzip.open(path) as file:
            data = np.loadtxt(file, ndmin=2)
        references = sorted((SETS / "suite").glob(name + ".labels*.gz"))
        yield name, data, [np.loadtxt(reference, dtype=int) - 1 for reference in references]


def standardised(data):
    deviations = data.std(axis=0)
    return (data - data.mean(axis=0)) / np.where(deviations > 0, deviations, 1)


def clade(data, *options):
    """The record of `clade fit` and its labels."""
    with tempfile.TemporaryDirectory() as folder:
        path, output = os.path.join(folder, "data.npy"), os.path.join(folder, "labels.npy")
        np.save(path, data)
        command = [PROGRAM, "fit", path, "--json", "--quiet", "--output", output, *options]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
        labels = np.load(output)
    if labels.dtype.names:
        labels = labels["label"]
    return json.loads(done.stdout), (labels[:, 0] if labels.ndim == 2 else labels).astype(int)


def choice(record):
    """What the automatic method chose, in parentheses; nothing for other methods."""
    chosen = record.get("choice")
    return f" ({chosen['method']})" if chosen else ""


def count(labels):
    """The number of groups, noise not counted."""
    return len(np.unique(labels[labels >= 0]))


def known(references):
    """The numbers of groups of some references, as text."""
    return " or ".join(sorted({str(count(reference)) for reference in references}))


def score(references, labels, index=adjusted_rand_score):
    """The best index over the references, without the rows that a reference calls noise.

    Rows that `labels` calls noise are one group more.
    """
    return max(index(reference[reference >= 0], labels[reference >= 0]) for reference in references)


def separation(data, reference):
    """The share of rows whose nearest neighbour is of their own group, of rows in groups.

    The columns are standardised, and distances are Euclidean.
    """
    rows, groups = standardised(data)[reference >= 0], reference[reference >= 0]
    _, near = cKDTree(rows).query(rows, k=2)
    return float(np.mean(groups[near[:, 1]] == groups))
