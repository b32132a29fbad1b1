internal import CVerbs
internal import Descriptors
internal import Glibc

/// An open device that connections are made on. The C type is `ibv_context`.
///
/// librdmacm opens a device once and for all identifiers that are bound to it, and keeps it open
/// when none is left; so an identifier is held here, and with it the device. Whoever opens one
/// holds it until `isGone`, and then lets go: to be made once for each `deviceToken`.
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
        // Not a leak: the library itself would keep the device as long.
        LiveObjects.add(-Self.objectCount)
    }

    /// The kernel waits for everybody to close a device that it removes; librdmacm does so when it
    /// is asked about some other device, which may never be. Nobody can use the device any more:
    /// all that was made of it holds this object. So its descriptors are let go of, and the numbers
    /// stay taken for the library to close.
    deinit {
        LiveObjects.add(Self.objectCount)
        guard isGone else { return }
        unsafe cverbs_release_descriptor(handle.pointee.async_fd)
        unsafe cverbs_release_descriptor(handle.pointee.cmd_fd)
    }

    /// The identifier and its channel.
    private static let objectCount = 2

    /// See `ConnectionIdentifier.deviceToken`.
    public var token: UInt { unsafe UInt(bitPattern: handle) }

    /// Readable when there is an event of the device. It stays open as long as the device does.
    public var descriptor: Int32 { unsafe handle.pointee.async_fd }

    /// Whether the kernel has begun to remove the device. Where the driver cannot take a device
    /// away from its users, the kernel waits for them, and tells them in no other way.
    public var isGone: Bool { Self.isGone(path) }

    /// The same for a device that this process has opened before.
    public static func isGone(_ path: String) -> Bool { unsafe access(path, F_OK) != 0 }

    /// Whether nothing can leave by a port for the moment; false also when it cannot be asked. A
    /// network device loses its routes before the RDMA device on top of it knows, so that one is
    /// asked, if there is one.
    public func isDown(port number: Int) -> Bool {
        let interface = device.ports.first { $0.number == number }?.interfaceIndex ?? 0
        if interface != 0 { return cverbs_interface_is_down(interface) != 0 }
        var attributes = ibv_port_attr()
        guard unsafe cverbs_query_port(handle, UInt8(clamping: number), &attributes) == 0 else {
            return false
        }
        return attributes.state != IBV_PORT_ACTIVE && attributes.state != IBV_PORT_ACTIVE_DEFER
    }

    /// The next event of the device, which is acknowledged already; nil when there is none.
    public func nextEvent() -> DeviceEvent? {
        var event = unsafe ibv_async_event()
        guard unsafe ibv_get_async_event(handle, &event) == 0 else { return nil }
        let copy = unsafe DeviceEvent(event)
        unsafe ibv_ack_async_event(&event)
        return copy
    }
}
