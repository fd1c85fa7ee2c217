// Finds dense regions of any shape, looks at their tree, and draws it.
import Clade
import CladeInsight
import CladeTables
import Foundation

var options = PreparationOptions()
options.columns = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
let penguins = try Preparation.fit(TableReader.read("../Data/penguins.csv"), options: options)
let model = try HDBSCAN(minClusterSize: 15).fit(penguins.matrix)
print(
  "\(model.clusterCount) groups of", model.sizes, "rows;", model.labels.count { $0 < 0 },
  "are noise")
print("how long each lasts:", model.persistences)

let outlying = zip(model.outlierScores, 0...).sorted { $0 > $1 }.prefix(3)
for (score, row) in outlying { print("row \(row) is outlying by \(score)") }

let density = DensityTree(model.condensedTree, selected: model.selectedClusters)
let picture = FileManager.default.temporaryDirectory.appendingPathComponent("density-tree.svg")
try IciclePlot(density).svg().write(to: picture, atomically: true, encoding: .utf8)
print("the tree:", picture.path)
