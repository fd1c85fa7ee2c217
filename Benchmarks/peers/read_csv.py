"""Reading a CSV file of numbers: Clade against pandas' C reader, in the same run.

    swift build -c release --package-path ..  --product ReadTable
    python read_csv.py [--rows 1000000] [--columns 16] [--repeats 5]

Times are medians of wall-clock seconds of the reading alone, every read in a process of its own, the
sides in turns. Peak memory is the largest resident set of the whole process; for pandas the one of a
process that imports it and reads nothing is given too.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile

READ = os.environ.get(
    "CLADE_READ", os.path.join(os.path.dirname(__file__), "..", ".build", "release", "ReadTable"))

PANDAS = """
import sys, time, pandas
start = time.perf_counter()
if len(sys.argv) > 1:
    frame = pandas.read_csv(sys.argv[1], engine="c")
print(time.perf_counter() - start)
"""

# In a process of its own, since a child's peak counts what its parent had when it was started.
GENERATE = """
import sys, numpy, pandas
rows, columns, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
random = numpy.random.default_rng(0)
shape = (rows, columns)
for kind, values in {
    "17 digits": random.normal(size=shape),
    "4 decimals": numpy.round(random.normal(size=shape) * 10, 4),
    "whole numbers": random.integers(0, 100_000, size=shape),
}.items():
    frame = pandas.DataFrame(values, columns=[f"x{i}" for i in range(columns)])
    frame.to_csv(f"{folder}/{kind}.csv", index=False)
print(pandas.__version__)
"""


def run(command):
    """Runs a command; returns what it printed and the MiB of its largest resident set."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    output = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status != 0:
        sys.exit(f"{command[0]} failed")
    return output.split()[0], usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--columns", type=int, default=16)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        size = [str(arguments.rows), str(arguments.columns)]
        version = run([sys.executable, "-c", GENERATE, *size, folder])[0]
        matrix = arguments.rows * arguments.columns * 8 / 2**20
        print(f"{' x '.join(size)}, matrix {matrix:.0f} MiB, pandas {version}\n")
        print("| file | pandas | clade, 2 threads | ratio | clade, 1 thread | ratio "
              "| peak pandas | peak clade |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- |")
        base = run([sys.executable, "-c", PANDAS])[1]
        for name in sorted(os.listdir(folder)):
            path = os.path.join(folder, name)
            sides = [
                [sys.executable, "-c", PANDAS, path], [READ, path, "2"], [READ, path, "1"]]
            runs = [[run(side) for side in sides] for _ in range(arguments.repeats + 1)][1:]
            seconds = [
                statistics.median(float(turn[side][0]) for turn in runs) for side in range(3)]
            peaks = [max(turn[side][1] for turn in runs) for side in range(3)]
            print(
                f"| {name[:-4]}, {os.path.getsize(path) / 2**20:.0f} MiB | {seconds[0]:.3f} s "
                f"| {seconds[1]:.3f} s | {seconds[0] / seconds[1]:.1f} "
                f"| {seconds[2]:.3f} s | {seconds[0] / seconds[2]:.1f} "
                f"| {peaks[0]:.0f} MiB ({base:.0f} before reading) | {max(peaks[1:]):.0f} MiB |")


if __name__ == "__main__":
    main()
