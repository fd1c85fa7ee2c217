"""Compares what k-means of a file reads a second with what the disk and the page cache can give.

    swift build -c release --product clade
    python Benchmarks/peers/out_of_core.py [GIB [FOLDER]]

Prints the table under "Files larger than memory" in RESULTS.md. A raw file of GIB (4) GiB of floats, 32 a
row, is written to FOLDER, read from front to back by plain reads of 1 MiB, and clustered with -k 8, both
after its pages were dropped from the cache (cold) and when they are all there (warm). `CLADE` names the
program if it is elsewhere.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np

COLUMNS = 32
CLADE = os.environ.get("CLADE", str(pathlib.Path(__file__).parent.parent.parent / ".build/release/clade"))


def drop(path):
    with open(path, "rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def read(path):
    buffer = bytearray(1 << 20)
    start = time.perf_counter()
    with open(path, "rb", buffering=0) as file:
        while file.readinto(buffer):
            pass
    return time.perf_counter() - start


def fit(path, method, iterations, threads):
    arguments = [
        CLADE, "fit", path, "--raw", f"f4:{COLUMNS}", "--method", method, "-k", "8", "--scale", "none",
        "--max-iterations", str(iterations), "--memory", "1GiB", "--threads", str(threads), "--json"]
    start = time.perf_counter()
    output = subprocess.run(arguments, check=True, capture_output=True).stdout
    return time.perf_counter() - start, json.loads(output)


def main():
    size = int(float(sys.argv[1]) * (1 << 30)) if len(sys.argv) > 1 else 4 << 30
    folder = sys.argv[2] if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory(dir=folder) as folder:
        path = os.path.join(folder, "rows.f32")
        random = np.random.default_rng(1)
        places = random.normal(size=(8, COLUMNS)).astype(np.float32) * 2
        with open(path, "wb") as file:
            while file.tell() < size:
                rows = places[random.integers(0, 8, 1 << 18)]
                rows += random.standard_normal(size=rows.shape, dtype=np.float32)
                rows.tofile(file)
        size = os.path.getsize(path)
        drop(path)
        cold = read(path)
        read(path)
        warm = read(path)
        print(f"{size / 1e9:.2f} GB; read cold {size / cold / 1e9:.2f} GB/s, warm {size / warm / 1e9:.2f} GB/s")
        for threads in (1, 2):
            for method in ("kmeans", "minibatch"):
                drop(path)
                first, _ = fit(path, method, 5, threads)
                again, record = fit(path, method, 5, threads)
                # Checks with the sample, and the first assignment, besides the iterations; mini-batches,
                # which have no iterations, label all rows.
                passes = record["iterations"] + 2 if method == "kmeans" else 2
                rate = passes * size / again
                # What the first pass cost more than one from memory.
                begin = first - again + size / rate
                print(
                    f"| {method}, {threads} threads | {passes} | {again:.2f} | {rate / 1e9:.2f} | "
                    f"{100 * rate * warm / size:.0f} % | {first:.2f} | {100 * cold / begin:.0f} % |", flush=True)


if __name__ == "__main__":
    main()
