"""What generated scenes are made of: shapes, sizes of groups, and places apart."""

import numpy as np

PI = np.pi


def logarithmic(random, low, high):
    return float(np.exp(random.uniform(np.log(low), np.log(high))))


def whole(random, low, high):
    """A whole number, even on a logarithmic scale."""
    return int(round(logarithmic(random, low, high)))


def turn(random, columns):
    """A random rotation."""
    basis, triangle = np.linalg.qr(random.normal(size=(columns, columns)))
    return basis * np.sign(np.diag(triangle))


def sizes(random, count, groups, uneven):
    """The rows of each group: equal, or log-normal with that deviation."""
    shares = np.ones(groups) if uneven <= 0 else np.exp(random.normal(size=groups) * uneven)
    return np.maximum(15, np.round(count * shares / shares.sum())).astype(int)


def centres(random, groups, columns, radii, gap):
    """Places at least `gap` times the sum of two radii from one another, in a box that grows till they fit."""
    radii = np.asarray(radii, float)
    side = 2 * radii.max() * max(1.0, groups**(1 / columns)) * gap
    order = np.argsort(-radii)
    while True:
        for _ in range(6):
            places = placed(random, order, radii, gap, side, columns)
            if places is not None:
                return places
        side *= 1.12


def placed(random, order, radii, gap, side, columns):
    places, done = np.full((len(radii), columns), np.nan), []
    for i in order:
        for _ in range(60):
            place = random.uniform(-side / 2, side / 2, columns)
            if all(np.linalg.norm(place - places[j]) >= gap * (radii[i] + radii[j]) for j in done):
                places[i] = place
                done.append(i)
                break
        else:
            return None
    return places


def normal(random, count, columns):
    return random.normal(size=(count, columns))


def sphere(random, count, columns):
    rows = random.normal(size=(count, columns))
    return rows / np.linalg.norm(rows, axis=1)[:, None]


def ball(random, count, columns):
    rows = sphere(random, count, columns)
    return rows * random.uniform(size=(count, 1))**(1 / columns)


def rectangle(random, count, width, height):
    return np.c_[random.uniform(-width / 2, width / 2, count),
                 random.uniform(-height / 2, height / 2, count)]


def ring(random, count, radius, width, start=0.0, end=2 * PI, uniform=True):
    """A ring or a part of one, of even or normal width."""
    a = random.uniform(start, end, count)
    reach = radius + (random.uniform(-width, width, count) if uniform else random.normal(size=count) *
                      width)
    return np.c_[reach * np.cos(a), reach * np.sin(a)]


def along(random, count, path, width):
    """Rows spread evenly over the length of the curve `path`, whose places go from 0 to 1."""
    places = np.linspace(0, 1, 2000)
    lengths = np.r_[0, np.cumsum(np.linalg.norm(np.diff(path(places), axis=0), axis=1))]
    rows = path(np.interp(random.uniform(0, lengths[-1], count), lengths, places))
    return rows + random.normal(size=rows.shape) * width


def apart(random, pieces, radii, gap):
    """The pieces at places of their own, as rows and labels."""
    places = centres(random, len(pieces), pieces[0].shape[1], radii, gap)
    return together([piece + place for piece, place in zip(pieces, places)])


def together(pieces):
    return np.vstack(pieces), np.concatenate([np.full(len(p), i) for i, p in enumerate(pieces)])
