internal import Wire

extension ClientError {
    static func malformed(_ error: WireError, _ what: String) -> ClientError {
        ClientError(
            .protocolViolation,
            reason: "the server's \(what) cannot be read (byte \(error.offset)); "
                + "it may not be an SMB server"
        )
    }

    static func violation(_ what: String) -> ClientError {
        ClientError(.protocolViolation, reason: what)
    }

    static let badSignature = ClientError(
        .protocolViolation,
        reason: "an answer does not carry the right signature; somebody may be changing messages "
            + "on the way, so nothing of it was used"
    )

    static let badSeal = ClientError(
        .protocolViolation,
        reason: "an encrypted answer cannot be decrypted; somebody may be changing messages on "
            + "the way, so nothing of it was used"
    )

    static let downgraded = ClientError(
        .protocolViolation,
        reason: "the server's offer was changed on the way to force a weaker protocol; check who "
            + "controls the network"
    )

    static func silent(seconds: Int) -> ClientError {
        ClientError(
            .network,
            reason: "the server has not answered for \(seconds) seconds; check that it runs and "
                + "that the network is up, or raise --timeout"
        )
    }

    static let lost = ClientError(
        .network,
        reason: "the connection to the server was lost; check that it runs and run the command "
            + "again"
    )

    static let closed = ClientError(.network, reason: "the connection is closed")

    /// A request that may not be repeated lost its channel; there may be another one.
    static let interrupted = ClientError(
        .network,
        reason: "the connection to the server was interrupted; run the command again"
    )

    static let cancelledByUser = ClientError(.cancelled, reason: "it was cancelled")

    static let overloaded = ClientError(
        .other,
        reason: "too many requests are waiting for the server"
    )
}

extension ClientError {
    static let shrunk = ClientError(
        .changed,
        reason: "the file became shorter while it was read; copy it again when nobody writes to it"
    )

    static let noMemory = ClientError(
        .local,
        reason: "no memory for another buffer; use a smaller --block, --depth or --jobs"
    )
}

extension ClientError {
    static let changedMeanwhile = ClientError(
        .changed,
        reason: "the source changed while it was copied; copy it again when nobody writes to it"
    )
}
