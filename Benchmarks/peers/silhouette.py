"""Internal indices: Clade beside scikit-learn, in one run, on the same data and threads.

    python silhouette.py [--rows 20000] [--columns 16] [--clusters 10] [--threads 2] [--repeats 5]

Clade's time is that of `clade evaluate` for the silhouette, Calinski-Harabasz, Davies-Bouldin and
Dunn together; scikit-learn's is that of `silhouette_score` alone, and it has no Dunn index.
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
parser.add_argument("--rows", type=int, default=20_000)
parser.add_argument("--columns", type=int, default=16)
parser.add_argument("--clusters", type=int, default=10)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--repeats", type=int, default=5)
arguments = parser.parse_args()

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = str(arguments.threads)

import numpy
import sklearn
from sklearn import metrics

root = pathlib.Path(__file__).resolve().parents[2]
clade = os.environ.get("CLADE", root / ".build/release/clade")

with tempfile.TemporaryDirectory() as folder:
    points_path, labels_path = f"{folder}/points.csv", f"{folder}/labels.csv"
    subprocess.run(
        [clade, "generate", "blobs", "-q", "-n", str(arguments.rows), "-d", str(arguments.columns),
         "-k", str(arguments.clusters), "--size-ratio", "5", "--separation", "4",
         "-o", points_path, "-t", labels_path], check=True)
    points = numpy.loadtxt(points_path, delimiter=",", skiprows=1, ndmin=2)
    labels = numpy.loadtxt(labels_path, dtype=int, skiprows=1)

    def run_clade():
        result = subprocess.run(
            [clade, "evaluate", labels_path, "--data", points_path, "--scale", "none", "--json",
             "--threads", str(arguments.threads)], check=True, capture_output=True)
        record = json.loads(result.stdout)
        return record["seconds"]["internal"], record["internal"]

    def run_sklearn():
        start = time.perf_counter()
        value = metrics.silhouette_score(points, labels)
        return time.perf_counter() - start, value

    clade_times, sklearn_times = [], []
    for repeat in range(arguments.repeats + 1):
        seconds, indices = run_clade()
        peer_seconds, peer_silhouette = run_sklearn()
        if repeat > 0:  # the first one warms up
            clade_times.append(seconds)
            sklearn_times.append(peer_seconds)

pairs = {
    "silhouette": (indices["silhouette"], peer_silhouette),
    "Calinski-Harabasz": (
        indices["calinski_harabasz"], metrics.calinski_harabasz_score(points, labels)),
    "Davies-Bouldin": (indices["davies_bouldin"], metrics.davies_bouldin_score(points, labels)),
}
for name, (value, expected) in pairs.items():
    difference = abs(value - expected) / max(1, abs(expected))
    assert difference < 1e-9, f"{name}: {value} is not {expected}"
    print(f"{name}: {value:.12f}, scikit-learn {expected:.12f}")

ours, theirs = statistics.median(clade_times), statistics.median(sklearn_times)
print(f"\nscikit-learn {sklearn.__version__}, {arguments.threads} threads, "
      f"median of {arguments.repeats}\n")
print("| data | Clade, all four indices | scikit-learn, silhouette | ratio |")
print("| --- | ---: | ---: | ---: |")
print(f"| {arguments.rows:,} × {arguments.columns}, {arguments.clusters} clusters "
      f"| {ours:.3f} s | {theirs:.3f} s | {theirs / ours:.1f} |")
