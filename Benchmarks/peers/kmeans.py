"""Times k-means of Clade, scikit-learn and faiss on the same data, start, iterations and threads.

    swift build -c release --package-path Benchmarks --product KMeansTiming
    python Benchmarks/peers/kmeans.py [--quick | --limits [WHAT ...] | --strategies [WHAT ...]]

Prints the tables under "k-means" in RESULTS.md. Times are medians of `REPEATS` fits in seconds.
`--limits` takes the larger shapes instead: all, or those whose numbers (from 0) are given, with
`clustered` or `uniform` data, in `float` or `double`, or all of these. Every one fits as often as takes
a second, at most `REPEATS` times. `--strategies` times, of the same shapes, Clade's ways to find nearest
centers. `KMEANS_TIMING` names the program if it is elsewhere.
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

import faiss  # noqa: E402
import numpy as np  # noqa: E402
from sklearn.cluster import KMeans  # noqa: E402

REPEATS = 3
PROGRAM = pathlib.Path(
    os.environ.get("KMEANS_TIMING", pathlib.Path(__file__).parent.parent / ".build/release/KMeansTiming"))
# rows, columns, clusters, iterations, type
SHAPES = [
    (1_000_000, 16, 32, 20, "double"),
    (1_000_000, 16, 32, 20, "float"),
    (1_000_000, 2, 15, 20, "double"),
    (200_000, 64, 256, 10, "double"),
    (200_000, 64, 256, 10, "float"),
    (50_000, 128, 1000, 10, "float"),
    (10_000, 8, 10, 20, "double"),
]
# rows, columns, clusters, iterations
LIMITS = [
    (1_000_000, 16, 32, 20),
    (100_000, 128, 1000, 10),
    (200_000, 784, 100, 10),
    (1_000_000, 2, 100, 20),
    (1_000_000, 2, 10_000, 10),
    (50_000, 768, 4096, 5),
    (1_000_000, 5, 1000, 10),
    (1_000_000, 8, 1000, 10),
    (1_000_000, 8, 100, 20),
]


def uniform(rows, columns, _, dtype):
    return np.random.default_rng(1).random((rows, columns), dtype=np.float32).astype(dtype)


def blobs(rows, columns, centers, dtype):
    """Overlapping Gaussian blobs, so that the iteration doesn't end at once."""
    random = np.random.default_rng(1)
    places = random.normal(size=(centers, columns)) * 2
    return (places[random.integers(0, centers, rows)] + random.normal(size=(rows, columns))).astype(dtype)


def apart(rows, columns, k, dtype):
    """Gaussian blobs, half as many again as clusters, and a row of each of the first k of them.

    From such a start no cluster becomes empty, which every package mends in its own way.
    """
    random = np.random.default_rng(1)
    blobs = k + k // 2
    places = (random.normal(size=(blobs, columns)) * 2).astype(dtype)
    owners = random.integers(0, blobs, rows)
    owners[:k] = np.arange(k)
    data = random.standard_normal(size=(rows, columns), dtype=np.float32).astype(dtype)
    data += places[owners]
    order = random.permutation(rows)
    return data[order], data[:k].copy()


def spread(rows, columns, k, dtype):
    """Uniform rows, and k of them."""
    data = uniform(rows, columns, k, dtype)
    return data, data[np.random.default_rng(2).choice(rows, k, replace=False)].copy()


def resident(field):
    """Bytes of memory of this process: VmRSS, or the most since `forget_peak`, VmHWM (on Linux)."""
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    return 0


def forget_peak():
    pathlib.Path("/proc/self/clear_refs").write_text("5")


