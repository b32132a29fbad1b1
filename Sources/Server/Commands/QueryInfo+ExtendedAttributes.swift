import FileStore
import SMBMessages
import Wire

extension InfoQuery {
    /// FileFullEaInformation (MS-SMB2 3.3.5.20.1, MS-FSA 2.1.5.12.17): by name, from an index, or
    /// onward from where the open stands.
    func extendedAttributes(
        of file: any StoreFile,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        let all = try file.extendedAttributes()
        if !message.input.isEmpty { return try named(all, &writer) }
        var first = open.extendedAttributeIndex
        if message.flags.contains(.indexSpecified) {
            // Counted from one.
            guard message.additionalInformation >= 1,
                Int(message.additionalInformation) <= all.count
            else { throw NTStatus.nonexistentEAEntry }
            first = Int(message.additionalInformation) - 1
        } else if message.flags.contains(.restartScan) {
            first = 0
        }
        guard !all.isEmpty else { throw NTStatus.noEAsOnFile }
        guard first < all.count else {
            throw NTStatus.noMoreEntries
        }
        var wanted = Array(all[first...])
        if message.flags.contains(.returnSingleEntry) { wanted = [wanted[0]] }
        let written = try write(wanted, &writer)
        open.extendedAttributeIndex = first + written
        return written == wanted.count ? .answered : .answeredWith(.bufferOverflow)
    }

    /// The attributes that the client names; those that are not there come back empty.
    private func named(
        _ all: [ExtendedAttribute],
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        let names: [[UInt8]]
        do {
            names = try withReader(over: message.input) { reader throws(WireError) in
                try ExtendedAttributeName.decodeList(from: &reader)
            }
        } catch {
            throw NTStatus.eaListInconsistent
        }
        var wanted = names.map { name in
            all.first { Self.fold($0.name) == Self.fold(name) }
                ?? ExtendedAttribute(name: name, value: [])
        }
        if message.flags.contains(.returnSingleEntry) { wanted = Array(wanted.prefix(1)) }
        let written = try write(wanted, &writer)
        return written == wanted.count ? .answered : .answeredWith(.bufferOverflow)
    }

    /// How many fitted; that not even one does is an error.
    private func write(
        _ attributes: [ExtendedAttribute],
        _ writer: inout WireWriter
    ) throws(NTStatus) -> Int {
        var written = 0
        OutputBufferResponse.encode(to: &writer) { writer in
            written = ExtendedAttribute.encode(attributes, limit: limit, to: &writer)
        }
        guard written > 0 else { throw .bufferTooSmall }
        return written
    }

    /// Names of extended attributes are ASCII and found without regard to case.
    private static func fold(_ name: [UInt8]) -> [UInt8] {
        name.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? $0 - 32 : $0 }
    }
}
