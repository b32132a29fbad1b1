import Foundation
import Wire

@testable import SMBSecurity

/// The first messages between two foreign peers, from `Fixtures/Sessions`.
struct CapturedSession {
    struct Message {
        var isFromClient: Bool
        var name: String
        var bytes: [UInt8]

        /// The commands of a compound by NextCommand, which counts from each header.
        var commands: [Range<Int>] {
            var ranges: [Range<Int>] = []
            var start = 0
            while start < bytes.count {
                let next = Int(bytes[start + 20]) | Int(bytes[start + 21]) << 8
                let end = next == 0 ? bytes.count : start + next
                ranges.append(start..<end)
                start = end
            }
            return ranges
        }
    }

    var messages: [Message] = []

    init(_ name: String) throws {
        let file = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/Sessions/\(name).hex")
        let text = try String(contentsOf: file, encoding: .utf8)
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# client: ") || line.hasPrefix("# server: ") {
                let name = String(line.dropFirst("# client: ".count))
                let isFromClient = line.hasPrefix("# client")
                messages.append(Message(isFromClient: isFromClient, name: name, bytes: []))
            } else if !line.hasPrefix("#"), !messages.isEmpty {
                messages[messages.count - 1].bytes += SMBSecurityTests.bytes(String(line))
            }
        }
    }

    var setups: [Message] { messages.filter { $0.name == "SESSION_SETUP" } }

    /// The security buffer of SESSION_SETUP message `index` (MS-SMB2 2.2.5, 2.2.6).
    func token(_ index: Int) -> [UInt8] {
        let message = setups[index]
        let field = message.isFromClient ? 76 : 68
        func integer(_ at: Int) -> Int {
            Int(message.bytes[at]) | Int(message.bytes[at + 1]) << 8
        }
        return Array(message.bytes[integer(field)...].prefix(integer(field + 2)))
    }

    /// The NTLM message in the security buffer, with or without SPNEGO around it.
    func ntlmToken(_ index: Int) -> [UInt8] {
        let token = token(index)
        if NTLMMessage.isBare(token) { return token }
        if let initial = try? NegotiationInit(token) { return initial.mechanismToken ?? [] }
        return (try? NegotiationResponse(token))?.token ?? []
    }

    /// MS-SMB2 3.3.5.4 and 3.3.5.5: all messages before the final response.
    var preauthHash: PreauthHash {
        var hash = PreauthHash()
        for message in messages.filter({ $0.name == "NEGOTIATE" }).suffix(2) {
            hash.update(message.bytes)
        }
        for message in setups.dropLast() { hash.update(message.bytes) }
        return hash
    }

    /// What the two peers shared, worked out from the password.
    func ntlmSession(password: String) throws -> NTLMSession? {
        let challenge = try withReader(over: ntlmToken(1)) { reader throws(WireError) in
            try NTLMChallengeMessage(from: &reader)
        }
        let message = try withReader(over: ntlmToken(2)) { reader throws(WireError) in
            try NTLMAuthenticateMessage(from: &reader)
        }
        guard let response = NTLMv2Response(message.ntResponse) else { return nil }
        let key = NTLMv2Response.responseKey(
            hash: NTHash(password: password),
            user: message.user,
            domain: message.domain
        )
        guard response.isGenuine(responseKey: key, serverChallenge: challenge.challenge) else {
            return nil
        }
        var stream = RC4(key: response.sessionBaseKey(responseKey: key))
        let session = NTLMSession(
            key: stream.apply(to: message.encryptedSessionKey),
            flags: message.flags
        )
        guard response.hasMIC else { return session }
        let authenticate = ntlmToken(2)
        let mic = session.mic(
            negotiate: ntlmToken(0),
            challenge: ntlmToken(1),
            authenticate: authenticate
        )
        return Array(authenticate[72..<88]) == mic ? session : nil
    }
}
