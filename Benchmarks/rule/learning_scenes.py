"""The scenes of learning_sets.py: each takes a random source and about how many rows are wanted.

They return rows and labels, or rows, labels and coarse labels; −1 belongs to no group. `m` is the rows
of a group, `t` a place along a line, `a` an angle, `p` points, `g` a gap, `R` a radius, `L` a length.
"""

import numpy as np

from scene_parts import (PI, along, apart, ball, centres, logarithmic, normal, rectangle, ring,
                         sizes, sphere, together, turn, whole)

COLUMNS = [2, 2, 2, 2, 2, 2, 3, 3, 5, 8, 16, 32]


def some_columns(random):
    return COLUMNS[random.integers(len(COLUMNS))]


def reach(columns):
    """How far most rows of a Gaussian of deviation 1 are from its centre."""
    return np.sqrt(columns)


def blobs_equal(random, count):
    """Round blobs of one size."""
    columns, groups = some_columns(random), whole(random, 2, 20)
    parts = sizes(random, count, groups, 0)
    places = centres(random, groups, columns, np.full(groups, reach(columns)),
                     random.uniform(1.7, 4) if columns < 8 else random.uniform(1.1, 2.5))
    return together([normal(random, m, columns) + places[i] for i, m in enumerate(parts)])


def blobs_sizes(random, count):
    """Round blobs with unequal numbers of rows."""
    columns, groups = some_columns(random), whole(random, 2, 12)
    parts = sizes(random, count, groups, random.uniform(0.7, 1.4))
    places = centres(random, groups, columns, np.full(groups, reach(columns)),
                     random.uniform(1.9, 4) if columns < 8 else random.uniform(1.1, 2.5))
    return together([normal(random, m, columns) + places[i] for i, m in enumerate(parts)])


def blobs_variances(random, count):
    """Round blobs of unequal width."""
    columns, groups = some_columns(random), whole(random, 2, 12)
    parts = sizes(random, count, groups, random.choice([0, 0.5]))
    deviations = np.exp(random.normal(size=groups) * random.uniform(0.5, 1.0))
    places = centres(random, groups, columns, deviations * reach(columns),
                     random.uniform(1.8, 3) if columns < 8 else random.uniform(1.1, 2))
    return together(
        [normal(random, m, columns) * deviations[i] + places[i] for i, m in enumerate(parts)])


def blobs_anisotropic(random, count):
    """Ellipsoids in any direction."""
    columns, groups = some_columns(random), whole(random, 2, 10)
    parts = sizes(random, count, groups, random.choice([0, 0.5]))
    A = [
        turn(random, columns) * np.exp(random.normal(size=columns) * random.uniform(0.4, 0.9))
        for _ in range(groups)
    ]
    if random.uniform() < 0.3:
        A = [A[0]] * groups
    radii = [np.linalg.norm(a, 2) * reach(columns)**0.7 for a in A]
    places = centres(random, groups, columns, radii, random.uniform(1.2, 2.2))
    return together([normal(random, m, columns) @ A[i].T + places[i] for i, m in enumerate(parts)])


def blobs_touching(random, count):
    """Blobs in the plane whose edges touch."""
    groups = whole(random, 2, 12)
    parts = sizes(random, count, groups, random.choice([0, 0.4]))
    places = centres(random, groups, 2, np.full(groups, 2.0), random.uniform(1.05, 1.35))
    return together([normal(random, m, 2) * 0.95 + places[i] for i, m in enumerate(parts)])


def blobs_heavy(random, count):
    """Blobs with the tails of Student's t."""
    columns, groups = [2, 2, 2, 3, 5][random.integers(5)], whole(random, 2, 8)
    parts = sizes(random, count, groups, random.choice([0, 0.5]))
    freedom = random.uniform(2, 6)
    places = centres(random, groups, columns, np.full(groups, reach(columns)), random.uniform(3.5, 6))
    pieces = []
    for place, m in zip(places, parts):
        random.standard_t(freedom, size=(m, 1))  # What was drawn once stays in the stream.
        rows = normal(random, m, columns)
        pieces.append(rows / np.sqrt(random.chisquare(freedom, (m, 1)) / freedom) + place)
    return together(pieces)


