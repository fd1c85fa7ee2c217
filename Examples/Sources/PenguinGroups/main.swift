import Clade
import CladeInsight
import CladeTables

let table = try TableReader.read(CommandLine.arguments.dropFirst().first ?? "../Data/penguins.csv")
let prepared = try Preparation.fit(table)
let model = try PPP().fit(prepared.matrix)
print("\(model.clusterCount) groups:", model.reasons.joined(separator: " "))

let profiles = try ClusterProfiles(
  data: prepared.matrix, labels: model.labels, features: prepared.preparation.features)
for group in profiles.clusters {
  print("group \(group.label), \(group.size) rows:", group.phrases().joined(separator: ", "))
}