def clade(data, centers, k, iterations, kind, repeats=REPEATS, strategies=("automatic",)):
    """Fits with each of the strategies, in turns."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in ("data", "centers")]
        data.tofile(paths[0])
        arguments = [data.shape[0], data.shape[1], k, iterations, THREADS, repeats, kind]
        if centers is not None:
            centers.tofile(paths[1])
        found = [
            json.loads(subprocess.run(
                [PROGRAM, paths[0], *map(str, arguments),
                 *([paths[1], strategy] if centers is not None else [])],
                check=True, capture_output=True).stdout)
            for strategy in strategies]
    return found[0] if len(found) == 1 else found


def timed(fit, repeats=REPEATS):
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = fit()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), result


def scikit_learn(data, centers, k, iterations, algorithm, repeats=REPEATS):
    def fit():
        return KMeans(k, init=centers, n_init=1, max_iter=iterations, tol=0, algorithm=algorithm).fit(data)
    seconds, model = timed(fit, repeats)
    return seconds, model.inertia_, model.n_iter_


def faiss_kmeans(data, centers, k, iterations, repeats=REPEATS):
    faiss.omp_set_num_threads(THREADS)

    def fit():
        kmeans = faiss.Kmeans(
            data.shape[1], k, niter=iterations, nredo=1, min_points_per_centroid=1,
            max_points_per_centroid=data.shape[0])
        kmeans.train(data, init_centroids=centers)
        return kmeans
    seconds, model = timed(fit, repeats)
    return seconds, float(model.obj[-1])


def own_line(data, centers, k, iterations, kind):
    """Clade's fit: its name, seconds, inertia, iterations and extra memory."""
    own = clade(data, centers, k, iterations, kind, 1)
    if own["seconds"][0] < 1:
        first = own
        own = clade(data, centers, k, iterations, kind)
        own["extraBytes"] = first["extraBytes"]
    return "Clade", statistics.median(own["seconds"]), own["inertia"], own["iterations"], own["extraBytes"]


def peer_line(name, fit, done):
    before = resident("VmRSS")
    forget_peak()
    seconds, *rest = fit(1)
    extra = resident("VmHWM") - before
    if seconds < 1:
        seconds, *rest = fit(REPEATS)
    return name, seconds, rest[0], rest[1] if len(rest) > 1 else done, extra


def limits(words):
    """The larger shapes, from the same start, as many iterations as Clade makes."""
    numbers = [int(word) for word in words if word.isdigit()] or range(len(LIMITS))
    makers = {"clustered": apart, "uniform": spread}
    for number in numbers:
        n, d, k, iterations = LIMITS[number]
        for kind in [word for word in words if word in ("float", "double")] or ("float", "double"):
            for name in [word for word in words if word in makers] or makers:
                data, centers = makers[name](n, d, k, np.float32 if kind == "float" else np.float64)
                lines = [own_line(data, centers, k, iterations, kind)]
                done = lines[0][3]
                for algorithm in ("lloyd", "elkan"):
                    # Elkan's bounds take n · k numbers.
                    if algorithm == "lloyd" or n * k <= 200_000_000:
                        lines.append(peer_line(
                            f"scikit-learn {algorithm}",
                            lambda repeats: scikit_learn(data, centers, k, done, algorithm, repeats),
                            done))
                if kind == "float":
                    lines.append(peer_line(
                        "faiss", lambda repeats: faiss_kmeans(data, centers, k, done, repeats), done))
                for who, seconds, inertia, times, extra in lines:
                    own = who == "Clade"
                    ratio = seconds / lines[0][1]
                    mark = "" if own or ratio >= (3 if d == 2 else 2) else " ⚠"
                    shape = f"{n:,} × {d}, k = {k:,}, {name}, {kind}" if own else ""
                    print(f"| {shape} | {who} | {seconds:.3f} | {times} | {inertia:.6g} | "
                          f"{'' if own else f'{ratio:.2f}{mark}'} | {extra / 2**20:.0f} |", flush=True)


