// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "Clade",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Clade", targets: ["Clade", "CladeCore"]),
    .library(name: "CladeTables", targets: ["CladeTables"]),
    .library(name: "CladeInsight", targets: ["CladeInsight"]),
    .executable(name: "clade", targets: ["CladeCLI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
  ],
  targets: [
    // The innermost loops, one variant per instruction set. Nothing else is C.
    .target(name: "CKernels"),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),

    .target(name: "CladeCore", dependencies: ["CKernels"]),
    .target(name: "Clade", dependencies: ["CladeCore"]),
    .target(
      name: "CladeTables",
      dependencies: [
        "CKernels", "CladeCore", "Clade", "CZlib",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(name: "CladeInsight", dependencies: ["CladeCore", "Clade"]),
    .executableTarget(
      name: "CladeCLI",
      dependencies: [
        "CladeCore", "Clade", "CladeTables", "CladeInsight",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    .testTarget(name: "CladeCoreTests", dependencies: ["CladeCore"]),
    .testTarget(name: "CladeTests", dependencies: ["Clade", "CladeTables", "CladeInsight"]),
    .testTarget(name: "CladeTablesTests", dependencies: ["CladeTables"]),
    .testTarget(name: "CladeInsightTests", dependencies: ["CladeInsight"]),
    .testTarget(name: "CladeCLITests", dependencies: ["CladeCLI", "CladeTables"]),
  ],
  swiftLanguageModes: [.v6]
)
