"""Compares DBSCAN and OPTICS of Clade with scikit-learn's: the time of a fit, and what was found.

    swift build -c release
    python Benchmarks/peers/dbscan.py [dbscan] [optics] [manhattan] [map]

`dbscan`: 100,000 x 2 at three values of eps, and other shapes. `optics`: 10,000 rows of 1, 2 and 8 columns,
and Clade alone on more. `manhattan`: DBSCAN by another metric. `map`: towns of the world by the haversine
metric, from the package bokeh_sampledata (GeoNames). All without an argument.
"""

import gzip
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
from sklearn.cluster import DBSCAN, OPTICS  # noqa: E402
from sklearn.metrics import adjusted_rand_score  # noqa: E402

BESIDE = pathlib.Path(__file__).parent.parent.parent / ".build/release/clade"
PROGRAM = os.environ.get("CLADE", BESIDE)
EARTH = 6_371_008.8


def rows(n, d, seed=7):
    """Twenty normal groups in a cube, and a twentieth of the rows anywhere in it."""
    random = np.random.default_rng(seed)
    centers = random.uniform(0, 10, (20, d))
    result = centers[random.integers(0, 20, n)] + 0.2 * random.normal(size=(n, d))
    noise = n // 20
    result[:noise] = random.uniform(0, 10, (noise, d))
    return result


def clade(path, *options):
    with tempfile.TemporaryDirectory() as folder:
        labels = pathlib.Path(folder) / "labels.npy"
        output = subprocess.run(
            [PROGRAM, "fit", path, "--scale", "none", "--json", "-q", "--threads", str(THREADS), "-o", labels,
             *map(str, options)], check=True, capture_output=True).stdout
        return json.loads(output)["seconds"]["fit"], np.load(labels)


def compare(name, data, options, method, runs):
    """Both sides in turn; medians of all runs but the first."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "rows.npy"
        np.save(path, data)
        ours, theirs = [], []
        for _ in range(runs + 1):
            seconds, labels = clade(path, *options)
            ours.append(seconds)
            start = time.perf_counter()
            fitted = method()
            theirs.append(time.perf_counter() - start)
    own = statistics.median(ours[1:] or ours)
    other = statistics.median(theirs[1:] or theirs)
    cores = getattr(fitted, "core_sample_indices_", np.arange(len(data)))
    index = adjusted_rand_score(fitted.labels_[cores], labels[cores])
    noise = int((labels < 0).sum()), int((fitted.labels_ < 0).sum())
    print(
        f"| {name} | {own:.3f} s | {other:.3f} s | {other / own:.1f} | {labels.max() + 1}, "
        f"{fitted.labels_.max() + 1} | {noise[0]:,}, {noise[1]:,} | {index:.6g} |", flush=True)


def heading(title):
    print(f"\n| {title} | Clade | scikit-learn | ratio | groups | noise | ARI |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")


def dbscan():
    heading("DBSCAN")
    for n, d, eps, samples in [
        (100_000, 2, 0.02, 5), (100_000, 2, 0.05, 10), (100_000, 2, 0.1, 10), (100_000, 3, 0.1, 10),
        (20_000, 8, 0.6, 10),
    ]:
        data = rows(n, d)
        compare(
            f"{n:,} × {d}, ε {eps}, {samples} rows", data,
            ["--method", "dbscan", "--eps", eps, "--min-samples", samples],
            lambda: DBSCAN(eps=eps, min_samples=samples, n_jobs=THREADS).fit(data), 5 if eps < 0.1 else 3)


def optics():
    heading("OPTICS")
    for n, d, limit in [
        (10_000, 1, np.inf), (10_000, 2, np.inf), (10_000, 2, 0.5), (10_000, 8, np.inf), (5_000, 32, np.inf),
    ]:
        data = rows(n, d)
        # scikit-learn begins with the first row, Clade with the first by its values.
        data = data[np.lexsort(data.T[::-1])]
        compare(
            f"{n:,} × {d}, " + (f"maximum ε {limit}" if limit < np.inf else "any distance"), data,
            ["--method", "optics", "--min-samples", 10, *(["--max-eps", limit] if limit < np.inf else [])],
            lambda: OPTICS(min_samples=10, max_eps=limit, n_jobs=THREADS).fit(data), 0)
    print("\n| OPTICS, any distance | Clade |\n| --- | ---: |")
    for n, d in [(100_000, 1), (100_000, 2), (1_000_000, 2), (20_000, 8), (100_000, 8)]:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "rows.npy"
            np.save(path, rows(n, d))
            seconds = [clade(path, "--method", "optics", "--min-samples", 10)[0] for _ in range(3)]
            print(f"| {n:,} × {d} | {min(seconds):.3f} s |", flush=True)


def manhattan():
    heading("DBSCAN, Manhattan distances")
    for n, eps in [(20_000, 0.1), (100_000, 0.05)]:
        data = rows(n, 2)
        compare(
            f"{n:,} × 2, ε {eps}, 10 rows", data,
            ["--method", "dbscan", "--metric", "manhattan", "--eps", eps, "--min-samples", 10],
            lambda: DBSCAN(eps=eps, min_samples=10, metric="manhattan", n_jobs=THREADS).fit(data), 3)


def towns():
    """The places of GeoNames with 5,000 people or more (CC BY 3.0)."""
    import bokeh_sampledata

    path = pathlib.Path(bokeh_sampledata.__file__).parent / "_data/world_cities.csv.gz"
    lines = gzip.open(path, "rt", encoding="utf-8").read().splitlines()[1:]
    return np.array([[float(value) for value in line.rsplit(",", 2)[1:]] for line in lines])


def world():
    heading("DBSCAN, towns by haversine")
    data = towns()
    for metres, samples in [(20_000, 10), (50_000, 10)]:
        compare(
            f"{len(data):,} towns, {metres // 1000} km, {samples} rows", data,
            ["--method", "dbscan", "--metric", "haversine", "--eps", metres, "--min-samples", samples],
            lambda: DBSCAN(
                eps=metres / EARTH, min_samples=samples, metric="haversine", algorithm="ball_tree",
                n_jobs=THREADS).fit(np.radians(data)), 3)


def main():
    parts = sys.argv[1:] or ["dbscan", "optics", "manhattan", "map"]
    for name, part in [
        ("dbscan", dbscan), ("optics", optics), ("manhattan", manhattan), ("map", world)
    ]:
        if name in parts:
            part()


if __name__ == "__main__":
    main()
