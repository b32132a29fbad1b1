extension FuzzTarget {
    /// The server's connection machine, with everything behind it: a byte that says how the client
    /// presents itself, then messages, each behind its length in two bytes.
    static let server = FuzzTarget(name: "server") { bytes in
        guard let first = bytes.first else { return }
        ServerUnderTest.shared.reset()
        var conversation = Conversation(Conversation.Mode(rawValue: first))
        if conversation.mode.contains(.authenticated) { conversation.logOn() }
        for message in pieces(of: bytes.dropFirst(), countMax: 24) {
            if conversation.transport.isClosed { break }
            conversation.send(message)
        }
        conversation.transport.disconnect()
    }

    /// Pieces that each stand behind their length.
    static func pieces(of bytes: ArraySlice<UInt8>, countMax: Int) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var rest = bytes
        while rest.count >= 2, pieces.count < countMax {
            let count = Int(rest.removeFirst()) | Int(rest.removeFirst()) << 8
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces
    }
}
