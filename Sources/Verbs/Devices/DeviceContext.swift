internal import CVerbs
internal import Descriptors
internal import Glibc

/// An open device that connections are made on. The C type is `ibv_context`.
///
/// librdmacm opens a device once and for all identifiers that are bound to it. It closes it when
/// none is left and it has noticed that the device is gone; so an identifier is held here.
@safe public final class DeviceContext: @unchecked Sendable {
    let handle: UnsafeMutablePointer<ibv_context>
    private let anchor: ConnectionIdentifier
    private let channel: ConnectionChannel
    public let device: Device
    /// Where the kernel shows it while it is there.
    public let path: String

    /// Opens the device that an identifier is bound to, by binding another one.
    public init(of identifier: ConnectionIdentifier) throws(VerbsError) {
        channel = try ConnectionChannel()
        anchor = try ConnectionIdentifier(on: channel)
        try anchor.bind(to: identifier.localAddress.withAnyPort)
        guard let context = unsafe anchor.handle.pointee.verbs else {
            throw VerbsError(.noSuchAddress, call: "rdma_bind_addr")
        }
        unsafe handle = context
        let query = unsafe DeviceQuery(context: context)
        guard let entry = unsafe context.pointee.device,
            let device = unsafe query.device(DeviceList.identity(of: entry), entry)
        else { throw VerbsError(.current, call: "ibv_query_device") }
        self.device = device
        path = unsafe withUnsafeBytes(of: entry.pointee.dev_path) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        try VerbsError.setNonblocking(unsafe context.pointee.async_fd)
    }

    /// See `ConnectionIdentifier.deviceToken`.
    public var token: UInt { unsafe UInt(bitPattern: handle) }

    /// Readable when there is an event of the device. It stays open as long as the device does.
    public var descriptor: Int32 { unsafe handle.pointee.async_fd }

    /// Whether the kernel has begun to remove the device. Where the driver cannot take a device
    /// away from its users, the kernel waits for them, and tells them in no other way.
    public var isGone: Bool { Self.isGone(path) }

    /// The same for a device that this process has opened before.
    public static func isGone(_ path: String) -> Bool { unsafe access(path, F_OK) != 0 }

    /// The next event of the device, which is acknowledged already; nil when there is none.
    public func nextEvent() -> DeviceEvent? {
        var event = unsafe ibv_async_event()
        guard unsafe ibv_get_async_event(handle, &event) == 0 else { return nil }
        let copy = unsafe DeviceEvent(event)
        unsafe ibv_ack_async_event(&event)
        return copy
    }

    /// Has librdmacm close devices that are gone and that nobody uses any more.
    public static func closeUnused() {
        var count: Int32 = 0
        if let list = unsafe rdma_get_devices(&count) { unsafe rdma_free_devices(list) }
    }
}
