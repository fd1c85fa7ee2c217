"""Genie: Clade beside genieclust, whole fits with plain distances and by mutual reachability.

    swift build -c release --package-path Benchmarks --product GenieTiming
    python Benchmarks/peers/genie.py [--threads 2] [--runs 5] [--shapes 100000x2 ...]

Nine tenths of the rows are in twenty Gaussian groups (scikit-learn's make_blobs), the others uniform, in
ascending order, so that genieclust settles ties as Clade does in any order. The two take turns; times are
medians after a run of each that warms up. `GENIE_TIMING` names the program if it is elsewhere.
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
parser.add_argument("--runs", type=int, default=5)
parser.add_argument(
    "--shapes", nargs="+", help="rows and columns, as 100000x2",
    default=["100000x2", "1000000x2", "50000x8", "20000x50"])
parser.add_argument("--samples", type=int, nargs="+", default=[0, 10])
options = parser.parse_args()
os.environ["OMP_NUM_THREADS"] = str(options.threads)

import genieclust  # noqa: E402
import numpy as np  # noqa: E402
from sklearn.datasets import make_blobs  # noqa: E402
from sklearn.metrics import adjusted_rand_score  # noqa: E402

here = pathlib.Path(__file__).parent
PROGRAM = os.environ.get("GENIE_TIMING", str(here.parent / ".build/release/GenieTiming"))
CLUSTERS = 20
# A run of a peer that takes longer isn't repeated.
PATIENCE = 20.0


def rows(count, columns):
    grouped = count * 9 // 10
    blobs, _ = make_blobs(grouped, columns, centers=CLUSTERS, cluster_std=0.6, random_state=0)
    random = np.random.default_rng(0)
    data = np.vstack([blobs, random.uniform(-12, 12, (count - grouped, columns))])
    return np.ascontiguousarray(data[np.lexsort(data.T[::-1])])


print("| data | lengths | Clade | genieclust | ratio | ARI of the two |")
print("| --- | --- | ---: | ---: | ---: | ---: |")
for count, columns in (tuple(map(int, shape.split("x"))) for shape in options.shapes):
    data = rows(count, columns)
    with tempfile.TemporaryDirectory() as folder:
        path, labels = os.path.join(folder, "rows"), os.path.join(folder, "labels")
        data.tofile(path)
        for samples in options.samples:
            own, peer = [], []
            with subprocess.Popen(
                    [PROGRAM, path, str(columns), str(CLUSTERS), str(samples), str(options.threads),
                     labels],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
                for run in range(options.runs + 1):
                    process.stdin.write("\n")
                    process.stdin.flush()
                    own.append(json.loads(process.stdout.readline())["seconds"])
                    if run == 0 or peer[-1] < PATIENCE:
                        begin = time.perf_counter()
                        found = genieclust.Genie(n_clusters=CLUSTERS, M=samples).fit(data).labels_
                        peer.append(time.perf_counter() - begin)
                process.stdin.close()
            mine = statistics.median(own[1:])
            theirs = statistics.median(peer[1:] or peer)
            agreement = adjusted_rand_score(found, np.fromfile(labels, dtype=np.int32))
            ratio = f"{theirs / mine:.2f}" + (" ⚠" if theirs < mine else "")
            name = "distance" if samples == 0 else f"mutual reachability, {samples} samples"
            print(f"| {count:,} × {columns} | {name} | {mine:.3f} s | {theirs:.3f} s | {ratio} "
                  f"| {agreement:.6f} |", flush=True)
