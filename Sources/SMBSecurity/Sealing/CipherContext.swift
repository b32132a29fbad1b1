/// Encrypts what one session sends and decrypts what it receives (MS-SMB2 3.1.4.3, 3.2.5.1.1,
/// 3.3.5.2.1.1), in place.
///
/// One object serves all channels of a session, because their nonces must never meet. GCM works
/// on pieces as they lie; CCM copies a message that comes in two pieces, see
/// `prefersOnePiece`. Confined to the thread that owns the session.
public final class CipherContext {
    /// MS-SMB2 2.2.41.
    private enum Layout {
        static let signature = 4
        static let nonce = 20
        static let messageCount = 36
        static let reserved = 40
        static let flags = 42
        static let sessionID = 44
        static let protocolID: UInt32 = 0x424D_53FD
    }

    /// Bytes of the transform header in front of every encrypted message.
    public static let headerCount = 52

    public let algorithm: CipherAlgorithm
    /// Whether `seal` must copy a message whose payload is apart from its head.
    public var prefersOnePiece: Bool { algorithm.isCCM }

    let sealer: AEADContext
    let opener: AEADContext
    /// The next nonce. Counting from zero is enough: each session has keys of its own.
    private var counter: UInt64

    /// For the server, `sealingKey` is `serverToClient` and `openingKey` is `clientToServer`.
    public init(
        algorithm: CipherAlgorithm,
        sealingKey: [UInt8],
        openingKey: [UInt8],
        firstNonce: UInt64 = 0
    ) throws(CryptoError) {
        self.algorithm = algorithm
        counter = firstNonce
        sealer = try AEADContext(algorithm: algorithm, key: sealingKey, isSealing: true)
        opener = try AEADContext(algorithm: algorithm, key: openingKey, isSealing: false)
    }

    /// Encrypts a message and writes the transform header in front of it.
    ///
    /// `head` starts with `headerCount` bytes kept free for the transform header; the message
    /// follows and goes on in `payload`.
    @_lifetime(payload: copy payload)
    public func seal(
        _ head: inout [UInt8],
        payload: inout MutableRawSpan,
        sessionID: UInt64
    ) throws(CryptoError) {
        let messageCount = head.count - Self.headerCount + payload.byteCount
        precondition(head.count >= Self.headerCount && messageCount <= Int32.max)
        let nonce = try takeNonce()
        let isSealed = unsafe payload.withUnsafeMutableBytes { second in
            unsafe head.withUnsafeMutableBytes { bytes in
                let room = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: bytes[..<Self.headerCount]
                )
                unsafe room.initializeMemory(as: UInt8.self, repeating: 0)
                unsafe store(Layout.protocolID, bytes, at: 0)
                unsafe store(nonce, bytes, at: Layout.nonce)
                unsafe store(UInt32(messageCount), bytes, at: Layout.messageCount)
                unsafe store(UInt16(1), bytes, at: Layout.flags)
                unsafe store(sessionID, bytes, at: Layout.sessionID)
                let header = unsafe UnsafeRawBufferPointer(
                    rebasing: bytes[Layout.nonce..<Self.headerCount]
                )
                let first = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: bytes[Self.headerCount...]
                )
                guard let nonceAddress = header.baseAddress,
                    let tag = unsafe sealer.seal(
                        nonce: nonceAddress,
                        additional: header,
                        first,
                        second
                    )
                else { return false }
                unsafe store(tag, bytes, at: Layout.signature)
                return true
            }
        }
        guard isSealed else { throw .unusableKey }
    }

    /// A number that nothing else of the session is encrypted under.
    func takeNonce() throws(CryptoError) -> UInt64 {
        guard counter < UInt64.max else { throw .nonceExhausted }
        defer { counter += 1 }
        return counter
    }

    /// Encrypts a message that lies in `head` alone.
    public func seal(_ head: inout [UInt8], sessionID: UInt64) throws(CryptoError) {
        var payload = MutableRawSpan()
        try seal(&head, payload: &payload, sessionID: sessionID)
    }

    /// Checks and decrypts a message that starts with its transform header; the plain message then
    /// stands behind the header.
    ///
    /// On an error its bytes are worthless: the connection must be dropped (MS-SMB2 3.3.5.2.1.1).
    @_lifetime(message: copy message)
    public func open(_ message: inout MutableRawSpan) throws(CryptoError) {
        guard message.byteCount > Self.headerCount else { throw .truncated }
        let isGenuine = unsafe message.withUnsafeMutableBytes { bytes in
            let count = unsafe load(UInt32.self, bytes, at: Layout.messageCount)
            guard unsafe load(UInt32.self, bytes, at: 0) == Layout.protocolID,
                Int(count) == bytes.count - Self.headerCount
            else { return false }
            let header = unsafe UnsafeRawBufferPointer(
                rebasing: bytes[Layout.nonce..<Self.headerCount]
            )
            let body = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[Self.headerCount...])
            guard let nonce = header.baseAddress else { return false }
            let tag = unsafe load(UInt128.self, bytes, at: Layout.signature)
            let nothing = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
            return unsafe opener.open(
                nonce: nonce,
                additional: header,
                tag: tag,
                body,
                nothing
            )
        }
        guard isGenuine else { throw .badSignature }
    }

    /// The session named by the transform header in front of `message`, if there is one.
    public static func sessionID(of message: RawSpan) -> UInt64? {
        guard message.byteCount > headerCount else { return nil }
        return unsafe message.withUnsafeBytes { bytes in
            let identifier = unsafe UInt32(
                littleEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self)
            )
            guard identifier == Layout.protocolID else { return nil }
            return unsafe UInt64(
                littleEndian: bytes.loadUnaligned(
                    fromByteOffset: Layout.sessionID,
                    as: UInt64.self
                )
            )
        }
    }

    private func store<T: FixedWidthInteger & BitwiseCopyable>(
        _ value: T,
        _ bytes: UnsafeMutableRawBufferPointer,
        at offset: Int
    ) {
        unsafe bytes.storeBytes(of: value.littleEndian, toByteOffset: offset, as: T.self)
    }

    private func load<T: FixedWidthInteger & BitwiseCopyable>(
        _ type: T.Type,
        _ bytes: UnsafeMutableRawBufferPointer,
        at offset: Int
    ) -> T {
        unsafe T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
    }
}
