// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "Clade", path: ".."),
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "ReadTable",
      dependencies: [.product(name: "CladeTables", package: "Clade")],
      path: "Benchmarks/ReadTable"),
    .executableTarget(
      name: "Micro",
      dependencies: [
        .product(name: "Clade", package: "Clade"),
        .product(name: "CladeTables", package: "Clade"),
        .product(name: "CladeInsight", package: "Clade"),
        .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Benchmarks/Micro",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    // What peers/kmeans.py runs, and what it measures beside it.
    .target(name: "CMachinePeak", path: "Timing/CMachinePeak"),
    .executableTarget(
      name: "KMeansTiming",
      dependencies: ["CMachinePeak", .product(name: "Clade", package: "Clade")],
      path: "Timing/KMeansTiming"),
    // What rule/learn.py runs.
    .executableTarget(
      name: "AutomaticCriteria",
      dependencies: [.product(name: "Clade", package: "Clade")],
      path: "Timing/AutomaticCriteria"),
    // What peers/neighbors.py runs.
    .executableTarget(
      name: "NeighborTiming",
      dependencies: ["CMachinePeak", .product(name: "Clade", package: "Clade")],
      path: "Timing/NeighborTiming"),
    // What peers/spherical_kmeans.py runs.
    .executableTarget(
      name: "SphericalTiming",
      dependencies: [.product(name: "Clade", package: "Clade")],
      path: "Timing/SphericalTiming"),
    // What peers/minibatch.py runs.
    .executableTarget(
      name: "MiniBatchTiming",
      dependencies: [.product(name: "Clade", package: "Clade")],
      path: "Timing/MiniBatchTiming"),
    // What peers/medoids.py runs.
    .executableTarget(
      name: "MedoidTiming",
      dependencies: [.product(name: "Clade", package: "Clade")],
      path: "Timing/MedoidTiming"),
    // What peers/spanning_tree.py runs.
    .executableTarget(
      name: "SpanningTreeTiming",
      dependencies: [.product(name: "Clade", package: "Clade")],
      path: "Timing/SpanningTreeTiming"),
    // What peers/dissimilarities.py runs.
    .executableTarget(
      name: "DissimilarityTiming",
      dependencies: [.product(name: "Clade", package: "Clade")],
      path: "Timing/DissimilarityTiming"),
    // What peers/genie.py runs.
    .executableTarget(
      name: "GenieTiming",
      dependencies: [.product(name: "Clade", package: "Clade")],
      path: "Timing/GenieTiming"),
  ],
  swiftLanguageModes: [.v6]
)
