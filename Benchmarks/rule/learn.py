"""Learns the rule by which the automatic method chooses, and says how well it does on sets it hasn't seen.

    swift build -c release --package-path Benchmarks --product AutomaticCriteria
    python Benchmarks/rule/learning_sets.py /tmp/sets/wide
    python Benchmarks/rule/overlapping_sets.py /tmp/sets/overlapping
    CLADE_BENCHMARKS=… python Benchmarks/rule/learn.py /tmp/sets       (add --write to replace the rule)

Learned from: the generated sets in those folders, and the 34 sets with known groups of CLADE_BENCHMARKS.
The figure that is printed for these 34 is by leaving out: the sets, generated ones too, fall into 8 parts;
the partitions of each part are ranked by trees that were learned from the other seven. Sets without groups
play no part in the ranking. They teach the logistic regression, which sees the ranking of sets that its
trees hadn't seen, and is itself judged in 10 parts.

Columns are standardised, as `clade fit` does. Rows that a reference calls noise are left out of the adjusted
Rand index; rows that a partition leaves out count to the group of the nearest row that has one.
"""

import argparse
import glob
import gzip
import json
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
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.path.join(HERE, "../.build/release/AutomaticCriteria")
SOURCES = os.path.join(HERE, "../../Sources/Clade/Automatic")
PARTS = 8
NO_GROUPS_THRESHOLD = 0.3

# What speaks for a partition, and what against it; the trees may only go that way.
FOR = """separation plainSeparation worstEdgeSeparation edgeSeparation worstContrast lowContrast contrast
    densityValidity worstNeighborhood valley worstValley boundarySparsity silhouette worstSilhouette
    gaussianGain gaussianFit ballGain familyAgreement meanFamilyAgreement meanAgreement closestAgreement
    nearCount agreeingFamilies families repetitions""".split()
AGAINST = "gap plainGap widestGap widestHalvingGap cut boundaryShare misplacedShare noiseShare".split()

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


def ranked(lines, criteria):
    """Trees learned from the partitions of two groups or more of sets with groups. The known sets count
    twice."""
    lines = lines[(lines.k > 1) & ~lines.groupless]
    known = lines[lines.set.str.startswith("known_")]
    lines = pd.concat([lines, known.assign(set=known.set + " again")])
    lines = lines.sort_values("set", kind="stable")
    direction = [1 if c in FOR else -1 if c in AGAINST else 0 for c in criteria]
    trees = lightgbm.LGBMRanker(
        n_estimators=300, learning_rate=0.05, num_leaves=15, min_child_samples=60, reg_lambda=1,
        colsample_bytree=0.3, subsample=0.7, subsample_freq=1, random_state=0, n_jobs=2, verbose=-1,
        label_gain=[2 ** (i / 4) - 1 for i in range(21)], lambdarank_truncation_level=30,
        monotone_constraints=direction)
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


def regression(table, groupless):
    scale = StandardScaler().fit(table.values)
    fitted = LogisticRegression(C=0.3, max_iter=2000).fit(scale.transform(table.values), groupless)
    weights = fitted.coef_[0] / scale.scale_
    return weights, fitted.intercept_[0] - (weights * scale.mean_).sum()


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    lines = pd.concat(
        [measured(*one, options.folder) for one in sets(options.folder)], ignore_index=True)
    criteria = [c for c in lines.columns if c not in ("index", "k", "set", "groupless")]
    lines[criteria] = lines[criteria].replace([np.inf, -np.inf], np.nan).fillna(0)

    names = sorted(lines.set.unique())
    part = dict(zip(np.random.RandomState(3).permutation(names), np.arange(len(names)) % PARTS))
    parts = lines.set.map(part)
    lines["score"] = 0.0
    for number in range(PARTS):
        out = parts == number
        lines.loc[out, "score"] = ranked(lines[~out], criteria).predict(lines.loc[out, criteria].values)
    best, table = best_and_whole(lines)
    groupless = best.groupless.values
    odds = np.zeros(len(table))
    for learned, out in StratifiedKFold(10, shuffle=True, random_state=0).split(table, groupless):
        weights, intercept = regression(table.iloc[learned], groupless[learned])
        odds[out] = table.values[out] @ weights + intercept
    one = odds > np.log(NO_GROUPS_THRESHOLD / (1 - NO_GROUPS_THRESHOLD))
    known = best.index.str.startswith("known_")
    for name, index, k, single in zip(best.index[known], best["index"][known], best.k[known], one[known]):
        print(f"{name[6:]:24} {'one group' if single else f'{index:.3f}  k = {k}'}")
    print(f"mean of the known sets: {np.where(one, 0, best['index'])[known].mean():.4f}")
    print(f"generated sets without groups taken for some: {(~one & groupless).sum()} of {groupless.sum()}; "
          f"sets with groups taken for one: {(one & ~groupless).sum()} of {(~groupless).sum()}")
    if options.write:
        write_trees(ranked(lines, criteria))
        write_regression(*regression(table, groupless))


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
            "/// The trees of ``SelectionRule``, one a line: a parent before its children, each "
            "`criterion<threshold`\n/// with the number of a ``PartitionCriterion``, or `=value`. "
            "Written by `Benchmarks/rule/learn.py`.\nenum SelectionRuleTrees {\n"
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
