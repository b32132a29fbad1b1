import Reactor
import SMBMessages
import SMBSecurity

/// What protects data that is placed: Spec/Decisions/0050.
extension Request {
    /// The protection that the session demands and the connection has agreed on. Where it has not,
    /// the data would have to be in the message, and the client should have known: it is refused,
    /// for it waits for data in its memory.
    func demandedProtection() throws(NTStatus) -> RemotePlacement.Protection {
        guard let session, let negotiation = connection.negotiation else {
            throw .invalidParameter
        }
        if isEncrypted || repliesEncrypted {
            guard negotiation.encryptsPlacedData, session.cipher != nil else {
                throw .invalidParameter
            }
            return .encryption
        }
        guard session.signingRequired else { return .none }
        guard negotiation.signsPlacedData, replySigning != nil else { throw .invalidParameter }
        return .signing
    }

    /// The protection that the data of a WRITE came with, if it is what the session demands and
    /// what the request itself has (MS-SMB2 3.3.5.13).
    func protection(
        given kind: RDMATransformID?
    ) throws(NTStatus) -> RemotePlacement.Protection {
        let demanded = try demandedProtection()
        switch kind {
        case nil:
            guard demanded == .none else { throw .invalidParameter }
            return .none
        case RDMATransformID.encryption:
            guard demanded == .encryption, isEncrypted else { throw .invalidParameter }
            return .encryption
        default:
            guard demanded != .encryption, replySigning != nil,
                connection.negotiation?.signsPlacedData == true
            else { throw .invalidParameter }
            return .signing
        }
    }

    /// Signs or encrypts what a READ places; `nil` where it travels as it is.
    func protect(
        _ buffer: IOBuffer,
        _ protection: RemotePlacement.Protection
    ) throws(NTStatus) -> RDMACryptoTransform? {
        switch protection {
        case .none:
            return nil
        case .signing:
            guard let signing = replySigning else { throw .invalidParameter }
            let tag = signing.signPlaced(
                buffer.bytes,
                messageID: header.messageID,
                isServer: true
            )
            return RDMACryptoTransform(kind: .signing, tag)
        case .encryption:
            guard let cipher = session?.cipher else { throw .invalidParameter }
            do {
                let tag = try buffer.withMutableBytes { bytes throws(CryptoError) in
                    try cipher.sealPlaced(&bytes)
                }
                return RDMACryptoTransform(kind: .encryption, tag)
            } catch {
                throw .encryptionFailed
            }
        }
    }

    /// Checks and decrypts what was fetched for a WRITE.
    func unprotect(_ buffer: IOBuffer, _ placement: RemotePlacement) throws(NTStatus) {
        switch placement.protection {
        case .none:
            return
        case .signing:
            guard let tag = placement.tag, let signing = replySigning,
                signing.verifyPlaced(buffer.bytes, tag: tag)
            else { throw .invalidSignature }
        case .encryption:
            guard let tag = placement.tag, let cipher = session?.cipher else {
                throw .authTagMismatch
            }
            do {
                try buffer.withMutableBytes { bytes throws(CryptoError) in
                    try cipher.openPlaced(&bytes, tag: tag)
                }
            } catch {
                throw .authTagMismatch
            }
        }
    }
}
