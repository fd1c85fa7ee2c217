"""Generated sets of many columns that the automatic method's rule was learned from, beside learning_sets.py.

    python Benchmarks/rule/many_columns.py FOLDER     writes NAME.npy and NAME.labels.npy

96 sets of six kinds with known groups, 16 to 300 columns: drawn glyphs, counted words of texts by topic, marker
genes, curves in time, bent sheets in many columns, and directions with a few strong axes; and 24 of the same
kinds with a single group. Distances between rows differ little in such data, and a group is seen by who is
near whom rather than by gaps. Labels are 0..<k. Of the five nearest neighbours of a row, in columns of one
scale, at least 70 % must lie in its own group. Each set has its own seed.
"""

import pathlib
import sys
import zlib

import numpy as np
from scipy.spatial import cKDTree

SEED = 20261122
SETS_OF_A_KIND = 16
GROUPLESS_OF_A_KIND = 4


def logarithmic(random, low, high):
    return int(np.exp(random.uniform(np.log(low), np.log(high))))


def labels_of(random, groups):
    """The group of each row; groups are of unequal sizes, at least 25 rows each."""
    shares = random.dirichlet(np.full(groups, random.choice([3, 10, 100])))
    count = logarithmic(random, 300, 1800)
    sizes = np.maximum(25, (shares * count).astype(int)) if groups > 1 else [count]
    return np.repeat(np.arange(groups), sizes)


def glyphs(random, labels):
    """Images of strokes. A writer's hand moves the corners, turns, widens and slants the whole."""
    side = int(random.integers(8, 15))
    grid = np.stack(np.meshgrid(*[np.linspace(-1, 1, side)] * 2), -1).reshape(-1, 2)
    shapes = [random.uniform(-0.8, 0.8, (random.integers(3, 6), 2)) for _ in range(labels.max() + 1)]
    hand, width = random.uniform(0.04, 0.12), random.uniform(0.15, 0.28)
    rows = []
    for label in labels:
        corners = shapes[label] + random.normal(size=shapes[label].shape) * hand
        angle, slant = random.normal(size=2) * hand * 1.5
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        corners = corners @ turn @ np.array([[1, slant], [0, 1]]) * np.exp(random.normal() * hand)
        corners += random.normal(size=2) * hand * 0.7
        start, along = corners[:-1, None], np.diff(corners, axis=0)[:, None]
        part = ((grid - start) * along).sum(-1) / np.maximum((along**2).sum(-1), 1e-9)
        away = np.linalg.norm(grid - start - np.clip(part, 0, 1)[..., None] * along, axis=-1).min(0)
        rows.append(np.exp(-(away / (width * np.exp(random.normal() * 0.2)))**2))
    return np.round(np.array(rows) * 16 + random.normal(size=(len(rows), side * side)) * 0.3)


def topics(random, labels):
    """Texts of a few words, each of a topic of its own, of words of all and of one or two others; weighed
    by how rare words are, brought to fewer columns and to length 1."""
    words, columns = 3000, int(random.choice([50, 100, 200, 300]))
    groups = labels.max() + 1
    common = random.dirichlet(np.full(words, 0.05))
    own = np.array([random.dirichlet(np.full(words, 0.02)) for _ in range(groups)])
    others = np.array([random.dirichlet(np.full(words, 0.02)) for _ in range(2 * groups)])
    own_share, foreign_share = random.uniform(0.35, 0.7), random.uniform(0, 0.2)
    length = logarithmic(random, 20, 80)
    counts = []
    for label in labels:
        foreign = others[random.integers(len(others))]
        chances = own_share * own[label] + foreign_share * foreign + (1 - own_share - foreign_share) * common
        counts.append(random.multinomial(max(8, random.poisson(length)), chances / chances.sum()))
    counts = np.array(counts, float)
    weighed = np.log1p(counts) * np.log(len(counts) / (1 + (counts > 0).sum(0)))
    rows = weighed @ random.normal(size=(words, columns)) / np.sqrt(columns)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def markers(random, labels):
    """Counts of genes of which each group has a few that are expressed more, by cells of unequal depth."""
    genes = int(random.choice([60, 120, 250]))
    level = np.exp(random.normal(size=genes) * 1.2)
    groups = labels.max() + 1
    means = np.repeat(level[None], groups, axis=0)
    for group in range(groups):
        few = random.choice(genes, max(3, int(genes * random.uniform(0.06, 0.15))), replace=False)
        means[group, few] *= np.exp(random.uniform(1, 2.2, len(few)))
    depth = np.exp(random.normal(size=(len(labels), 1)) * 0.4) * random.uniform(0.5, 2)
    rates = means[labels] * depth * random.gamma(4, 0.25, (len(labels), genes))
    counts = random.poisson(rates)
    return np.log1p(counts / np.maximum(counts.sum(1, keepdims=True), 1) * 1000)


