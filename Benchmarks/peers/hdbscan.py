"""HDBSCAN*: whole fits beside hdbscan and fast_hdbscan, with the memory that each process took at most.

    swift build -c release --package-path ../..
    python hdbscan.py [--threads 2] [--runs 3] [--cases 100000x2,1000000x2] [--peers fast_hdbscan]

All read the same rows from a file of NumPy's. Each fit is a process of its own; its time is that of the
fit alone: Clade's `seconds.fit`, the peers' `fit` after a small fit that compiles what they compile.
Needs /usr/bin/time. hdbscan has its defaults, so that its spanning tree is approximate. Medians of the runs.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile

sys.path.pop(0)  # This file has the name of a library that it imports.

parser = argparse.ArgumentParser()
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--runs", type=int, default=3)
parser.add_argument("--cases", default="100000x2,1000000x2,50000x8,200000x8,20000x50")
parser.add_argument("--peers", default="hdbscan,fast_hdbscan")
parser.add_argument("--peer", help=argparse.SUPPRESS)
parser.add_argument("--file", help=argparse.SUPPRESS)
options = parser.parse_args()

MIN_CLUSTER_SIZE, MIN_SAMPLES = 20, 5

if options.peer:
    # A process of its own: one fit of one peer.
    import time

    import numpy as np

    rows = np.load(options.file)
    warm = np.random.default_rng(0).normal(size=(500, rows.shape[1]))
    if options.peer == "hdbscan":
        import hdbscan

        def method():
            return hdbscan.HDBSCAN(
                min_cluster_size=MIN_CLUSTER_SIZE, min_samples=MIN_SAMPLES,
                core_dist_n_jobs=options.threads)
    else:
        import fast_hdbscan

        def method():
            return fast_hdbscan.HDBSCAN(
                min_cluster_size=MIN_CLUSTER_SIZE, min_samples=MIN_SAMPLES)
    method().fit(warm)
    before = time.perf_counter()
    labels = method().fit(rows).labels_
    seconds = time.perf_counter() - before
    np.save(options.file + ".labels.npy", labels)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak": peak}))
    sys.exit()

import numpy as np
from sklearn.metrics import adjusted_rand_score

here = os.path.dirname(os.path.abspath(__file__))
clade = os.environ.get("CLADE") or os.path.join(here, "../../.build/release/clade")
environment = dict(os.environ)
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    environment[name] = str(options.threads)


def peer(name, path):
    result = subprocess.run(
        [sys.executable, __file__, "--peer", name, "--file", path, "--threads",
         str(options.threads)],
        env=environment, capture_output=True, text=True, check=True)
    return json.loads(result.stdout.splitlines()[-1]) | {"labels": np.load(path + ".labels.npy")}


def ours(path):
    labels = path + ".clade.npy"
    command = [clade, "fit", path, "--method", "hdbscan", "--min-cluster-size",
               str(MIN_CLUSTER_SIZE), "--min-samples", str(MIN_SAMPLES), "--scale", "none",
               "--threads", str(options.threads), "-o", labels, "--json"]
    # A process that Python starts inherits Python's peak; one that time starts doesn't.
    timed = subprocess.run(
        ["/usr/bin/time", "-f", "%M"] + command, capture_output=True, text=True, check=True)
    return {"seconds": json.loads(timed.stdout)["seconds"]["fit"],
            "peak": int(timed.stderr.split()[-1]) / 1024, "labels": np.load(labels).ravel()}


def groups(n, d):
    """Normal groups of three widths, and a twentieth of the rows all over the place."""
    random = np.random.default_rng(0)
    k = 50
    centers = random.uniform(-60, 60, size=(k, d))
    which = random.integers(k, size=n)
    rows = centers[which] + random.normal(size=(n, d)) * (1 + which % 3)[:, None]
    noise = random.random(n) < 0.05
    rows[noise] = random.uniform(-60, 60, size=(noise.sum(), d))
    return rows


peers = options.peers.split(",")
print(f"| rows | Clade, s | {', s | '.join(peers)}, s | the better peer's over Clade's "
      f"| peak MiB: Clade, {', '.join(peers)} | ARI with {peers[0]} |")
print("| --- | ---: |" + " ---: |" * len(peers) + " ---: | ---: | ---: |")
with tempfile.TemporaryDirectory() as folder:
    for case in options.cases.split(","):
        n, d = (int(part) for part in case.split("x"))
        path = os.path.join(folder, "rows.npy")
        np.save(path, groups(n, d))
        runs = {name: [] for name in ["clade"] + peers}
        for _ in range(options.runs):
            runs["clade"].append(ours(path))
            for name in peers:
                runs[name].append(peer(name, path))
        time = {name: statistics.median(run["seconds"] for run in all) for name, all in runs.items()}
        peak = {name: max(run["peak"] for run in all) for name, all in runs.items()}
        ratio = min(time[name] for name in peers) / time["clade"]
        agreement = adjusted_rand_score(runs[peers[0]][0]["labels"], runs["clade"][0]["labels"])
        print(f"| {n:,} × {d} | {time['clade']:.2f} | "
              f"{' | '.join(f'{time[name]:.2f}' for name in peers)} "
              f"| {ratio:.1f}{' ⚠' if ratio < 1 else ''} "
              f"| {', '.join(f'{peak[name]:.0f}' for name in runs)} | {agreement:.4f} |", flush=True)
