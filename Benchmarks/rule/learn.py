"""Learns the rule by which the automatic method chooses, and says how well it does on sets it hasn't seen.

    swift build -c release --package-path Benchmarks --product AutomaticCriteria
    python Benchmarks/rule/learning_sets.py /tmp/sets/wide
    python Benchmarks/rule/overlapping_sets.py /tmp/sets/overlapping
    python Benchmarks/rule/many_columns.py /tmp/sets/many
    CLADE_BENCHMARKS=… python Benchmarks/rule/learn.py /tmp/sets       (add --write to replace the rule)

Learned from: the generated sets in those folders, and the 34 sets with known groups of CLADE_BENCHMARKS.
A rule is trees that rank partitions, by their criteria and by where these stand among those of the other partitions,
and a logistic regression that says whether all rows as one group are the better answer. In the regression each set
counts by what is lost if it is taken wrongly: the index of the partition that is ranked highest, and 1 for a set
without groups. So one group is said where that promises a higher index.

The figures that are printed are by nested leaving out: the sets, generated ones too, fall into 5 parts. For
each part the number of leaves of the trees and the regression are found without it, by leaving out each of the
other four in turn. Then each known set of the part is judged by trees that were learned from all sets but
this one, and generated sets by trees that were learned from the other parts. So nothing about a set plays a part
in its figure but which criteria and candidates there are. Sets without groups teach the regression only, which
sees the ranking of sets that its trees hadn't seen.

Columns are standardised, as `clade fit` does. Rows that a reference calls noise are left out of the adjusted
Rand index; rows that a partition leaves out count to the group of the nearest row that has one.
"""

import argparse
import concurrent.futures
import glob
import gzip
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile

import lightgbm
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import StandardScaler

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.path.join(HERE, "../.build/release/AutomaticCriteria")
SOURCES = os.path.join(HERE, "../../Sources/Clade/Automatic")
PARTS = 5
WORKERS = 2
LEAVES = [8, 15]  # What the size of trees is chosen from.
SHARED = {}  # What the processes that learn see of the one that started them.

# What the regression looks at: of the best partition, and of all rows in one group.
OF_BEST = """boundarySparsity ballGain gaussianGain spread worstSilhouette cut worstEdgeSeparation
    worstContrast boundaryShare valley meanFamilyAgreement familyAgreement groupCount""".split()
OF_WHOLE = "meanFamilyAgreement gap plainGap widestHalvingGap repetitions".split()


def sets(folder):
    """Names, rows and reference labellings (-1 for noise)."""
    root = os.environ.get("CLADE_BENCHMARKS")
    if not root:
        sys.exit("Set CLADE_BENCHMARKS to the folder of sets with known groups.")
    for path in sorted(glob.glob(os.path.join(root, "**/*.data.gz"), recursive=True)):
        labels = [np.loadtxt(gzip.open(p), dtype=int) - 1
                  for p in sorted(glob.glob(path.replace(".data.gz", ".labels*.gz")))]
        yield "known_" + os.path.basename(path)[:-8], np.loadtxt(gzip.open(path), ndmin=2), labels
    for path in sorted(glob.glob(os.path.join(folder, "*/*.npy"))):
        if ".labels" not in path:
            labels = [np.load(p).astype(int).ravel()
                      for p in sorted(glob.glob(path[:-4] + ".labels*.npy"))]
            rows = np.load(path).astype(float)
            yield "generated_" + os.path.basename(path)[:-4], rows.reshape(len(rows), -1), labels


def scored(partition, references, rows):
    """The best adjusted Rand index; of data without groups, whether there is one."""
    if (partition < 0).any() and (partition >= 0).any():
        grouped = partition >= 0
        nearest = cKDTree(rows[grouped]).query(rows[~grouped])[1]
        partition = partition.copy()
        partition[~grouped] = partition[grouped][nearest]
    best = -1.0
    for reference in references:
        counted = reference >= 0
        if len(np.unique(reference[counted])) == 1:
            index = float(len(np.unique(partition[counted])) == 1)
        else:
            index = adjusted_rand_score(reference[counted], partition[counted])
        best = max(best, index)
    return best


