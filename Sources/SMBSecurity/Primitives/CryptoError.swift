/// Why a message could not be protected or trusted.
public enum CryptoError: Error, Hashable, Sendable {
    /// The message is too short to hold its header.
    case truncated
    /// The signature or tag does not belong to these bytes: drop the message.
    case badSignature
    /// The counter behind the nonces is used up: the session must end before a nonce repeats.
    case nonceExhausted
    /// A key has the wrong length for its algorithm, or libcrypto lacks the algorithm.
    case unusableKey
}
