"""Labels a million rows from a pipe as they come: `clade fit --stream` and scikit-learn's partial_fit.

    swift build -c release --product clade
    python Benchmarks/peers/stream.py

Prints the table under "Streams" in RESULTS.md: seconds, rows a second, the largest resident memory, and
the loss, the sum of the squared distances of the rows from the nearest center that was held when they
came. scikit-learn has no stream of its own: pandas reads 1000 rows at a time, which get their labels and
are then handed to MiniBatchKMeans.partial_fit; both scale by the first 256 rows. `CLADE` names the
program if it is elsewhere.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "2"

import numpy as np  # noqa: E402

ROWS, COLUMNS, K = 1_000_000, 8, 10
CLADE = os.environ.get("CLADE", str(pathlib.Path(__file__).parent.parent.parent / ".build/release/clade"))


def follow():
    """The peer, as a process of its own: reads standard input, writes labels and then the loss."""
    import pandas
    from sklearn.cluster import MiniBatchKMeans

    model, scales, loss = MiniBatchKMeans(K, random_state=0, n_init=1), None, 0.0
    for rows in pandas.read_csv(sys.stdin, header=None, chunksize=1000):
        rows = rows.to_numpy()
        if scales is None:
            scales = rows[:256].mean(0), rows[:256].std(0)
        rows = (rows - scales[0]) / scales[1]
        if hasattr(model, "cluster_centers_"):
            distances = model.transform(rows)
            labels = distances.argmin(1)
            loss += float((distances.min(1) ** 2).sum())
            model.partial_fit(rows)
        else:
            labels = model.partial_fit(rows).predict(rows)
        sys.stdout.write("\n".join(map(str, labels)) + "\n")
    print(loss, file=sys.stderr)


def main():
    random = np.random.default_rng(1)
    places = random.normal(size=(K, COLUMNS)) * 2
    with tempfile.TemporaryDirectory() as folder:
        path, labels = os.path.join(folder, "rows.csv"), os.path.join(folder, "labels.csv")
        rows = places[random.integers(0, K, ROWS)] + random.normal(size=(ROWS, COLUMNS))
        import pandas
        pandas.DataFrame(rows).to_csv(path, header=False, index=False, float_format="%.4f")

        def run(arguments):
            start = time.perf_counter()
            with open(path) as file, open(labels, "w") as output:
                cat = subprocess.Popen(["cat"], stdin=file, stdout=subprocess.PIPE)
                # GNU time, since what this process holds would count as its children's.
                process = subprocess.run(
                    ["/usr/bin/time", "-f", "%M", *arguments], stdin=cat.stdout, stdout=output,
                    stderr=subprocess.PIPE, check=True)
            words = process.stderr.split()
            return time.perf_counter() - start, int(words[-1]), words

        own, memory, _ = run([CLADE, "fit", "--stream", "-k", str(K), "--threads", "2"])
        record = json.loads(subprocess.run(
            [CLADE, "fit", path, "--stream", "-k", str(K), "-o", labels, "--json"], check=True,
            capture_output=True).stdout)
        peer, peer_memory, words = run([sys.executable, __file__, "follow"])
        loss = float(words[-2])
        for who, seconds, kilobytes, lost in (
            ("Clade", own, memory, record["loss"]), ("scikit-learn", peer, peer_memory, loss)):
            ratio = "" if who == "Clade" else f"{seconds / own:.2f}{' ⚠' if seconds < own else ''}"
            print(f"| {who} | {seconds:.2f} | {ROWS / seconds:,.0f} | {kilobytes / 1024:.0f} | {lost:.5g} | {ratio} |")


if __name__ == "__main__":
    follow() if "follow" in sys.argv else main()
