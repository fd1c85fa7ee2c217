// Fits once, saves the model, and places new rows with it later.
import Clade
import CladeTables
import Foundation

let path = FileManager.default.temporaryDirectory.appendingPathComponent("penguins-model.json").path

var options = PreparationOptions()
options.columns = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
let penguins = try Preparation.fit(TableReader.read("../Data/penguins.csv"), options: options)
let fitted = try KMeans(k: 3).fit(penguins.matrix)
try ModelFile.write(
  method: "kmeans", model: fitted, preparation: penguins.preparation, to: path)

let file = try ModelFile(path: path)
let model = try file.decode(KMeansModel<Double>.self)
let newRows = try Matrix([[39.0, 18.0, 181, 3700], [50.0, 15.0, 222, 5500]])
let names = options.columns ?? []
let placed = try file.preparation?.apply(to: Table(newRows, names: names)).matrix
print("labels of the new rows:", try model.predict(placed ?? newRows))
