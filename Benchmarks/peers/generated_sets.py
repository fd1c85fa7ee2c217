"""Generated sets with known groups, and sets without groups, to measure what asks for no parameter.

    python Benchmarks/peers/generated_sets.py FOLDER     writes NAME.npy, NAME.labels.npy, INDEX.tsv

`grouped()` yields 145 sets of 29 kinds, `groupless()` 100: uniform and Gaussian, 1 to 32 columns.
Each set has its own seed, so that one can be made without the others. Labels are 0..<k; −1 is
background that belongs to no group and is left out of scores. A draw whose groups overlap is drawn
again: of the five nearest neighbours of a row at least 95 % must lie in its own group.
"""

import pathlib
import sys

import numpy as np
from scipy.spatial import cKDTree

SEED = 90_417
SETS_OF_A_KIND = 5
GROUPLESS_COLUMNS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32]
GROUPLESS_OF_A_KIND = 5


# Pieces of which scenes are made

def logarithmic(random, low, high):
    return float(np.exp(random.uniform(np.log(low), np.log(high))))


def sizes(random, count, groups, spread=0.3):
    shares = np.exp(random.normal(size=groups) * spread)
    return np.maximum(25, count * shares / shares.sum()).astype(int)


def turned(random, rows):
    columns = rows.shape[1]
    return rows @ np.linalg.qr(random.normal(size=(columns, columns)))[0]


def stroke(random, count, corners, width):
    """Rows spread evenly along the line through some corners."""
    corners = np.asarray(corners, float)
    lengths = np.linalg.norm(np.diff(corners, axis=0), axis=1)
    ends = np.concatenate([[0], np.cumsum(lengths)])
    places = random.uniform(0, ends[-1], count)
    line = np.column_stack([np.interp(places, ends, column) for column in corners.T])
    return line + random.normal(size=line.shape) * width


def strokes(random, count, lines, width):
    """One group of several lines, as dense on each."""
    lengths = np.array([np.linalg.norm(np.diff(np.asarray(line, float), axis=0), axis=1).sum()
                        for line in lines])
    parts = np.maximum(2, count * lengths / lengths.sum()).astype(int)
    return np.vstack([stroke(random, m, line, width) for m, line in zip(parts, lines)])


def ring(random, count, radius, width, start=0.0, end=2 * np.pi):
    angle = random.uniform(start, end, count)
    reach = radius + random.normal(size=count) * width
    return np.column_stack([reach * np.cos(angle), reach * np.sin(angle)])


def square_outline(random, count, half, width):
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]) * half
    return stroke(random, count, corners, width)


def apart(random, pieces, gap):
    """The pieces put at random places where none comes closer than `gap` times their radii."""
    columns = pieces[0].shape[1]
    pieces = [piece - (piece.max(axis=0) + piece.min(axis=0)) / 2 for piece in pieces]
    radii = [np.percentile(np.linalg.norm(piece, axis=1), 99) for piece in pieces]
    side = 2 * max(radii) * len(pieces) ** (1 / columns) * gap
    while True:
        places = []
        for radius in radii:
            for _ in range(80):
                place = random.uniform(-side / 2, side / 2, columns)
                if all(np.linalg.norm(place - other) > gap * (radius + far)
                       for other, far in zip(places, radii)):
                    places.append(place)
                    break
            else:
                break
        if len(places) == len(pieces):
            return [piece + place for piece, place in zip(pieces, places)]
        side *= 1.1


# Scenes: each returns its groups as a list of matrices

LETTERS = {
    "A": [[(0, 0), (1, 2), (2, 0)], [(.5, 1), (1.5, 1)]], "C": [[(2, 2), (0, 2), (0, 0), (2, 0)]],
    "D": [[(0, 0), (0, 2), (1.2, 2), (2, 1), (1.2, 0), (0, 0)]],
    "E": [[(2, 2), (0, 2), (0, 0), (2, 0)], [(0, 1), (1.6, 1)]],
    "H": [[(0, 0), (0, 2)], [(2, 0), (2, 2)], [(0, 1), (2, 1)]],
    "K": [[(0, 0), (0, 2)], [(1.6, 2), (0, 1), (1.6, 0)]], "L": [[(0, 2), (0, 0), (1.6, 0)]],
    "N": [[(0, 0), (0, 2), (1.6, 0), (1.6, 2)]], "S": [[(2, 2), (0, 2), (0, 1), (2, 1), (2, 0), (0, 0)]],
    "T": [[(0, 2), (2, 2)], [(1, 2), (1, 0)]], "X": [[(0, 0), (2, 2)], [(0, 2), (2, 0)]],
}


