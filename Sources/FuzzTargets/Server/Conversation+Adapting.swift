import SMBMessages

extension Conversation {
    /// Where the FileId of a request lies behind its header (MS-SMB2 2.2.15 to 2.2.39).
    private static let fileIDOffsets: [UInt8: Int] = [
        6: 8, 7: 8, 8: 16, 9: 16, 10: 8, 11: 8, 14: 8, 15: 8, 16: 24, 17: 16, 18: 8,
    ]

    /// More commands than the server takes in one compound.
    private static let commandCountMax = 160

    /// The commands of a message by their NextCommand, as far as they are whole.
    static func commands(of message: [UInt8]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        while message.count - start >= Header.size, ranges.count < commandCountMax {
            let next = Int(integer(message, at: start + 20) as UInt32)
            guard next >= Header.size, next <= message.count - start - Header.size else {
                ranges.append(start..<message.count)
                return ranges
            }
            ranges.append(start..<start + next)
            start += next
        }
        return ranges
    }

    /// Puts the identifiers that are valid now into every command; a field whose last byte is 0xFF
    /// stays as it is, so that wrong ones are tried too. Returns the commands.
    mutating func adapt(_ message: inout [UInt8]) -> [Range<Int>] {
        guard message.starts(with: [0xFE, 0x53, 0x4D, 0x42]) else { return [] }
        let commands = Self.commands(of: message)
        for range in commands {
            let start = range.lowerBound
            func put(_ bytes: [UInt8], at offset: Int) {
                guard offset + bytes.count <= range.count,
                    message[start + offset + bytes.count - 1] != 0xFF
                else { return }
                message.replaceSubrange(start + offset..<start + offset + bytes.count, with: bytes)
            }
            // Among SMB2_FLAGS, a request never has the bit of responses.
            if message[start + 19] != 0xFF { message[start + 16] &= ~0x01 }
            put(bytes(of: messageID), at: 24)
            let charge = max(1, UInt64(Self.integer(message, at: start + 6) as UInt16))
            messageID += min(charge, 16)
            if !trees.isEmpty {
                let choice = Int(message[start + 36]) % trees.count
                put(bytes(of: trees[choice]), at: 36)
            }
            put(bytes(of: sessionID), at: 40)
            if !opens.isEmpty, let offset = Self.fileIDOffsets[message[start + 12]],
                Header.size + offset < range.count
            {
                let choice = Int(message[start + Header.size + offset]) % opens.count
                put(opens[choice], at: Header.size + offset)
            }
        }
        return commands
    }

    private func bytes<T: FixedWidthInteger>(of value: T) -> [UInt8] {
        (0..<T.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * T($0))) }
    }
}
