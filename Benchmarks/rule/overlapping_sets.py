"""Harder generated sets that the automatic method's rule was learned from, beside learning_sets.py.

    python Benchmarks/rule/overlapping_sets.py FOLDER     writes NAME.npy and NAME.labels.npy

248 sets: Gaussians that overlap, the same with skewed, rounded and idle columns, many blobs in an order, caps over
discs, discs with bridges, mazes, lines beside clouds, and blobs of two scales. Labels are 0..<k. Of the five
nearest neighbours of a row, in columns of one scale, a share that depends on the kind must lie in its own
group: 0.80 to 0.95. All sets follow from one stream of random numbers, in the order of `main`.
"""

import pathlib
import sys

import numpy as np
from sklearn.neighbors import KDTree

random = np.random.RandomState(77)
PI = np.pi
folder = pathlib.Path()
saved = {}


def save(kind, rows, labels, least):
    """Writes a set, in random order, unless its groups overlap too much."""
    rows, labels = np.asarray(rows, float), np.asarray(labels)
    order = random.permutation(len(rows))
    rows, labels = rows[order], labels[order]
    deviations = rows.std(0)
    deviations[deviations == 0] = 1
    scaled = rows / deviations
    near = KDTree(scaled).query(scaled, 6)[1][:, 1:]
    if (labels[near] == labels[:, None]).mean() < least:
        return
    index = saved.get(kind, 0)
    saved[kind] = index + 1
    np.save(folder / f"{kind}_{index:02d}.npy", rows)
    np.save(folder / f"{kind}_{index:02d}.labels.npy", labels.astype(np.int32))


def logarithmic(low, high):
    return int(np.exp(random.uniform(np.log(low), np.log(high))))


# Gaussians that overlap

def axes(columns, spread):
    """Random axes of unequal lengths."""
    basis, _ = np.linalg.qr(random.randn(columns, columns))
    return basis * np.sqrt(np.exp(random.uniform(-spread, spread, columns)))


def centres(groups, columns):
    """Random centres whose median distance is small enough for groups to overlap."""
    distance = random.uniform(1.8, 4.5) / (1 if columns < 4 else 1.2)
    places = random.randn(groups, columns)
    between = [np.linalg.norm(places[i] - places[j]) for i in range(groups) for j in range(i)]
    return places * (distance / np.median(between) * random.uniform(1, 1.6) * 1.2)


def gaussians(kind, wanted, least, skewed=False):
    while saved.get(kind, 0) < wanted:
        groups = random.randint(2, 9)
        columns = int(random.choice([2, 2, 2, 3, 5, 8, 13, 20, 30]))
        count = logarithmic(120, 3000)
        shares = random.dirichlet(np.full(groups, random.choice([2, 8, 50])))
        if (shares * count).min() < 12:
            continue
        places = centres(groups, columns)
        spread = random.choice([0.1, 0.5, 0.9])
        pieces, labels = [], []
        for group in range(groups):
            m = max(10, int(count * shares[group]))
            rows = random.randn(m, columns) @ axes(columns, spread).T
            pieces.append(places[group] + rows * np.exp(random.uniform(-0.4, 0.4)))
            labels += [group] * m
        rows = np.vstack(pieces)
        save(kind, with_odd_columns(rows) if skewed else rows, labels, least)


