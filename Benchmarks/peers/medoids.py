"""Times k-medoids beside the package kmedoids (Rust): the tables of RESULTS.md.

    swift build -c release --product MedoidTiming
    .venv/bin/python peers/medoids.py [peer] [headline] [rows]

peer: whole fits of FasterPAM from given distances, both from the same medoids at random, looking at
candidates in the order of the rows. headline: the SWAP phases of PAM, FastPAM1 and FasterPAM from the same
medoids at random. rows: 200,000 points without a matrix. Each side runs three times in turn; the fastest
counts. Prints the commands' versions and tables in Markdown.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

import numpy as np
import kmedoids
from importlib.metadata import version
from scipy.spatial.distance import cdist

HERE = os.path.dirname(os.path.abspath(__file__))
TIMING = os.path.join(HERE, "..", ".build", "release", "MedoidTiming")
if "MEDOID_TIMING" in os.environ:
    TIMING = os.environ["MEDOID_TIMING"]


def points(n, k, columns, seed=0):
    """k round groups that touch each other."""
    rng = np.random.default_rng(seed)
    centers = rng.normal(size=(k, columns)) * 3
    return (centers[rng.integers(0, k, n)] + rng.normal(size=(n, columns))).astype(np.float32)


def distances(x):
    d = cdist(x, x).astype(np.float32)
    return np.minimum(d, d.T)


def ours(data, k, algorithm, repeats=3, medoids=None, threads=2):
    with tempfile.NamedTemporaryFile(suffix=".raw") as file:
        data.tofile(file.name)
        command = [TIMING, file.name, str(data.shape[0]), str(data.shape[1]), str(k), algorithm,
                   str(threads), str(repeats)]
        if medoids is not None:
            command.append(",".join(map(str, medoids)))
        return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def peer():
    print("| n | k | kmedoids, 1 thread | 2 threads | Clade, 2 threads | ratio | loss |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for n, k in ((5000, 10), (10000, 100), (20000, 100)):
        d = distances(points(n, k, 16))
        medoids = np.random.default_rng(1).choice(n, k, replace=False)
        best = {1: np.inf, 2: np.inf}
        mine, whole = None, np.inf
        for _ in range(3 if n < 20000 else 2):
            for threads in best:
                start = time.perf_counter()
                result = kmedoids.fasterpam(d, medoids.copy(), n_cpu=threads)
                best[threads] = min(best[threads], time.perf_counter() - start)
                if threads == 1:
                    theirs = result
            mine = ours(d, k, "fasterpam", 1, medoids)
            whole = min(whole, min(mine["seconds"]))
        same = abs(mine["loss"] / float(theirs.loss) - 1) < 1e-6
        print(f"| {n:,} | {k} | {best[1]:.2f} s | {best[2]:.2f} s | {whole:.3f} s "
              f"| {min(best.values()) / whole:.1f} | {'the same' if same else 'another'}: "
              f"{mine['loss']:.6g} in {mine['swaps']} swaps, {theirs.n_swap} of theirs |", flush=True)


def headline():
    print("| n | k | PAM | FastPAM1 | FasterPAM | speed-up of FastPAM1 | of FasterPAM | passes | loss |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for n, k in ((800, 100), (1600, 2), (1600, 10), (1600, 50), (1600, 100), (1600, 200)):
        d = distances(points(n, 100, 16))
        medoids = np.random.default_rng(1).choice(n, k, replace=False)
        runs = {a: ours(d, k, a, 1 if a == "pam" else 3, medoids, 1)
                for a in ("pam", "fastpam1", "fasterpam")}
        seconds = [min(runs[a]["swap_seconds"]) for a in runs]
        passes = " / ".join(str(runs[a]["iterations"]) for a in runs)
        losses = " / ".join(f"{runs[a]['loss']:.1f}" for a in runs)
        print(f"| {n} | {k} | {seconds[0]:.3f} s | {seconds[1]:.4f} s | {seconds[2]:.4f} s "
              f"| {seconds[0] / seconds[1]:.1f} | {seconds[0] / seconds[2]:.0f} | {passes} | {losses} |",
              flush=True)


def rows():
    print("| n | d | k | Clade, 2 threads | passes | swaps | loss |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for n in (50000, 200000):
        mine = ours(points(n, 100, 16), 100, "fasterpam", 1)
        print(f"| {n:,} | 16 | 100 | {mine['seconds'][0]:.1f} s | {mine['iterations']} "
              f"| {mine['swaps']} | {mine['loss']:.6g} |", flush=True)


if __name__ == "__main__":
    print(f"kmedoids {version('kmedoids')}, numpy {np.__version__}")
    for name in sys.argv[1:] or ["peer", "headline", "rows"]:
        {"peer": peer, "headline": headline, "rows": rows}[name]()
        print()
