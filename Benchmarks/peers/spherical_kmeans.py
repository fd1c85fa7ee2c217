"""Spherical k-means of TF-IDF documents beside plain sparse spherical k-means.

    swift build -c release --package-path Benchmarks --product SphericalTiming
    python peers/spherical_kmeans.py [PROGRAM]

Plain: every document with every center, by SciPy's product of sparse rows with dense centers, blocks of
rows on THREADS threads; the same start and the same number of iterations. Documents are made: words
from a Zipf vocabulary and from 200 topics.
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import scipy.sparse as sparse

THREADS = 2
SHAPES = [(20_000, 200, 10), (100_000, 1000, 10)]
PROGRAM = pathlib.Path(__file__).parent.parent / ".build/release/SphericalTiming"


def documents(n, words=30_000, topics=200, length=80, seed=0):
    random = np.random.default_rng(seed)
    common = np.cumsum(1 / np.arange(1, words + 1))
    topical = np.cumsum(1 / np.arange(1, 401))
    own = np.array([random.choice(np.arange(200, words), 400, replace=False) for _ in range(topics)])
    rows = np.repeat(np.arange(n), random.poisson(length, n).clip(10))
    topic = random.integers(topics, size=(n, 2))[rows, (random.random(len(rows)) < 0.2).astype(int)]
    of_topic = own[topic, np.searchsorted(topical, random.random(len(rows)) * topical[-1])]
    of_all = np.searchsorted(common, random.random(len(rows)) * common[-1])
    columns = np.where(random.random(len(rows)) < 0.5, of_topic, of_all)
    counts = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(n, words))
    counts.sum_duplicates()
    frequency = np.asarray((counts > 0).sum(0)).ravel()
    result = counts.multiply(np.log((1 + n) / (1 + frequency)) + 1).tocsr()
    result.sort_indices()
    return result


def unit(rows):
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(1)).ravel())
    return (sparse.diags(1 / lengths) @ rows).tocsr()


def plain(data, start, iterations):
    begin = time.perf_counter()
    rows = unit(data)
    n, k = rows.shape[0], len(start)
    centers = rows[start].toarray()
    with ThreadPoolExecutor(THREADS) as pool:
        def assign():
            transposed = np.ascontiguousarray(centers.T)
            parts = pool.map(
                lambda first: (rows[first:first + 1000] @ transposed).argmax(1), range(0, n, 1000))
            return np.concatenate(list(parts))
        labels = assign()
        for _ in range(iterations):
            members = sparse.csr_matrix((np.ones(n), (labels, np.arange(n))), shape=(k, n))
            sums = (members @ rows).toarray()
            norms = np.linalg.norm(sums, axis=1, keepdims=True)
            centers = np.where(norms > 0, sums / np.where(norms > 0, norms, 1), centers)
            labels = assign()
    seconds = time.perf_counter() - begin
    own = np.asarray(rows.multiply(sparse.csr_matrix(centers)[labels]).sum(1)).ravel()
    return seconds, labels, (1 - own).sum()


def clade(program, data, start, iterations):
    with tempfile.TemporaryDirectory() as folder:
        data.indptr.astype(np.int64).tofile(folder + "/indptr")
        data.indices.astype(np.int32).tofile(folder + "/indices")
        data.data.astype(np.float64).tofile(folder + "/data")
        start.astype(np.int64).tofile(folder + "/start")
        output = subprocess.run(
            [program, folder, *map(str, (data.shape[1], len(start), iterations, THREADS))],
            check=True, capture_output=True).stdout
        return json.loads(output), np.fromfile(folder + "/labels", np.int32)


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else PROGRAM
    for n, k, iterations in SHAPES:
        data = documents(n)
        start = np.sort(np.random.default_rng(1).choice(n, k, replace=False))
        own, labels = clade(program, data, start, iterations)
        seconds, plain_labels, objective = plain(data, start, own["iterations"])
        # Clusters are numbered in other orders: pair each of ours with what it mostly is there.
        table = sparse.csr_matrix((np.ones(n), (labels, plain_labels)), shape=(k, k)).toarray()
        same = table.max(1).sum() / n
        full, _ = clade(program, data, start, 300)
        print(f"| {n:,} × {data.shape[1]:,}, {data.nnz / n:.0f} words a row, k = {k} | "
              f"{own['iterations']} | {own['seconds']:.2f} | {seconds:.2f} | "
              f"{seconds / own['seconds']:.1f}{' ⚠' if seconds < own['seconds'] else ''} | "
              f"{100 * same:.4f} % | {own['objective']:.3f} / {objective:.3f} | "
              f"{full['seconds']:.2f} ({full['iterations']}) |", flush=True)


if __name__ == "__main__":
    main()