def with_odd_columns(rows):
    """Some columns made skewed, heavy-tailed or coarse, and sometimes columns that tell nothing."""
    for column in range(rows.shape[1]):
        kind = random.rand()
        scaled = rows[:, column] / rows[:, column].std()
        if kind < 0.35:
            rows[:, column] = np.exp(scaled * random.uniform(0.3, 0.8))
        elif kind < 0.5:
            rows[:, column] = np.sinh(scaled * 0.7)
        elif kind < 0.6:
            rows[:, column] = np.round(scaled * 6) / 6
    if random.rand() < 0.4:
        rows = np.c_[rows, random.randn(len(rows), max(1, rows.shape[1] // 4)) * rows.std()]
    return rows


# Many blobs

def ordered_places(groups, order):
    side, index = int(np.ceil(np.sqrt(groups))), np.arange(groups)
    if order == "grid":
        return np.c_[index % side, index // side].astype(float)
    if order == "sine":
        return np.c_[index * 1.0, random.uniform(2, 12) * np.sin(index * random.uniform(0.05, 0.4))]
    if order == "hexa":
        return np.c_[index % side + 0.5 * (index // side % 2), index // side * 0.87]
    if order == "ring":
        a = 2 * PI * index / groups
        return np.c_[np.cos(a), np.sin(a)] * groups / 6
    places, width = [], np.sqrt(groups) * 1.6
    while len(places) < groups:
        place = random.rand(2) * width
        if all(np.linalg.norm(place - other) > 0.9 for other in places):
            places.append(place)
    return np.array(places)


def many(wanted):
    while saved.get("many", 0) < wanted:
        groups, each = random.randint(15, 120), random.randint(30, 150)
        places = ordered_places(groups, random.choice(["grid", "sine", "rand", "ring", "hexa"]))
        between = np.sqrt(((places[:, None] - places[None]) ** 2).sum(2) + np.eye(groups) * 1e9)
        width, nearest = random.uniform(0.12, 0.3), between.min(1)
        pieces, labels = [], []
        for group in range(groups):
            m = max(12, int(each * np.exp(random.uniform(-0.2, 0.2))))
            pieces.append(places[group] + random.randn(m, 2) * width * np.median(nearest))
            labels += [group] * m
        save("many", np.vstack(pieces), labels, 0.8)


# Shapes

def disc(count, place, radius):
    a = random.rand(count) * 2 * PI
    reach = np.sqrt(random.rand(count)) * radius
    return np.c_[np.cos(a) * reach, np.sin(a) * reach] + place


def arc(count, place, radius, width, start, end):
    a = random.uniform(start, end, count)
    reach = radius + random.uniform(-width, width, count)
    return np.c_[np.cos(a) * reach, np.sin(a) * reach] + place


def segment(count, start, end, width):
    t = random.rand(count)[:, None]
    start, end = np.array(start, float), np.array(end, float)
    along = (end - start) / np.linalg.norm(end - start)
    across = random.uniform(-width, width, count)
    return start + (end - start) * t + np.outer(across, [-along[1], along[0]])


def turned(rows):
    a = random.rand() * 2 * PI
    return rows @ np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]).T


def cap():
    """A cap over a disc."""
    m = logarithmic(80, 900)
    gap, width = random.uniform(0.15, 0.5), random.uniform(0.15, 0.35)
    below = disc(m, (0, 0), 1)
    count = int(m * random.uniform(0.5, 1.3))
    place = (0, random.uniform(-0.4, 0.2))
    start, end = random.uniform(-0.3, 0.5), random.uniform(2.6, 3.4)
    above = arc(count, place, 1 + gap + width, width, start, end)
    save("cap", turned(np.vstack([below, above])), [0] * m + [1] * len(above), 0.9)


def bridged():
    """Discs and blobs that almost touch, some joined by thin bridges, which belong to one of the two."""
    groups, discs, tries = random.randint(2, 8), [], 0
    while len(discs) < groups and tries < 2000:
        tries += 1
        place, radius = random.rand(2) * groups * 1.1, random.uniform(0.3, 1)
        if all(np.linalg.norm(place - other) > radius + far + 0.06 for other, far in discs):
            discs.append((place, radius))
    density, pieces, labels = random.uniform(40, 160), [], []
    for group, (place, radius) in enumerate(discs):
        m = max(15, int(density * radius * radius * np.exp(random.uniform(-0.2, 0.2))))
        even = random.rand() < 0.6
        pieces.append(disc(m, place, radius) if even else random.randn(m, 2) * radius * 0.4 + place)
        labels += [group] * m
    for _ in range(random.randint(0, 3)):
        first, second = random.choice(len(discs), 2, replace=False)
        (start, near), (end, far) = discs[first], discs[second]
        along = (end - start) / np.linalg.norm(end - start)
        length = np.linalg.norm(end - start) - near - far
        if length < 1.2:
            m = max(3, int(length * 12))
            pieces.append(segment(m, start + along * near, end - along * far, 0.03))
            labels += [first] * m
    save("bridged", turned(np.vstack(pieces)), labels, 0.9)


STEPS = np.array([(1, 0), (0, 1), (-1, 0), (0, -1)])


def maze():
    """Lines with right angles, of various densities, none nearer to another than a gap."""
    groups = random.randint(2, 8)
    gap, width = random.uniform(0.18, 0.5), random.uniform(0.01, 0.12)
    density = random.uniform(25, 90)
    pieces, labels, lines, tries = [], [], [], 0
    while len(lines) < groups and tries < 600:
        tries += 1
        corners = [random.rand(2) * (groups * 1.5)]
        direction = random.choice(4)
        for _ in range(random.randint(1, 5)):
            corners.append(corners[-1] + STEPS[direction] * random.uniform(0.8, 2.5))
            direction = (direction + random.choice([1, 3])) % 4
        sides = list(zip(corners[:-1], corners[1:]))
        line = np.vstack([np.linspace(start, end, 40) for start, end in sides])
        if any(np.sqrt(((line[:, None] - other[None]) ** 2).sum(2)).min() < gap for other in lines):
            continue
        factor = np.exp(random.uniform(-0.4, 0.4))
        for start, end in sides:
            m = max(10, int(np.linalg.norm(end - start) * density * factor))
            pieces.append(segment(m, start, end, width))
            labels += [len(lines)] * m
        lines.append(line)
    if len(lines) > 1:
        save("maze", np.vstack(pieces) + random.randn(len(labels), 2) * 0.01, labels, 0.95)


def line_and_cloud():
    """A dense line or arc beside or around a sparse cloud."""
    count = logarithmic(80, 700)
    cloud = random.randn(count, 2) * random.uniform(0.5, 1)
    m = int(count * random.uniform(0.3, 1))
    random.uniform(0, 2 * PI)  # What was drawn once stays in the stream.
    away = random.uniform(2.2, 3.2)
    if random.rand() < 0.6:
        line = segment(m, (-2, away), (2, away), 0.02) + random.randn(m, 2) * 0.01
    else:
        line = arc(m, (0, 0), away, 0.03, 0, random.uniform(2, 6))
    save("linecloud", turned(np.vstack([cloud, line])), [0] * count + [1] * m, 0.95)


def scales():
    """Small blobs close to one another, in two or three places far apart."""
    pieces, labels, group = [], [], 0
    for _ in range(random.randint(2, 4)):
        place = random.rand(2) * 10
        for _ in range(random.randint(1, 4)):
            m = random.randint(20, 120)
            pieces.append(random.randn(m, 2) * random.uniform(0.2, 0.35) + place + random.randn(2) * 1.2)
            labels += [group] * m
            group += 1
    save("scales", np.vstack(pieces), labels, 0.93)


def main():
    global folder
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    gaussians("overlap", 60, 0.82)
    gaussians("skewreal", 45, 0.80, skewed=True)
    many(40)
    for shape, draws in ((cap, 18), (bridged, 25), (maze, 25), (line_and_cloud, 20), (scales, 20)):
        for _ in range(draws):
            shape()
    print(", ".join(f"{count} {kind}" for kind, count in saved.items()))


if __name__ == "__main__":
    main()