def measured(name, rows, references, folder):
    """A line for each partition that the automatic method tries; kept in a file beside the sets."""
    kept = os.path.join(folder, "measured", name + ".pkl")
    if os.path.exists(kept):
        return pd.read_pickle(kept)
    spread = rows.std(axis=0)
    rows = (rows - rows.mean(axis=0)) / np.where(spread > 0, spread, 1)
    with tempfile.TemporaryDirectory() as scratch:
        data, out = os.path.join(scratch, "data"), os.path.join(scratch, "out")
        np.ascontiguousarray(rows, dtype="<f8").tofile(data)
        subprocess.run([PROGRAM, *map(str, rows.shape), data, out], check=True)
        names = json.load(open(out + ".json"))
        decided = np.fromfile(out + ".rows", dtype="<i4")
        labels = np.fromfile(out + ".labels", dtype="<i4").reshape(-1, len(decided))
        values = np.fromfile(out + ".criteria", dtype="<f8").reshape(len(labels), -1)
    frame = pd.DataFrame(values, columns=names["criteria"])
    frame["index"] = [
        scored(partition, [r[decided] for r in references], rows[decided]) for partition in labels]
    frame["k"] = labels.max(axis=1) + 1
    frame["set"] = name
    frame["groupless"] = all(len(np.unique(r[r >= 0])) == 1 for r in references)
    os.makedirs(os.path.dirname(kept), exist_ok=True)
    frame.to_pickle(kept)
    return frame


def standings(lines, criteria):
    """Where each criterion of a partition stands among those of the set's partitions of two groups or more: the part
    of them that are below, of equal ones half; 0 of one group."""
    divided = lines[lines.k > 1].groupby("set")
    below = divided[criteria].rank() - 0.5
    return below.div(divided.k.transform("size"), axis=0).reindex(lines.index).fillna(0).add_prefix("standing ")


def ranked(lines, criteria, leaves):
    """Trees of so many leaves, learned from the partitions of two groups or more of sets with groups. The known
    sets count twice."""
    lines = lines[(lines.k > 1) & ~lines.groupless]
    known = lines[lines.set.str.startswith("known_")]
    lines = pd.concat([lines, known.assign(set=known.set + " again")])
    lines = lines.sort_values("set", kind="stable")
    trees = lightgbm.LGBMRanker(
        n_estimators=300, learning_rate=0.05, num_leaves=leaves, min_child_samples=60, reg_lambda=1,
        colsample_bytree=0.3, subsample=0.7, subsample_freq=1, random_state=0, n_jobs=1, verbose=-1,
        label_gain=[2 ** (i / 4) - 1 for i in range(21)], lambdarank_truncation_level=30)
    trees.fit(lines[criteria].values, np.floor(lines["index"].clip(0, 1) * 20).astype(int),
              group=lines.groupby("set", sort=True).size().values)
    return trees


def best_and_whole(lines):
    """For each set the partition that is ranked highest, and its rows as one group."""
    divided = lines[lines.k > 1]
    best = divided.loc[divided.groupby("set").score.idxmax()].set_index("set")
    whole = lines[lines.k == 1].groupby("set").first().loc[best.index]
    table = pd.concat([best[OF_BEST].add_prefix("best "), whole[OF_WHOLE].add_prefix("whole ")], axis=1)
    table.insert(0, "score", best.score)
    return best, table


def regression(best, table):
    """What says whether one group is the better answer, learned from what `best_and_whole` returns."""
    groupless = best.groupless.values
    lost = np.where(groupless, 1, best["index"].clip(0, 1))
    scale = StandardScaler().fit(table.values)
    fitted = LogisticRegression(C=0.3, max_iter=2000).fit(
        scale.transform(table.values), groupless, sample_weight=lost)
    weights = fitted.coef_[0] / scale.scale_
    return weights, fitted.intercept_[0] - (weights * scale.mean_).sum()


