"""Spherical k-means of TF-IDF documents beside plain sparse spherical k-means and what people use.

    swift build -c release --package-path Benchmarks --product SphericalTiming
    python peers/spherical_kmeans.py [--program PROGRAM] [--repository CLONE ...]
        [--shape N K ITERATIONS ...] [--peers c scipy scipy-sparse scikit-learn soyclustering]

Documents: the messages of the commits of git repositories (`--repository`, clones of any), one a
commit, without trailers and repetitions; or made up, words from a Zipf vocabulary and from 200 topics.
`--rows` reads them as SciPy saves them instead.
Every side starts from the same documents, runs the same number of iterations, and has two threads:

- clade: `SphericalKMeans`, to the bit the result of comparing everything.
- plain C: peers/plain_spherical.c, every word of a document with all centers, vectors over the centers.
- SciPy: compressed rows times dense centers, blocks of rows on two threads, and the same with sparse
  centers.
- scikit-learn: `KMeans` with Lloyd's iteration on the rows of length 1, which is what it has for text;
  its centers are means and not of length 1, so its result is another one.
- soyclustering, where it is installed and asked for: `SphericalKMeans`; it takes no start, one thread.
"""
import argparse
import ctypes
import json
import os
import pathlib
import re
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

THREADS = 2
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = str(THREADS)

import numpy as np
import scipy.sparse as sparse
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfVectorizer

HERE = pathlib.Path(__file__).parent
TRAILERS = re.compile(r"^\s*([A-Za-z-]+-by|Cc|CC|Change-Id|Fixes|Link|Series-[a-z]+|git-svn-id):.*$", re.M)


