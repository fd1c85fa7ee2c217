"""Trees of clusters: Clade beside fastcluster, genieclust and scikit-learn, in whole fits.

    swift build -c release --product clade
    python Benchmarks/peers/hierarchy.py [--threads 2] [--runs 3] [--only ward ...]

Half of the data has groups (scikit-learn's make_blobs), half has none (Gaussian). Clade's time is that of
`clade fit`'s step "fit", which includes the cut; a peer's is that of its tree, from the rows. The two
take turns; times are medians. The heights are compared where there are no ties. `CLADE` names the
program if it is elsewhere.
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
parser.add_argument("--only", nargs="+", help="linkages")
parser.add_argument("--large", action="store_true", help="Ward's linkage of 200,000 × 8, Clade alone")
options = parser.parse_args()
os.environ["OMP_NUM_THREADS"] = str(options.threads)

import fastcluster  # noqa: E402
import genieclust  # noqa: E402
import numpy as np  # noqa: E402
from scipy.spatial.distance import pdist  # noqa: E402
from sklearn.cluster import AgglomerativeClustering  # noqa: E402
from sklearn.datasets import make_blobs  # noqa: E402

here = pathlib.Path(__file__).parent
PROGRAM = os.environ.get("CLADE", str(here.parent.parent / ".build/release/clade"))
# A run of a peer that takes longer isn't repeated.
PATIENCE = 20.0


def genie_single(data):
    genieclust.Genie(n_clusters=2, gini_threshold=1.0).fit(data)


def vector(method):
    return lambda data: fastcluster.linkage_vector(data, method)


def matrix(method):
    return lambda data: fastcluster.linkage(pdist(data), method, preserve_input=False)


def sklearn_ward(data):
    AgglomerativeClustering(n_clusters=2, linkage="ward", compute_full_tree=True).fit(data)


PEERS = {
    "single": [("fastcluster", vector("single")), ("genieclust", genie_single)],
    "ward": [("fastcluster", vector("ward")), ("scikit-learn", sklearn_ward)],
    "centroid": [("fastcluster", vector("centroid"))],
    "median": [("fastcluster", vector("median"))],
    "average": [("fastcluster with pdist", matrix("average"))],
    "complete": [("fastcluster with pdist", matrix("complete"))],
    "weighted": [("fastcluster with pdist", matrix("weighted"))],
}


def clade(path, method, tree=None):
    command = [PROGRAM, "fit", path, "--method", method, "--scale", "none", "-k", "2", "--json",
               "--threads", str(options.threads)]
    if tree:
        command += ["--linkage", tree]
    done = subprocess.run(["/usr/bin/time", "-f", "%M", *command], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout)["seconds"]["fit"], int(done.stderr.split()[-1]) / 2**20


def data(count, columns, kind):
    if kind == "groups":
        return make_blobs(count, columns, centers=50, cluster_std=1.0, random_state=0)[0]
    return np.random.default_rng(0).normal(size=(count, columns))


def timed(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


with tempfile.TemporaryDirectory() as folder:
    path, tree = f"{folder}/rows.npy", f"{folder}/tree.npy"
    if options.large:
        for kind in ("groups", "none"):
            np.save(path, data(200_000, 8, kind))
            seconds, memory = clade(path, "ward")
            print(f"| ward | 200,000 × 8, {kind} | {seconds:.2f} s | {memory:.2f} GiB |", flush=True)
        raise SystemExit
    print("| linkage | data | Clade | peer | its time | ratio | heights differ by | Clade's memory |")
    print("| --- | --- | ---: | --- | ---: | ---: | ---: | ---: |")
    for method, peers in PEERS.items():
        if options.only and method not in options.only:
            continue
        for kind in ("groups", "none"):
            rows = data(20_000, 16, kind)
            np.save(path, rows)
            for name, run in peers:
                own, other = [], []
                for _ in range(options.runs):
                    seconds, memory = clade(path, method, tree)
                    own.append(seconds)
                    if not other or max(other) < PATIENCE:
                        other.append(timed(lambda: run(rows)))
                apart = ""
                if name == "fastcluster":
                    peer = run(rows)[:, 2]
                    found = np.load(tree)[:, 2]
                    apart = f"{np.max(np.abs(found - peer) / peer):.0e}"
                mine, theirs = statistics.median(own), statistics.median(other)
                mark = " ⚠" if theirs < mine else ""
                print(f"| {method} | {kind} | {mine:.2f} s | {name} | {theirs:.2f} s "
                      f"| {theirs / mine:.1f}{mark} | {apart} | {memory:.2f} GiB |", flush=True)
