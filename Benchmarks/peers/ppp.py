"""PPP beside k-means, a Gaussian mixture with k by BIC, and hdbscan.

    swift build -c release
    python Benchmarks/peers/ppp.py time        1,000,000 × 16: PPP, and KMeans told k = 32
    python Benchmarks/peers/ppp.py peers       what the peers find in some of the sets, not told k
    python Benchmarks/peers/ppp.py sets        what PPP finds in all sets

Prints the tables under "PPP" in RESULTS.md. The sets are read from the folder that CLADE_BENCHMARKS
names; columns are standardised, rows whose reference is 0 (noise) are left out of the score, and of
several references the best counts.
"""

import os
import statistics
import sys
import time

THREADS = 2
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(THREADS)

import numpy as np  # noqa: E402
from sklearn.cluster import KMeans  # noqa: E402
from sklearn.metrics import adjusted_rand_score  # noqa: E402
from sklearn.mixture import GaussianMixture  # noqa: E402

from known_groups import clade, count, known, library, score, standardised, suite  # noqa: E402

REPEATS = 3
FEW = ["fcps/hepta", "fcps/wingnut", "sipu/a1", "sipu/aggregation", "sipu/flame", "sipu/s1",
       "sipu/unbalance", "uci/wine"]


def ppp(data):
    """The record of a fit and its labels."""
    return clade(data, "--method", "ppp", "--scale", "none", "--threads", str(THREADS))


def timing():
    random = np.random.default_rng(1)
    places = random.normal(size=(32, 16)) * 2
    truth = random.integers(0, 32, 1_000_000)
    data = places[truth] + random.normal(size=(1_000_000, 16))
    ours, theirs = [], []
    for _ in range(REPEATS):
        record, labels = ppp(data)
        ours.append(record["seconds"]["fit"])
        start = time.perf_counter()
        peer = KMeans(32, n_init=1, max_iter=20, tol=0, random_state=0).fit(data)
        theirs.append(time.perf_counter() - start)
    a, b = statistics.median(ours), statistics.median(theirs)
    print("| 1,000,000 × 16, 32 groups | seconds | k | ARI |\n| --- | ---: | ---: | ---: |")
    print(f"| Clade PPP, not told k | {a:.2f} | {record['k']} "
          f"| {adjusted_rand_score(truth, labels):.4f} |")
    print(f"| scikit-learn KMeans, told k, {peer.n_iter_} iterations | {b:.2f} | 32 "
          f"| {adjusted_rand_score(truth, peer.labels_):.4f} |")
    print(f"\nPPP takes {a / b:.2f} times as long.")


def by_bic(data):
    fits = [GaussianMixture(k, random_state=0).fit(data) for k in range(1, 26)]
    return min(fits, key=lambda fit: fit.bic(data)).predict(data)


def by_density(data):
    return library("hdbscan").HDBSCAN().fit_predict(data)


def peers():
    print("| set | groups | PPP k | ARI | mixture by BIC k | ARI | hdbscan k | ARI |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, data, references in suite():
        if name not in FEW:
            continue
        data = standardised(data)
        cells = [name, known(references)]
        for labels in (ppp(data)[1], by_bic(data), by_density(data)):
            cells += [str(count(labels)), f"{score(references, labels):.3f}"]
        print("| " + " | ".join(cells) + " |", flush=True)


def sets():
    print("| set | n × d | groups | PPP k | ARI | seconds |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    scores = []
    for name, data, references in suite():
        record, labels = ppp(standardised(data))
        scores.append(score(references, labels))
        print(f"| {name} | {data.shape[0]:,} × {data.shape[1]} | {known(references)} "
              f"| {record['k']} | {scores[-1]:.3f} | {record['seconds']['fit']:.2f} |", flush=True)
    print(f"| mean of {len(scores)} | | | | {statistics.mean(scores):.3f} | |")


if __name__ == "__main__":
    commands = {"time": timing, "peers": peers, "sets": sets}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]]()
