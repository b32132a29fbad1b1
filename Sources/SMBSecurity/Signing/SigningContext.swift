/// Signs and verifies the messages of one channel (MS-SMB2 3.1.4.1, 3.1.5.1).
///
/// Keeps its libcrypto contexts and allocates nothing per message. A message is one command from
/// its header to its end, the padding of a compound included, and may lie in several pieces.
/// Confined to the thread that owns the connection.
public final class SigningContext {
    /// What of a header the signature depends on (MS-SMB2 2.2.1).
    private enum Layout {
        static let headerCount = 64
        static let command = 12
        static let flags = 16
        static let messageID = 24
        static let signature = 48
        static let cancelCommand: UInt16 = 0x000C
        static let serverToClientFlag: UInt32 = 0x0000_0001
        static let signedFlag: UInt32 = 0x0000_0008
    }

    enum Engine {
        case hmac(HMACContext)
        case cmac(CMACContext)
        case gmac(GMACContext)
    }

    public let algorithm: SigningAlgorithm
    let engine: Engine

    /// The key is the session key (2.x) or the derived signing key (3.x), sixteen bytes.
    public init(algorithm: SigningAlgorithm, key: [UInt8]) throws(CryptoError) {
        self.algorithm = algorithm
        guard key.count == 16 else { throw .unusableKey }
        switch algorithm {
        case .hmacSHA256: engine = .hmac(try HMACContext(key: key))
        case .aes128CMAC: engine = .cmac(try CMACContext(key: key))
        case .aes128GMAC: engine = .gmac(try GMACContext(key: key))
        }
    }

    /// Sets the SIGNED flag and the signature of the command in `head[range]`, whose body goes on
    /// in `payload` and `tail`.
    ///
    /// The range starts at the command's header and holds it whole.
    public func sign(
        _ head: inout [UInt8],
        in range: Range<Int>,
        payload: RawSpan = RawSpan(),
        tail: RawSpan = RawSpan()
    ) {
        precondition(range.count >= Layout.headerCount && range.upperBound <= head.count)
        unsafe head.withUnsafeMutableBytes { bytes in
            let command = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[range])
            let flags = unsafe load(UInt32.self, command, at: Layout.flags) | Layout.signedFlag
            unsafe command.storeBytes(
                of: flags.littleEndian,
                toByteOffset: Layout.flags,
                as: UInt32.self
            )
            let signature = unsafe compute(UnsafeRawBufferPointer(command), payload, tail)
            unsafe command.storeBytes(
                of: signature.littleEndian,
                toByteOffset: Layout.signature,
                as: UInt128.self
            )
        }
    }

    /// Signs a command that lies in `head` alone.
    public func sign(_ head: inout [UInt8]) { sign(&head, in: 0..<head.count) }

    /// Whether the command in `head`, going on in `payload`, carries the signature of this key.
    ///
    /// Whether it must be signed at all is the caller's decision (MS-SMB2 3.3.5.2.4, 3.2.5.1.3).
    public func verify(
        _ head: RawSpan,
        payload: RawSpan = RawSpan(),
        tail: RawSpan = RawSpan()
    ) -> Bool {
        guard head.byteCount >= Layout.headerCount else { return false }
        return unsafe head.withUnsafeBytes { bytes in
            let flags = unsafe load(UInt32.self, bytes, at: Layout.flags)
            guard flags & Layout.signedFlag != 0 else { return false }
            let expected = unsafe compute(bytes, payload, tail)
            let received = unsafe load(UInt128.self, bytes, at: Layout.signature)
            return ConstantTime.equal(expected, received)
        }
    }

    private func load<T: FixedWidthInteger & BitwiseCopyable>(
        _ type: T.Type,
        _ bytes: UnsafeMutableRawBufferPointer,
        at offset: Int
    ) -> T {
        unsafe load(type, UnsafeRawBufferPointer(bytes), at: offset)
    }

    private func load<T: FixedWidthInteger & BitwiseCopyable>(
        _ type: T.Type,
        _ bytes: UnsafeRawBufferPointer,
        at offset: Int
    ) -> T {
        unsafe T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
    }

    /// The signature over the command with its Signature field taken as zero.
    private func compute(
        _ head: UnsafeRawBufferPointer,
        _ payload: RawSpan,
        _ tail: RawSpan
    ) -> UInt128 {
        unsafe begin(for: head)
        unsafe update(UnsafeRawBufferPointer(rebasing: head[..<Layout.signature]))
        unsafe withUnsafeBytes(of: UInt128.zero) { unsafe update($0) }
        if head.count > Layout.headerCount {
            unsafe update(UnsafeRawBufferPointer(rebasing: head[Layout.headerCount...]))
        }
        if payload.byteCount > 0 { unsafe payload.withUnsafeBytes { unsafe update($0) } }
        if tail.byteCount > 0 { unsafe tail.withUnsafeBytes { unsafe update($0) } }
        return finish()
    }

    func finish() -> UInt128 {
        switch engine {
        case .hmac(let context): context.finish()
        case .cmac(let context): context.finish()
        case .gmac(let context): context.finish()
        }
    }

    private func begin(for head: UnsafeRawBufferPointer) {
        switch engine {
        case .hmac(let context): context.begin()
        case .cmac(let context): context.begin()
        case .gmac(let context):
            // MS-SMB2 3.1.4.1: the sender and CANCEL tell apart equal message identifiers.
            let flags = unsafe load(UInt32.self, head, at: Layout.flags)
            let command = unsafe load(UInt16.self, head, at: Layout.command)
            var role: UInt32 = flags & Layout.serverToClientFlag
            if command == Layout.cancelCommand { role |= 2 }
            let messageID = unsafe load(UInt64.self, head, at: Layout.messageID)
            context.begin(messageID: messageID, role: role)
        }
    }

    func update(_ bytes: UnsafeRawBufferPointer) {
        switch engine {
        case .hmac(let context): unsafe context.update(bytes)
        case .cmac(let context): unsafe context.update(bytes)
        case .gmac(let context): unsafe context.update(bytes)
        }
    }
}
