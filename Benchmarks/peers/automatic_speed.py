"""What the automatic choice costs beside one fit of HDBSCAN* to the same rows, with the memory it took at most.

    swift build -c release --package-path ../..
    python automatic_speed.py [--threads 2] [--runs 3] [--cases 5000x2,100000x2,100000x8,1000000x2]

Each fit is a process of its own; its time is that of the fit alone, `seconds.fit`. Rows are normal groups of three
widths in single precision. `--hdbscan-most N` leaves HDBSCAN* out beyond N rows, where it takes long. Medians of
the runs. Needs /usr/bin/time.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile

import numpy as np
from sklearn.metrics import adjusted_rand_score

parser = argparse.ArgumentParser()
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--runs", type=int, default=3)
parser.add_argument("--cases", default="5000x2,100000x2,100000x8,1000000x2")
parser.add_argument("--hdbscan-most", type=int, default=1_000_000)
options = parser.parse_args()

here = os.path.dirname(os.path.abspath(__file__))
clade = os.environ.get("CLADE") or os.path.join(here, "../../.build/release/clade")


def groups(n, d):
    """Twelve normal groups of three widths: the rows, and the group of each."""
    random = np.random.default_rng(0)
    centers = random.uniform(-40, 40, size=(12, d)).astype("float32")
    which = random.integers(12, size=n)
    rows = random.standard_normal(size=(n, d), dtype="float32")
    rows *= (1 + which % 3)[:, None].astype("float32")
    rows += centers[which]
    return rows, which


def fit(path, *method):
    command = [clade, "fit", path, "--scale", "none", "--threads", str(options.threads),
               "-o", path + ".labels.npy", "--json", "--method", *method]
    # A process that Python starts inherits Python's peak; one that time starts doesn't.
    timed = subprocess.run(
        ["/usr/bin/time", "-f", "%M"] + command, capture_output=True, text=True, check=True)
    return {"seconds": json.loads(timed.stdout)["seconds"]["fit"],
            "peak": int(timed.stderr.split()[-1]) / 1024,
            "labels": np.load(path + ".labels.npy").ravel()}


print("| rows | auto, s | HDBSCAN*, s | auto over HDBSCAN* | peak MiB of auto | groups | ARI |")
print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
with tempfile.TemporaryDirectory() as folder:
    for case in options.cases.split(","):
        n, d = (int(part) for part in case.split("x"))
        path = os.path.join(folder, "rows.npy")
        rows, truth = groups(n, d)
        np.save(path, rows)
        del rows
        auto, dense = [], []
        for _ in range(options.runs):
            auto.append(fit(path, "auto", "--noise", "assign"))
            if n <= options.hdbscan_most:
                dense.append(fit(path, "hdbscan", "--min-cluster-size", "20", "--min-samples", "5"))
        time = statistics.median(run["seconds"] for run in auto)
        beside = statistics.median(run["seconds"] for run in dense) if dense else None
        labels = auto[0]["labels"]
        print(f"| {n:,} × {d} | {time:.2f} | {f'{beside:.2f}' if beside else '–'} "
              f"| {f'{time / beside:.1f}' if beside else '–'} "
              f"| {max(run['peak'] for run in auto):.0f} | {labels.max() + 1} "
              f"| {adjusted_rand_score(truth, labels):.4f} |", flush=True)
