"""Graph degree linkage on scikit-learn's digits, beside linkages of scikit-learn that are told k, too.

    swift build -c release --package-path ../..
    python graph_linkage.py [--threads 2]

1,797 digits of 8 × 8 pixels as they are, ten groups; agreement with the digits by normalised mutual
information and the adjusted Rand index. Clade's time is `seconds.fit`. `CLADE` names the program if it is
elsewhere.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time

import numpy as np
from sklearn.cluster import AgglomerativeClustering, SpectralClustering
from sklearn.datasets import load_digits
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

parser = argparse.ArgumentParser()
parser.add_argument("--threads", type=int, default=2)
options = parser.parse_args()
here = os.path.dirname(os.path.abspath(__file__))
clade = os.environ.get("CLADE") or os.path.join(here, "../../.build/release/clade")
rows, digits = load_digits(return_X_y=True)


def line(name, labels, seconds):
    print(f"| {name} | {len(set(labels))} | {normalized_mutual_info_score(digits, labels):.3f} "
          f"| {adjusted_rand_score(digits, labels):.3f} | {seconds:.2f} s |", flush=True)


print("| method | groups | NMI | ARI | time |")
print("| --- | ---: | ---: | ---: | ---: |")
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "digits.npy")
    np.save(path, rows)
    for name, more in (
            ("Clade gdl", ["--method", "gdl"]), ("Clade agdl", ["--method", "agdl"]),
            ("Clade gdl, 10 neighbours", ["--method", "gdl", "--neighbors", "10"]),
            ("Clade genie", ["--method", "genie"])):
        labels = os.path.join(folder, "labels.npy")
        result = subprocess.run(
            [clade, "fit", path, *more, "-k", "10", "--scale", "none", "--threads",
             str(options.threads), "-o", labels, "--json"],
            capture_output=True, text=True, check=True)
        line(name, np.load(labels).ravel(), json.loads(result.stdout)["seconds"]["fit"])
for name, method in (
        ("scikit-learn, average linkage", AgglomerativeClustering(10, linkage="average")),
        ("scikit-learn, Ward's linkage", AgglomerativeClustering(10, linkage="ward")),
        ("scikit-learn, spectral clustering, 20 neighbours",
         SpectralClustering(10, affinity="nearest_neighbors", n_neighbors=20, random_state=0))):
    begin = time.perf_counter()
    labels = method.fit_predict(rows)
    line(name, labels, time.perf_counter() - begin)