def letters(random, count):
    word = random.choice(list(LETTERS), random.integers(3, 8))
    step, width = random.uniform(2.5, 3.2), random.uniform(0.03, 0.09)
    return [strokes(random, m, LETTERS[letter], width) + [i * step, 0]
            for i, (m, letter) in enumerate(zip(sizes(random, count, len(word)), word))]


def crosses(random, count):
    groups, width = random.integers(2, 9), random.uniform(0.02, 0.1)
    pieces = [turned(random, strokes(random, m, [[(-1, 0), (1, 0)], [(0, -1), (0, 1)]], width))
              * random.uniform(0.6, 1.4) for m in sizes(random, count, groups)]
    return apart(random, pieces, random.uniform(0.85, 1.2))


def nested_squares(random, count):
    groups = random.integers(2, 6)
    halves = np.arange(1, groups + 1) * random.uniform(0.7, 1.2)
    parts = np.maximum(40, count * halves / halves.sum()).astype(int)
    return [square_outline(random, m, half, random.uniform(0.02, 0.07))
            for m, half in zip(parts, halves)]


def galaxies(random, count):
    """Each galaxy is one group: a core and two arms that start in it."""
    groups, pieces = random.integers(2, 6), []
    for m in sizes(random, count, groups):
        core = random.normal(size=(m // 2, 2)) * 0.25
        place = random.uniform(0, 1, m - m // 2) ** 0.8
        angle = place * random.uniform(2.5, 4) + np.pi * random.integers(0, 2, len(place))
        reach = 0.2 + 1.4 * place
        arms = np.column_stack([reach * np.cos(angle), reach * np.sin(angle)])
        pieces.append(turned(random, np.vstack([core, arms + random.normal(size=arms.shape) * 0.07])))
    return apart(random, pieces, random.uniform(0.9, 1.3))


def spiral_with_core(random, count):
    """A core, and arms round it that don't touch it."""
    arms = random.integers(1, 4)
    parts = sizes(random, max(count, 300 * (arms + 1)), arms + 1, 0.2)
    groups = [random.normal(size=(parts[0], 2)) * 0.12]
    turns, start = random.uniform(0.7, 1.2), random.uniform(0.8, 1.1)
    for arm in range(arms):
        place = np.sqrt(random.uniform(0, 1, parts[arm + 1]))
        angle = 2 * np.pi * (turns * place + arm / arms)
        reach = start + 3 * place
        rows = np.column_stack([reach * np.cos(angle), reach * np.sin(angle)])
        groups.append(rows + random.normal(size=rows.shape) * random.uniform(0.02, 0.08))
    return groups


def branch(random, lines, start, angle, length, depth):
    end = start + length * np.array([np.cos(angle), np.sin(angle)])
    lines.append([start, end])
    if depth:
        for side in (-1, 1):
            branch(random, lines, end, angle + side * random.uniform(0.35, 0.7),
                   length * random.uniform(0.6, 0.8), depth - 1)


def trees(random, count):
    groups, pieces = random.integers(2, 6), []
    for m in sizes(random, max(count, 150 * groups), groups, 0.2):
        lines = []
        branch(random, lines, np.zeros(2), np.pi / 2, 1.0, random.integers(1, 4))
        pieces.append(strokes(random, m, lines, random.uniform(0.015, 0.05)))
    return apart(random, pieces, random.uniform(0.85, 1.1))


def checkerboard(random, count):
    side, fill = random.integers(3, 7), random.uniform(0.6, 0.85)
    cells = [(i, j) for i in range(side) for j in range(side) if (i + j) % 2 == 0]
    return [(random.uniform(-0.5, 0.5, (m, 2)) * fill + cell)
            for m, cell in zip(sizes(random, max(count, 60 * len(cells)), len(cells), 0), cells)]


def half_rings_with_blobs(random, count):
    pairs, groups = random.integers(1, 4), []
    parts = sizes(random, count, 2 * pairs, 0.4)
    for pair in range(pairs):
        start, place = random.uniform(0, 2 * np.pi), np.array([pair * random.uniform(3, 4), 0])
        groups.append(ring(random, parts[2 * pair], 1.2, random.uniform(0.03, 0.1), start,
                           start + np.pi * random.uniform(0.9, 1.2)) + place)
        groups.append(random.normal(size=(parts[2 * pair + 1], 2)) * random.uniform(0.1, 0.22) + place)
    return groups


def lattices(random, count):
    """Regular lattices, slightly shaken, side by side or apart."""
    pieces = []
    for m in sizes(random, count, random.integers(2, 7), 0.5):
        across = max(3, int(np.sqrt(m * random.uniform(0.5, 2))))
        down = max(3, m // across)
        rows = np.stack(np.meshgrid(np.arange(across), np.arange(down)), -1).reshape(-1, 2).astype(float)
        if random.uniform() < 0.5:
            rows[:, 0] += 0.5 * (rows[:, 1] % 2)
        rows += random.normal(size=rows.shape) * random.uniform(0.02, 0.12)
        pieces.append(turned(random, rows))
    return apart(random, pieces, random.uniform(1.0, 1.2))


def donuts(random, count):
    """Full donuts, whose outer edges almost touch."""
    groups, place, rows = random.integers(2, 6), 0.0, []
    for m in sizes(random, count, groups):
        radius, thick = random.uniform(0.8, 1.5), random.uniform(0.15, 0.35)
        place += radius + thick
        angle = random.uniform(0, 2 * np.pi, m)
        reach = np.sqrt(random.uniform((radius - thick) ** 2, (radius + thick) ** 2, m))
        rows.append(np.column_stack([place + reach * np.cos(angle), reach * np.sin(angle)]))
        place += radius + thick + random.uniform(0.08, 0.25)
    return rows


def rings_of_unequal_density(random, count):
    groups = random.integers(2, 5)
    parts = sizes(random, count, groups, 0.9)
    radii = np.cumsum(random.uniform(0.8, 1.4, groups))
    random.shuffle(parts)
    return [ring(random, max(m, int(40 * radius)), radius, random.uniform(0.02, 0.1))
            for m, radius in zip(parts, radii)]


def mixed_dimensions(random, count):
    """A curve, a sheet, a ball and a thin shell in 3 to 10 columns."""
    columns, pieces = random.integers(3, 11), []
    for m in sizes(random, count, random.integers(2, 6), 0.5):
        kind = random.integers(4)
        if kind == 0:
            place = random.uniform(0, 1, (m, 1))
            rows = np.sin(place * random.uniform(2, 5, columns) + random.uniform(0, 6, columns))
        elif kind == 1:
            rows = random.uniform(-1, 1, (m, 2)) @ random.normal(size=(2, columns))
        elif kind == 2:
            rows = random.normal(size=(m, columns)) * 0.4
        else:
            rows = random.normal(size=(m, 3))
            rows = np.pad(rows / np.linalg.norm(rows, axis=1, keepdims=True), ((0, 0), (0, columns - 3)))
        pieces.append(turned(random, rows + random.normal(size=rows.shape) * 0.03))
    return apart(random, pieces, random.uniform(0.6, 1.0))


def flower(random, count):
    """A disc with petals that don't touch."""
    petals = random.integers(3, 9)
    parts = sizes(random, count, petals + 1, 0.2)
    groups = [random.normal(size=(parts[0], 2)) * 0.2]
    for petal in range(petals):
        rows = random.normal(size=(parts[petal + 1], 2)) * [0.45, 0.9 / petals] + [2.4, 0]
        angle = 2 * np.pi * petal / petals
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        groups.append(rows @ turn)
    return groups


def stars(random, count):
    """Filled stars with five to seven points."""
    pieces = []
    for m in sizes(random, count, random.integers(2, 8), 0.4):
        points, rows = random.integers(5, 8), random.uniform(-1, 1, (m * 6, 2))
        angle, reach = np.arctan2(rows[:, 1], rows[:, 0]), np.linalg.norm(rows, axis=1)
        saw = np.abs((angle * points / (2 * np.pi)) % 1 - 0.5) * 2
        pieces.append(turned(random, rows[reach < 0.35 + 0.65 * saw][:m]) * random.uniform(0.7, 1.5))
    return apart(random, pieces, random.uniform(0.95, 1.3))


def wave_and_blobs(random, count):
    """A wave, and blobs between its crests."""
    crests = random.integers(2, 5)
    parts = sizes(random, count, 2 * crests + 1, 0.3)
    place = random.uniform(0, crests * 2 * np.pi, parts[0] * 3)
    wave = np.column_stack([place, 2.5 * np.cos(place)])
    groups = [wave + random.normal(size=wave.shape) * random.uniform(0.05, 0.12)]
    for i in range(2 * crests):
        middle = [i * np.pi, -1.0 if i % 2 == 0 else 1.0]
        groups.append(random.normal(size=(parts[i + 1], 2)) * random.uniform(0.2, 0.32) + middle)
    return groups


def cells(random, count):
    """The cells of a plane cut by random seeds, with empty streets between them."""
    groups, street = random.integers(4, 12), random.uniform(0.03, 0.06)
    seeds = random.uniform(0, 1, (groups, 2))
    rows = random.uniform(0, 1, (max(count, 90 * groups) * 2, 2))
    distances = np.linalg.norm(rows[:, None] - seeds[None], axis=2)
    order = np.argsort(distances, axis=1)
    first = np.take_along_axis(distances, order[:, :1], 1)[:, 0]
    second = np.take_along_axis(distances, order[:, 1:2], 1)[:, 0]
    between = np.linalg.norm(seeds[order[:, 0]] - seeds[order[:, 1]], axis=1)
    inside = (second**2 - first**2) / (2 * between) > street
    parts = [rows[inside & (order[:, 0] == group)] for group in range(groups)]
    return [part for part in parts if len(part) >= 25]


def corners_of_a_cube(random, count):
    columns = random.integers(2, 6)
    corners = np.stack(np.meshgrid(*[[0, 1]] * columns), -1).reshape(-1, columns)
    chosen = max(3, int(len(corners) * random.uniform(0.5, 1)))
    corners = corners[random.permutation(len(corners))[:chosen]]
    width = random.uniform(0.07, 0.15)
    return [random.normal(size=(m, columns)) * width + corner
            for m, corner in zip(sizes(random, max(count, 50 * len(corners)), len(corners)), corners)]


def rolled_sheets(random, count):
    """Two sheets of three columns, rolled into each other."""
    sheets, turns = random.integers(1, 3), random.uniform(0.9, 1.4)
    groups = []
    for i in range(2):
        place = np.sqrt(random.uniform(0.1, 1, max(count, 1200) // 2))
        angle = 2 * np.pi * turns * place + np.pi * i
        reach = 3 * place
        rows = np.column_stack([reach * np.cos(angle), reach * np.sin(angle),
                                random.uniform(0, sheets, len(place))])
        groups.append(rows + random.normal(size=rows.shape) * random.uniform(0.01, 0.06))
    return groups


def linked_tori(random, count):
    groups, rows = random.integers(2, 4), []
    for i, m in enumerate(sizes(random, max(count, 600), groups, 0.2)):
        flat = ring(random, m, 1.0, 0.0)
        torus = np.column_stack([flat, np.zeros(m)]) + random.normal(size=(m, 3)) * 0.1
        rows.append((torus if i % 2 == 0 else torus[:, [0, 2, 1]]) + [i * 1.35, 0, 0])
    return rows


def laplace_blobs(random, count):
    columns, groups = random.choice([1, 2, 3, 6]), random.integers(2, 8)
    pieces = [random.laplace(size=(m, columns)) * np.exp(random.normal(size=columns) * 0.3)
              for m in sizes(random, count, groups, 0.4)]
    return apart(random, pieces, random.uniform(1.0, 1.4))


def boxes(random, count):
    """Turned boxes of even density in many columns."""
    columns, groups = random.choice([3, 4, 6, 10, 20]), random.integers(2, 10)
    pieces = []
    for m in sizes(random, count, groups, 0.4):
        sides = np.exp(random.normal(size=columns) * 0.4)
        pieces.append(turned(random, random.uniform(-1, 1, (m, columns)) * sides))
    return apart(random, pieces, random.uniform(0.8, 1.1))


def comets(random, count):
    """A dense head and a tail that thins out, as one group each."""
    pieces = []
    for m in sizes(random, count, random.integers(2, 7)):
        head = random.normal(size=(m // 2, 2)) * 0.2
        place = random.exponential(size=m - m // 2) * 0.8
        place = place[place < 3.5]
        tail = np.column_stack([place, random.normal(size=len(place)) * (0.1 + 0.08 * place)])
        pieces.append(turned(random, np.vstack([head, tail])))
    return apart(random, pieces, random.uniform(0.9, 1.3))


def bars(random, count):
    """Long bars side by side, of unequal width."""
    place, groups = 0.0, []
    for m in sizes(random, count, random.integers(2, 9), 0.4):
        width = random.uniform(0.2, 1.0)
        groups.append(np.column_stack([place + random.uniform(0, width, m), random.uniform(0, 6, m)]))
        place += width + random.uniform(0.5, 0.9)
    return groups


def simplex(random, count):
    """Groups as far from each other as from all others, in 8 to 32 columns."""
    columns = random.choice([8, 16, 24, 32])
    groups = random.integers(3, columns + 1)
    return [random.normal(size=(m, columns)) + np.eye(columns)[i] * random.uniform(6.5, 9)
            for i, m in enumerate(sizes(random, max(count, 30 * groups), groups))]


def dense_beside_sparse(random, count):
    wide, groups = random.uniform(1.2, 2.0), random.integers(1, 5)
    parts = sizes(random, count, groups + 1, 0.2)
    rows = [random.normal(size=(parts[0], 2)) * wide]
    for i in range(groups):
        angle, tight = 2 * np.pi * i / groups, random.uniform(0.08, 0.25)
        place = wide * random.uniform(4.0, 4.8) * np.array([np.cos(angle), np.sin(angle)])
        rows.append(random.normal(size=(parts[i + 1], 2)) * tight + place)
    return rows


def on_a_line(random, count):
    """One column."""
    groups = random.integers(2, 9)
    widths = np.exp(random.normal(size=groups) * 0.4)
    places = np.cumsum(widths * random.uniform(3.2, 4, groups) + np.roll(widths, 1) * 3.2)
    return [(random.normal(size=(m, 1)) * width + place)
            for m, width, place in zip(sizes(random, count, groups, 0.4), widths, places)]


def bent_sheets(random, count):
    """Paraboloids one above the other, in 3 to 6 columns."""
    columns, groups = random.integers(3, 7), random.integers(2, 5)
    bend, gap = random.uniform(0.3, 0.8), random.uniform(0.9, 1.4)
    rows = []
    for i, m in enumerate(sizes(random, max(count, 250 * groups), groups, 0.2)):
        flat = random.uniform(-1, 1, (m, 2))
        height = bend * (flat**2).sum(axis=1) + i * gap
        sheet = np.column_stack([flat, height, np.zeros((m, columns - 3))])
        rows.append(sheet + random.normal(size=sheet.shape) * 0.03)
    return rows


def rings_in_a_chain(random, count):
    """A row of rings with blobs in some of them, apart in the plane."""
    groups, place = [], 0.0
    for m in sizes(random, count, random.integers(2, 5), 0.3):
        groups.append(ring(random, m, 1, random.uniform(0.03, 0.08)) + [place, 0])
        if random.uniform() < 0.6:
            groups.append(random.normal(size=(m // 2 + 20, 2)) * random.uniform(0.08, 0.2) + [place, 0])
        place += random.uniform(2.5, 3)
    return groups


def archipelago(random, count):
    """Many small groups of any shape, and one large."""
    groups = random.integers(12, 40)
    pieces = []
    for i, m in enumerate(sizes(random, max(count, 40 * groups), groups, 0.3)):
        kind = random.integers(3)
        rows = (random.normal(size=(m, 2)) * 0.5 if kind == 0
                else ring(random, m, 0.8, 0.08) if kind == 1
                else random.normal(size=(m, 2)) * [1.0, 0.12])
        pieces.append(turned(random, rows * (3 if i == 0 else 1)))
    return apart(random, pieces, random.uniform(1.0, 1.3))


KINDS = [letters, crosses, nested_squares, galaxies, spiral_with_core, trees, checkerboard,
         half_rings_with_blobs, lattices, donuts, rings_of_unequal_density, mixed_dimensions, flower,
         stars, wave_and_blobs, cells, corners_of_a_cube, rolled_sheets, linked_tori, laplace_blobs,
         boxes, comets, bars, simplex, dense_beside_sparse, on_a_line, bent_sheets, rings_in_a_chain,
         archipelago]


def agreement(data, labels, neighbors=5):
    """The share of a row's nearest neighbours that lie in its own group, over all rows in groups."""
    rows, groups = data[labels >= 0], labels[labels >= 0]
    _, near = cKDTree(rows).query(rows, k=neighbors + 1)
    return float(np.mean(groups[near[:, 1:]] == groups[:, None]))


def with_background(random, data, labels, share):
    low, high = data.min(axis=0), data.max(axis=0)
    margin = 0.08 * (high - low)
    count = int(len(data) * share / (1 - share))
    rows = random.uniform(low - margin, high + margin, (count, data.shape[1]))
    return np.vstack([data, rows]), np.concatenate([labels, np.full(count, -1)])


def drowned(data, labels):
    """Whether many rows of groups have background nearer than their own second neighbour."""
    rows, background = data[labels >= 0], data[labels < 0]
    own = cKDTree(rows).query(rows, k=3)[0][:, 2]
    return np.mean(cKDTree(background).query(rows, k=2)[0][:, 1] < own) > 0.12


def placed(random, data):
    """In units of its own, so that no set's numbers tell anything."""
    if data.shape[1] == 2 and random.uniform() < 0.5:
        data = turned(random, data)
    return data * logarithmic(random, 0.01, 100) + random.normal(size=data.shape[1]) * 5


def draw(scene, place, index, attempt):
    random = np.random.default_rng([SEED, place, index, attempt])
    groups = scene(random, int(logarithmic(random, 250, 3000)))
    data = np.vstack(groups)
    labels = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    if agreement(data, labels) < 0.95:
        return None
    if data.shape[1] <= 10 and index % 5 in (1, 3):
        data, labels = with_background(random, data, labels, random.uniform(0.02, 0.2))
        if drowned(data, labels):
            return None
    order = random.permutation(len(data))
    return placed(random, data)[order], labels[order].astype(np.int32)


def grouped(of_a_kind=SETS_OF_A_KIND):
    """Yields (name, data, labels)."""
    for place, scene in enumerate(KINDS):
        for index in range(of_a_kind):
            draws = (draw(scene, place, index, attempt) for attempt in range(200))
            drawn = next(filter(None, draws), None)
            if drawn is None:
                raise SystemExit(f"{scene.__name__}: no draw has groups apart")
            yield (f"{scene.__name__}_{index}", *drawn)


def groupless(of_a_kind=GROUPLESS_OF_A_KIND):
    """Yields (name, data): one group, or none, whatever one calls it."""
    for kind in ("uniform", "gaussian"):
        for columns in GROUPLESS_COLUMNS:
            for index in range(of_a_kind):
                random = np.random.default_rng([SEED, len(kind), columns, index])
                count = int(logarithmic(random, 100, 3000))
                data = (random.uniform(size=(count, columns)) if kind == "uniform"
                        else random.normal(size=(count, columns)))
                yield f"null_{kind}_{columns}_{index}", placed(random, data)


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    sets = list(grouped()) + [(name, data, np.zeros(len(data), np.int32)) for name, data in groupless()]
    with open(folder / "INDEX.tsv", "w") as index:
        print("name\tkind\tn\td\tk\tnoise\tnull\tagreement", file=index)
        for name, data, labels in sets:
            np.save(folder / f"{name}.npy", data)
            np.save(folder / f"{name}.labels.npy", labels)
            known = len(np.unique(labels[labels >= 0]))
            print(name, name.rsplit("_", 1)[0], *data.shape, known, f"{np.mean(labels < 0):.3f}",
                  int(name.startswith("null_")), f"{agreement(data, labels):.3f}", sep="\t", file=index)
    print(len(sets), "sets in", folder)


if __name__ == "__main__":
    main()
