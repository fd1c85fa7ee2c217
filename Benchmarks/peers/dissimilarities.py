"""Times matrices of all dissimilarities: Clade beside rapidfuzz, dtaidistance and tslearn.

    swift build -c release --package-path Benchmarks --product DissimilarityTiming
    python Benchmarks/peers/dissimilarities.py [texts | series]

Prints the tables under "Dissimilarities" in RESULTS.md. Times are medians of `REPEATS` runs in seconds with
two threads, after one that warms up; the sides take turns on the same data. Texts give n x n floats on both
sides, series n x n doubles; both sides' sums have to agree. `DISSIMILARITY_TIMING` names the program if it is
elsewhere.
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
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = str(THREADS)

import numpy as np  # noqa: E402

REPEATS = 3
PROGRAM = pathlib.Path(
    os.environ.get("DISSIMILARITY_TIMING",
                   pathlib.Path(__file__).parent.parent / ".build/release/DissimilarityTiming"))


class Clade:
    """The program, which runs once for each line that it gets."""

    def __init__(self, kind, path, columns):
        self.process = subprocess.Popen([PROGRAM, kind, path, str(columns), str(THREADS)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        outcome = json.loads(self.process.stdout.readline())
        return outcome["seconds"], outcome["sum"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def timed(compute):
    start = time.perf_counter()
    matrix = compute()
    return time.perf_counter() - start, float(np.sum(matrix, dtype=np.float64))


def compare(name, kind, path, columns, peers, tolerance=1e-5):
    """A line for Clade and each peer, which take turns."""
    own = Clade(kind, path, columns)
    runs = {"Clade": own, **{key: (lambda run=run: timed(run)) for key, run in peers.items()}}
    seconds = {key: [] for key in runs}
    for repeat in range(REPEATS + 1):
        sums = {}
        for key, run in runs.items():
            taken, sums[key] = run()
            if repeat:
                seconds[key].append(taken)
        for key in peers:
            assert abs(sums[key] - sums["Clade"]) <= tolerance * sums["Clade"], (name, sums)
    own.close()
    own_time = statistics.median(seconds["Clade"])
    for key in peers:
        peer = statistics.median(seconds[key])
        mark = " ⚠" if peer < own_time else ""
        print(f"| {name} | {own_time:.3f} s | {key} | {peer:.3f} s | {peer / own_time:.1f}{mark} |",
              flush=True)


def texts(random, count, words, letters):
    """Texts of so many words, half of which are another with a few letters changed."""
    vocabulary = ["".join(random.choice(letters, random.integers(2, 11))) for _ in range(2000)]
    result = []
    for index in range(count):
        if index and random.random() < 0.5:
            text = list(result[random.integers(0, index)])
            for _ in range(3):
                text[random.integers(0, len(text))] = random.choice(letters)
        else:
            text = " ".join(random.choice(vocabulary, words))
        result.append("".join(text))
    return result


def text_tables(folder):
    from rapidfuzz import process
    from rapidfuzz.distance import Jaro, JaroWinkler, Levenshtein

    scorers = {
        "edit": (Levenshtein.distance, np.int32),
        "normalized-edit": (Levenshtein.normalized_distance, np.float32),
        "jaro": (Jaro.distance, np.float32),
        "jaro-winkler": (JaroWinkler.distance, np.float32),
    }
    random = np.random.default_rng(1)
    latin, han = list("etaoinshrdlucmfwygpbvkxqjz"), [chr(0x4E00 + i) for i in range(1500)]
    cases = [
        ("8,000 names, 13 letters", texts(random, 8_000, 2, latin), list(scorers)),
        ("3,000 titles, 45 letters", texts(random, 3_000, 7, latin), list(scorers)),
        ("1,000 texts, 260 letters", texts(random, 1_000, 40, latin), list(scorers)),
        ("3,000 titles of 1,500 different letters, 45 letters", texts(random, 3_000, 7, han),
         ["edit", "jaro-winkler"]),
        ("100 texts, 6,500 letters", texts(random, 100, 1_000, latin), ["edit"]),
    ]
    print("| texts | Clade | peer | peer's | ratio |\n| --- | ---: | --- | ---: | ---: |")
    path = os.path.join(folder, "texts")
    for name, lines, kinds in cases:
        pathlib.Path(path).write_text("\n".join(lines), encoding="utf-8")
        for kind in kinds:
            scorer, dtype = scorers[kind]
            compare(f"{name}, {kind}", kind, path, 0, {
                "rapidfuzz": lambda: process.cdist(lines, lines, scorer=scorer, dtype=dtype,
                                                   workers=THREADS)})


def series_tables(folder):
    from dtaidistance import dtw
    from tslearn.metrics import cdist_dtw

    random = np.random.default_rng(1)
    print("| series | Clade | peer | peer's | ratio |\n| --- | ---: | --- | ---: | ---: |")
    path = os.path.join(folder, "series")
    for rows, columns, window in ((500, 128, 10), (200, 128, None), (100, 500, 50)):
        data = np.cumsum(random.standard_normal((rows, columns)), axis=1)
        data.tofile(path)
        name = f"{rows:,} × {columns}, " + (f"window {window}" if window else "no window")
        constraint = dict(global_constraint="sakoe_chiba", sakoe_chiba_radius=window) if window else {}

        def dtaidistance():
            return dtw.distance_matrix_fast(data, window=window + 1 if window else None, parallel=True)

        compare(name, f"dtw:{window}" if window else "dtw", path, columns, {
            "dtaidistance": dtaidistance,
            "tslearn": lambda: cdist_dtw(data, n_jobs=THREADS, **constraint)}, tolerance=1e-9)


with tempfile.TemporaryDirectory() as work:
    if sys.argv[1:2] != ["series"]:
        text_tables(work)
    if sys.argv[1:2] != ["texts"]:
        series_tables(work)
