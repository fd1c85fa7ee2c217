"""Gaussian mixtures: Clade beside scikit-learn, from the same start, for the same iterations.

    swift build -c release --package-path MixtureTiming
    python gaussian_mixture.py [--threads 2] [--runs 5]

Both get the same rows and start from the same labels; both run the same number of iterations with no
tolerance; Clade stops where the likelihood no longer grows. The time is that of the whole `fit`, with
what each does before and after the iterations.
"""

import argparse
import os
import statistics
import subprocess
import tempfile
import time
import warnings

parser = argparse.ArgumentParser()
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--runs", type=int, default=5)
options = parser.parse_args()
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = str(options.threads)

import numpy as np
from sklearn.mixture import GaussianMixture

warnings.filterwarnings("ignore")
here = os.path.dirname(os.path.abspath(__file__))
runner = os.path.join(here, "MixtureTiming/.build/release/MixtureTiming")
peer_types = {"full": "full", "tied": "tied", "diagonal": "diag", "spherical": "spherical"}

# rows, columns, components, covariances, standard deviation within groups (centers have 10), iterations
cases = [
    (100_000, 16, 32, "full", 1, 20),
    (100_000, 16, 32, "full", 8, 20),
    (20_000, 2, 100, "full", 1, 20),
    (50_000, 64, 10, "full", 1, 20),
    (50_000, 64, 10, "full", 30, 20),
    (100_000, 16, 32, "tied", 8, 20),
    (100_000, 16, 32, "diagonal", 8, 20),
    (100_000, 16, 32, "spherical", 8, 20),
    (1_000, 4, 5, "full", 4, 20),
]


def start(rows, labels, k, kind):
    """The weights, means and precisions of the partition, as scikit-learn takes them."""
    weights = np.bincount(labels, minlength=k) / len(labels)
    means = np.array([rows[labels == j].mean(axis=0) for j in range(k)])
    covariances = np.array([np.cov(rows[labels == j].T, bias=True) for j in range(k)])
    if kind == "full":
        precisions = np.linalg.inv(covariances)
    elif kind == "tied":
        precisions = np.linalg.inv(np.einsum("k,kij->ij", weights, covariances))
    else:
        variances = np.array([np.diag(c) for c in covariances])
        precisions = 1 / (variances if kind == "diagonal" else variances.mean(axis=1))
    return weights, means, precisions


print("| rows × columns | k | covariances | overlap | scikit-learn, s | Clade, s | ratio "
      "| iterations | ratio an iteration | log-likelihood apart |")
print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
for n, d, k, kind, spread, iterations in cases:
    random = np.random.default_rng(1)
    labels = random.integers(0, k, n).astype(np.int32)
    rows = random.normal(0, 10, (k, d))[labels] + random.normal(0, spread, (n, d))
    # The start has a tenth of its labels wrong, so that there is something to iterate for.
    labels = np.where(random.random(n) < 0.1, random.integers(0, k, n), labels).astype(np.int32)
    weights, means, precisions = start(rows, labels, k, kind)
    with tempfile.TemporaryDirectory() as folder:
        rows_path, labels_path = os.path.join(folder, "rows"), os.path.join(folder, "labels")
        rows.tofile(rows_path)
        labels.tofile(labels_path)
        ours, theirs = [], []
        for run in range(options.runs + 1):
            mixture = GaussianMixture(
                k, covariance_type=peer_types[kind], tol=0, max_iter=iterations,
                weights_init=weights, means_init=means, precisions_init=precisions)
            begin = time.perf_counter()
            mixture.fit(rows)
            theirs.append(time.perf_counter() - begin)
            output = subprocess.run(
                [runner, rows_path, labels_path, str(d), kind, str(iterations),
                 str(options.threads)], check=True, capture_output=True, text=True).stdout
            seconds, likelihood, used, left = output.split()
            ours.append(float(seconds))
        peer, clade = statistics.median(theirs[1:]), statistics.median(ours[1:])
        each = (peer / mixture.n_iter_) / (clade / int(used))
        lost = "" if int(left) == k else f" ({k - int(left)} removed)"
        print(f"| {n:,} × {d} | {k}{lost} | {kind} | {spread / 10:g} | {peer:.3f} | {clade:.4f} "
              f"| {peer / clade:.1f}{' ⚠' if peer < clade else ''} | {mixture.n_iter_} / {used} "
              f"| {each:.1f} | {abs(mixture.score(rows) - float(likelihood)):.0e} |", flush=True)
