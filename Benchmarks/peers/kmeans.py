"""Times k-means of Clade, scikit-learn and faiss on the same data, start, iterations and threads.

    swift build -c release --package-path Benchmarks --product KMeansTiming
    python Benchmarks/peers/kmeans.py [--quick | --limits [NUMBER ...]]

Prints the tables under "k-means" in RESULTS.md. Times are medians of `REPEATS` fits in seconds.
`--limits` takes the larger shapes instead, in single precision, clustered and uniform, or only those
whose numbers (from 0) are given; one fit each. `KMEANS_TIMING` names the program if it is elsewhere.
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
]


def uniform(rows, columns, _, dtype):
    return np.random.default_rng(1).random((rows, columns), dtype=np.float32).astype(dtype)


def blobs(rows, columns, centers, dtype):
    """Overlapping Gaussian blobs, so that the iteration doesn't end at once."""
    random = np.random.default_rng(1)
    places = random.normal(size=(centers, columns)) * 2
    return (places[random.integers(0, centers, rows)] + random.normal(size=(rows, columns))).astype(dtype)


def clade(data, centers, k, iterations, kind, repeats=REPEATS):
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in ("data", "centers")]
        data.tofile(paths[0])
        arguments = [data.shape[0], data.shape[1], k, iterations, THREADS, repeats, kind]
        if centers is not None:
            centers.tofile(paths[1])
        output = subprocess.run(
            [PROGRAM, paths[0], *map(str, arguments), *([paths[1]] if centers is not None else [])],
            check=True, capture_output=True).stdout
    return json.loads(output)


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


def limits(numbers):
    """The larger shapes: every implementation fits once, from the same start."""
    for number in numbers or range(len(LIMITS)):
        n, d, k, iterations = LIMITS[number]
        for name, make in (("clustered", blobs), ("uniform", uniform)):
            data = make(n, d, k, np.float32)
            centers = data[np.random.default_rng(2).choice(n, k, replace=False)].copy()
            own = clade(data, centers, k, iterations, "float", 1)
            lines = [("Clade", own["seconds"][0], own["inertia"], own["iterations"])]
            for algorithm in ("lloyd", "elkan"):
                # Elkan's bounds take n · k numbers.
                if algorithm == "lloyd" or n * k <= 200_000_000:
                    lines.append((
                        f"scikit-learn {algorithm}",
                        *scikit_learn(data, centers, k, iterations, algorithm, 1)))
            lines.append(("faiss", *faiss_kmeans(data, centers, k, iterations, 1), iterations))
            for who, seconds, inertia, done in lines:
                ratio = "" if who == "Clade" else f"{seconds / lines[0][1]:.2f}"
                shape = f"{n:,} × {d}, k = {k:,}, {name}" if who == "Clade" else ""
                print(f"| {shape} | {who} | {seconds:.3f} | {done} | {inertia:.6g} | {ratio} |", flush=True)


def main():
    if "--limits" in sys.argv:
        return limits([int(argument) for argument in sys.argv[2:]])
    shapes = SHAPES[-1:] if "--quick" in sys.argv else SHAPES
    peak = None
    rows = []
    for n, d, k, iterations, kind in shapes:
        dtype = np.float32 if kind == "float" else np.float64
        data = blobs(n, d, k, dtype)
        centers = data[np.random.default_rng(2).choice(n, k, replace=False)].copy()
        own = clade(data, centers, k, iterations, kind)
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
