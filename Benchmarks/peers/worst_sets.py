"""A picture of the sets on which a method does worst: what is known beside what it found."""

import numpy as np

SIDE, ROWS, ACROSS = 130, 350, 3
COLORS = ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#B3A100", "#6B6B6B"]
NOISE = "#B8B8B8"


def plane(data):
    """Two columns, or the first two principal components of more."""
    data = np.pad(data, ((0, 0), (0, max(0, 2 - data.shape[1]))))
    centred = data - data.mean(axis=0)
    if data.shape[1] == 2:
        return centred
    return centred @ np.linalg.svd(centred, full_matrices=False)[2][:2].T


def dots(rows, labels, left, top):
    """A path for each group, of dots; the largest groups have colours of their own."""
    span = (rows.max(axis=0) - rows.min(axis=0)).max() or 1
    places = (rows - (rows.max(axis=0) + rows.min(axis=0)) / 2) / span * (SIDE - 12) * [1, -1]
    places += [left + SIDE / 2, top + SIDE / 2]
    groups = sorted(set(labels), key=lambda group: -np.sum(labels == group))
    paths, color = [], 0
    for group in groups:
        line = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in places[labels == group])
        paths.append(f'<path stroke="{NOISE if group < 0 else COLORS[color % 8]}" d="{line}"/>')
        color += group >= 0
    return "".join(paths)


def draw(path, sets):
    """Writes an SVG file.

    `sets` are (title, data, known, found): labels of all rows, −1 for noise. Of many rows some are drawn.
    """
    width, height = 2 * SIDE + 24, SIDE + 40
    down = -(-len(sets) // ACROSS)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width * ACROSS} {height * down}" '
             'role="img" aria-label="Sets on which the method does worst: known groups left, found right">'
             "<style>text{font:12px system-ui,sans-serif;fill:#444}@media(prefers-color-scheme:dark)"
             "{text{fill:#bbb}}path{fill:none;stroke-width:2.4;stroke-linecap:round}</style>"]
    for index, (title, data, known, found) in enumerate(sets):
        left, top = index % ACROSS * width, index // ACROSS * height
        some = np.random.default_rng(0).permutation(len(data))[:ROWS]
        rows = plane(data)[some]
        parts.append(f'<text x="{left + SIDE}" y="{top + 16}" text-anchor="middle">{title}</text>')
        parts.append(dots(rows, known[some], left, top + 22))
        parts.append(dots(rows, found[some], left + SIDE, top + 22))
    with open(path, "w") as file:
        file.write("".join(parts) + "</svg>\n")
