public import Wire

/// MS-FSCC 2.4.2: nine classes in one answer.
public struct AllInformation: FileInformation {
    public static let informationClass = FileInformationClass.all
    public static let fixedSize = 100

    public var basic: BasicInformation
    public var standard: StandardInformation
    public var `internal`: InternalInformation
    public var extendedAttribute: ExtendedAttributeInformation
    public var access: AccessInformation
    public var position: PositionInformation
    public var mode: ModeInformation
    public var alignment: AlignmentInformation
    public var name: NameInformation

    public init(
        basic: BasicInformation,
        standard: StandardInformation,
        internal: InternalInformation,
        extendedAttribute: ExtendedAttributeInformation,
        access: AccessInformation,
        position: PositionInformation,
        mode: ModeInformation,
        alignment: AlignmentInformation,
        name: NameInformation
    ) {
        self.basic = basic
        self.standard = standard
        self.internal = `internal`
        self.extendedAttribute = extendedAttribute
        self.access = access
        self.position = position
        self.mode = mode
        self.alignment = alignment
        self.name = name
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        basic = try BasicInformation(from: &reader)
        standard = try StandardInformation(from: &reader)
        `internal` = try InternalInformation(from: &reader)
        extendedAttribute = try ExtendedAttributeInformation(from: &reader)
        access = try AccessInformation(from: &reader)
        position = try PositionInformation(from: &reader)
        mode = try ModeInformation(from: &reader)
        alignment = try AlignmentInformation(from: &reader)
        name = try NameInformation(from: &reader)
    }

    public func encode(to writer: inout WireWriter) {
        basic.encode(to: &writer)
        standard.encode(to: &writer)
        `internal`.encode(to: &writer)
        extendedAttribute.encode(to: &writer)
        access.encode(to: &writer)
        position.encode(to: &writer)
        mode.encode(to: &writer)
        alignment.encode(to: &writer)
        name.encode(to: &writer)
    }
}
