import Reactor
import SMBMessages
import SMBSecurity
import Transport
import Wire

extension Request {
    /// Signs every response of the answer that has to be (MS-SMB2 3.3.4.1.1). A response's padding
    /// belongs to it.
    func sign(_ head: inout [UInt8]) {
        for index in replies.indices {
            guard let signing = replies[index].signing else { continue }
            let isLast = index == replies.count - 1
            let end = isLast ? head.count : replies[index + 1].start
            guard isLast, case .buffer(let data, let offset, let count) = payload else {
                signing.sign(&head, in: replies[index].start..<end)
                continue
            }
            signing.sign(
                &head,
                in: replies[index].start..<end,
                payload: data.bytes.extracting(offset..<offset + count)
            )
        }
    }

    /// Puts a TRANSFORM_HEADER in front and encrypts head and payload in place
    /// (MS-SMB2 3.1.4.3); false if the cipher refused, after which nothing may be sent.
    func seal(_ head: inout [UInt8], with cipher: CipherContext, sessionID: UInt64) -> Bool {
        head.insert(contentsOf: repeatElement(0, count: CipherContext.headerCount), at: 0)
        do {
            guard case .buffer(let data, let offset, let count) = payload else {
                try cipher.seal(&head, sessionID: sessionID)
                return true
            }
            if cipher.prefersOnePiece {
                let bytes = data.bytes.extracting(offset..<offset + count)
                unsafe bytes.withUnsafeBytes { unsafe head.append(contentsOf: $0) }
                data.recycle()
                payload = .none
                try cipher.seal(&head, sessionID: sessionID)
                return true
            }
            try data.withMutableBytes { whole throws(CryptoError) in
                var part = whole._mutatingExtracting(offset..<offset + count)
                try cipher.seal(&head, payload: &part, sessionID: sessionID)
            }
            return true
        } catch {
            return false
        }
    }
}
