"""Compares k-means through coresets with k-means of all rows, and with other coresets.

    swift build -c release
    CLADE_BENCHMARKS=FOLDER python Benchmarks/peers/coresets.py [birch1] [million]

Both without an argument. FOLDER holds the data sets of the benchmark suite of clustering-data-v1 as
suite/COLLECTION/NAME.data.gz. The package `coresets` (0.2.0) is compared with where it is installed.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

sys.path.pop(0)  # This file has the name of the package that it compares with.

THREADS = 2
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(THREADS)
warnings.simplefilter("ignore")

import numpy as np  # noqa: E402
from sklearn.cluster import KMeans, kmeans_plusplus  # noqa: E402
from sklearn.metrics import pairwise_distances_argmin_min  # noqa: E402

try:
    from coresets import KMeansCoreset
except ImportError:
    KMeansCoreset = None

PROGRAM = os.environ.get(
    "CLADE", pathlib.Path(__file__).parent.parent.parent / ".build/release/clade")
KINDS = ["cells", "balanced", "classical", "groups", "uniform"]


def clade(path, k, *options):
    """The JSON object of a fit; the seconds of the fit are the least of two."""
    runs = [
        json.loads(subprocess.run(
            [PROGRAM, "fit", path, "--method", "kmeans", "-k", str(k), "--scale", "none", "--json", "-q",
             "--threads", str(THREADS), *map(str, options)],
            check=True, capture_output=True).stdout)
        for _ in range(2)]
    result = runs[0]
    result["fit"] = min(run["seconds"]["fit"] for run in runs)
    return result


def cost(data, centers):
    return float((pairwise_distances_argmin_min(data, centers)[1] ** 2).sum())


def line(name, seconds, full_seconds, ratio, estimate):
    estimate = "" if estimate is None else f"{estimate:+.1%}"
    print(f"| {name} | {seconds:.3f} | {full_seconds / seconds:.1f} | {ratio:.4f} | {estimate} |",
          flush=True)


def compare(data, k, part, folder, kinds, seeds, restarts):
    path, start = os.path.join(folder, "data.npy"), os.path.join(folder, "start.npy")
    np.save(path, data)
    centers = kmeans_plusplus(data, k, random_state=0)[0]
    np.save(start, centers)
    percent = f"{100 * part:g}%"
    size = int(len(data) * part)
    full = clade(path, k, "--init", start)
    inertia, seconds = full["objective"], full["fit"]
    print(f"{data.shape[0]:,} × {data.shape[1]}, k = {k}; inertia on all rows over that of the full fit "
          f"from the same first centers ({inertia:.6g}, {seconds:.3f} s)")
    print("| coreset | seconds | times as fast | inertia | estimate of it |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for kind in kinds:
        fits = [
            clade(path, k, "--init", start, "--coreset", percent, "--coreset-by", kind, "--seed", seed)
            for seed in range(1 if kind == "cells" else seeds)]
        fits.sort(key=lambda fit: fit["objective"])
        fit = fits[len(fits) // 2]
        line(f"Clade, {kind}", fit["fit"], seconds, fit["objective"] / inertia,
             fit["coreset"]["objective"] / fit["objective"] - 1)
    search = ("--local-search", min(4 * k, 1000))
    for name, options in (("", search), (
            f", {restarts} starts", (*search, "--seeding", "plusplus", "--restarts", restarts))):
        for kind in kinds[:2]:
            if kind in ("cells", "balanced"):
                fit = clade(path, k, "--coreset", percent, "--coreset-by", kind, *options)
                line(f"Clade, {kind}, own seeding, local search{name}", fit["fit"], seconds,
                     fit["objective"] / inertia, fit["coreset"]["objective"] / fit["objective"] - 1)
    for name, options in (("", ()), (", local search", search)):
        fit = clade(path, k, *options)
        line(f"Clade, all rows, own seeding{name}", fit["fit"], seconds, fit["objective"] / inertia, None)

    def peer(name, sample):
        ratios, times, estimates = [], [], []
        for seed in range(seeds):
            begun = time.perf_counter()
            rows, weights = sample(seed)
            model = KMeans(k, init=centers, n_init=1, tol=0).fit(rows, sample_weight=weights)
            model.predict(data)
            times.append(time.perf_counter() - begun)
            found = cost(data, model.cluster_centers_)
            ratios.append(found / inertia)
            estimates.append(model.inertia_ / found - 1)
        line(name, statistics.median(times), seconds, statistics.median(ratios),
             statistics.median(estimates))

    def uniform(seed):
        chosen = np.random.default_rng(seed).choice(len(data), size, replace=False)
        return data[chosen], np.full(size, len(data) / size)

    peer("scikit-learn of a uniform sample", uniform)
    if KMeansCoreset is not None:
        def sensitivity(seed):
            np.random.seed(seed)
            return KMeansCoreset(data, n_clusters=k, random_state=seed).generate_coreset(size)
        peer("coresets.KMeansCoreset, scikit-learn", sensitivity)
    begun = time.perf_counter()
    model = KMeans(k, init=centers, n_init=1, tol=0).fit(data)
    line("scikit-learn, all rows", time.perf_counter() - begun, seconds, model.inertia_ / inertia, None)
    print()


def main():
    wanted = sys.argv[1:] or ["birch1", "million"]
    random = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as folder:
        if "birch1" in wanted:
            suite = pathlib.Path(os.environ.get("CLADE_BENCHMARKS", ".")) / "suite"
            compare(np.loadtxt(suite / "sipu/birch1.data.gz", ndmin=2), 100, 0.01, folder, KINDS, 5, 20)
        if "million" in wanted:
            places = random.normal(size=(32, 16)) * 1.5
            data = places[random.integers(0, 32, 1_000_000)] + random.normal(size=(1_000_000, 16))
            compare(data, 32, 0.01, folder, KINDS[1:], 1, 5)


if __name__ == "__main__":
    main()
