/// Names as Windows compares them: one code point at a time, in upper case.
///
/// Swift's own comparison would also join names that differ only in composition ("é" as one code
/// point or two), which are different files on disk.
enum NameFolding {
    /// UTF-8 of the name in upper case; equal for names that Windows calls equal.
    static func fold(_ name: String) -> [UInt8] {
        var folded: [UInt8] = []
        folded.reserveCapacity(name.utf8.count)
        for scalar in name.unicodeScalars {
            if scalar.isASCII {
                let byte = UInt8(scalar.value)
                folded.append((0x61...0x7A).contains(byte) ? byte - 0x20 : byte)
            } else {
                folded.append(contentsOf: String(upper(scalar)).utf8)
            }
        }
        return folded
    }

    static func areEqual(_ left: String, _ right: String) -> Bool {
        if left.utf8.elementsEqual(right.utf8) { return true }
        return fold(left) == fold(right)
    }

    /// The upper-case form where that is a single code point, as in the table of MS-UCODEREF.
    static func upper(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar.isASCII {
            let isLower = (0x61...0x7A).contains(scalar.value)
            return isLower ? Unicode.Scalar(UInt8(scalar.value) - 0x20) : scalar
        }
        let mapped = scalar.properties.uppercaseMapping.unicodeScalars
        guard mapped.count == 1, let first = mapped.first else { return scalar }
        return first
    }
}
