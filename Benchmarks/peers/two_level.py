"""Compares two-level k-means of Clade with faiss: the search for the nearest of very many centers, and the
inertia and time of a hierarchy of k-means; and its inertia with that of plain k-means.

    swift build -c release
    python Benchmarks/peers/two_level.py [inertia] [hierarchy] [million]

`inertia`: 1,000,000 x 16, k = 10,000, beside plain k-means. `hierarchy`: 1,000,000 x 16, k = 100,000,
beside a hierarchy by hand and a search by an inverted file. `million`: 10,000,000 x 16,
k = 1,000,000. The first two without an argument.
"""

import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

THREADS = 2
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(THREADS)

import faiss  # noqa: E402
import numpy as np  # noqa: E402

faiss.omp_set_num_threads(THREADS)
BESIDE = pathlib.Path(__file__).parent.parent.parent / ".build/release/clade"
PROGRAM = os.environ.get("CLADE", BESIDE)
# Clusters that overlap, and one cluster that fills all dimensions.
DATA = {"one cluster": ("-k", "1"), "1000 clusters": ("-k", "1000", "--separation", "3")}


def generate(path, n, options):
    subprocess.run(
        [PROGRAM, "generate", "blobs", "-n", str(n), "-d", "16", "-o", path, "--float32", "-q", *options],
        check=True)


def clade(path, k, *options):
    start = time.perf_counter()
    output = subprocess.run(
        [PROGRAM, "fit", path, "-k", str(k), "--scale", "none", "--json", "-q", "--threads", str(THREADS),
         *map(str, options)], check=True, capture_output=True).stdout
    record = json.loads(output)
    record["wall"] = time.perf_counter() - start
    return record


def kmeans(rows, k, iterations):
    method = faiss.Kmeans(
        rows.shape[1], k, niter=iterations, max_points_per_centroid=10**9, min_points_per_centroid=1, seed=1)
    method.train(rows)
    return method.centroids


def inverted_file(centers, groups, probes):
    quantizer = faiss.IndexFlatL2(centers.shape[1])
    quantizer.add(groups)
    index = faiss.IndexIVFFlat(quantizer, centers.shape[1], len(groups))
    index.train(groups)
    index.add(centers)
    index.nprobe = probes
    return index


def means(rows, labels, centers):
    counts = np.bincount(labels, minlength=len(centers))
    sums = np.stack(
        [np.bincount(labels, weights=rows[:, j], minlength=len(centers)) for j in range(rows.shape[1])], 1)
    moved = sums / np.maximum(counts, 1)[:, None]
    return np.where(counts[:, None] > 0, moved, centers).astype("f4")


def hierarchy(rows, k, groups, probes, iterations):
    """k-means of groups, k-means within each, and iterations over all centers by an inverted file."""
    rng = np.random.default_rng(0)
    sample = rows[rng.choice(len(rows), min(len(rows), 128 * groups), replace=False)]
    upper = kmeans(sample, groups, 10)
    flat = faiss.IndexFlatL2(rows.shape[1])
    flat.add(upper)
    own = flat.search(rows, 1)[1][:, 0]
    order = np.argsort(own, kind="stable")
    sizes = np.bincount(own, minlength=groups)
    ends = np.cumsum(sizes)
    shares = np.maximum(1, np.floor(sizes * (k / len(rows)))).astype(int)
    parts = []
    for group in range(groups):
        if sizes[group]:
            members = rows[order[ends[group] - sizes[group]:ends[group]]]
            parts.append(kmeans(members, min(len(members), int(shares[group])), 10))
    centers = np.concatenate(parts)
    for _ in range(iterations):
        labels = inverted_file(centers, upper, probes).search(rows, 1)[1][:, 0]
        centers = means(rows, labels, centers)
    distances = inverted_file(centers, upper, probes).search(rows, 1)[0]
    return centers, float(distances.sum(dtype=np.float64))


def timed(body):
    start = time.perf_counter()
    result = body()
    return result, time.perf_counter() - start


