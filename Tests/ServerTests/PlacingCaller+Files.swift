import Reactor
import SMBDirect
import SMBMessages
import SMBSecurity
import Testing
import Transport
import Wire

@testable import Simulation

extension PlacingCaller {
    /// Memory of the client that the server may reach.
    struct Memory {
        var buffer: IOBuffer
        var descriptor: BufferDescriptor

        var bytes: [UInt8] {
            unsafe [UInt8](
                UnsafeRawBufferPointer(start: buffer.base, count: Int(descriptor.length))
            )
        }
    }

    func expose(_ bytes: [UInt8], _ access: RemoteAccess) throws -> Memory {
        let buffer = try #require(transport.takeBuffer(capacity: bytes.count))
        unsafe buffer.assign(bytes.span.bytes)
        let descriptor = try #require(
            transport.expose(buffer, offset: 0, count: bytes.count, access: access)
        )
        return Memory(buffer: buffer, descriptor: descriptor)
    }

    /// Empty memory for a READ.
    func room(_ count: Int) throws -> Memory {
        try expose([UInt8](repeating: 0xEE, count: count), .writing)
    }

    /// Whether the server has made the token invalid; it is so afterwards in any case.
    func wasInvalidated(_ memory: Memory) -> Bool {
        !transport.memory.invalidate(memory.descriptor.token)
    }

    func open(_ name: String, _ disposition: CreateDisposition = .openIf) throws {
        let answer = try #require(call(.create) { self.create(name, disposition).encode(to: &$0) })
        try #require(answer.status == .success)
        file = try answer.read { reader throws(WireError) in
            try CreateResponse(from: &reader)
        }.fileID
    }

    func create(_ name: String, _ disposition: CreateDisposition = .openIf) -> CreateRequest {
        CreateRequest(
            name: name,
            desiredAccess: .fileAll,
            shareAccess: .all,
            disposition: disposition
        )
    }

    func encoded(_ descriptors: [BufferDescriptor]) -> [UInt8] {
        var writer = WireWriter()
        for descriptor in descriptors { descriptor.encode(to: &writer) }
        return writer.finish()
    }

    func readMessage(
        _ length: Int,
        at offset: UInt64 = 0,
        _ channel: Channel = .rdmaV1,
        info: [UInt8],
        file: FileID? = nil,
        minimum: UInt32 = 0,
        related: Bool = false
    ) -> [UInt8] {
        message(.read, related: related) { writer in
            ReadRequest(
                fileID: file ?? self.file,
                offset: offset,
                length: UInt32(length),
                minimumCount: minimum,
                channel: channel
            ).encode(to: &writer, channelInfo: info)
        }
    }

    func writeMessage(
        _ count: Int,
        at offset: UInt64 = 0,
        _ channel: Channel = .rdmaV1,
        info: [UInt8]
    ) -> [UInt8] {
        message(.write) { writer in
            WriteRequest(
                fileID: file,
                offset: offset,
                dataLength: 0,
                channel: channel,
                remainingBytes: UInt32(count)
            ).encode(to: &writer, channelInfo: info)
        }
    }

    /// READ into `memory`, which it must fill.
    func read(
        into memory: Memory,
        at offset: UInt64 = 0,
        _ channel: Channel = .rdmaV1
    ) throws -> (status: NTStatus, response: ReadResponse?, answer: Answer) {
        let message = readMessage(
            Int(memory.descriptor.length),
            at: offset,
            channel,
            info: encoded([memory.descriptor])
        )
        let answer = try #require(exchange([message]).first)
        guard answer.status == .success else { return (answer.status, nil, answer) }
        let response = try answer.read { reader throws(WireError) in
            try ReadResponse(from: &reader)
        }
        return (answer.status, response, answer)
    }

    /// WRITE from `memory`.
    func write(
        from memory: Memory,
        at offset: UInt64 = 0,
        _ channel: Channel = .rdmaV1
    ) throws -> NTStatus {
        let info = encoded([memory.descriptor])
        let count = Int(memory.descriptor.length)
        return try #require(
            exchange([writeMessage(count, at: offset, channel, info: info)]).first
        ).status
    }

    /// The channel information of a WRITE whose data was protected.
    func transformInfo(
        _ kind: RDMATransformID,
        _ tag: PlacedDataTag,
        _ descriptors: [BufferDescriptor],
        _ channel: Channel = .rdmaV1
    ) -> [UInt8] {
        var writer = WireWriter()
        RDMATransform(
            channel: channel,
            crypto: RDMACryptoTransform(
                kind: kind,
                signature: tag.signature,
                signatureCount: tag.signatureCount,
                nonce: tag.nonce,
                nonceCount: tag.nonceCount
            )
        ).encode(to: &writer, descriptorCount: 16 * descriptors.count)
        for descriptor in descriptors { descriptor.encode(to: &writer) }
        return writer.finish()
    }

    /// What the response says was done to the placed data.
    func transform(of answer: Answer) throws -> RDMATransform {
        try withReader(over: answer.bytes) { reader throws(WireError) in
            try reader.seek(to: Header.size)
            let response = try ReadResponse(from: &reader)
            var part = try reader.slice(at: response.dataOffset, count: response.dataLength)
            return try RDMATransform(from: &part)
        }
    }
}

extension PlacedDataTag {
    init(_ crypto: RDMACryptoTransform) {
        self.init(
            signature: crypto.signature,
            signatureCount: crypto.signatureCount,
            nonce: crypto.nonce,
            nonceCount: crypto.nonceCount
        )
    }
}
