// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "Examples",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "Clade", path: "..")],
  targets: [
    .executableTarget(
      name: "PenguinGroups",
      dependencies: [
        .product(name: "Clade", package: "Clade"),
        .product(name: "CladeTables", package: "Clade"),
        .product(name: "CladeInsight", package: "Clade"),
      ]),
    .executableTarget(
      name: "DenseRegions",
      dependencies: [
        .product(name: "Clade", package: "Clade"),
        .product(name: "CladeTables", package: "Clade"),
        .product(name: "CladeInsight", package: "Clade"),
      ]),
    .executableTarget(
      name: "SavedModel",
      dependencies: [
        .product(name: "Clade", package: "Clade"),
        .product(name: "CladeTables", package: "Clade"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
