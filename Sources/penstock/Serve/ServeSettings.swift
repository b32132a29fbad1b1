import ArgumentParser
import Glibc
import Logging

/// What `penstock serve` was asked for, by file and command line together.
struct ServeSettings {
    var shares: [ShareSpecification] = []
    var listen: [ListenAddress] = []
    var rdma = RDMAChoice.auto
    /// MS-SMBD 1.9.
    var iwarpPort: UInt16 = 5445
    /// What stays in registered memory, as `SHARE/PATH`.
    var pinned: [String] = []
    /// Nil for half of the machine's memory.
    var pinnedByteCountMax: Int?
    var usersFile: String?
    var allowsGuest = false
    var requiresEncryption = false
    var requiresSigning = false
    var threadCount: Int?
    var connectionCountMax: Int?
    var logLevel = Logger.Level.info

    static let unprivilegedPort: UInt16 = 4450

    /// What pinned files may take in all.
    var pinnedByteCountLimit: Int {
        pinnedByteCountMax ?? sysconf(Int32(_SC_PHYS_PAGES)) / 2 * sysconf(Int32(_SC_PAGESIZE))
    }

    /// Lays the command line over what is there.
    mutating func apply(_ command: ServeCommand) throws {
        if !command.shares.isEmpty {
            shares = try command.shares.map { try ShareSpecification(argument: $0) }
        }
        if !command.listen.isEmpty {
            listen = try command.listen.map { try ListenAddress(text: $0) }
        }
        if let text = command.rdma {
            guard let choice = RDMAChoice(rawValue: text) else {
                throw CommandFailure(.usage, "--rdma takes auto, off or require, not '\(text)'.")
            }
            rdma = choice
        }
        iwarpPort = command.iwarpPort ?? iwarpPort
        if !command.pinMemory.isEmpty { pinned = command.pinMemory }
        pinnedByteCountMax = command.pinMemoryMax?.bytes ?? pinnedByteCountMax
        usersFile = command.users ?? usersFile
        allowsGuest = allowsGuest || command.guest
        requiresEncryption = requiresEncryption || command.requireEncryption
        requiresSigning = requiresSigning || command.requireSigning
        threadCount = command.threads ?? threadCount
        connectionCountMax = command.maxConnections ?? connectionCountMax
        if let text = command.logLevel { logLevel = try Self.level(text) }
    }

    static func level(_ text: String) throws -> Logger.Level {
        guard let level = Logger.Level(rawValue: text.lowercased()) else {
            throw CommandFailure(.usage, "'\(text)' is no log level.")
        }
        return level
    }

    /// Checks the whole and fills in what nobody said.
    mutating func complete() throws {
        guard !shares.isEmpty else {
            throw CommandFailure(
                .usage,
                "Name at least one folder to share: penstock serve NAME=PATH"
            )
        }
        var names: Set<String> = []
        for share in shares where !names.insert(share.name.lowercased()).inserted {
            throw CommandFailure(.usage, "Two shares are called '\(share.name)'.")
        }
        guard pinned.isEmpty || rdma != .off else {
            throw CommandFailure(
                .usage,
                "--pin-memory keeps files ready for RDMA devices, and --rdma off uses none."
            )
        }
        for text in pinned { _ = try PinSpecification(text, of: shares) }
        if let threadCount, !(1...256).contains(threadCount) {
            throw CommandFailure(.usage, "--threads takes 1 to 256.")
        }
        if let connectionCountMax, !(1...1_000_000).contains(connectionCountMax) {
            throw CommandFailure(.usage, "--max-connections takes 1 to 1000000.")
        }
        if allowsGuest, requiresEncryption || requiresSigning {
            throw CommandFailure(
                .usage,
                "A guest has no key to sign or encrypt with: --guest excludes --require-signing "
                    + "and --require-encryption."
            )
        }
        if listen.isEmpty {
            let port = getuid() == 0 ? ListenAddress.defaultPort : Self.unprivilegedPort
            listen = [ListenAddress(host: "0.0.0.0", port: port)]
        }
    }
}
