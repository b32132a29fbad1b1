import Testing
import Wire

@testable import SMBMessages

@Suite struct VolumeInformationTests {
    /// The one structure in a QUERY_INFO response of Samba's, encoded again byte for byte.
    private func read<T: FileSystemInformation>(_ name: String, as type: T.Type) throws -> T {
        let vector = try GoldenVector(name)
        let response = try GoldenVector.read(vector.bytes) { reader throws(WireError) in
            try QueryInfoResponse(from: &reader)
        }
        let value = try withReader(over: response.output) { reader throws(WireError) in
            try T(from: &reader)
        }
        #expect(encoded { value.encode(to: &$0) } == response.output)
        for count in 0..<T.fixedSize {
            #expect(throws: WireError.self) {
                try withReader(over: Array(response.output[..<count])) { reader throws(WireError) in
                    _ = try T(from: &reader)
                }
            }
        }
        return value
    }

    @Test func readsSambasVolumes() throws {
        let attribute = try read("QueryInfo/response-fs-attribute", as: AttributeInformation.self)
        #expect(attribute.fileSystemName == "NTFS")
        #expect(attribute.maximumComponentNameLength == 255)
        #expect(attribute.attributes.contains(.casePreservedNames))
        let device = try read("QueryInfo/response-fs-device", as: DeviceInformation.self)
        #expect(device.deviceType == DeviceInformation.diskDevice)
        let volume = try read("QueryInfo/response-fs-volume", as: VolumeInformation.self)
        #expect(volume.label == "share")
        let sector = try read("QueryInfo/response-fs-sector-size", as: SectorSizeInformation.self)
        #expect(sector.logicalBytesPerSector == 512)
        let size = try read("QueryInfo/response-fs-size", as: VolumeSizeInformation.self)
        #expect(size.totalAllocationUnits >= size.availableAllocationUnits)
    }

    @Test func fixedClassesHaveTheirSizes() {
        let full = VolumeFullSizeInformation(
            totalAllocationUnits: 1,
            callerAvailableAllocationUnits: 2,
            actualAvailableAllocationUnits: 3,
            sectorsPerAllocationUnit: 4,
            bytesPerSector: 5
        )
        #expect(encoded { full.encode(to: &$0) }.count == 32)
        #expect(VolumeObjectIDInformation.fixedSize == 64)
        #expect(POSIXVolumeInformation.fixedSize == 56)
        #expect(ControlInformation.fixedSize == 48)
    }
}