def chosen_leaves(scores, lines):
    """The number of leaves whose best partitions are the best on sets that the trees hadn't seen; half the
    weight is that of the known sets."""
    def value(leaves):
        divided = lines[(lines.k > 1) & ~lines.groupless]
        best = scores[leaves].loc[divided.index].groupby(divided.set).idxmax()
        index = divided["index"].loc[best].values
        known = best.index.str.startswith("known_")
        return index[known].mean() + index[~known].mean()
    return max(scores, key=value)


def decision(lines, scores):
    """The regression, learned from sets by scores of trees that hadn't seen them."""
    return regression(*best_and_whole(lines.assign(score=scores)))


def learned_without(out, criteria, leaves):
    """Trees that saw none of the parts `out`, or not the set of that name. Only the choice of leaves looks at
    trees without two parts; they learn from every other partition, which takes half as long."""
    lines, parts = SHARED["lines"], SHARED["parts"]
    if isinstance(out, str):
        return ranked(lines[lines.set != out], criteria, leaves)
    rest = lines[~parts.isin(out)]
    return ranked(rest.iloc[::2] if len(out) == 2 else rest, criteria, leaves)


def all_learned(tasks, criteria):
    """The trees of each task, what is left out and how many leaves."""
    with concurrent.futures.ProcessPoolExecutor(
            WORKERS, multiprocessing.get_context("fork")) as workers:
        return dict(zip(tasks, workers.map(
            learned_without, *zip(*[(out, criteria, leaves) for out, leaves in tasks]))))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--write", action="store_true", help="replace the rule by what is learned from all sets")
    options = parser.parse_args()
    lines = pd.concat(
        [measured(*one, options.folder) for one in sets(options.folder)], ignore_index=True)
    criteria = [c for c in lines.columns if c not in ("index", "k", "set", "groupless")]
    lines[criteria] = lines[criteria].replace([np.inf, -np.inf], np.nan).fillna(0)
    beside = standings(lines, criteria)
    lines = pd.concat([lines, beside], axis=1)
    criteria += beside.columns.to_list()

    names = sorted(lines.set.unique())
    part = dict(zip(np.random.RandomState(3).permutation(names), np.arange(len(names)) % PARTS))
    parts = lines.set.map(part)
    SHARED.update(lines=lines, parts=parts)

    def predicted(trees, place):
        return trees.predict(lines.loc[place, criteria].values)

    # Trees that saw neither of two parts serve both, each as the one that is judged.
    pairs = all_learned(
        [((a, b), leaves) for leaves in LEAVES for a in range(PARTS) for b in range(a + 1, PARTS)], criteria)
    chosen, inner = [], {}
    for out in range(PARTS):
        rest = lines[parts != out]
        scores = {leaves: pd.Series(0.0, index=rest.index) for leaves in LEAVES}
        for leaves, series in scores.items():
            for number in set(range(PARTS)) - {out}:
                place = rest.index[parts[rest.index] == number]
                series[place] = predicted(pairs[tuple(sorted((out, number))), leaves], place)
        chosen.append(chosen_leaves(scores, rest))
        inner[out] = scores[chosen[out]]
    # A part's generated sets are judged by what was learned without the part, known sets one at a time.
    known = [name for name in names if name.startswith("known_")]
    judged = all_learned(
        [((out,), chosen[out]) for out in range(PARTS)]
        + [(name, chosen[part[name]]) for name in known], criteria)
    results = []
    for out in range(PARTS):
        rest, held = lines[parts != out], lines[parts == out]
        weights, intercept = decision(rest, inner[out])
        scores = pd.Series(predicted(judged[(out,), chosen[out]], held.index), held.index)
        for name in known:
            place = held.index[held.set == name]
            if len(place):
                scores[place] = predicted(judged[name, chosen[out]], place)
        best, table = best_and_whole(held.assign(score=scores))
        odds = table.values @ weights + intercept
        best["one"] = odds > 0
        results.append(best)
        print(f"part {out + 1}: trees of {chosen[out]} leaves", flush=True)
    report(pd.concat(results).sort_index())
    if options.write:
        leaves = max(LEAVES, key=chosen.count)
        wanted = [((out,), leaves) for out in range(PARTS) if chosen[out] != leaves]
        judged |= all_learned(wanted, criteria) if wanted else {}
        scores = pd.Series(0.0, index=lines.index)
        for out in range(PARTS):
            place = lines.index[parts == out]
            scores[place] = predicted(judged[(out,), leaves], place)
        weights, intercept = decision(lines, scores)
        write_trees(learned_without((), criteria, leaves))
        write_regression(weights, intercept)
        print(f"written: trees of {leaves} leaves")