def blobs_many(random, count):
    """Thirty to a hundred blobs."""
    columns = [2, 2, 2, 3, 5, 8, 16][random.integers(7)]
    groups = whole(random, 30, 100)
    count = max(count, groups * 20)
    parts = sizes(random, min(count, 5000), groups, random.choice([0, 0.5]))
    deviations = np.exp(random.normal(size=groups) * random.choice([0, 0.3]))
    places = centres(random, groups, columns, deviations * reach(columns),
                     random.uniform(1.7, 2.6) if columns < 8 else random.uniform(1.1, 1.8))
    return together(
        [normal(random, m, columns) * deviations[i] + places[i] for i, m in enumerate(parts)])


def grid_blobs(random, count):
    """Blobs or squares on a grid, slightly shaken."""
    a, b = random.integers(2, 8, 2)
    groups = a * b
    parts = sizes(random, max(count, groups * 25), groups, random.choice([0, 0.4]))
    g = random.uniform(4.5, 9)
    shake = random.uniform(0, 0.12) * g
    squares = random.uniform() < 0.4
    pieces = []
    for i in range(groups):
        places = np.array([i % a, i // a]) * g + random.normal(size=2) * shake * 0.5
        pieces.append((rectangle(random, parts[i], 3.2, 3.2) if squares else normal(random, parts[i], 2)) +
                      places)
    return together(pieces)


def uniform_shapes(random, count):
    """Squares, bars, discs and L-shapes of even density."""
    groups = whole(random, 2, 10)
    parts = sizes(random, count, groups, random.choice([0, 0.6]))
    pieces, radii = [], []
    random.uniform()  # What was drawn once stays in the stream.
    for i in range(groups):
        t = random.integers(4)
        z = logarithmic(random, 0.6, 1.8)
        if t == 0:
            p = rectangle(random, parts[i], z * 2, z * 2)
        elif t == 1:
            p = rectangle(random, parts[i], z * 3, z * random.uniform(0.5, 1.5))
        elif t == 2:
            p = ball(random, parts[i], 2) * z
        else:
            q = random.uniform(-1, 1, (parts[i] * 3, 2))
            q = q[~((q[:, 0] > 0) & (q[:, 1] > 0))][:parts[i]]
            p = q * z * 1.3
        p = p @ turn(random, 2).T
        pieces.append(p)
        radii.append(np.linalg.norm(p, axis=1).max())
    return apart(random, pieces, radii, random.uniform(1.08, 1.6))


def adjacent_rects(random, count):
    """Rectangles side by side with narrow gaps."""
    groups = random.integers(2, 6)
    parts = sizes(random, count, groups, 0.3)
    x = 0
    pieces = []
    gap = random.uniform(0.25, 0.6)
    for i in range(groups):
        width, h = random.uniform(0.6, 2), random.uniform(2, 5)
        pieces.append(rectangle(random, parts[i], width, h) + [x + width / 2, random.uniform(-1, 1)])
        x += width + gap
    return together(pieces)


def rings_apart(random, count):
    """Rings that don't go round one another."""
    groups = random.integers(2, 7)
    parts = sizes(random, count, groups, 0.3)
    R = np.exp(random.normal(size=groups) * 0.35)
    width = random.uniform(0.03, 0.14)
    places = centres(random, groups, 2, R + width, random.uniform(1.1, 1.6))
    return together([ring(random, parts[i], R[i], width) + places[i] for i in range(groups)])


def concentric(random, count):
    """Rings in one another, with or without a core."""
    groups = random.integers(2, 6)
    core = random.uniform() < 0.5
    gap = random.uniform(0.7, 1.3)
    width = random.uniform(0.04, 0.16)
    R = [i * gap + (0 if core else random.uniform(0.6, 1.2)) for i in range(groups)]
    if random.uniform() < 0.5:
        shares = np.array([max(x, 0.35) for x in R])
    else:
        shares = np.ones(groups)
    parts = np.maximum(30, count * shares / shares.sum()).astype(int)
    pieces = [
        normal(random, parts[i], 2) * width *
        1.5 if core and i == 0 else ring(random, parts[i], R[i], width, uniform=random.uniform() < 0.5)
        for i in range(groups)
    ]
    return together(pieces)


def arcs(random, count):
    """Parts of rings."""
    groups = random.integers(2, 7)
    parts = sizes(random, count, groups, 0.3)
    width = random.uniform(0.02, 0.09)
    pieces, radii = [], []
    for i in range(groups):
        R = random.uniform(0.7, 1.6)
        a = random.uniform(0, 2 * PI)
        L = random.uniform(PI * 0.6, PI * 1.5)
        p = ring(random, parts[i], R, width, a, a + L, False)
        p -= (p.max(0) + p.min(0)) / 2
        pieces.append(p)
        radii.append(np.linalg.norm(p, axis=1).max())
    return apart(random, pieces, radii, random.uniform(0.75, 1.1))


def moons(random, count):
    """Pairs of half rings, each with an end inside the other."""
    pairs = 1 if random.uniform() < 0.7 else random.integers(2, 4)
    pieces = []
    width = random.uniform(0.03, 0.12)
    u = random.uniform(0.25, 0.55)
    v = random.uniform(0.8, 1.2)
    f = random.uniform(0.35, 0.65)
    for i in range(pairs):
        m = count // pairs
        a = ring(random, int(m * f), 1, width, 0, PI, False)
        b = ring(random, m - int(m * f), 1, width, PI, 2 * PI, False) + [v, u]
        pieces += [a + [0, i * 3.2], b + [0, i * 3.2]]
    return together(pieces)


def spirals(random, count):
    """Two to four arms that wind round one another."""
    groups = random.integers(2, 5)
    turns = random.uniform(0.8, 1.7) if groups > 2 else random.uniform(1, 2.2)
    width = random.uniform(0.004, 0.025) * 2 / groups
    a0 = random.uniform(0.05, 0.2)
    count = int(max(count, 400 * turns))
    parts = sizes(random, count, groups, 0.2 if random.uniform() < 0.5 else 0)
    pieces = []
    even = random.uniform() < 0.6

    def arm(i):
        def path(t):
            a, radius = t * turns * 2 * PI + 2 * PI * i / groups, a0 + (1 - a0) * t
            return np.c_[radius * np.cos(a), radius * np.sin(a)]

        return path

    for i, m in enumerate(parts):
        if even:
            pieces.append(along(random, m, arm(i), width))
        else:
            rows = arm(i)(random.uniform(0, 1, m)**0.8)
            pieces.append(rows + random.normal(size=(m, 2)) * width)
    return together(pieces)


def worms(random, count):
    """Equal sine waves above one another."""
    groups = random.integers(2, 9)
    parts = sizes(random, count, groups, 0.3)
    g = random.uniform(0.7, 1.4)
    width = random.uniform(0.03, 0.11)
    pieces = []
    A, F, phase = random.uniform(0.3, 1.2), random.uniform(0.5, 2), random.uniform(0, 6)
    L = random.uniform(4, 9)
    for i in range(groups):
        sh = random.uniform(-0.5, 0.5)
        f = lambda t: np.c_[L * t + sh, A * np.sin(F * L * t + phase) * 1.0 + i * g * 1.6]
        pieces.append(along(random, parts[i], f, width))
    return together(pieces)


def worms_free(random, count):
    """Curved worms anywhere, some with a thin tail."""
    groups = whole(random, 2, 25)
    count = max(count, 60 * groups)
    parts = sizes(random, count, groups, 0.4)
    pieces, radii = [], []
    taper = random.uniform() < 0.5
    for i in range(groups):
        bend = random.normal() * 0.6
        L = random.uniform(2, 6)
        width = random.uniform(0.05, 0.2)
        b = random.normal() * 0.8
        t = random.uniform(0, 1, parts[i])
        tt = np.linspace(0, 1, 400)
        T = bend * L * tt + b * np.sin(3 * tt)
        xy = np.cumsum(np.c_[np.cos(T), np.sin(T)], 0) * L / 400
        p = np.c_[np.interp(t, tt, xy[:, 0]), np.interp(t, tt, xy[:, 1])]
        widths = width * (1 - 0.7 * t if taper else np.ones_like(t))
        p = p + random.normal(size=p.shape) * widths[:, None]
        p -= (p.max(0) + p.min(0)) / 2
        pieces.append(p @ turn(random, 2).T)
        radii.append(np.linalg.norm(p, axis=1).max())
    return apart(random, pieces, radii, random.uniform(0.7, 1.05))


def zigzags(random, count):
    """Zigzags above one another."""
    groups = random.integers(2, 6)
    parts = sizes(random, count, groups, 0.2)
    teeth = random.integers(2, 6)
    g = random.uniform(0.8, 1.6)
    A = random.uniform(0.4, 1.5)
    width = random.uniform(0.02, 0.08)
    pieces = []
    for i in range(groups):
        f = lambda t: np.c_[t * teeth * 2, A * np.abs(t * teeth * 2 % 2 - 1) + i * g]
        pieces.append(along(random, parts[i], f, width))
    return together(pieces)


def lines_apart(random, count):
    """Thin lines, parallel or not."""
    columns = [2, 2, 2, 3, 5][random.integers(5)]
    groups = random.integers(2, 9)
    parts = sizes(random, count, groups, 0.4)
    pieces, radii = [], []
    parallel = random.uniform() < 0.4
    u0 = random.normal(size=columns)
    width = random.uniform(0.02, 0.1)
    for i in range(groups):
        u = u0 if parallel else random.normal(size=columns)
        u = u / np.linalg.norm(u)
        L = random.uniform(1.5, 6)
        pieces.append(
            random.uniform(-L / 2, L / 2, (parts[i], 1)) * u +
            random.normal(size=(parts[i], columns)) * width)
        radii.append(L / 2)
    return apart(random, pieces, radii, random.uniform(0.5, 1.0))


def lines_crossing(random, count):
    """Thin lines that cross."""
    groups = random.integers(2, 5)
    columns = [2, 2, 3][random.integers(3)]
    parts = sizes(random, count, groups, 0.2)
    width = random.uniform(0.005, 0.03)
    pieces = []
    a0 = random.uniform(0, PI)
    for i in range(groups):
        if columns == 2:
            a = a0 + PI * i / groups
            u = np.array([np.cos(a), np.sin(a)])
        else:
            u = random.normal(size=3)
            u /= np.linalg.norm(u)
        o = random.normal(size=columns) * 0.3
        pieces.append(
            random.uniform(-2, 2, (parts[i], 1)) * u + o +
            random.normal(size=(parts[i], columns)) * width)
    return together(pieces)


def trajectories(random, count):
    """Bent lines side by side."""
    groups = random.integers(3, 10)
    count = max(count, 80 * groups)
    parts = sizes(random, count, groups, 0.3)
    g = random.uniform(0.5, 1.2)
    width = random.uniform(0.03, 0.08)
    pieces = []
    A = random.uniform(0.3, 1.5)
    for i in range(groups):
        q = random.uniform(-0.15, 0.15)
        f = lambda t: np.c_[8 * t, A * np.tanh(6 * (t - 0.5)) * (1 + q) + i * g * 1.3]
        pieces.append(along(random, parts[i], f, width))
    return together(pieces)


def chain3(random, count):
    """Rings that go through one another, in three columns."""
    groups = random.integers(2, 6)
    parts = sizes(random, count, groups, 0.2)
    width = random.uniform(0.03, 0.12)
    pieces = []
    for i in range(groups):
        p = ring(random, parts[i], 1, width, 0, 2 * PI, False)
        z = random.normal(size=parts[i]) * width
        q = np.c_[p, z] if i % 2 == 0 else np.c_[p[:, 0], z, p[:, 1]]
        pieces.append(q + [i * 1.32, 0, 0])
    data, labels = together(pieces)
    return (data @ turn(random, 3).T, labels)


def helices(random, count):
    """Two or three helices wound into one another."""
    groups = random.integers(2, 4)
    parts = sizes(random, max(count, 500), groups, 0.2)
    turns = random.uniform(1, 3)
    width = random.uniform(0.02, 0.09)
    h = random.uniform(0.8, 2)
    pieces = []
    for i in range(groups):
        f = lambda t: np.c_[np.cos(2 * PI * (turns * t + i / groups)),
                            np.sin(2 * PI * (turns * t + i / groups)), h * turns * t]
        pieces.append(along(random, parts[i], f, width))
    data, labels = together(pieces)
    return (data @ turn(random, 3).T, labels)


def shells(random, count):
    """Spheres in one another, with or without a core."""
    columns = [3, 3, 3, 4, 5][random.integers(5)]
    groups = random.integers(2, 4)
    pieces = []
    width = random.uniform(0.02, 0.07)
    R = np.cumsum(random.uniform(0.8, 1.3, groups))
    shares = (R / R[0])**random.uniform(1, 2.2)
    count = max(count, 800)
    parts = np.maximum(60, count * shares / shares.sum()).astype(int)
    core = random.uniform() < 0.7
    for i in range(groups):
        pieces.append(
            ball(random, parts[i], columns) * R[0] *
            0.45 if core and i == 0 else sphere(random, parts[i], columns) * R[i] *
            (1 + random.normal(size=(parts[i], 1)) * width))
    return together(pieces)


def smiley(random, count):
    """A face: a ring, two eyes, a mouth."""
    parts = sizes(random, count, 4, 0.2)
    width = random.uniform(0.03, 0.08)
    pieces = [
        ring(random, parts[0] * 2, 2, width),
        normal(random, parts[1] // 2 + 15, 2) * random.uniform(0.08, 0.2) + [-0.7, 0.6],
        normal(random, parts[2] // 2 + 15, 2) * random.uniform(0.08, 0.2) + [0.7, 0.6],
        ring(random, parts[3], random.uniform(0.8, 1.2), width, 1.15 * PI, 1.85 * PI, False)
    ]
    return together(pieces)


def random_piece(random, m, kind):
    """A blob, ring, line, square, arc, wave or disc."""
    if kind == 0:
        return normal(random, m, 2) * [random.uniform(0.2, 0.6), random.uniform(0.2, 0.6)]
    if kind == 1:
        return ring(random, m, random.uniform(0.7, 1.5), random.uniform(0.03, 0.1))
    if kind == 2:
        return np.c_[random.uniform(-1.8, 1.8, m), random.normal(size=m) * random.uniform(0.03, 0.1)]
    if kind == 3:
        return rectangle(random, m, random.uniform(0.8, 2), random.uniform(0.8, 2))
    if kind == 4:
        return ring(random, m, 1, random.uniform(0.03, 0.1), 0, PI * random.uniform(0.8, 1.4), False)
    if kind == 5:
        return along(random, m, lambda t: np.c_[4 * t - 2, 0.6 * np.sin(7 * t)], 0.06)
    return ball(random, m, 2) * random.uniform(0.5, 1.3)


def mixed(random, count):
    """Pieces of any kind."""
    groups = random.integers(3, 9)
    parts = sizes(random, count, groups, random.choice([0, 0.5, 0.8]))
    pieces, radii = [], []
    for i in range(groups):
        p = random_piece(random, parts[i], random.integers(7)) @ turn(random, 2).T
        pieces.append(p)
        radii.append(np.linalg.norm(p, axis=1).max())
    return apart(random, pieces, radii, random.uniform(0.85, 1.3))


def ring_blob_line(random, count):
    """A ring, a blob in it, a line beside it."""
    parts = sizes(random, count, 3, 0.4)
    return together([
        ring(random, parts[0], 2, random.uniform(0.05, 0.15)),
        normal(random, parts[1], 2) * random.uniform(0.2, 0.45) + random.uniform(-0.4, 0.4, 2),
        np.c_[random.uniform(-3, 3, parts[2]),
              random.normal(size=parts[2]) * 0.08] +
        [0, random.choice([-1, 1]) * random.uniform(2.7, 3.4)]
    ])


def dense_in_sparse(random, count):
    """Dense blobs inside one sparse cloud that is a group of its own."""
    groups = random.integers(1, 5)
    columns = [2, 2, 3][random.integers(3)]
    f = random.uniform(0.25, 0.5)
    m0 = int(count * f)
    parts = sizes(random, count - m0, groups, 0.3)
    R = 6.0
    deviations = R * random.uniform(0.03, 0.07)
    places = centres(random, groups, columns, np.full(groups, deviations * 4), 1.3)
    places = places / max(1, np.linalg.norm(places, axis=1).max() / (R * 0.7))
    cloud = ball(random, m0 * 2, columns) * R
    far = np.min(np.linalg.norm(cloud[:, None] - places[None], axis=2), 1) > deviations * 2.8
    cloud = cloud[far][:m0]
    pieces = [cloud]
    for i in range(groups):
        b = normal(random, parts[i] * 2, columns)
        b = b[np.linalg.norm(b, axis=1) < 2.6][:parts[i]]
        pieces.append(b * deviations + places[i])
    return together(pieces)


def density_steps(random, count):
    """Strips side by side without a gap, whose density differs by a factor of 5 to 20."""
    groups = random.integers(2, 4)
    q = random.uniform(5, 20)
    densities = np.array([q**i for i in range(groups)], float)
    random.shuffle(densities)
    width = random.uniform(1, 2, groups) * np.where(densities == densities.max(), 0.8, 1.2)
    m = densities**0.6 * width
    parts = np.maximum(40, count * m / m.sum()).astype(int)
    pieces = []
    x = 0
    h = 3
    area = parts / (densities / densities.min())
    widths = area / area.sum() * 8 + 0.5
    for i in range(groups):
        pieces.append(np.c_[random.uniform(x, x + widths[i], parts[i]), random.uniform(0, h, parts[i])])
        x += widths[i]
    return together(pieces)


def unequal_density(random, count):
    """Blobs whose width differs by a factor of up to 20."""
    groups = random.integers(3, 8)
    parts = sizes(random, count, groups, 0.2)
    deviations = np.exp(random.uniform(np.log(0.08), np.log(1.6), groups))
    places = centres(random, groups, 2, deviations * 2.2, random.uniform(1.15, 1.6))
    return together([normal(random, parts[i], 2) * deviations[i] + places[i] for i in range(groups)])


def hierarchical(random, count):
    """Groups of blobs; the blobs are the labels, the groups a second reference."""
    columns = [2, 2, 2, 3, 5, 8][random.integers(6)]
    K = random.integers(2, 6)
    pieces = []
    g = []
    sub = [random.integers(2, 6) for _ in range(K)]
    reaches = []
    inner = []
    for i in range(K):
        places = centres(random, sub[i], columns, np.full(sub[i], reach(columns)),
                         random.uniform(1.8, 2.4) if columns < 8 else 1.4)
        places -= places.mean(0)
        inner.append(places)
        reaches.append(np.linalg.norm(places, axis=1).max() + 2 * reach(columns))
    C = centres(random, K, columns, reaches, random.uniform(1.3, 2))
    parts = sizes(random, max(count, 30 * sum(sub)), sum(sub), random.choice([0, 0.3]))
    j = 0
    for i in range(K):
        for t in range(sub[i]):
            pieces.append(normal(random, parts[j], columns) + inner[i][t] + C[i])
            g.append(i)
            j += 1
    data, labels = together(pieces)
    return (data, labels, np.array(g)[labels])


def manifolds(random, count):
    """Bent pieces of one to three dimensions in 5 to 16 columns."""
    columns = random.integers(5, 17)
    groups = random.integers(2, 7)
    parts = sizes(random, count, groups, 0.3)
    pieces, radii = [], []
    width = random.uniform(0.01, 0.04)
    for i in range(groups):
        q = random.integers(1, 4)
        t = random.uniform(-1, 1, (parts[i], q))
        W = random.normal(size=(q, columns)) * random.uniform(0.6, 1.6)
        b = random.uniform(0, 6, columns)
        p = np.sin(t @ W + b)
        p -= p.mean(0)
        p += random.normal(size=p.shape) * width
        pieces.append(p)
        radii.append(np.percentile(np.linalg.norm(p, axis=1), 95))
    return apart(random, pieces, radii, random.uniform(0.45, 0.8))


def subspace(random, count):
    """Flat pieces of one to three dimensions in 3 to 10 columns."""
    columns = random.integers(3, 11)
    groups = random.integers(2, 7)
    parts = sizes(random, count, groups, 0.3)
    pieces, radii = [], []
    for i in range(groups):
        q = random.integers(1, min(3, columns - 1) + 1)
        B = turn(random, columns)[:, :q]
        p = (normal(random, parts[i], q) if random.uniform() < 0.5 else random.uniform(
            -2, 2, (parts[i], q))) @ B.T + normal(random, parts[i], columns) * 0.08
        pieces.append(p)
        radii.append(2 * np.sqrt(q))
    return apart(random, pieces, radii, random.uniform(0.6, 1.1))


def nested_shapes(random, count):
    """A blob, a ring about it, and blobs outside."""
    groups = random.integers(1, 4)
    parts = sizes(random, count, groups + 2, 0.3)
    R = random.uniform(1.5, 2.5)
    pieces = [
        normal(random, parts[0], 2) * random.uniform(0.2, 0.4),
        ring(random, parts[1], R, random.uniform(0.08, 0.2))
    ]
    for i in range(groups):
        a = 2 * PI * (i + random.uniform(0, 0.5)) / groups
        pieces.append(
            normal(random, parts[2 + i], 2) * random.uniform(0.15, 0.4) +
            (R + random.uniform(1.5, 2.5)) * np.array([np.cos(a), np.sin(a)]))
    return together(pieces)


def skewed(random, count):
    """Exponential or log-normal columns."""
    columns = [2, 2, 3, 5][random.integers(4)]
    groups = random.integers(2, 8)
    parts = sizes(random, count, groups, 0.4)
    places = centres(random, groups, columns, np.full(groups, 2.0 * np.sqrt(columns / 2)),
                     random.uniform(1.2, 2.2))
    pieces = []
    for i in range(groups):
        p = random.exponential(size=(parts[i], columns)) if random.uniform() < 0.6 else np.exp(
            random.normal(size=(parts[i], columns)) * 0.6) - 1
        p *= random.choice([-1, 1], columns)
        pieces.append(p + places[i])
    return together(pieces)


def bananas(random, count):
    """Bent Gaussians."""
    groups = random.integers(2, 6)
    parts = sizes(random, count, groups, 0.3)
    pieces, radii = [], []
    for i in range(groups):
        x = normal(random, parts[i], 2)
        b = random.uniform(0.3, 0.8)
        p = np.c_[1.3 * x[:, 0], 0.35 * x[:, 1] + b * (x[:, 0]**2 - 1)] @ turn(random, 2).T
        pieces.append(p)
        radii.append(2.6)
    return apart(random, pieces, radii, random.uniform(0.9, 1.4))


def bridge(random, count):
    """Blobs joined by a thin bridge of rows, which belong to no group."""
    groups = random.integers(2, 4)
    parts = sizes(random, count, groups, 0.3)
    g = random.uniform(6, 10)
    pieces = [normal(random, parts[i], 2) + [i * g, 0] for i in range(groups)]
    data, labels = together(pieces)
    m = int(count * random.uniform(0.01, 0.04)) + 5
    b = np.c_[random.uniform(2.3, g * (groups - 1) - 2.3, m), random.normal(size=m) * 0.15]
    keep = np.min(np.abs(b[:, :1] - np.arange(groups) * g), 1) > 2.3
    b = b[keep]
    return (np.vstack([data, b]), np.r_[labels, np.full(len(b), -1)])


KINDS = [(blobs_equal, 14), (blobs_sizes, 10), (blobs_variances, 10), (blobs_anisotropic, 12),
         (blobs_touching, 10), (blobs_heavy, 8), (blobs_many, 12), (grid_blobs, 9), (uniform_shapes, 10),
         (adjacent_rects, 6), (rings_apart, 8), (concentric, 10), (arcs, 8), (moons, 8), (spirals, 12),
         (worms, 8), (worms_free, 10), (zigzags, 6), (lines_apart, 8), (lines_crossing, 6),
         (trajectories, 6), (chain3, 6), (helices, 5), (shells, 7), (smiley, 6), (mixed, 14),
         (ring_blob_line, 5), (dense_in_sparse, 9), (density_steps, 5), (unequal_density, 9),
         (hierarchical, 10), (manifolds, 9), (subspace, 9), (nested_shapes, 7), (skewed, 7),
         (bananas, 6), (bridge, 6)]
