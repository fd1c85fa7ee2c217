"""Reading JSON Lines of numbers: Clade against pandas, Polars and PyArrow, in the same run.

    swift build -c release --package-path .. --product ReadTable
    python read_json.py [--rows 1000000] [--columns 16] [--repeats 3] [--folder FOLDER] [KIND ...]

A KIND is "17 digits", "4 decimals" or "whole numbers"; FOLDER keeps the files for a later run.

Times are medians of wall-clock seconds of the reading alone, every read in a process of its own, the
sides in turns. Peak memory is the largest resident set of the whole process. Polars and PyArrow use
all cores and read objects only; pandas uses one thread. Clade makes one matrix, the others columns.
"""

import argparse
import contextlib
import os
import statistics
import sys
import tempfile

from read_csv import READ, run

PEER = """
import sys, time
if sys.argv[1] == "pandas":
    import pandas
    read = lambda path: pandas.read_json(path, lines=True)
elif sys.argv[1] == "Polars":
    import polars
    read = polars.read_ndjson
else:
    import pyarrow.json
    read = pyarrow.json.read_json
start = time.perf_counter()
read(sys.argv[2])
print(time.perf_counter() - start)
"""

GENERATE = """
import os, sys, numpy, pandas, polars, pyarrow
rows, columns, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
random = numpy.random.default_rng(0)
shape = (rows, columns)
keys = [f'"x{i}":' for i in range(columns)]
for kind, values in {
    "17 digits": random.normal(size=shape),
    "4 decimals": numpy.round(random.normal(size=shape) * 10, 4),
    "whole numbers": random.integers(0, 100_000, size=shape),
}.items():
    if os.path.exists(f"{folder}/{kind}, arrays"):
        continue
    with open(f"{folder}/{kind}, arrays", "w") as arrays, \\
            open(f"{folder}/{kind}, objects", "w") as objects:
        for first in range(0, rows, 10_000):
            for row in values[first : first + 10_000].tolist():
                numbers = [repr(value) for value in row]
                arrays.write("[" + ",".join(numbers) + "]\\n")
                objects.write("{" + ",".join(map(str.__add__, keys, numbers)) + "}\\n")
print(f"{pandas.__version__},{polars.__version__},{pyarrow.__version__}")
"""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--columns", type=int, default=16)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--folder")
    parser.add_argument("kinds", nargs="*", metavar="KIND")
    arguments = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = arguments.folder or stack.enter_context(tempfile.TemporaryDirectory())
        size = [str(arguments.rows), str(arguments.columns)]
        versions = run([sys.executable, "-c", GENERATE, *size, folder])[0].split(",")
        matrix = arguments.rows * arguments.columns * 8 / 2**20
        print(f"{' x '.join(size)}, matrix {matrix:.0f} MiB; pandas, Polars, PyArrow "
              f"{', '.join(versions)}\n")
        print("| file | reader | seconds | ratio | peak |")
        print("| --- | --- | ---: | ---: | ---: |")
        for name in sorted(os.listdir(folder)):
            if arguments.kinds and name.split(",")[0] not in arguments.kinds:
                continue
            path = os.path.join(folder, name)
            peers = ["pandas", "Polars", "PyArrow"] if name.endswith("objects") else ["pandas"]
            sides = {"Clade, 2 threads": [READ, path, "2"], "Clade, 1 thread": [READ, path, "1"]}
            sides |= {peer: [sys.executable, "-c", PEER, peer, path] for peer in peers}
            runs = [{side: run(command) for side, command in sides.items()}
                    for _ in range(arguments.repeats + 1)][1:]
            seconds = {
                side: statistics.median(float(turn[side][0]) for turn in runs) for side in sides}
            title = f"{name}, {os.path.getsize(path) / 2**20:.0f} MiB"
            for side in sides:
                ratio = seconds[side] / seconds["Clade, 2 threads"]
                mark = " ⚠" if ratio < 1 else ""
                print(
                    f"| {title} | {side} | {seconds[side]:.3f} | "
                    f"{'' if side.startswith('Clade, 2') else f'{ratio:.2f}{mark}'} | "
                    f"{max(turn[side][1] for turn in runs):.0f} MiB |", flush=True)
                title = ""


if __name__ == "__main__":
    main()
