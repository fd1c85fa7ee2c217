"""The automatic method on data with known groups and on data without any.

    swift build -c release --product clade
    python Benchmarks/peers/automatic.py suite        the sets of CLADE_BENCHMARKS, one by one
    python Benchmarks/peers/automatic.py generated    145 generated sets of 29 kinds, a row a kind
    python Benchmarks/peers/automatic.py groupless    100 sets without groups: uniform and Gaussian

    --method auto [ppp hdbscan …]   Clade's methods, side by side
    --peers                         besides, on standardised columns: hdbscan with its defaults, and
                                    genieclust with its defaults, which is told k
    --only TEXT                     the sets whose name contains it
    --each                          generated sets one by one
    --picture FILE.svg              the generated sets on which the first method does worst, one a kind
    --noise assign                  given to `clade fit`: no rows are left as noise
    --scale NAME                    given to `clade fit`, whose default is used without it

Clade sees the file and nothing else: no k, no parameter. Rows that a reference calls noise are left out
of the adjusted Rand index, rows that a method calls noise are one group more, and of several references
the best counts. A set is well separated where at least 99 % of the rows of groups have a nearest
neighbour of their own group, by all references. One set is fitted after the other; seconds are those of
the whole fit, once.
"""

import argparse
import statistics
import time

import numpy as np

import generated_sets
import worst_sets
from known_groups import choice, clade, count, known, library, score, separation, standardised, suite

parser = argparse.ArgumentParser(
    description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage=argparse.SUPPRESS)
parser.add_argument("what", choices=["suite", "generated", "groupless"])
parser.add_argument("--method", nargs="+", default=["auto"])
parser.add_argument("--peers", action="store_true")
parser.add_argument("--only", default="")
parser.add_argument("--each", action="store_true")
parser.add_argument("--picture")
parser.add_argument("--noise")
parser.add_argument("--scale")
parser.add_argument("--threads", type=int, default=2)
options = parser.parse_args()
WELL_SEPARATED = 0.99
PICTURED = 12


def fitted(method):
    """Takes rows and their references, returns labels, what was chosen, and seconds."""
    def fit(data, references):
        more = ["--scale", options.scale] if options.scale else []
        more += ["--noise", options.noise] if options.noise else []
        record, labels = clade(data, "--method", method, "--threads", str(options.threads), *more)
        return labels, choice(record), record["seconds"]["fit"]
    return fit


def by_density(data, references):
    hdbscan = library("hdbscan")
    start = time.perf_counter()
    labels = hdbscan.HDBSCAN(core_dist_n_jobs=options.threads).fit_predict(standardised(data))
    return labels, "", time.perf_counter() - start


def genie_told(data, references):
    """Of several references, by the k whose partition agrees best."""
    genieclust = library("genieclust")
    rows = standardised(data)
    if rows.shape[1] == 1:
        rows = np.pad(rows, ((0, 0), (0, 1)))  # It refuses a single column.
    start = time.perf_counter()
    found = [genieclust.Genie(n_clusters=k).fit_predict(rows)
             for k in sorted({count(reference) for reference in references})]
    seconds = time.perf_counter() - start
    return max(found, key=lambda labels: score(references, labels)), "", seconds


METHODS = {f"Clade {method}": fitted(method) for method in options.method}
if options.peers:
    METHODS["hdbscan"] = by_density
    if options.what != "groupless":
        METHODS["genieclust, told k"] = genie_told


def header(first, each):
    cells = [*first, *(f"{method} {cell}".strip() for method in METHODS for cell in each)]
    row(cells)
    row(["---"] * len(first) + ["---:"] * (len(cells) - len(first)))


def row(cells):
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def mean(values):
    return f"{statistics.mean(values):.3f}" if values else ""


def one_by_one(sets):
    """A row a set; returns for each set whether it is well separated, and its scores."""
    header(["set", "n × d", "groups", "separation"], ["k", "ARI", "seconds"])
    results = []
    for name, data, references in sets:
        if options.only not in name:
            continue
        apart = min(separation(data, reference) for reference in references)
        cells = [name, f"{data.shape[0]:,} × {data.shape[1]}", known(references), f"{apart:.3f}"]
        scores = []
        for fit in METHODS.values():
            labels, chosen, seconds = fit(data, references)
            scores.append(score(references, labels))
            cells += [f"{count(labels)}{chosen}", f"{scores[-1]:.3f}", f"{seconds:.2f}"]
        row(cells)
        results.append((apart >= WELL_SEPARATED, scores))
    return results


def means(results, text, width):
    """Rows of the means over all sets and over those well separated."""
    for title, chosen in (("all", results), ("well separated", [r for r in results if r[0]])):
        cells = [f"mean of {len(chosen)} {text}, {title}"] + [""] * (width - 1)
        for place in range(len(METHODS)):
            cells += ["", mean([scores[place] for _, scores in chosen]), ""]
        row(cells)


def generated():
    sets = ((name, data, [labels]) for name, data, labels in generated_sets.grouped())
    if options.each:
        return means(one_by_one(sets), "sets", 4)
    header(["kind", "sets"], ["right k", "ARI", "lowest"])
    results, kinds, worst = [], {}, {}
    for name, data, references in sets:
        if options.only not in name:
            continue
        found = [fit(data, references)[0] for fit in METHODS.values()]
        scores = [score(references, labels) for labels in found]
        results.append((separation(data, references[0]) >= WELL_SEPARATED, scores))
        kind = name.rsplit("_", 1)[0]
        worst[kind] = min(worst.get(kind, (2,)), (scores[0], name, data, references[0], found[0]),
                          key=lambda one: one[0])
        kinds.setdefault(kind, []).append((scores, [count(l) == count(references[0]) for l in found]))
        if len(kinds[kind]) == generated_sets.SETS_OF_A_KIND:
            cells = [kind.replace("_", " "), len(kinds[kind])]
            for place in range(len(METHODS)):
                scores = [set_scores[place] for set_scores, _ in kinds[kind]]
                right = sum(right[place] for _, right in kinds[kind])
                cells += [right, mean(scores), f"{min(scores):.3f}"]
            row(cells)
    means(results, "sets", 2)
    if options.picture:
        lowest = sorted(worst.values(), key=lambda one: one[0])[:PICTURED]
        worst_sets.draw(options.picture, [
            (f"{name.replace('_', ' ')}: ARI {value:.2f}, k {count(found)} for {count(reference)}",
             data, reference, found) for value, name, data, reference, found in lowest])


def groupless():
    header(["rows", "columns", "sets"], ["wrong", "most groups"])
    kinds = {}
    for name, data in generated_sets.groupless():
        if options.only not in name:
            continue
        kind = tuple(name.split("_")[1:3])
        kinds.setdefault(kind, []).append([count(fit(data, [])[0]) for fit in METHODS.values()])
        if len(kinds[kind]) == generated_sets.GROUPLESS_OF_A_KIND:
            cells = [*kind, len(kinds[kind])]
            for found in zip(*kinds[kind]):
                cells += [sum(k > 1 for k in found), max(found)]
            row(cells)
    every = [found for sets in kinds.values() for found in sets]
    cells = ["all", "", len(every)]
    for found in zip(*every):
        cells += [sum(k > 1 for k in found), max(found)]
    row(cells)


if __name__ == "__main__":
    if options.what == "suite":
        means(one_by_one(suite()), "sets", 4)
    else:
        {"generated": generated, "groupless": groupless}[options.what]()
