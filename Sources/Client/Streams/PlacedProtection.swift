internal import Reactor
internal import SMBMessages
internal import SMBSecurity
internal import Wire

/// What is done to data that a fabric places, because no signature or encryption of a message
/// covers it (MS-SMB2 2.2.43).
enum PlacedProtection: Hashable, Sendable {
    case plain, signed, sealed

    /// Bytes of an RDMATransform with one descriptor behind it.
    static let transformByteCount = 56

    init?(_ kind: RDMATransformID) {
        switch kind {
        case .signing: self = .signed
        case .encryption: self = .sealed
        default: return nil
        }
    }
}

extension Link {
    /// Protects `count` bytes in place, for the next message; nil when the keys are used up.
    func protectPlaced(
        _ memory: IOBuffer,
        count: Int,
        by protection: PlacedProtection
    ) -> RDMATransform? {
        let tag: PlacedDataTag
        let kind: RDMATransformID
        switch protection {
        case .plain: return nil
        case .signed:
            guard let signing = self.protection.signing else { return nil }
            kind = .signing
            tag = signing.signPlaced(
                memory.bytes.extracting(0..<count),
                messageID: credits.nextMessageID,
                isServer: false
            )
        case .sealed:
            guard let cipher = self.protection.cipher,
                let sealed = try? memory.withMutableBytes({ bytes throws(CryptoError) in
                    var part = bytes._mutatingExtracting(0..<count)
                    return try cipher.sealPlaced(&part)
                })
            else { return nil }
            kind = .encryption
            tag = sealed
        }
        return RDMATransform(
            channel: .rdmaV1,
            crypto: RDMACryptoTransform(
                kind: kind,
                signature: tag.signature,
                signatureCount: tag.signatureCount,
                nonce: tag.nonce,
                nonceCount: tag.nonceCount
            )
        )
    }

    /// Whether what the peer has placed in `memory`, all of its bytes, is genuine; afterwards it
    /// is plain.
    func checkPlaced(
        _ memory: IOBuffer,
        _ transform: RDMATransform?,
        by protection: PlacedProtection
    ) -> Bool {
        guard protection != .plain else { return true }
        guard let crypto = transform?.crypto, PlacedProtection(crypto.kind) == protection else {
            return false
        }
        let tag = PlacedDataTag(
            signature: crypto.signature,
            signatureCount: crypto.signatureCount,
            nonce: crypto.nonce,
            nonceCount: crypto.nonceCount
        )
        guard protection == .sealed else {
            return self.protection.signing?.verifyPlaced(memory.bytes, tag: tag) == true
        }
        guard let cipher = self.protection.cipher else { return false }
        let result: Void? = try? memory.withMutableBytes { bytes throws(CryptoError) in
            try cipher.openPlaced(&bytes, tag: tag)
        }
        return result != nil
    }
}
