"""Minimum spanning trees: Clade beside quitefastmst, of distances and of mutual reachability.

    swift build -c release --package-path Benchmarks --product SpanningTreeTiming
    python Benchmarks/peers/spanning_tree.py [--threads 2] [--runs 3] [--shapes 100000x2 ...]

Nine tenths of the rows are in twenty Gaussian groups (scikit-learn's make_blobs), the others uniform.
The two take turns; times are medians after a run of each that warms up. `minSamples` counts other rows
on both sides; the sums of the lengths are compared. `SPANNING_TREE_TIMING` names the program if it is
elsewhere.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

parser = argparse.ArgumentParser()
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--runs", type=int, default=3)
parser.add_argument(
    "--shapes", nargs="+", help="rows and columns, as 100000x2",
    default=["100000x2", "1000000x2", "200000x3", "50000x8", "200000x8", "20000x50"])
options = parser.parse_args()
os.environ["OMP_NUM_THREADS"] = str(options.threads)

import numpy as np  # noqa: E402
import quitefastmst  # noqa: E402
from sklearn.datasets import make_blobs  # noqa: E402

here = pathlib.Path(__file__).parent
PROGRAM = os.environ.get("SPANNING_TREE_TIMING", str(here.parent / ".build/release/SpanningTreeTiming"))
SHAPES = [tuple(map(int, shape.split("x"))) for shape in options.shapes]
SAMPLES = (0, 10)
# A run of a peer that takes longer isn't repeated.
PATIENCE = 30.0


def rows(count, columns):
    grouped = count * 9 // 10
    blobs, _ = make_blobs(grouped, columns, centers=20, cluster_std=0.6, random_state=0)
    random = np.random.default_rng(0)
    data = np.vstack([blobs, random.uniform(-12, 12, (count - grouped, columns))])
    random.shuffle(data)
    return np.ascontiguousarray(data)


print("| data | lengths | Clade | quitefastmst | ratio | sums differ by |")
print("| --- | --- | ---: | ---: | ---: | ---: |")
for count, columns in SHAPES:
    data = rows(count, columns)
    with tempfile.NamedTemporaryFile() as file:
        data.tofile(file.name)
        for samples in SAMPLES:
            own, peer = [], []
            with subprocess.Popen(
                    [PROGRAM, file.name, str(columns), str(samples), str(options.threads)],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
                for run in range(options.runs + 1):
                    process.stdin.write("\n")
                    process.stdin.flush()
                    outcome = json.loads(process.stdout.readline())
                    own.append(outcome["seconds"])
                    if run == 0 or peer[-1] < PATIENCE:
                        begin = time.perf_counter()
                        lengths = quitefastmst.mst_euclid(data, samples)[0]
                        peer.append(time.perf_counter() - begin)
                process.stdin.close()
            mine = statistics.median(own[1:])
            theirs = statistics.median(peer[1:] or peer)
            total = float(np.sort(lengths).sum())
            ratio = f"{theirs / mine:.2f}" + (" ⚠" if theirs < mine else "")
            name = "distance" if samples == 0 else f"mutual reachability, {samples} samples"
            print(f"| {count:,} × {columns} | {name} | {mine:.3f} s | {theirs:.3f} s | {ratio} "
                  f"| {abs(total / outcome['total'] - 1):.0e} |", flush=True)
