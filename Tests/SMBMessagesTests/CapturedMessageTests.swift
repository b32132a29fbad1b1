import Foundation
import Testing
import Wire

@testable import SMBMessages

/// Every captured message is read, written again byte for byte, and refused when it is cut short.
@Suite struct CapturedMessageTests {
    /// One message type behind closures, so that all can stand in one table.
    struct Codec: Sendable {
        let directory: String
        let prefix: String
        /// Bytes of the body that cannot be missing.
        let fixedSize: Int
        let rewrite: @Sendable ([UInt8]) throws -> [UInt8]

        init<Message>(
            _ directory: String,
            _ prefix: String,
            _ fixedSize: Int,
            _ decode: @escaping @Sendable (inout WireReader) throws(WireError) -> Message,
            _ encode: @escaping @Sendable (Message, inout WireWriter) -> Void
        ) {
            self.directory = directory
            self.prefix = prefix
            self.fixedSize = fixedSize
            rewrite = { bytes throws in
                let message = try GoldenVector.read(bytes, decode)
                return encodedBody { encode(message, &$0) }
            }
        }
    }

    static let codecs: [Codec] = [
        Codec(
            "Negotiate",
            "request-",
            36,
            { reader throws(WireError) in
                try NegotiateRequest(from: &reader)
            },
            { $0.encode(to: &$1) }
        ),
        Codec(
            "Negotiate",
            "response-",
            64,
            { reader throws(WireError) in
                try NegotiateResponse(from: &reader)
            },
            { $0.encode(to: &$1) }
        ),
        Codec(
            "SessionSetup",
            "request-",
            24,
            { reader throws(WireError) in
                try SessionSetupRequest(from: &reader)
            },
            { $0.encode(to: &$1) }
        ),
        Codec(
            "SessionSetup",
            "response-",
            8,
            { reader throws(WireError) in
                try SessionSetupResponse(from: &reader)
            },
            { $0.encode(to: &$1) }
        ),
        Codec(
            "Logoff",
            "request-",
            4,
            { reader throws(WireError) in
                try LogoffRequest(from: &reader)
            },
            { $0.encode(to: &$1) }
        ),
        Codec(
            "Logoff",
            "response-",
            4,
            { reader throws(WireError) in
                try LogoffResponse(from: &reader)
            },
            { $0.encode(to: &$1) }
        ),
        Codec(
            "TreeConnect",
            "request-",
            8,
            { reader throws(WireError) in
                try TreeConnectRequest(from: &reader)
            },
            { $0.encode(to: &$1) }
        ),
        Codec(
            "TreeConnect",
            "response-",
            16,
            { reader throws(WireError) in
                try TreeConnectResponse(from: &reader)
            },
            { $0.encode(to: &$1) }
        ),
        Codec(
            "TreeDisconnect",
            "request-",
            4,
            { reader throws(WireError) in
                try TreeDisconnectRequest(from: &reader)
            },
            { $0.encode(to: &$1) }
        ),
        Codec(
            "TreeDisconnect",
            "response-",
            4,
            { reader throws(WireError) in
                try TreeDisconnectResponse(from: &reader)
            },
            { $0.encode(to: &$1) }
        ),
        Codec(
            "Create",
            "request-",
            56,
            { reader throws(WireError) in
                try CreateRequest(from: &reader)
            },
            { $0.encode(to: &$1) }
        ),
        Codec(
            "Create",
            "response-",
            88,
            { reader throws(WireError) in
                try CreateResponse(from: &reader)
            },
            { $0.encode(to: &$1) }
        ),
        Codec(
            "Close",
            "request-",
            24,
            { reader throws(WireError) in
                try CloseRequest(from: &reader)
            },
            { $0.encode(to: &$1) }
        ),
        Codec(
            "Close",
            "response-",
            60,
            { reader throws(WireError) in
                try CloseResponse(from: &reader)
            },
            { $0.encode(to: &$1) }
        ),
        Codec(
            "Flush",
            "request-",
            24,
            { reader throws(WireError) in
                try FlushRequest(from: &reader)
            },
            { $0.encode(to: &$1) }
        ),
        Codec(
            "Flush",
            "response-",
            4,
            { reader throws(WireError) in
                try FlushResponse(from: &reader)
            },
            { $0.encode(to: &$1) }
        ),
        Codec(
            "Read",
            "request-",
            48,
            { reader throws(WireError) in
                try ReadRequest(from: &reader)
            },
            { $0.encode(to: &$1) }
        ),
        Codec(
            "Write",
            "response-",
            16,
            { reader throws(WireError) in
                try WriteResponse(from: &reader)
            },
            { $0.encode(to: &$1) }
        ),
    ]

    /// Messages whose sender lays them out otherwise than this module does, within the rules.
    static let otherLayouts: Set<String> = [
        // Keeps room for a name that is not there, and pads the last context.
        "Create/request-contexts-cifs",
        // Pads with ones.
        "Negotiate/request-impacket",
        // Announces more salt than its author needs.
        "Negotiate/request-nmap",
    ]

    static let vectors: [String] = {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        var names: [String] = []
        for directory in Set(codecs.map(\.directory)) {
            let folder = root.appending(path: "Fixtures/Messages/\(directory)")
            let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            for file in files where file.hasSuffix(".hex") && !file.contains("-smb1-") {
                names.append("\(directory)/\(file.dropLast(4))")
            }
        }
        return names.sorted()
    }()

    private func codec(of name: String) throws -> Codec {
        try #require(Self.codecs.first { name.hasPrefix("\($0.directory)/\($0.prefix)") })
    }

    @Test func thereAreVectorsOfSeveralPeers() {
        #expect(Self.vectors.count >= 45)
    }

    @Test(arguments: vectors)
    func isWrittenAgainAsItWas(name: String) throws {
        let vector = try GoldenVector(name)
        let rewritten = try codec(of: name).rewrite(vector.bytes)
        guard !Self.otherLayouts.contains(name) else { return }
        // Behind it there may be the padding of a compound.
        #expect(vector.body.starts(with: rewritten), "\(rewritten)")
        #expect(vector.body.dropFirst(rewritten.count).allSatisfy { $0 == 0 })
        #expect(vector.body.count - rewritten.count < 8)
    }

    /// Cut short, it is refused, or nothing but padding was cut.
    @Test(arguments: vectors)
    func refusesTruncation(name: String) throws {
        let vector = try GoldenVector(name)
        let codec = try codec(of: name)
        let whole = try codec.rewrite(vector.bytes)
        for count in Header.size..<vector.bytes.count {
            let part = Array(vector.bytes.prefix(count))
            let rewritten = try? codec.rewrite(part)
            if count < Header.size + codec.fixedSize {
                #expect(rewritten == nil, "\(count) bytes are too few")
            } else {
                #expect(rewritten == nil || rewritten == whole, "lost something at \(count)")
            }
        }
    }
}
