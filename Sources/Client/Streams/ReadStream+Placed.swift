internal import Reactor
internal import SMBDirect
internal import SMBMessages
internal import Transport
internal import Wire

/// Reads whose data the fabric writes into this machine's memory (MS-SMB2 3.2.4.6, 3.2.5.11).
extension ReadStream {
    /// Describes memory to the peer; nil where the data has to travel in the message.
    func askPlaced(_ slot: Int, _ link: Link) -> Link.SendResult? {
        guard let count = link.placedCount(min(slots[slot].count, link.maxRead), for: target.route),
            let memory = link.transport.takeBuffer(capacity: count)
        else { return nil }
        guard
            let descriptor = link.transport.expose(
                memory,
                offset: 0,
                count: count,
                access: .writing
            )
        else {
            memory.recycle()
            return nil
        }
        let request = ReadRequest(
            fileID: target.open.fileID,
            offset: slots[slot].offset,
            length: UInt32(count),
            channel: .rdmaV1
        )
        let result = link.send(
            .read,
            route: target.route,
            payloadCount: count,
            handler: self,
            token: slot
        ) { writer in
            request.encode(to: &writer, channelInfoCount: BufferDescriptor.encodedSize)
            descriptor.encode(to: &writer)
        }
        guard result == .sent else {
            memory.recycle()
            return result
        }
        slots[slot].asked = count
        slots[slot].buffer = memory
        slots[slot].link = link
        return .sent
    }

    /// Takes over the memory where the answer says that the data is there; false where the data is
    /// in the answer after all, and the memory still the caller's.
    func acceptPlaced(
        _ memory: IOBuffer,
        of buffer: IOBuffer,
        _ range: Range<Int>,
        slot: Int,
        _ link: Link
    ) -> Bool {
        var reader = WireReader(buffer.bytes.extracting(range))
        guard (try? reader.skip(Header.size)) != nil,
            let response = try? ReadResponse(from: &reader)
        else {
            stop(.violation("the server's answer to a read makes no sense"))
            return false
        }
        let hasTransform = response.flags.contains(.rdmaTransform)
        if response.dataLength > 0, response.dataRemaining == 0, !hasTransform { return false }
        let count = Int(response.dataRemaining)
        guard count <= slots[slot].asked, count <= memory.capacity else {
            stop(.violation("the server claims to have written more than it was asked for"))
            return false
        }
        guard count > 0 else {
            guard target.mayEnd else {
                stop(.shrunk)
                return false
            }
            memory.recycle()
            end()
            return true
        }
        memory.count = count
        let transform = hasTransform ? transform(in: response, buffer, range) : nil
        guard let protection = link.placing(for: target.route),
            link.checkPlaced(memory, transform, by: protection)
        else {
            memory.recycle()
            link.fail(.badSignature)
            return true
        }
        receive(memory, 0..<count, slot: slot)
        return true
    }

    /// MS-SMB2 3.2.5.11: instead of data, the answer holds what was done to it.
    private func transform(
        in response: ReadResponse,
        _ buffer: IOBuffer,
        _ range: Range<Int>
    ) -> RDMATransform? {
        let start = range.lowerBound + response.dataOffset
        let part = buffer.bytes.extracting(start..<start + response.dataLength)
        var reader = WireReader(part)
        return try? RDMATransform(from: &reader)
    }
}
