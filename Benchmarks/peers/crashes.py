"""Road collisions of Ireland, 2005 to 2016, for maps: writes them as tables, and compares DBSCAN and OPTICS.

    python Benchmarks/peers/crashes.py tables [FOLDER]
    swift build -c release
    python Benchmarks/peers/crashes.py compare

`tables` writes ireland.csv (68,936 places) and dublin.csv (16,283 of them), latitude and longitude in degrees.
`compare` fits them beside scikit-learn's. The collisions are those of the Road Safety Authority of
Ireland, from the package road-collisions-ireland, which is in the public domain (Unlicense).
"""

import csv
import importlib.util
import io
import pathlib
import sys
import tarfile

DUBLIN = (53.2, 53.45), (-6.45, -6.05)


def places():
    """Latitude and longitude of each collision, as the package writes them."""
    package = pathlib.Path(importlib.util.find_spec("road_collisions_ireland").origin).parent
    with tarfile.open(package / "resources/ireland/ireland.csv.tgz") as archive:
        table = archive.extractfile(archive.next())
        return [(row["lat"], row["lng"]) for row in csv.DictReader(io.TextIOWrapper(table, "utf-8"))]


def is_in(place, box):
    return all(low < float(value) < high for value, (low, high) in zip(place, box))


def tables(folder):
    everything = places()
    for name, rows in [("ireland", everything), ("dublin", [row for row in everything if is_in(row, DUBLIN)])]:
        path = folder / f"{name}.csv"
        path.write_text("lat,lng\n" + "".join(f"{lat},{lng}\n" for lat, lng in rows))
        print(f"{path}: {len(rows):,} collisions")


def compare():
    import dbscan as peer
    import numpy as np
    from sklearn.cluster import DBSCAN, OPTICS

    everything = places()
    peer.heading("DBSCAN and OPTICS, road collisions by haversine")
    for name, rows, metres, samples in [
        ("Ireland", everything, 1000, 50), ("Dublin", [row for row in everything if is_in(row, DUBLIN)], 100, 20)
    ]:
        data = np.unique(np.array(rows, dtype=float), axis=0)
        options = ["--metric", "haversine", "--min-samples", samples]
        common = dict(min_samples=samples, metric="haversine", algorithm="ball_tree", n_jobs=peer.THREADS)
        peer.compare(
            f"DBSCAN, {name}, {len(data):,} places, {metres} m, {samples} rows", data,
            ["--method", "dbscan", "--eps", metres, *options],
            lambda: DBSCAN(eps=metres / peer.EARTH, **common).fit(np.radians(data)), 1)
        if name == "Dublin":
            peer.compare(
                f"OPTICS, {name}, {len(data):,} places, up to 500 m, cut at {metres} m, {samples} rows", data,
                ["--method", "optics", "--max-eps", 500, "--eps", metres, *options],
                lambda: OPTICS(
                    max_eps=500 / peer.EARTH, cluster_method="dbscan", eps=metres / peer.EARTH, **common
                ).fit(np.radians(data)), 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["tables"]:
        tables(pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else "."))
    elif sys.argv[1:] == ["compare"]:
        compare()
    else:
        sys.exit(__doc__)
