public import Wire

/// MS-FSCC 2.1.3.1: names that follow a file wherever it is moved.
public struct ObjectIDBuffer: Hashable, Sendable {
    public static let fixedSize = 64

    public var objectID: GUID
    public var birthVolumeID: GUID
    public var birthObjectID: GUID
    public var domainID: GUID

    public init(objectID: GUID, birthVolumeID: GUID, birthObjectID: GUID, domainID: GUID) {
        self.objectID = objectID
        self.birthVolumeID = birthVolumeID
        self.birthObjectID = birthObjectID
        self.domainID = domainID
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        objectID = try GUID(from: &reader)
        birthVolumeID = try GUID(from: &reader)
        birthObjectID = try GUID(from: &reader)
        domainID = try GUID(from: &reader)
    }

    public func encode(to writer: inout WireWriter) {
        objectID.encode(to: &writer)
        birthVolumeID.encode(to: &writer)
        birthObjectID.encode(to: &writer)
        domainID.encode(to: &writer)
    }
}