def report(best):
    known, groupless = best.index.str.startswith("known_"), best.groupless
    reached = np.where(best.one, 0, best["index"])
    for name, index, k, one in zip(best.index[known], best["index"][known], best.k[known], best.one[known]):
        print(f"{name[6:]:24} {'one group' if one else f'{index:.3f}  k = {k}'}")
    print(f"mean of the {known.sum()} known sets: {reached[known].mean():.4f}")
    print(f"mean of the {(~known & ~groupless).sum()} generated sets with groups: "
          f"{reached[~known & ~groupless].mean():.4f}")
    print(f"generated sets without groups taken for some: {(~best.one & groupless).sum()} of {groupless.sum()}; "
          f"sets with groups taken for one: {(best.one & ~groupless).sum()} of {(~groupless).sum()}")


def number(value, digits):
    text = f"{value:.{digits}g}".replace("e-0", "e-").replace("e+0", "e")
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


def write_trees(trees):
    def words(node):
        if "leaf_value" in node:
            return ["=" + number(node["leaf_value"], 4)]
        question = f"{node['split_feature']}<{number(node['threshold'], 6)}"
        return [question] + words(node["left_child"]) + words(node["right_child"])

    text = []
    for tree in trees.booster_.dump_model()["tree_info"]:
        line = "   "
        for word in words(tree["tree_structure"]):
            if len(line) + len(word) > 95:
                text.append(line + " \\")
                line = "   "
            line += " " + word
        text.append(line)
    with open(os.path.join(SOURCES, "SelectionRuleTrees.swift"), "w") as file:
        file.write(
            "/// The trees of ``SelectionRule``, one a line: a parent before its children, each\n"
            "/// `criterion<threshold` with the number of a ``PartitionCriterion``, or behind these of its\n"
            "/// standing, or `=value`. Written by `Benchmarks/rule/learn.py`.\nenum SelectionRuleTrees {\n"
            '  static let text = """\n' + "\n".join(text) + '\n    """\n}\n')


def write_regression(weights, intercept):
    path = os.path.join(SOURCES, "NoGroupsRule.swift")
    source = open(path).read()
    head, tail = source[:source.index("  private static let intercept")], source[source.index("  /// The log"):]

    def entries(names, values):
        return "".join(f"    (.{name}, {value:.6g}),\n" for name, value in zip(names, values))

    best, whole = weights[1:1 + len(OF_BEST)], weights[1 + len(OF_BEST):]
    with open(path, "w") as file:
        file.write(
            head + f"  private static let intercept = {intercept:.6g}\n"
            f"  private static let scoreWeight = {weights[0]:.6g}\n"
            "  private static let bestWeights: [(PartitionCriterion, Double)] = [\n"
            + entries(OF_BEST, best) + "  ]\n"
            "  private static let wholeWeights: [(PartitionCriterion, Double)] = [\n"
            + entries(OF_WHOLE, whole) + "  ]\n\n" + tail)


if __name__ == "__main__":
    main()
