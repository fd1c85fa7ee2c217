"""Times mini-batch k-means of Clade, scikit-learn and faiss: same data, batch size and number of batches.

    swift build -c release --package-path Benchmarks --product MiniBatchTiming
    python Benchmarks/peers/minibatch.py [NUMBER ...]

Prints the table under "Mini-batch k-means" in RESULTS.md, or only the shapes whose numbers (from 0) are
given. Times are medians of `REPEATS` fits in seconds, labels of all rows included. faiss has no
mini-batches: its k-means takes a sample of the same number of rows, and iterates on that 10 times.
`MINIBATCH_TIMING` names the program if it is elsewhere; `CLADE_BENCHMARKS` the folder with birch1.
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
from sklearn.cluster import MiniBatchKMeans  # noqa: E402

REPEATS = 3
PROGRAM = pathlib.Path(os.environ.get(
    "MINIBATCH_TIMING", pathlib.Path(__file__).parent.parent / ".build/release/MiniBatchTiming"))
# rows, columns, clusters, batch size, batches (0: until it stops by itself), type
SHAPES = [
    (1_000_000, 16, 32, 1024, 100, "float"),
    (1_000_000, 16, 32, 1024, 0, "float"),
    (1_000_000, 16, 32, 1024, 100, "double"),
    (100_000, 128, 1000, 4096, 100, "float"),
    (200_000, 784, 100, 1024, 100, "float"),
    (1_000_000, 2, 100, 1024, 200, "double"),
    ("birch1", 2, 100, 1024, 200, "double"),
]


def blobs(rows, columns, centers, dtype):
    """Overlapping Gaussian blobs."""
    random = np.random.default_rng(1)
    places = random.normal(size=(centers, columns)) * 2
    return (places[random.integers(0, centers, rows)] + random.normal(size=(rows, columns))).astype(dtype)


def birch1():
    path = pathlib.Path(os.environ.get("CLADE_BENCHMARKS", "")) / "suite/sipu/birch1.data.gz"
    return np.loadtxt(path) if path.is_file() else None


def clade(data, k, batch, batches, kind):
    with tempfile.NamedTemporaryFile() as file:
        data.tofile(file.name)
        arguments = [*data.shape, k, batch, batches, THREADS, REPEATS]
        output = subprocess.run(
            [PROGRAM, file.name, *map(str, arguments), kind], check=True, capture_output=True).stdout
    return json.loads(output)


def scikit_learn(data, k, batch, batches):
    # With a number of batches they are handed over one by one: max_iter counts passes over the data.
    seconds, found = [], []
    for seed in range(REPEATS):
        start = time.perf_counter()
        model = MiniBatchKMeans(k, batch_size=batch, n_init=1, random_state=seed)
        if batches:
            random = np.random.RandomState(seed)
            rows = random.randint(0, len(data), (batches, batch))
            for part in rows:
                model.partial_fit(data[part])
            labels = model.predict(data)
        else:
            model.fit(data)
            labels = model.labels_
        seconds.append(time.perf_counter() - start)
        inertia = float(np.sum((data.astype(np.float64) - model.cluster_centers_.astype(np.float64)[labels]) ** 2))
        found.append((inertia, model.n_steps_))
    return statistics.median(seconds), statistics.median(i for i, _ in found), found[0][1]


def faiss_sample(data, k, batch, batches):
    faiss.omp_set_num_threads(THREADS)
    data = data.astype(np.float32)
    seconds = []
    for seed in range(REPEATS):
        start = time.perf_counter()
        rows = np.random.default_rng(seed).permutation(len(data))[: batches * batch]
        kmeans = faiss.Kmeans(
            data.shape[1], k, niter=10, nredo=1, seed=seed + 1, min_points_per_centroid=1,
            max_points_per_centroid=len(data))
        kmeans.train(data[rows])
        distances, _ = kmeans.index.search(data, 1)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), float(distances.sum(dtype=np.float64))


def main():
    numbers = [int(argument) for argument in sys.argv[1:]] or range(len(SHAPES))
    for number in numbers:
        n, d, k, batch, batches, kind = SHAPES[number]
        data = birch1() if n == "birch1" else blobs(n, d, k, np.float32 if kind == "float" else np.float64)
        if data is None:
            continue
        own = clade(data, k, batch, batches, kind)
        seconds = statistics.median(own["seconds"])
        exact = own["exactInertia"]
        lines = [("Clade", seconds, own["inertia"], own["batches"])]
        lines.append(("scikit-learn", *scikit_learn(data, k, batch, batches)))
        lines.append(("faiss, a sample", *faiss_sample(data, k, batch, own["batches"]), "10 iterations"))
        lines.append(("Clade, Lloyd", own["exactSeconds"], exact, "30 iterations"))
        shape = f"{n if n == 'birch1' else format(n, ',')} × {d}, k = {k:,}, {kind}, batches of {batch:,}"
        for who, taken, inertia, done in lines:
            ratio = taken / seconds
            mark = " ⚠" if ratio < 1 or (inertia < own["inertia"] * 0.999 and who != "Clade, Lloyd") else ""
            print(f"| {shape if who == 'Clade' else ''} | {who} | {taken:.3f} | {done} | {inertia:.6g} "
                  f"({100 * (inertia / exact - 1):+.2f} %) | "
                  + ("" if who == "Clade" else f"{ratio:.2f}{mark}") + " |", flush=True)


if __name__ == "__main__":
    main()
