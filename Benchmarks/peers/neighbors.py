"""Times finding the nearest rows of all rows: Clade, faiss and scikit-learn on the same data and threads.

    swift build -c release --package-path Benchmarks --product NeighborTiming
    python Benchmarks/peers/neighbors.py [exact [NUMBER ...] | approximate]

Prints the tables under "Neighbours" in RESULTS.md. Times are medians of `REPEATS` runs in seconds, each
of making the index and looking up all rows, which count as their own neighbours; the sides take turns. NUMBER chooses a case, from 0.
`NEIGHBOR_TIMING` names the program if it is elsewhere.
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
from sklearn.neighbors import NearestNeighbors  # noqa: E402

REPEATS = 3
PROGRAM = pathlib.Path(
    os.environ.get("NEIGHBOR_TIMING",
                   pathlib.Path(__file__).parent.parent / ".build/release/NeighborTiming"))
faiss.omp_set_num_threads(THREADS)


def normal(rows, columns, dtype):
    return np.random.default_rng(1).standard_normal((rows, columns)).astype(dtype)


def blobs(rows, columns, dtype, groups=200):
    random = np.random.default_rng(1)
    centers = 3 * random.standard_normal((groups, columns))
    return (centers[random.integers(0, groups, rows)]
            + random.standard_normal((rows, columns))).astype(dtype)


def places(rows, _, dtype):
    """Latitudes and longitudes in degrees, in a few thousand towns."""
    random = np.random.default_rng(1)
    towns = np.stack([random.uniform(35, 60, 3000), random.uniform(-10, 30, 3000)], axis=1)
    return (towns[random.integers(0, 3000, rows)] + 0.03 * random.standard_normal((rows, 2))).astype(dtype)


def clade(data, count, metric="euclidean", structure="automatic"):
    kind = "float" if data.dtype == np.float32 else "double"
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in ("data", "lists")]
        data.tofile(paths[0])
        output = subprocess.run(
            [PROGRAM, paths[0], *map(str, (*data.shape, count, THREADS, 1)), kind, metric, structure,
             paths[1]], check=True, capture_output=True).stdout
        lists = np.fromfile(paths[1], dtype=np.int32).reshape(len(data), count)
    outcome = json.loads(output)
    return outcome["seconds"][0], lists, outcome


def faiss_flat(data, count):
    start = time.perf_counter()
    index = faiss.IndexFlatL2(data.shape[1])
    index.add(data)
    _, lists = index.search(data, count)
    return time.perf_counter() - start, lists


def faiss_hnsw(data, count, links, width):
    start = time.perf_counter()
    index = faiss.IndexHNSWFlat(data.shape[1], links)
    index.hnsw.efConstruction = width
    index.hnsw.efSearch = width
    index.add(data)
    _, lists = index.search(data, count)
    return time.perf_counter() - start, lists


def scikit_tree(data, count, algorithm, metric):
    start = time.perf_counter()
    search = NearestNeighbors(n_neighbors=count, algorithm=algorithm, metric=metric, n_jobs=THREADS)
    lists = search.fit(data).kneighbors(data, return_distance=False)
    return time.perf_counter() - start, lists


def scikit_haversine(data, count):
    return scikit_tree(np.radians(data), count, "ball_tree", "haversine")


def shared(found, exact):
    """The part of the exact lists that others have."""
    return np.mean([len(np.intersect1d(a, b)) / len(b) for a, b in zip(found, exact)])


def compare(name, data, count, peers, metric="euclidean"):
    """Lines for Clade and its peers, which take turns."""
    runs = {"Clade": lambda: clade(data, count, metric), **peers}
    seconds, results, ran = {key: [] for key in runs}, {}, None
    for repeat in range(REPEATS):
        for key, run in runs.items():
            result = run()
            seconds[key].append(result[0])
            results[key] = result[1]
            if key == "Clade":
                ran = result[2]
    own = statistics.median(seconds["Clade"])
    peak = THREADS * ran["fusedMultiplyAddsPerSecondAndThread"] * (2 if data.dtype == np.float32 else 1)
    speed = data.shape[0] ** 2 * data.shape[1] / own
    for key in runs:
        median = statistics.median(seconds[key])
        note = ran["structure"] if key == "Clade" else f"{shared(results[key][:2000], results['Clade'][:2000]):.4f}"
        if key == "Clade" and ran["structure"] == "bruteForce":
            note += f", {speed / 1e9:.0f} G/s of {peak / 1e9:.0f}"
        ratio = "" if key == "Clade" else f"{median / own:.1f}" + (" ⚠" if median < own else "")
        print(f"| {name if key == 'Clade' else ''} | {key} | {median:.3f} | {ratio} | {note} |", flush=True)


def exact(chosen=()):
    cases = [
        ("50,000 × 64, float", lambda: normal(50_000, 64, np.float32), "euclidean",
         {"faiss IndexFlatL2": lambda data: faiss_flat(data, 16)}),
        ("20,000 × 784, float", lambda: normal(20_000, 784, np.float32), "euclidean",
         {"faiss IndexFlatL2": lambda data: faiss_flat(data, 16)}),
        ("200,000 × 3, double", lambda: normal(200_000, 3, np.float64), "euclidean",
         {"scikit-learn KDTree": lambda data: scikit_tree(data, 16, "kd_tree", "euclidean")}),
        ("50,000 × 8, double", lambda: normal(50_000, 8, np.float64), "euclidean",
         {"scikit-learn KDTree": lambda data: scikit_tree(data, 16, "kd_tree", "euclidean")}),
        ("200,000 places, haversine", lambda: places(200_000, 2, np.float64), "haversine",
         {"scikit-learn BallTree": lambda data: scikit_haversine(data, 16)}),
        ("50,000 × 3, double, Manhattan", lambda: normal(50_000, 3, np.float64), "manhattan",
         {"scikit-learn KDTree": lambda data: scikit_tree(data, 16, "kd_tree", "manhattan"),
          "scikit-learn BallTree": lambda data: scikit_tree(data, 16, "ball_tree", "manhattan")}),
    ]
    print("| data, 16 nearest | | seconds | ratio | structure, same neighbours |\n"
          "| --- | --- | ---: | ---: | --- |")
    for number, (name, make, metric, peers) in enumerate(cases):
        if chosen and number not in chosen:
            continue
        data = make()
        compare(name, data, 16, {peer: lambda run=run: run(data) for peer, run in peers.items()}, metric)


def approximate():
    print("| data | | seconds | recall |\n| --- | --- | ---: | ---: |")
    for name, data in (("50,000 × 128, float, 200 groups", blobs(50_000, 128, np.float32)),
                       ("50,000 × 32, float, one group", normal(50_000, 32, np.float32))):
        seconds, lists, _ = clade(data, 16, structure="bruteForce")
        print(f"| {name} | Clade, exact | {seconds:.2f} | 1 |", flush=True)
        for candidates in (20, 40):
            run = clade(data, 16, structure=f"approximate:{candidates}")
            print(f"| | Clade, {candidates} candidates | {run[0]:.2f} | {shared(run[1][:5000], lists[:5000]):.4f} |",
                  flush=True)
        for links, width in ((16, 64), (32, 128)):
            run = faiss_hnsw(data, 16, links, width)
            print(f"| | faiss HNSW{links}, {width} | {run[0]:.2f} | {shared(run[1][:5000], lists[:5000]):.4f} |",
                  flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["approximate"]:
        approximate()
    else:
        exact([int(number) for number in sys.argv[2:]])
