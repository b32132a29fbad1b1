import ArgumentParser
import Glibc
import TOMLKit

extension ServeSettings {
    private struct File: Decodable {
        struct Share: Decodable {
            var name: String
            var path: String
            var readOnly: Bool?
            var encrypt: Bool?
            var comment: String?

            enum CodingKeys: String, CodingKey, CaseIterable {
                case name, path, encrypt, comment
                case readOnly = "read-only"
            }
        }

        var share: [Share]?
        var listen: [String]?
        var rdma: RDMAChoice?
        var iwarpPort: Int?
        var pinMemory: [String]?
        var pinMemoryMax: String?
        var users: String?
        var guest: Bool?
        var requireEncryption: Bool?
        var requireSigning: Bool?
        var threads: Int?
        var maxConnections: Int?
        var logLevel: String?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case share, listen, rdma, users, guest, threads
            case iwarpPort = "iwarp-port"
            case pinMemory = "pin-memory"
            case pinMemoryMax = "pin-memory-max"
            case requireEncryption = "require-encryption"
            case requireSigning = "require-signing"
            case maxConnections = "max-connections"
            case logLevel = "log-level"
        }
    }

    /// Reads the TOML file; a key that it does not know is an error, not a silence.
    mutating func read(configurationFile path: String) throws {
        let text = try TextFile.read(path)
        do {
            let table = try TOMLTable(string: text)
            try Self.refuseUnknown(table.keys, File.CodingKeys.allCases.map(\.rawValue), path)
            for entry in table["share"]?.array ?? [] {
                guard let share = entry.table else { continue }
                let known = File.Share.CodingKeys.allCases.map(\.rawValue)
                try Self.refuseUnknown(share.keys, known, path)
            }
            try apply(try TOMLDecoder().decode(File.self, from: table))
        } catch let error as TOMLParseError {
            let place = error.source.begin
            throw CommandFailure(
                .usage,
                "\(path):\(place.line):\(place.column): \(error.description)"
            )
        } catch let error as DecodingError {
            throw CommandFailure(.usage, "\(path): \(Self.words(for: error))")
        }
    }

    private mutating func apply(_ file: File) throws {
        shares = try (file.share ?? []).map { entry in
            var share = try ShareSpecification(name: entry.name, path: entry.path)
            share.isReadOnly = entry.readOnly ?? false
            share.requiresEncryption = entry.encrypt ?? false
            share.comment = entry.comment ?? ""
            return share
        }
        listen = try (file.listen ?? []).map { try ListenAddress(text: $0) }
        rdma = file.rdma ?? .auto
        if let number = file.iwarpPort {
            guard let port = UInt16(exactly: number) else {
                throw CommandFailure(.usage, "\(number) is no port for iwarp-port: 0 to 65535.")
            }
            iwarpPort = port
        }
        pinned = file.pinMemory ?? []
        if let text = file.pinMemoryMax {
            guard let size = ByteSize(argument: text) else {
                throw CommandFailure(.usage, "'\(text)' is no size for pin-memory-max: 64G.")
            }
            pinnedByteCountMax = size.bytes
        }
        usersFile = file.users
        allowsGuest = file.guest ?? false
        requiresEncryption = file.requireEncryption ?? false
        requiresSigning = file.requireSigning ?? false
        threadCount = file.threads
        connectionCountMax = file.maxConnections
        if let level = file.logLevel { logLevel = try Self.level(level) }
    }

    private static func refuseUnknown(
        _ keys: [String],
        _ known: [String],
        _ path: String
    ) throws {
        for key in keys where !known.contains(key) {
            throw CommandFailure(
                .usage,
                "\(path): '\(key)' is no option; there are "
                    + known.sorted().joined(separator: ", ") + "."
            )
        }
    }

    private static func words(for error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): "'\(key.stringValue)' is missing"
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' must be a \(type)"
        default: "\(error)"
        }
    }
}
