// swift-tools-version:6.1
import PackageDescription

// The floors of the house: a target imports only targets below it.
let package = Package(
  name: "Gen",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "gen", targets: ["gen"]),
    .executable(name: "gen-media", targets: ["gen-media"]),
  ],
  traits: [
    .trait(name: "Libedit", description: "Lines are edited by libedit (BSD licence)."),
    .trait(
      name: "Readline",
      description: "Lines are edited by GNU readline: what is built is under the GPL as a whole."),
    .default(enabledTraits: ["Libedit"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // 7: the command line; the reader and writer of films
    .executableTarget(
      name: "gen",
      dependencies: [
        "GenKernel", "GenEditor", "GenSession", "GenStages", "GenLanguage", "GenPipeline",
        "GenModels",
        "GenWeights", "GenMedia",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(name: "gen-media", dependencies: ["CFFmpeg", "GenMedia"]),

    // 5: what serves editors and the front ends of Jupyter; a session
    .target(
      name: "GenEditor", dependencies: ["GenSession", "GenStages", "GenLanguage", "GenPipeline"]),
    .target(
      name: "GenKernel",
      dependencies: [
        "GenSession", "GenStages", "GenLanguage", "GenPipeline", "GenMedia", "GenDigest",
        "CZeroMQ",
      ]),
    .target(
      name: "GenSession",
      dependencies: [
        "GenStages", "GenLanguage", "GenPipeline", "GenModels", "GenWeights", "GenMedia",
        "GenPages", "GenDigest", "CGenKernels", "CLineEdit", "CChafa",
      ]),

    // 4: the verbs
    .target(
      name: "GenStages",
      dependencies: [
        "GenPipeline", "GenTables", "GenPages", "GenModels", "GenWorlds", "GenWeights",
        "GenTensor", "GenMedia", "GenDigest",
      ]),

    // 3: the language; networks and samplers; drawn training sets
    .target(name: "GenLanguage", dependencies: ["GenPipeline", "GenMedia"]),
    .target(
      name: "GenModels",
      dependencies: ["GenTensor", "GenWeights", "GenMedia", "GenTables", "GenDigest"]),
    .target(name: "GenWorlds", dependencies: ["GenMedia", "CPng"]),

    // 2: graph, plan, cache, run; weights in files; reports on tables, and people out of them
    .target(
      name: "GenPipeline",
      dependencies: ["GenMedia", "GenDigest", .product(name: "GRDB", package: "GRDB.swift")]),
    .target(name: "GenWeights", dependencies: ["GenTensor", "GenDigest"]),
    .target(name: "GenTables", dependencies: ["GenMedia", "GenPages", "GenDigest"]),

    // 1: media as values; tensors and programs; digests; the frame of pages
    .target(
      name: "GenMedia",
      dependencies: ["CPng", "CText", .product(name: "GRDB", package: "GRDB.swift")]),
    .target(name: "GenTensor", dependencies: ["CGenKernels"]),
    .target(name: "GenDigest", dependencies: ["CCrypto"]),
    .target(name: "GenPages"),

    // 0: C and C++ behind plain headers; system libraries
    .target(
      name: "CGenKernels", linkerSettings: [.linkedLibrary("dnnl"), .linkedLibrary("gomp")]),
    .target(
      name: "CFFmpeg",
      linkerSettings: ["avformat", "avcodec", "swscale", "swresample", "avutil"]
        .map { .linkedLibrary($0) }),
    .target(
      name: "CLineEdit",
      cSettings: [.define("GEN_LINE_READLINE", .when(traits: ["Readline"]))],
      linkerSettings: [
        .linkedLibrary("edit", .when(traits: ["Libedit"])),
        .linkedLibrary("readline", .when(traits: ["Readline"])),
      ]),
    .target(name: "CChafa", dependencies: ["CChafaSystem"]),
    .systemLibrary(
      name: "CChafaSystem", pkgConfig: "chafa",
      providers: [.apt(["libchafa-dev", "libglib2.0-dev"])]),
    // Opened when a kernel runs, not linked.
    .target(name: "CZeroMQ"),
    .systemLibrary(name: "CPng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(
      name: "CText", pkgConfig: "freetype2", providers: [.apt(["libfreetype-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

    // Tests mirror the sources.
    .testTarget(name: "CGenKernelsTests", dependencies: ["CGenKernels"]),
    .testTarget(name: "GenDigestTests", dependencies: ["GenDigest"]),
    .testTarget(
      name: "GenTensorTests", dependencies: ["GenTensor"], exclude: ["Fixtures"]),
    .testTarget(
      name: "GenMediaTests", dependencies: ["GenMedia", "gen-media"], exclude: ["Fixtures"]),
    .testTarget(name: "GenWeightsTests", dependencies: ["GenWeights", "GenTensor", "GenDigest"]),
    .testTarget(name: "GenPipelineTests", dependencies: ["GenPipeline", "GenMedia", "GenDigest"]),
    .testTarget(name: "GenPagesTests", dependencies: ["GenPages"]),
    .testTarget(
      name: "GenTablesTests", dependencies: ["GenTables", "GenMedia", "GenPages"],
      exclude: ["Fixtures"]),
    .testTarget(name: "GenWorldsTests", dependencies: ["GenWorlds", "GenMedia"]),
    .testTarget(
      name: "GenModelsTests", dependencies: ["GenModels", "GenTensor", "GenWeights", "GenMedia"],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "GenLanguageTests",
      dependencies: ["GenLanguage", "GenStages", "GenPipeline", "GenMedia"],
      exclude: ["Programs"]),
    .testTarget(
      name: "GenStagesTests",
      dependencies: ["GenStages", "GenLanguage", "GenPipeline", "GenWeights"]),
    .testTarget(
      name: "GenSessionTests",
      dependencies: ["GenSession", "GenStages", "GenLanguage", "GenPipeline", "GenPages"]),
    .testTarget(
      name: "GenEditorTests", dependencies: ["GenEditor", "GenLanguage", "GenPipeline"]),
    .testTarget(name: "GenKernelTests", dependencies: ["GenKernel", "GenSession", "GenDigest"]),
    .testTarget(
      name: "EndToEnd", dependencies: ["gen", "gen-media", "GenLanguage"], exclude: ["Jupyter"]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)

// Tests compile in half the time unoptimised; only those that compute much themselves are optimised.
// Unsafe flags of tests do not reach packages that depend on this one.
let computing = ["CGenKernelsTests", "GenTensorTests"]
for target in package.targets where target.type == .test && !computing.contains(target.name) {
  target.swiftSettings = [.unsafeFlags(["-Onone"], .when(configuration: .release))]
}
