"""External indices: Clade beside scikit-learn, in one run, on the same labels.

    python external_indices.py [--threads 2] [--repeats 3]

Both compute ARI, AMI, NMI, homogeneity, completeness, V-measure and Fowlkes-Mallows; what Clade
takes is the `external` stage of `clade evaluate`, and both start from labels in memory.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

import numpy
import sklearn
from sklearn import metrics

parser = argparse.ArgumentParser()
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--repeats", type=int, default=3)
arguments = parser.parse_args()

root = pathlib.Path(__file__).resolve().parents[2]
clade = os.environ.get("CLADE", root / ".build/release/clade")


def labellings(rows, classes, clusters):
    """Two labellings with sizes of all kinds that agree in part."""
    random = numpy.random.default_rng(0)
    truth = (random.random(rows) ** 2 * classes).astype(int)
    moved = random.random(rows) < 0.3
    labels = numpy.where(moved, (random.random(rows) ** 2 * clusters).astype(int), truth % clusters)
    return truth, labels


def run_clade(folder):
    result = subprocess.run(
        [clade, "evaluate", f"{folder}/labels.csv", "--truth", f"{folder}/truth.csv", "--json",
         "--threads", str(arguments.threads)], check=True, capture_output=True)
    record = json.loads(result.stdout)
    return record["seconds"]["external"], record["scores"]


def run_sklearn(truth, labels):
    start = time.perf_counter()
    homogeneity, completeness, v_measure = metrics.homogeneity_completeness_v_measure(truth, labels)
    scores = {
        "adjusted_rand_index": metrics.adjusted_rand_score(truth, labels),
        "adjusted_mutual_information": metrics.adjusted_mutual_info_score(truth, labels),
        "normalized_mutual_information": metrics.normalized_mutual_info_score(truth, labels),
        "homogeneity": homogeneity,
        "completeness": completeness,
        "v_measure": v_measure,
        "fowlkes_mallows": metrics.fowlkes_mallows_score(truth, labels),
    }
    return time.perf_counter() - start, scores


print(f"scikit-learn {sklearn.__version__}, {arguments.threads} threads, "
      f"median of {arguments.repeats}\n")
print("| rows | classes × clusters | Clade | scikit-learn | ratio | largest difference |")
print("| ---: | ---: | ---: | ---: | ---: | ---: |")
for rows, classes, clusters in [
    (100_000, 20, 20), (1_000_000, 100, 100), (1_000_000, 500, 400)
]:
    truth, labels = labellings(rows, classes, clusters)
    with tempfile.TemporaryDirectory() as folder:
        numpy.savetxt(f"{folder}/truth.csv", truth, fmt="%d", header="label", comments="")
        numpy.savetxt(f"{folder}/labels.csv", labels, fmt="%d", header="label", comments="")
        ours, theirs = [], []
        for repeat in range(arguments.repeats + 1):
            seconds, scores = run_clade(folder)
            # The first one warms up; of what takes long one run is enough.
            if not theirs or theirs[-1] < 10:
                peer_seconds, expected = run_sklearn(truth, labels)
            if repeat > 0 or peer_seconds >= 10:
                ours.append(seconds)
                theirs.append(peer_seconds)
    difference = max(abs(scores[name] - expected[name]) for name in expected)
    ours, theirs = statistics.median(ours), statistics.median(theirs)
    print(f"| {rows:,} | {classes:,} × {clusters:,} | {ours:.3f} s | {theirs:.3f} s "
          f"| {theirs / ours:.1f} | {difference:.0e} |", flush=True)