def commit_messages(repositories, n):
    documents = []
    for repository in repositories:
        log = subprocess.run(
            ["git", "-C", repository, "log", "--no-merges", "--format=%B%x00", "HEAD"],
            check=True, capture_output=True).stdout.decode("utf8", "replace")
        messages = dict.fromkeys(TRAILERS.sub("", text).strip() for text in log.split("\0"))
        long = [m for m in messages if len(set(re.findall("[a-z_]{3,}", m.lower()))) >= 10]
        documents += long[:n * 51 // 50 // len(repositories)]
    rows = TfidfVectorizer(
        min_df=5, max_df=0.5, token_pattern="[A-Za-z_]{2,}", norm=None).fit_transform(documents)
    rows.sort_indices()
    return rows[np.diff(rows.indptr) >= 5][:n]


def made_up(n, words=30_000, topics=200, length=80, seed=0):
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


def moved(rows, labels, centers):
    """The mean directions; a center without rows stays."""
    members = sparse.csr_matrix(
        (np.ones(len(labels)), (labels, np.arange(len(labels)))), shape=(len(centers), len(labels)))
    sums = (members @ rows).toarray()
    norms = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.where(norms > 0, sums / np.where(norms > 0, norms, 1), centers)


def iterate(data, start, iterations, assign):
    """Seconds and labels of plain spherical k-means with one way to find the nearest centers."""
    begin = time.perf_counter()
    rows = unit(data)
    centers = rows[start].toarray()
    labels = assign(rows, centers)
    for _ in range(iterations):
        centers = moved(rows, labels, centers)
        labels = assign(rows, centers)
    return time.perf_counter() - begin, labels


def in_blocks(rows, product):
    with ThreadPoolExecutor(THREADS) as pool:
        blocks = [rows[first:first + 1000] for first in range(0, rows.shape[0], 1000)]
        return np.concatenate([np.asarray(part).ravel() for part in pool.map(product, blocks)])


def scipy_dense(rows, centers):
    transposed = np.ascontiguousarray(centers.T)
    return in_blocks(rows, lambda block: (block @ transposed).argmax(1))


def scipy_sparse(rows, centers):
    transposed = sparse.csr_matrix(centers.T)
    return in_blocks(rows, lambda block: (block @ transposed).argmax(1))


def plain_c(folder):
    library = folder + "/plain.so"
    options = ["-O3", "-march=native", "-ffast-math", "-shared", "-fPIC", "-pthread"]
    subprocess.run([os.environ.get("CC", "cc"), *options, str(HERE / "plain_spherical.c"), "-o", library],
                   check=True)
    function = ctypes.CDLL(library).assign

    def assign(rows, centers):
        k = len(centers)
        padded = np.zeros((rows.shape[1], -(-k // 64) * 64 + 8))
        padded[:, :k] = centers.T
        labels = np.empty(rows.shape[0], np.int32)
        starts, columns = rows.indptr.astype(np.int64), rows.indices.astype(np.int32)
        pointers = [array.ctypes.data_as(ctypes.c_void_p)
                    for array in (starts, columns, rows.data, padded, labels)]
        function(*pointers, ctypes.c_long(rows.shape[0]), ctypes.c_long(k),
                 ctypes.c_long(padded.shape[1]), ctypes.c_long(THREADS))
        return labels
    return assign


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


def objective(data, labels, k):
    """The sum of 1 − cosine from the rows to the mean directions of their clusters."""
    rows = unit(data)
    members = sparse.csr_matrix(
        (np.ones(len(labels)), (labels, np.arange(len(labels)))), shape=(k, len(labels)))
    return len(labels) - np.linalg.norm((members @ rows).toarray(), axis=1).sum()


def same(a, b, k):
    """The part of the rows that are in the same cluster on both sides; numbers may differ."""
    table = sparse.csr_matrix((np.ones(len(a)), (a, b)), shape=(k, k)).toarray()
    return table.max(1).sum() / len(a)


def scikit_learn(data, start, iterations):
    begin = time.perf_counter()
    rows = unit(data)
    labels = KMeans(len(start), init=rows[start].toarray(), n_init=1, max_iter=iterations, tol=0).fit(
        rows).labels_
    return time.perf_counter() - begin, labels


def soyclustering(data, k, iterations):
    np.int = int  # which it still asks for
    from soyclustering import SphericalKMeans
    begin = time.perf_counter()
    labels = SphericalKMeans(
        n_clusters=k, max_iter=iterations, init="similar_cut", sparsity=None, tol=0,
        verbose=0).fit_predict(data.copy())
    return time.perf_counter() - begin, np.asarray(labels)


def first_documents(data, k):
    """Documents of k directions: equal ones would leave clusters empty, which plain ways don't mend."""
    rows, chosen = unit(data), {}
    for row in np.random.default_rng(1).permutation(data.shape[0]):
        place = slice(rows.indptr[row], rows.indptr[row + 1])
        chosen.setdefault((rows.indices[place].tobytes(), rows.data[place].round(9).tobytes()), row)
        if len(chosen) == k:
            break
    return np.sort(np.array(list(chosen.values())))


def measure(options, data, n, k, iterations):
    data = data[:n]
    n = data.shape[0]
    start = first_documents(data, k)
    print(f"{n:,} documents, {data.shape[1]:,} words, {data.nnz / n:.1f} in a document, k = {k}, "
          f"{iterations} iterations, {THREADS} threads")
    runs = [clade(options.program, data, start, iterations) for _ in range(3)]
    seconds, labels = np.median([run[0]["seconds"] for run in runs]), runs[0][1]
    print(f"| Clade | {seconds:.2f} | | | {objective(data, labels, k):.3f} |", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        peers = {
            "c": ("plain C", lambda: iterate(data, start, iterations, plain_c(folder))),
            "scipy": ("SciPy, dense centers", lambda: iterate(data, start, iterations, scipy_dense)),
            "scipy-sparse": (
                "SciPy, sparse centers", lambda: iterate(data, start, iterations, scipy_sparse)),
            "scikit-learn": ("scikit-learn, KMeans", lambda: scikit_learn(data, start, iterations)),
            "soyclustering": ("soyclustering", lambda: soyclustering(data, k, iterations)),
        }
        for name, peer in (peers[name] for name in options.peers):
            theirs, found = peer()
            loss = " ⚠" if theirs < seconds else ""
            print(f"| {name} | {theirs:.2f} | {theirs / seconds:.1f}{loss} | "
                  f"{100 * same(labels, found, k):.4f} % | {objective(data, found, k):.3f} |", flush=True)
    full, _ = clade(options.program, data, start, 300)
    print(f"until no label changes: Clade {full['seconds']:.2f} s, {full['iterations']} iterations",
          flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=HERE.parent / ".build/release/SphericalTiming")
    parser.add_argument("--repository", nargs="*", default=[])
    parser.add_argument("--rows")
    parser.add_argument("--shape", nargs=3, type=int, action="append")
    parser.add_argument("--peers", nargs="*", default=["c", "scipy"])
    options = parser.parse_args()
    shapes = options.shape or [(100_000, 1000, 10), (100_000, 100, 10)]
    n = max(shape[0] for shape in shapes)
    data = (sparse.load_npz(options.rows) if options.rows
            else commit_messages(options.repository, n) if options.repository else made_up(n))
    for shape in shapes:
        measure(options, data, *shape)


if __name__ == "__main__":
    main()
