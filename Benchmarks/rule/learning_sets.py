"""The generated sets with known groups that the automatic method's rule was learned from.

    python Benchmarks/rule/learning_sets.py FOLDER     writes NAME.npy, NAME.labels.npy, INDEX.tsv

311 sets of 37 kinds, 2 to 32 columns, 2 to 100 groups, with 0 to 20 % of background, and 126
sets without groups. Labels are 0..<k; −1 belongs to no group; where groups lie in groups, NAME.labels1.npy
holds the coarse labels. A draw whose groups overlap is drawn again: of the five nearest neighbours of a row
at least 93 % must lie in its own group (90 % where lines cross). Each set has its own seed.

The sets for measuring are others: see Benchmarks/peers/generated_sets.py.
"""

import pathlib
import sys

import numpy as np
from scipy.spatial import cKDTree

from learning_scenes import KINDS, dense_in_sparse, density_steps, lines_crossing
from scene_parts import ball, logarithmic, normal, ring, sphere, turn, whole

SEED = 20261122


# Sets without groups


def banana(random, count):
    rows = normal(random, count, 2)
    return np.c_[1.3 * rows[:, 0], 0.35 * rows[:, 1] + 0.6 * rows[:, 0]**2]


def heavy(random, count, columns):
    rows, freedom = normal(random, count, columns), random.uniform(2.5, 6)
    return rows / np.sqrt(random.chisquare(freedom, (count, 1)) / freedom)


def thick_sphere(random, count, columns):
    return sphere(random, count, max(columns, 3)) * (1 + 0.05 * random.normal(size=(count, 1)))


def cloud_in_disc(random, count, columns):
    few = count // 5
    return np.vstack([normal(random, count - few, columns), random.uniform(-4, 4, (few, columns))])


def line(random, count, columns):
    return (random.uniform(-1, 1, (count, 1)) * random.normal(size=columns) +
            normal(random, count, columns) * 0.02)


GROUPLESS = {
    "cube": (24, lambda random, n, d: random.uniform(size=(n, d))),
    "box": (6, lambda random, n, d: random.uniform(size=(n, d)) * np.exp(random.normal(size=d) * 0.8)),
    "ball": (10, ball),
    "gauss": (24, normal),
    "correlated":
    (12, lambda random, n, d: normal(random, n, d) @ (turn(random, d) * np.exp(random.normal(size=d)))),
    "t": (10, heavy),
    "exponential": (8, lambda random, n, d: random.exponential(size=(n, d))),
    "line": (8, line),
    "ring": (6, lambda random, n, d: ring(random, n, 1, random.uniform(0.05, 0.25))),
    "banana": (5, lambda random, n, d: banana(random, n)),
    "annulus": (5, lambda random, n, d: ring(random, n, 1, random.uniform(0.3, 0.6))),
    "sphere": (5, thick_sphere),
    "disc_cloud": (3, cloud_in_disc),
}
GROUPLESS_COLUMNS = [1, 1, 2, 2, 2, 3, 3, 4, 5, 8, 10, 16, 20, 32]

# Drawing sets and writing them


def agreement(data, labels):
    """The share of the five nearest neighbours that lie in a row's own group, over rows in groups."""
    rows, groups = data[labels >= 0], labels[labels >= 0]
    _, near = cKDTree(rows).query(rows, k=6)
    return float((groups[near[:, 1:]] == groups[:, None]).mean())


def with_background(random, data, labels, coarse, share):
    low, high = data.min(0), data.max(0)
    margin = 0.05 * (high - low)
    count = int(len(data) * share / (1 - share))
    rows, noise = random.uniform(low - margin, high + margin, (count, data.shape[1])), np.full(count, -1)
    coarse = None if coarse is None else np.r_[coarse, noise]
    return np.vstack([data, rows]), np.r_[labels, noise], coarse


def drowned(data, labels):
    """Whether many rows of groups have background nearer than their own second neighbour."""
    rows = data[labels >= 0]
    background = cKDTree(data[labels < 0]).query(rows, k=2)[0][:, 1]
    return np.mean(cKDTree(rows).query(rows, k=3)[0][:, 2] < background) < 0.85


def in_units(random, data):
    """Turned (a half of the sets in the plane), scaled and moved, so that no numbers tell anything."""
    columns = data.shape[1]
    if columns == 2 and random.uniform() < 0.5:
        data = data @ turn(random, 2).T
    return data * logarithmic(random, 0.01, 100) + random.normal(size=columns) * logarithmic(
        random, 0.1, 10)


def row_count(random):
    if random.uniform() > 0.12:
        return whole(random, 200, 3000)
    return whole(random, 100, 200) if random.uniform() < 0.4 else whole(random, 3000, 5000)


def draw(scene, place, trial):
    """One try: its random source, rows, labels, coarse labels and agreement, or nothing."""
    random = np.random.default_rng([SEED, place, trial])
    data, labels, *more = scene(random, row_count(random))
    coarse = more[0] if more else None
    if len(data) > 5600 or not np.isfinite(data).all():
        return None
    agreed = agreement(data, labels)
    if np.bincount(
            labels[labels >= 0]).min() < 12 or agreed < (0.9 if scene is lines_crossing else 0.93):
        return None
    if scene not in (dense_in_sparse, density_steps) and data.shape[1] <= 16 and random.uniform() < 0.4:
        data, labels, coarse = with_background(random, data, labels, coarse, random.uniform(0.01, 0.2))
        if drowned(data, labels):
            return None
    return random, in_units(random, data), labels, coarse, agreed


def grouped():
    """Yields name, kind, random source, rows, labels, coarse labels and agreement."""
    for place, (scene, wanted) in enumerate(KINDS):
        trials = (draw(scene, place, trial) for trial in range(wanted * 40))
        drawn = (one for one in trials if one is not None)
        for index, one in zip(range(wanted), drawn):
            yield f"{scene.__name__}_{index:02d}", scene.__name__, *one


def groupless():
    """The same for sets whose every label is 0."""
    for place, (kind, (wanted, scene)) in enumerate(GROUPLESS.items()):
        for index in range(wanted):
            random = np.random.default_rng([7, place, index])
            count = whole(random, 50, 5000)
            columns = GROUPLESS_COLUMNS[random.integers(len(GROUPLESS_COLUMNS))]
            data = in_units(random, scene(random, count, max(columns, 2) if kind == "line" else columns))
            labels = np.zeros(len(data), int)
            yield f"null_{kind}_{index:02d}", f"null_{kind}", random, data, labels, None, 1.0


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "INDEX.tsv", "w") as index:
        print("name\tkind\tn\td\tk\tnoise\tnull\tagreement5", file=index)
        for sets, empty in ((grouped(), 0), (groupless(), 1)):
            for name, kind, random, data, labels, coarse, agreed in sets:
                order = random.permutation(len(data))
                np.save(folder / f"{name}.npy", np.ascontiguousarray(data[order], dtype=np.float64))
                np.save(folder / f"{name}.labels.npy", labels[order].astype(np.int32))
                if coarse is not None:
                    np.save(folder / f"{name}.labels1.npy", coarse[order].astype(np.int32))
                known, noise = len(np.unique(labels[labels >= 0])), np.mean(labels < 0)
                print(name, kind, *data.shape, known, f"{noise:.3f}", empty, f"{agreed:.3f}", sep="\t",
                      file=index)


if __name__ == "__main__":
    main()
