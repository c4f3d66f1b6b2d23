// swift-tools-version: 6.2
import PackageDescription

// Targets stand in the order in which data travels: numbers and tables at the ground, then the road
// from a survey file to a released report. An arrow that is not in `dependencies` does not exist.

let strict: [SwiftSetting] = [.strictMemorySafety(), .treatAllWarnings(as: .error)]
/// Tests stay as they are written, also where the modules are optimised: to optimise them takes longer than to run them.
let strictTests: [SwiftSetting] = [
    .strictMemorySafety(), .treatAllWarnings(as: .error), .unsafeFlags(["-Onone"])
]

func room(
    _ name: String, uses dependencies: [Target.Dependency] = [],
    resources: [Resource] = []
) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func tests(
    _ name: String, of dependencies: [Target.Dependency],
    exclude: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["PeilTestSupport"], exclude: exclude,
        swiftSettings: strictTests)
}

let package = Package(
    name: "peil",
    products: [
        .executable(name: "peil", targets: ["PeilCLI"]),
        .library(
            name: "Peil",
            targets: [
                "PeilNumerics", "PeilTable", "PeilIngest", "PeilStatistics",
                "PeilDisclosure", "PeilReport", "PeilStudy"
            ])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1")
    ],
    targets: [
        // MARK: Ground
        .systemLibrary(name: "COpenBLAS", path: "Sources/COpenBLAS", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CAllocator", path: "Sources/CAllocator"),
        .systemLibrary(name: "CReadStat", path: "Sources/CReadStat", providers: [.apt(["libreadstat-dev"])]),
        .systemLibrary(name: "CZlib", path: "Sources/CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CXlsxWriter", path: "Sources/CXlsxWriter", providers: [.apt(["libxlsxwriter-dev"])]),
        .target(name: "CByteScan", path: "Sources/CByteScan"),
        .target(name: "CNearestCentre", path: "Sources/CNearestCentre"),
        room("PeilNumerics", uses: ["CNearestCentre", "COpenBLAS"]),
        room("PeilTable"),

        // MARK: The road
        room(
            "PeilIngest",
            uses: [
                "CByteScan", "CReadStat", "CZlib", "PeilTable", .product(name: "Yams", package: "Yams"),
                .product(name: "Crypto", package: "swift-crypto")
            ]),
        room("PeilStatistics", uses: ["PeilNumerics", "PeilTable"]),
        room("PeilDisclosure", uses: ["PeilNumerics", "PeilStatistics"]),
        room(
            "PeilReport",
            uses: [
                "CXlsxWriter", "PeilDisclosure", .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "Crypto", package: "swift-crypto")
            ],
            resources: [.embedInCode("Templates")]),
        room(
            "PeilStore",
            uses: [.product(name: "Crypto", package: "swift-crypto"), .product(name: "GRDB", package: "GRDB.swift")]),

        // MARK: Drivers
        room(
            "PeilStudy",
            uses: [
                "PeilNumerics", "PeilTable", "PeilIngest", "PeilStatistics", "PeilDisclosure",
                "PeilReport", "PeilStore", .product(name: "Yams", package: "Yams")
            ]),
        room(
            "PeilWaves",
            uses: [
                "PeilTable", "PeilIngest", "PeilDisclosure", "PeilReport", "PeilStudy", "PeilStore",
                .product(name: "Crypto", package: "swift-crypto")
            ]),
        .executableTarget(
            name: "PeilCLI",
            dependencies: [
                "CAllocator", "PeilNumerics", "PeilTable", "PeilIngest", "PeilStatistics", "PeilDisclosure",
                "PeilStudy", "PeilWaves",
                .product(name: "ArgumentParser", package: "swift-argument-parser")
            ],
            swiftSettings: strict),

        // MARK: Measuring
        .executableTarget(
            name: "PeilCoverage",
            dependencies: [
                "PeilNumerics", "PeilTable", "PeilStatistics", "PeilDisclosure", "PeilStudy",
                .product(name: "ArgumentParser", package: "swift-argument-parser")
            ],
            path: "Benchmarks/Coverage", exclude: ["stacked.yaml"], swiftSettings: strict),
        .executableTarget(
            name: "PeilKernels", dependencies: ["PeilNumerics", "PeilTable", "PeilIngest", "PeilStatistics"],
            path: "Benchmarks/Kernels", swiftSettings: strict),

        // MARK: Tests
        .target(
            name: "PeilTestSupport", dependencies: ["CReadStat", "PeilNumerics", "PeilTable", "PeilStatistics"],
            path: "Tests/PeilTestSupport", swiftSettings: strictTests),
        tests("PeilNumericsTests", of: ["PeilNumerics"]),
        tests("PeilTableTests", of: ["PeilTable"]),
        tests("PeilIngestTests", of: ["CByteScan", "CReadStat", "PeilIngest"]),
        tests("PeilStatisticsTests", of: ["PeilStatistics"]),
        tests("PeilDisclosureTests", of: ["PeilNumerics", "PeilDisclosure"]),
        tests("PeilReportTests", of: ["PeilReport", "PeilDisclosure"]),
        tests("PeilStoreTests", of: ["PeilStore", .product(name: "GRDB", package: "GRDB.swift")]),
        tests("PeilStudyTests", of: ["PeilStudy"]),
        tests("PeilWavesTests", of: ["CReadStat", "PeilIngest", "PeilWaves", "PeilStudy", "PeilStore"]),
        tests("PeilCoverageTests", of: ["PeilCoverage"]),
        tests("GoldenTests", of: ["PeilNumerics", "PeilTable", "PeilStatistics", "PeilStudy"]),
        tests("IdentityTests", of: ["PeilStatistics"]),
        tests("CommandLineTests", of: ["CReadStat", "PeilDisclosure", "PeilStudy", "PeilTable"])
    ],
    swiftLanguageModes: [.v6]
)
