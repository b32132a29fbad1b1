internal import CFileSystem
internal import Descriptors
import SMBMessages

/// Extended attributes.
extension POSIXFile {
    private func extendedNames() throws(Errno) -> [ExtendedName] {
        guard store.capabilities.contains(.extendedAttributes), !kind.isSpecial else { return [] }
        return try System.attributeNames(handle.rawValue)
            .compactMap { ExtendedName(attribute: $0) }
    }

    func extendedAttributes() throws(NTStatus) -> [ExtendedAttribute] {
        try mappingErrors { () throws(Errno) in
            var attributes: [ExtendedAttribute] = []
            for name in try extendedNames() {
                guard let value = try System.attribute(handle.rawValue, name.attribute)
                else { continue }
                attributes.append(ExtendedAttribute(name: name.bytes, value: value))
            }
            return attributes
        }
    }

    /// The size that MS-FSCC 2.4.13 reports: a list of entries of four bytes, name, NUL and value.
    func extendedAttributeSize() throws(Errno) -> UInt32 {
        var total = 0
        for name in try extendedNames() {
            let size = try System.attributeSize(handle.rawValue, name.attribute) ?? 0
            total += 5 + name.bytes.count + size
        }
        return total == 0 ? 0 : UInt32(clamping: total + 4)
    }

    func setExtendedAttributes(_ attributes: [ExtendedAttribute]) throws(NTStatus) {
        try store.checkWritable()
        guard store.capabilities.contains(.extendedAttributes) else { throw .easNotSupported }
        guard !kind.isSpecial else { throw .easNotSupported }
        var names: [ExtendedName] = []
        for attribute in attributes { names.append(try ExtendedName(client: attribute.name)) }
        do {
            let present = try extendedNames()
            for (name, attribute) in zip(names, attributes) {
                let real = present.first { $0.isEqual(to: name) } ?? name
                if attribute.value.isEmpty {
                    try System.removeAttribute(handle.rawValue, real.attribute)
                } else {
                    try System.setAttribute(handle.rawValue, real.attribute, attribute.value)
                }
            }
        } catch .noSpace, .outOfRange {
            throw .eaTooLarge
        } catch {
            throw NTStatus(error)
        }
    }
}
