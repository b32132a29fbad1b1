public import Wire

/// MS-FSCC 2.4.38: the server's end of a pipe.
public struct PipeLocalInformation: FileInformation {
    public static let informationClass = FileInformationClass.pipeLocal
    public static let fixedSize = 40

    public var type: UInt32
    public var configuration: UInt32
    public var maximumInstances: UInt32
    public var currentInstances: UInt32
    public var inboundQuota: UInt32
    public var readDataAvailable: UInt32
    public var outboundQuota: UInt32
    public var writeQuotaAvailable: UInt32
    public var state: UInt32
    public var end: UInt32

    public init(
        type: UInt32,
        configuration: UInt32,
        maximumInstances: UInt32,
        currentInstances: UInt32,
        inboundQuota: UInt32,
        readDataAvailable: UInt32,
        outboundQuota: UInt32,
        writeQuotaAvailable: UInt32,
        state: UInt32,
        end: UInt32
    ) {
        self.type = type
        self.configuration = configuration
        self.maximumInstances = maximumInstances
        self.currentInstances = currentInstances
        self.inboundQuota = inboundQuota
        self.readDataAvailable = readDataAvailable
        self.outboundQuota = outboundQuota
        self.writeQuotaAvailable = writeQuotaAvailable
        self.state = state
        self.end = end
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        type = try reader.read()
        configuration = try reader.read()
        maximumInstances = try reader.read()
        currentInstances = try reader.read()
        inboundQuota = try reader.read()
        readDataAvailable = try reader.read()
        outboundQuota = try reader.read()
        writeQuotaAvailable = try reader.read()
        state = try reader.read()
        end = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(type)
        writer.write(configuration)
        writer.write(maximumInstances)
        writer.write(currentInstances)
        writer.write(inboundQuota)
        writer.write(readDataAvailable)
        writer.write(outboundQuota)
        writer.write(writeQuotaAvailable)
        writer.write(state)
        writer.write(end)
    }
}
