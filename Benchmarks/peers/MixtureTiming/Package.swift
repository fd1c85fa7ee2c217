// swift-tools-version: 6.1
import PackageDescription

// Clade's side of `../gaussian_mixture.py`.
let package = Package(
  name: "MixtureTiming",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "Clade", path: "../../..")],
  targets: [
    .executableTarget(
      name: "MixtureTiming", dependencies: [.product(name: "Clade", package: "Clade")])
  ],
  swiftLanguageModes: [.v6]
)
