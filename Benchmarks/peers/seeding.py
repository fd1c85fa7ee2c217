"""Compares the seedings of Clade with each other and with scikit-learn's greedy k-means++.

    swift build -c release
    CLADE_BENCHMARKS=FOLDER python Benchmarks/peers/seeding.py [real] [large]
    python Benchmarks/peers/seeding.py converged clustered|uniform SEED ...
    python Benchmarks/peers/seeding.py exchanges [SHAPE ...]

`real` prints the cost of the first centers over 20 seeds on real data, `large` times 100,000 × 128
with k = 1000; both without an argument. `converged` fits the latter in single precision until no center moves
by more than the same tolerance, at most 100 iterations: from the first centers that scikit-learn draws with
each of the seeds, and from Clade's. All are brought to the end by Clade, whose iterations are Lloyd's.
`exchanges` times whole fits, until nothing changes, with and without the rounds of exchanges that come first;
SHAPE is a number from 0.
FOLDER holds the data sets of the benchmark suite of
clustering-data-v1 as suite/COLLECTION/NAME.data.gz.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

THREADS = 2
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(THREADS)

import numpy as np  # noqa: E402
from sklearn.cluster import KMeans, kmeans_plusplus  # noqa: E402
from sklearn.datasets import load_digits  # noqa: E402
from sklearn.metrics import pairwise_distances_argmin_min  # noqa: E402

PROGRAM = os.environ.get(
    "CLADE", pathlib.Path(__file__).parent.parent.parent / ".build/release/clade")
SEEDINGS = [
    "splitting", "plusplus", "plain-plusplus", "parallel", "rejection", "capped-rejection", "afk-mc2",
    "maximin", "random",
]
DETERMINISTIC = ("splitting", "maximin")
SEEDS = 20
# name in the suite, k
SETS = [("sipu/birch1", 100), ("sipu/a3", 50), ("uci/yeast", 10), ("uci/wine", 3), ("digits", 50)]


def clade(path, k, *options):
    output = subprocess.run(
        [PROGRAM, "fit", path, "--method", "kmeans", "-k", str(k), "--scale", "none", "--json", "-q",
         "--threads", str(THREADS), *map(str, options)],
        check=True, capture_output=True).stdout
    return json.loads(output)


def cost(data, centers):
    return float((pairwise_distances_argmin_min(data, centers)[1] ** 2).sum())


def real(folder):
    suite = pathlib.Path(os.environ.get("CLADE_BENCHMARKS", ".")) / "suite"
    print(f"median cost of the first centers over {SEEDS} seeds, as a multiple of scikit-learn's greedy")
    print("| data | " + " | ".join(SEEDINGS) + " | plusplus, 25 rounds of local search |")
    for name, k in SETS:
        data = load_digits().data if name == "digits" else np.loadtxt(suite / f"{name}.data.gz", ndmin=2)
        data = np.ascontiguousarray(data, dtype=np.float64)
        path = os.path.join(folder, "data.npy")
        np.save(path, data)
        peer = statistics.median(
            cost(data, kmeans_plusplus(data, k, random_state=seed)[0]) for seed in range(SEEDS))

        def ratio(seeding, *more):
            seeds = range(1 if seeding in DETERMINISTIC and not more else SEEDS)
            costs = [
                clade(path, k, "--seeding", seeding, "--seed", seed, "--max-iterations", 0, *more)
                ["seeding_cost"] for seed in seeds]
            return f"{statistics.median(costs) / peer:.3f}"
        ratios = [ratio(seeding) for seeding in SEEDINGS] + [ratio("plusplus", "--local-search", 25)]
        print(f"| {name}, {data.shape[0]:,} × {data.shape[1]}, k = {k} | " + " | ".join(ratios) + " |",
              flush=True)


def large_data(kind, n, d, k):
    random = np.random.default_rng(1)
    if kind == "clustered":
        places = random.normal(size=(k, d)) * 2
        return places[random.integers(0, k, n)] + random.normal(size=(n, d))
    return random.random(size=(n, d))


def converged(folder, kind, seeds):
    n, d, k = 100_000, 128, 1000
    path, start = os.path.join(folder, "data.npy"), os.path.join(folder, "start.npy")
    data = large_data(kind, n, d, k).astype(np.float32)
    np.save(path, data)
    # Both take the tolerance as a part of the mean variance of the columns.
    for seed in map(int, seeds):
        np.save(start, kmeans_plusplus(data, k, random_state=seed)[0])
        name = f"scikit-learn's greedy k-means++, seed {seed}"
        print_converged(kind, name, fit_to_the_end(path, k, "--init", start))
    for name in ("splitting", "parallel", "plusplus"):
        print_converged(kind, f"Clade, {name}", fit_to_the_end(path, k, "--seeding", name))


def fit_to_the_end(path, k, *options):
    return clade(path, k, "--tolerance", 1e-4, "--max-iterations", 100, "--memory", "4GiB", *options)


def print_converged(kind, start, fit):
    print(f"| {kind} | {start} | {fit['iterations']} | {fit['objective']:.7g} |", flush=True)


# rows, columns, k
EXCHANGED = [(10_000, 16, 50), (20_000, 64, 200), (100_000, 128, 1000)]


def exchanges(folder, shapes):
    path = os.path.join(folder, "data.npy")
    print("| data | rounds | seconds | iterations | inertia | less by |")
    for n, d, k in [EXCHANGED[int(shape)] for shape in shapes] or EXCHANGED:
        for kind in ("uniform", "clustered"):
            np.save(path, large_data(kind, n, d, k))
            first = None
            for rounds in (0, 10):
                fits = [clade(path, k, "--exchange-rounds", rounds) for _ in range(3 if n < 100_000 else 1)]
                seconds = statistics.median(fit["seconds"]["fit"] for fit in fits)
                inertia = fits[0]["objective"]
                first = first or inertia
                print(f"| {n:,} × {d}, k = {k}, {kind} | {rounds} | {seconds:.3f} | {fits[0]['iterations']} | "
                      f"{inertia:.7g} | {100 * (1 - inertia / first):.2f} % |", flush=True)


def large(folder):
    n, d, k = 100_000, 128, 1000
    path, start = os.path.join(folder, "data.npy"), os.path.join(folder, "start.npy")
    for kind in ("clustered", "uniform"):
        data = large_data(kind, n, d, k)
        np.save(path, data)
        print(f"{n:,} × {d}, k = {k}, {kind}: seconds of seeding, its cost, inertia after "
              "20 iterations")
        begun = time.perf_counter()
        centers = kmeans_plusplus(data, k, random_state=0)[0]
        seconds = time.perf_counter() - begun
        np.save(start, centers)
        fitted = clade(path, k, "--init", start, "--max-iterations", 20)
        peer = cost(data, centers)
        print(f"| scikit-learn greedy | {seconds:.2f} | {peer:.6g} | {fitted['objective']:.6g} | |",
              flush=True)
        for seeding in SEEDINGS[:-1]:
            fitted = clade(
                path, k, "--seeding", seeding, "--max-iterations",
                20 if seeding in ("splitting", "plusplus", "rejection") else 0)
            own, own_cost = fitted["seconds"]["seed"], fitted["seeding_cost"]
            inertia = f"{fitted['objective']:.6g}" if fitted["iterations"] else ""
            print(f"| {seeding} | {own:.2f} ({seconds / own:.1f} ×) | {own_cost:.6g} "
                  f"({own_cost / peer:.3f}) | {inertia} |", flush=True)


def main():
    wanted = sys.argv[1:] or ["real", "large"]
    with tempfile.TemporaryDirectory() as folder:
        if wanted[0] == "converged":
            return converged(folder, wanted[1], wanted[2:])
        if wanted[0] == "exchanges":
            return exchanges(folder, wanted[1:])
        if "real" in wanted:
            real(folder)
        if "large" in wanted:
            large(folder)


if __name__ == "__main__":
    main()
