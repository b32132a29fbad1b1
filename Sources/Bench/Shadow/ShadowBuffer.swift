/// Memory for what is read.
@safe struct ShadowBuffer: ~Copyable {
    let bytes: UnsafeMutableRawBufferPointer

    init(byteCount: Int) {
        unsafe bytes = .allocate(byteCount: byteCount, alignment: 64)
        // What was never written must not look like what should be there.
        unsafe bytes.initializeMemory(as: UInt8.self, repeating: 0xEE)
    }

    deinit { unsafe bytes.deallocate() }

    func check(_ range: Range<Int>, against image: ShadowImage) throws {
        let read = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<range.count])
        guard let place = unsafe image.difference(range, from: read) else { return }
        let found = unsafe bytes[place - range.lowerBound]
        throw SMBShadow.Mismatch(
            description: "byte \(place) of \(range) is \(found), not \(image.byte(at: place))"
        )
    }
}