def strategies(words):
    """The larger shapes by each way to find nearest centers, and by the one that is chosen."""
    numbers = [int(word) for word in words if word.isdigit()] or range(len(LIMITS))
    makers = {"clustered": apart, "uniform": spread}
    ways = ("plain", "automatic", "leads", "cells", "shortlist", "neighbors")
    print("| data | iterations | " + " | ".join(ways) + " | plain / automatic |")
    for number in numbers:
        n, d, k, iterations = LIMITS[number]
        for kind in [word for word in words if word in ("float", "double")] or ("float", "double"):
            for name in [word for word in words if word in makers] or makers:
                data, centers = makers[name](n, d, k, np.float32 if kind == "float" else np.float64)
                # Cells are made for few columns, shortlists for many, neighbours between.
                taken = [way for way in ways if way != "cells" or d <= 8 and k * d < 8000 or d <= 4
                         if way != "shortlist" or d > 8 if way != "neighbors" or 4 < d <= 16]
                found = dict(zip(taken, clade(data, centers, k, iterations, kind, 2, taken)))
                same = {(one["inertia"], one["iterations"]) for one in found.values()}
                least = {way: min(one["seconds"]) for way, one in found.items()}
                ratio = least["plain"] / least["automatic"]
                print(f"| {n:,} × {d}, k = {k:,}, {name}, {kind} | {found['plain']['iterations']} | "
                      + " | ".join(f"{least[way]:.3f}" if way in least else "" for way in ways)
                      + f" | {ratio:.2f}{'' if ratio >= 1 / 1.05 else ' ⚠'}{'' if len(same) == 1 else ' NOT EQUAL'} |",
                      flush=True)


def main():
    if "--strategies" in sys.argv:
        return strategies(sys.argv[2:])
    if "--limits" in sys.argv:
        return limits(sys.argv[2:])
    shapes = SHAPES[-1:] if "--quick" in sys.argv else SHAPES
    peak = None
    rows = []
    for n, d, k, iterations, kind in shapes:
        dtype = np.float32 if kind == "float" else np.float64
        data, centers = apart(n, d, k, dtype)
        own = clade(data, centers, k, iterations, kind)
        iterations = own["iterations"]
        peak = own
        seconds = statistics.median(own["seconds"])
        # Every iteration assigns once, and there is one assignment more.
        assigned = n * d * k * (own["iterations"] + 1) / seconds / 1e9
        top = own["fusedMultiplyAddsPerSecondAndThread"] * THREADS / 1e9 * (2 if kind == "float" else 1)
        lines = [("Clade", seconds, own["inertia"], own["iterations"])]
        for algorithm in ("lloyd", "elkan"):
            lines.append((f"scikit-learn {algorithm}", *scikit_learn(data, centers, k, iterations, algorithm)))
        if kind == "float":
            lines.append(("faiss", *faiss_kmeans(data, centers, k, iterations), iterations))
        for name, taken, inertia, done in lines:
            ratio = taken / seconds
            rows.append(
                f"| {n:,} × {d}, k = {k}, {kind} | {name} | {taken:.3f} | {done} | {inertia:.6g} | "
                + ("" if name == "Clade" else f"{ratio:.2f}{' ⚠' if ratio < 1 else ''}")
                + f" | {f'{assigned:.1f} ({100 * assigned / top:.0f} %)' if name == 'Clade' else ''} |")
            print(rows[-1], flush=True)
    print(f"peak: {peak['fusedMultiplyAddsPerSecondAndThread'] / 1e9:.1f} G/s a thread (double), "
          f"memory: {peak['bytesReadPerSecond'] / 1e9:.1f} GB/s on one thread")

    if "--quick" in sys.argv:
        return
    print("with each one's own default first centers, until nothing changes:")
    for n, d, k in [(100_000, 8, 20), (1_000_000, 16, 32)]:
        data = blobs(n, d, k, np.float64)
        own = clade(data, None, k, 300, "seed")
        seconds, model = timed(lambda: KMeans(k, n_init=1, tol=0, max_iter=300, random_state=0).fit(data))
        print(f"| {n:,} × {d}, k = {k} | {statistics.median(own['seconds']):.3f} | {own['iterations']} | "
              f"{own['inertia']:.6g} | {seconds:.3f} | {model.n_iter_} | {model.inertia_:.6g} |", flush=True)


if __name__ == "__main__":
    main()