def curves(random, labels):
    """A wave or step of its own for each group, moved, stretched and bent in time."""
    length = int(random.choice([32, 64, 128]))
    time = np.linspace(0, 1, length)
    groups = labels.max() + 1
    waves = [(random.uniform(1, 4, 3), random.uniform(0, 2 * np.pi, 3), random.normal(size=3),
              random.uniform(0.2, 0.8), random.normal() * 1.5) for _ in range(groups)]
    shift, noise = random.uniform(0.01, 0.05), random.uniform(0.1, 0.5)
    rows = []
    for label in labels:
        speed, phase, height, at, step = waves[label]
        bent = time**np.exp(random.normal() * shift * 3) + random.normal() * shift
        wave = (height * np.sin(2 * np.pi * np.outer(bent, speed) + phase)).sum(1)
        rows.append(np.exp(random.normal() * 0.15) * (wave + step * (bent > at)))
    return np.array(rows) + random.normal(size=(len(rows), length)) * noise


def bent_sheets(random, labels):
    """Sheets of 2 to 6 directions, bent by a random network that all groups share."""
    columns, inner = int(random.choice([16, 32, 64, 128])), int(random.integers(8, 16))
    groups = labels.max() + 1
    first, second = random.normal(size=(inner, 64)), random.normal(size=(64, columns)) / 8
    bend, apart = random.uniform(0.2, 0.5), random.uniform(0.6, 1.2)
    place = random.normal(size=(groups, inner)) * apart
    axes = [random.normal(size=(random.integers(2, 7), inner)) for _ in range(groups)]
    hidden = np.array([place[a] + random.uniform(-1, 1, len(axes[a])) @ axes[a] * 0.8 for a in labels])
    rows = np.tanh(hidden @ first * bend) @ second
    return rows + random.normal(size=rows.shape) * random.uniform(0.02, 0.15) * rows.std()


def directions(random, labels):
    """Directions around one for each group; their spread falls with the column, as in learned vectors."""
    columns = int(random.choice([48, 96, 192, 300]))
    fall = np.arange(1, columns + 1)**-random.uniform(0.3, 0.8)
    turn, _ = np.linalg.qr(random.normal(size=(columns, columns)))
    groups = labels.max() + 1
    apart = random.uniform(0.8, 1.6)
    place = random.normal(size=(groups, columns)) * fall * apart
    spread = np.exp(random.normal(size=(groups, columns)) * 0.4) * np.exp(random.normal(size=(groups, 1)) * 0.2)
    rows = (place[labels] + random.normal(size=(len(labels), columns)) * fall * spread[labels]) @ turn
    rows += random.uniform(0, 1) * turn[0] * np.linalg.norm(fall)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


KINDS = {"glyphs": glyphs, "topics": topics, "markers": markers, "curves": curves,
         "bent_sheets": bent_sheets, "directions": directions}


def purity(rows, labels):
    """The share of a row's five nearest neighbours, in columns of one scale, that are of its group."""
    deviations = rows.std(0)
    scaled = rows / np.where(deviations > 0, deviations, 1)
    near = cKDTree(scaled).query(scaled, 6, workers=-1)[1][:, 1:]
    return (labels[near] == labels[:, None]).mean()


def drawn(kind, index, groupless):
    """A set whose groups are near enough to one another, and not too near."""
    for attempt in range(100):
        random = np.random.default_rng([SEED, zlib.crc32(kind.encode()), index, groupless, attempt])
        labels = labels_of(random, 1 if groupless else int(random.integers(2, 16)))
        rows = KINDS[kind](random, labels)
        if groupless or purity(rows, labels) >= 0.7:
            order = random.permutation(len(rows))
            return rows[order], labels[order]
    raise SystemExit(f"no set of the kind {kind} had groups that can be told apart")


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        for index in range(SETS_OF_A_KIND + GROUPLESS_OF_A_KIND):
            groupless = index >= SETS_OF_A_KIND
            rows, labels = drawn(kind, index, groupless)
            name = f"{'one_of_' if groupless else ''}{kind}_{index % SETS_OF_A_KIND:02d}"
            np.save(folder / f"{name}.npy", rows.astype(np.float32))
            np.save(folder / f"{name}.labels.npy", labels.astype(np.int32))


if __name__ == "__main__":
    main()
