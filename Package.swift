// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
]

/// One library target of the package; `Sources/<name>`.
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of one room; `Tests/<name>Tests`.
func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.init(stringLiteral: name)] + dependencies,
        swiftSettings: settings
    )
}

let package = Package(
    name: "penstock",
    products: [
        .executable(name: "penstock", targets: ["penstock"]),
        .library(name: "Client", targets: ["Client"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    ],
    targets: [
        // Numbers for tests that follow from a seed.
        room("Seeds"),

        // The pure ring: values and decisions, no I/O, no clock.
        room("Wire"),
        tests(of: "Wire"),
        room("SMBMessages", ["Wire"]),
        tests(of: "SMBMessages", ["Wire"]),
        room("SMBDirect", ["Wire"]),
        tests(of: "SMBDirect", ["CAllocationCounter", "Seeds", "Wire"]),
        room("SMBState", ["Wire", "SMBMessages"]),
        tests(of: "SMBState", ["Seeds", "SMBMessages", "Wire"]),

        // The edge of the operating system.
        .target(name: "CSystem"),
        room("Descriptors", ["CSystem"]),
        tests(of: "Descriptors", ["CSystem"]),
        room("Reactor", ["CSystem", "Descriptors"]),
        tests(of: "Reactor", ["CAllocationCounter", "CSystem", "Descriptors"]),
        .target(
            name: "CVerbs",
            linkerSettings: [.linkedLibrary("ibverbs"), .linkedLibrary("rdmacm")]
        ),
        room("Verbs", ["CVerbs", "Descriptors"]),
        room("Transport", ["CSystem", "Descriptors", "Reactor", "SMBDirect", "Verbs", "Wire"]),
        tests(
            of: "Transport",
            ["CAllocationCounter", "CSystem", "Descriptors", "Reactor", "SMBDirect", "Wire"]
        ),
        .executableTarget(
            name: "penstock-bench",
            dependencies: ["Client", "Networking", "Reactor", "SMBDirect", "Transport", "Wire"],
            path: "Sources/Bench",
            swiftSettings: settings
        ),
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
        // What only the lab can test, which has RDMA devices: Tests/Direct/run.
        .executableTarget(
            name: "DirectLab",
            dependencies: [
                "CAllocationCounter", "CSystem", "Descriptors", "Reactor", "SMBDirect",
                "Transport", "Verbs", "Wire",
            ],
            path: "Tests/Direct",
            exclude: [
                "allocations", "allocations.py", "bench", "fabric.py", "fallback", "fallback.py",
                "faults", "faults.py", "hostile", "hostile.py", "pinned", "run", "slow.c",
            ],
            swiftSettings: settings
        ),

        // Authentication and cryptography; the only importer of libcrypto.
        .systemLibrary(
            name: "CCrypto",
            pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]
        ),
        room("SMBSecurity", ["CCrypto", "Wire"]),
        tests(of: "SMBSecurity", ["Wire"]),

        // Files.
        .target(name: "CFileSystem"),
        room("FileStore", ["CFileSystem", "CSystem", "Descriptors", "SMBMessages", "Wire"]),
        tests(of: "FileStore", ["CFileSystem", "Descriptors", "SMBMessages", "Wire"]),

        // The edge: what speaks to the world.
        room(
            "Client",
            [
                "CSystem", "Descriptors", "Reactor", "SMBDirect", "SMBMessages", "SMBSecurity",
                "SMBState", "Transport", "Wire",
            ]
        ),
        tests(
            of: "Client",
            [
                "Reactor", "SMBDirect", "SMBMessages", "SMBSecurity", "Simulation", "Transport",
                "Wire",
            ]
        ),

        // A share as a directory, by the kernel's file systems in user space.
        .target(name: "CFUSE", linkerSettings: [.linkedLibrary("fuse3")]),
        room("Mount", ["CFUSE", "Client"]),
        tests(of: "Mount", ["Client"]),

        room(
            "Server",
            [
                "CSystem", "Descriptors", "FileStore", "Reactor", "SMBDirect", "SMBMessages",
                "SMBSecurity", "SMBState", "Transport", "Wire",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        tests(
            of: "Server",
            [
                "FileStore", "FuzzTargets", "Reactor", "SMBDirect", "SMBMessages", "SMBSecurity",
                "Simulation", "Transport", "Wire", .product(name: "Logging", package: "swift-log"),
            ]
        ),

        // What hands the client its transports.
        room("Networking", ["Client", "Reactor", "Transport"]),

        // The command line.
        .executableTarget(
            name: "penstock",
            dependencies: [
                "CSystem", "Client", "Descriptors", "FileStore", "Mount", "Networking", "Reactor",
                "SMBMessages", "SMBSecurity", "Server", "Transport", "Verbs", "Wire",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "TOMLKit", package: "TOMLKit"),
            ],
            swiftSettings: settings
        ),

        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "penstock",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),

        // The world of a test: faults that follow from a seed.
        room(
            "Simulation",
            [
                "Client", "FileStore", "Reactor", "SMBDirect", "SMBMessages", "SMBSecurity",
                "Seeds", "Server", "Transport", "Wire",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),

        .executableTarget(
            name: "Simulate",
            dependencies: ["Simulation"],
            swiftSettings: settings
        ),
        tests(of: "Simulation", ["Reactor", "SMBDirect", "Transport"]),

        // Fuzzing: entrances for a fuzzer, the fuzzer itself, and a replay of what it found.
        room(
            "FuzzTargets",
            [
                "Client", "FileStore", "Reactor", "SMBDirect", "SMBMessages", "SMBSecurity",
                "Server",
                "Transport", "Wire", .product(name: "Logging", package: "swift-log"),
            ]
        ),
        tests(of: "FuzzTargets", ["SMBMessages", "Wire"]),
        .executableTarget(
            name: "Fuzz",
            dependencies: ["FuzzTargets"],
            swiftSettings: settings
        ),

        // The rules of this repository.
        .testTarget(name: "TidyTests", swiftSettings: settings),
    ]
)