def inertia(folder):
    print("1,000,000 x 16, k = 10,000")
    for name, options in list(DATA.items())[:1]:
        path = os.path.join(folder, "a.npy")
        generate(path, 1_000_000, options)
        rows = np.load(path)
        two = clade(path, 10_000, "--method", "two-level")
        full = clade(path, 10_000, "--method", "two-level", "--max-iterations", "10")
        plain = clade(path, 10_000, "--method", "kmeans", "--max-iterations", "10")
        centers, seconds = timed(lambda: kmeans(rows, 10_000, 10))
        index = faiss.IndexFlatL2(16)
        index.add(centers)
        other = float(index.search(rows, 1)[0].sum(dtype=np.float64))
        for title, value, took in (
            ("Clade kmeans, 10 iterations", plain["objective"], plain["seconds"]["fit"]),
            ("Clade two-level, 4 iterations", two["objective"], two["seconds"]["fit"]),
            ("Clade two-level, 10 iterations", full["objective"], full["seconds"]["fit"]),
            ("faiss.Kmeans, 10 iterations", other, seconds),
        ):
            print(f"| {name} | {title} | {took:.2f} s | {value / plain['objective']:.4f} |", flush=True)


def nearest(folder, n, k, options, with_hierarchy):
    path = os.path.join(folder, "a.npy")
    if not os.path.exists(path):
        generate(path, n, options)
    record = clade(
        path, k, "--method", "two-level", "-o", os.path.join(folder, "labels.npy"), "--centers",
        os.path.join(folder, "centers.npy"), "--nearest", 4, "--nearest-output",
        os.path.join(folder, "nearest.npy"))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    seconds = {key: round(value, 2) for key, value in sorted(record["seconds"].items())}
    print(f"Clade: {record['wall']:.1f} s, peak {peak:.2f} GiB, groups {record['upper_groups']}, "
          f"probes {record['probes']}, recall {record['recall']:.4f}, inertia {record['objective']:.6g}")
    print(f"  nearest: {record['nearest']}")
    print(f"  seconds: {seconds}", flush=True)
    rows, centers = np.load(path, mmap_mode="r"), np.load(os.path.join(folder, "centers.npy"))
    part = np.ascontiguousarray(rows[: min(n, 1_000_000)])
    sample = np.ascontiguousarray(rows[:: n // 4096])[:4096]
    exact = faiss.IndexFlatL2(16)
    exact.add(centers)
    truth = exact.search(sample, 4)[1]
    # As an inverted file is trained: by what it holds.
    groups = kmeans(centers[: 128 * record["upper_groups"]], record["upper_groups"], 10)
    for count, key, own in ((1, "assign", record), (4, "nearest", record["nearest"])):
        index = inverted_file(centers, groups, 1)
        # As many probes as reach Clade's recall.
        for index.nprobe in range(1, len(groups) + 1):
            found = index.search(sample, count)[1]
            hits = np.mean([len(set(a) & set(b)) / count for a, b in zip(found, truth[:, :count])])
            if hits >= own["recall"]:
                break
        _, took = timed(lambda: index.search(part, count))
        print(f"search of {count}: faiss {took * n / len(part):.1f} s for all rows ({index.nprobe} probes, recall "
              f"{hits:.4f}), Clade {record['seconds'][key]:.1f} s ({own['probes']} probes, recall "
              f"{own['recall']:.4f})", flush=True)
    if with_hierarchy:
        (_, cost), took = timed(
            lambda: hierarchy(np.asarray(rows), k, record["upper_groups"], record["probes"], 4))
        print(f"hierarchy with faiss: {took:.1f} s, inertia {cost / record['objective']:.4f} of Clade's; "
              f"Clade's fit {record['seconds']['fit']:.1f} s", flush=True)
    os.remove(path)


def main():
    parts = sys.argv[1:] or ["hierarchy", "inertia"]
    with tempfile.TemporaryDirectory() as folder:
        if "hierarchy" in parts:
            for name, options in DATA.items():
                print(f"1,000,000 x 16, k = 100,000, {name}")
                nearest(folder, 1_000_000, 100_000, options, True)
        if "inertia" in parts:
            inertia(folder)
        if "million" in parts:
            print("10,000,000 x 16, k = 1,000,000")
            nearest(folder, 10_000_000, 1_000_000, DATA["one cluster"], False)


if __name__ == "__main__":
    main()
