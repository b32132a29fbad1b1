internal import CSystem

/// Memory of which every byte stays what it is from the moment that others see it, so that any
/// number of devices and messages may read it at once.
@safe public final class PinnedMemory: @unchecked Sendable {
    private static let hugePageByteCount = 2 << 20

    /// The first byte; on a page of 2 MiB where the memory is as large as that. Valid as long as
    /// this object lives.
    public let base: UnsafeMutableRawPointer
    public let byteCount: Int

    /// Memory that reads as zeros, to be filled before it is shown to others; nil where the system
    /// has no room for it, or for a count of zero.
    public init?(byteCount: Int) {
        guard byteCount > 0 else { return nil }
        let isHuge = byteCount >= Self.hugePageByteCount
        let alignment = isHuge ? Self.hugePageByteCount : 0
        guard let memory = unsafe csystem_map_memory(byteCount, alignment) else { return nil }
        if isHuge { _ = unsafe csystem_advise_huge_pages(memory, byteCount) }
        unsafe base = memory
        self.byteCount = byteCount
    }

    deinit { _ = unsafe csystem_unmap_memory(base, byteCount) }
}
