import Reactor
import SMBMessages
import SMBSecurity
import Wire

extension Request {
    /// The first four bytes of the message, or zero if it is shorter.
    var protocolID: UInt32 {
        withBytes(messageStart..<messageEnd) { bytes in
            var reader = WireReader(bytes)
            return (try? reader.read(UInt32.self)) ?? 0
        }
    }

    /// Runs `body` over a part of the received message.
    func withBytes<T>(_ range: Range<Int>, _ body: (RawSpan) throws -> T) rethrows -> T {
        guard let buffer, range.lowerBound >= 0, range.upperBound <= buffer.count else {
            return try body(RawSpan())
        }
        return try body(buffer.bytes.extracting(range))
    }

    func decodeHeader() -> Header? {
        withBytes(commandStart..<commandEnd) { bytes in
            var reader = WireReader(bytes)
            return try? Header(from: &reader)
        }
    }

    /// Runs a command's code with a reader behind the header and the response's writer.
    func withReader<T>(
        _ body: (inout WireReader, inout WireWriter) throws -> T
    ) throws -> T {
        try withBytes(commandStart..<commandEnd) { bytes in
            var reader = WireReader(bytes)
            try reader.seek(to: Header.size)
            return try body(&reader, &writer)
        }
    }

    /// Bytes of the request at an offset from its header, as its own fields name them: the data of
    /// a WRITE. Valid until the slot is recycled.
    func withPayload<T>(
        offset: Int,
        count: Int,
        _ body: (RawSpan) throws -> T
    ) throws -> T {
        guard offset >= 0, count >= 0, offset <= commandEnd - commandStart,
            count <= commandEnd - commandStart - offset
        else { throw NTStatus.invalidParameter }
        return try withBytes(commandStart + offset..<commandStart + offset + count, body)
    }

    func verifySignature(_ signing: SigningContext) -> Bool {
        withBytes(commandStart..<commandEnd) { signing.verify($0) }
    }

    /// The session that an encrypted message names.
    var transformSession: UInt64? {
        withBytes(0..<messageEnd) { CipherContext.sessionID(of: $0) }
    }

    /// Decrypts the message in place; false if it was not sealed with the session's key.
    func decrypt(with cipher: CipherContext) -> Bool {
        guard let buffer else { return false }
        do {
            try buffer.withMutableBytes { bytes throws(CryptoError) in try cipher.open(&bytes) }
            return true
        } catch {
            return false
        }
    }
}
