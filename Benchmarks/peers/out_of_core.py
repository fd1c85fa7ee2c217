"""Compares what k-means of a file reads a second with what the disk and the page cache can give.

    swift build -c release --product clade
    python Benchmarks/peers/out_of_core.py [GIB [FOLDER]]

Prints the tables under "Files larger than memory" in RESULTS.md. A raw file of GIB (4) GiB of floats, 32 a
row, is written to FOLDER and clustered with -k 8: past the system's cache (--uncached), as a file is that is
larger than memory, in turns with direct reads of 2 MiB by two threads into large pages, which are the disk's
speed; and through the cache when it is all there, beside plain reads of 1 MiB. With little memory (a
fifth of the file and 84 MiB) nearly all of every pass comes from the disk, with more (half of the
file) a part stays from pass to pass. What was read from the disk is what the system counted.
`CLADE` names the program if it is elsewhere.
"""

import concurrent.futures
import json
import mmap
import os
import pathlib
import statistics
import sys
import tempfile
import time

import numpy as np

COLUMNS = 32
REPEATS = 3
CLADE = os.environ.get("CLADE", str(pathlib.Path(__file__).parent.parent.parent / ".build/release/clade"))


def drop(path):
    with open(path, "rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def read_past_cache(path, threads=2, block=2 << 20, large_pages=True, adding=False):
    """Bytes a second by threads each of which reads every so many-th block, with nothing to compute, or with
    all numbers added up."""
    size = os.path.getsize(path)
    file = os.open(path, os.O_RDONLY | os.O_DIRECT)
    buffers = [written_memory(block, large_pages) for _ in range(threads)]

    def work(first):
        for start in range(first * block, size, threads * block):
            count = os.preadv(file, [buffers[first]], start)
            if adding:
                buffers[first][:count].view(np.float32).sum()

    start = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))
    seconds = time.perf_counter() - start
    os.close(file)
    return size / seconds


def written_memory(size, large_pages):
    """Memory that was written to, from a multiple of 2 MiB on."""
    large = 2 << 20
    whole = mmap.mmap(-1, size + large, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if large_pages:
        whole.madvise(mmap.MADV_HUGEPAGE)
    numbers = np.frombuffer(whole, np.uint8)
    start = -numbers.ctypes.data % large
    numbers = numbers[start:start + size]
    numbers[:] = 1
    return numbers


def read_cached(path):
    buffer = bytearray(1 << 20)
    start = time.perf_counter()
    with open(path, "rb", buffering=0) as file:
        while file.readinto(buffer):
            pass
    return os.path.getsize(path) / (time.perf_counter() - start)


def fit(path, method, threads, memory, more):
    """Seconds, bytes gone over and read from the disk, seconds of processor time, most memory, and what the
    program says."""
    arguments = [
        CLADE, "fit", path, "--raw", f"f4:{COLUMNS}", "--method", method, "-k", "8", "--scale", "none",
        "--max-iterations", "5" if method == "kmeans" else "64", "--memory", str(memory),
        "--threads", str(threads), "--json", "--quiet", *more]
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        child = os.posix_spawn(
            CLADE, arguments, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, output.fileno(), 1)])
        _, status, usage = os.wait4(child, 0)
        seconds = time.perf_counter() - start
        if status:
            sys.exit(f"{' '.join(arguments)} failed")
        output.seek(0)
        record = json.load(output)
    # To check rows, for labels by first centers and for each iteration; or for batches and labels.
    passes = 2 + record["iterations"] if method == "kmeans" else 3
    return (
        seconds, passes * os.path.getsize(path), usage.ru_inblock * 512, usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss * 1024, record)


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
        runs = [(method, threads) for threads in (1, 2) for method in ("kmeans", "minibatch")]
        print(f"{size / 1e9:.2f} GB; medians of {REPEATS}\n")
        print("| direct reads, GB/s | 2 MiB, 1 thread | 2 MiB, 2 threads | 2 MiB, 4 threads | 8 MiB, 4 threads |")
        print("| --- | ---: | ---: | ---: | ---: |")
        kinds = (("large pages", True, False), ("small pages", False, False),
                 ("large pages, numbers added up", True, True))
        for pages, large_pages, adding in kinds:
            cells = []
            for threads, block in ((1, 2 << 20), (2, 2 << 20), (4, 2 << 20), (4, 8 << 20)):
                drop(path)
                rates = [
                    read_past_cache(path, threads, block, large_pages, adding) / 1e9
                    for _ in range(REPEATS)]
                cells.append(f"{statistics.median(rates):.2f} ({min(rates):.2f}–{max(rates):.2f})")
            print(f"| into {pages} | {' | '.join(cells)} |", flush=True)
        print()
        print(
            "| past the cache | memory, MB | used, MB | seconds | GB gone over | GB read | GB/s gone over | "
            "of the disk's speed | processor, s |")
        print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
        results = {}
        for memory in (size // 5 + (84 << 20), size // 2):
            for method, threads in runs:
                rows = []
                for _ in range(REPEATS):
                    drop(path)
                    before = read_past_cache(path)
                    seconds, whole, count, processor, used, record = fit(
                        path, method, threads, memory, ["--uncached"])
                    disk = (before + read_past_cache(path)) / 2
                    rows.append((
                        used / 1e6, seconds, whole / 1e9, count / 1e9, whole / seconds / 1e9,
                        whole / seconds / disk, processor))
                assert results.setdefault((method, threads), record["objective"]) == record["objective"]
                used, seconds, whole, count, rate, part, processor = (
                    statistics.median(column) for column in zip(*rows))
                print(
                    f"| {method}, {threads} threads | {memory / 1e6:.0f} | {used:.0f} | {seconds:.2f} | "
                    f"{whole:.2f} | {count:.2f} | {rate:.2f} | {100 * part:.0f} % | {processor:.2f} |",
                    flush=True)
        print("\n| from the cache | seconds | processor, s |\n| --- | ---: | ---: |")
        read_cached(path)
        for method, threads in runs:
            rows = [fit(path, method, threads, size // 2, []) for _ in range(REPEATS)]
            assert rows[-1][5]["objective"] == results[method, threads]
            print(
                f"| {method}, {threads} threads | {statistics.median(row[0] for row in rows):.2f} | "
                f"{statistics.median(row[3] for row in rows):.2f} |", flush=True)
        print(f"\nplain reads from the cache: {read_cached(path) / 1e9:.2f} GB/s")


if __name__ == "__main__":
    main()
