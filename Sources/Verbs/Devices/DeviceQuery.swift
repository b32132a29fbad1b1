internal import CVerbs
internal import Glibc

/// Asks an open device what it is.
@safe struct DeviceQuery {
    /// A device may claim many more addresses than it has.
    private static let addressCountMax = 256
    private static let portCountMax = 16

    let context: UnsafeMutablePointer<ibv_context>

    func device(
        _ identity: DeviceList.Identity,
        _ entry: UnsafeMutablePointer<ibv_device>
    ) -> Device? {
        var attributes = ibv_device_attr()
        guard unsafe ibv_query_device(context, &attributes) == 0 else { return nil }
        let transport = unsafe entry.pointee.transport_type
        let count = min(Int(attributes.phys_port_cnt), Self.portCountMax)
        let addresses = self.addresses
        var ports: [Port] = []
        for number in 1..<max(1, count + 1) {
            guard let port = port(number, transport, identity.index, addresses) else { continue }
            ports.append(port)
        }
        let fabric = ports.first?.fabric ?? .other
        let guid = unsafe UInt64(bigEndian: ibv_get_device_guid(entry))
        let digits = String(guid, radix: 16)
        return Device(
            name: identity.name,
            index: identity.index,
            guid: String(repeating: "0", count: 16 - digits.count) + digits,
            firmware: Self.text(attributes.fw_ver),
            vendorID: attributes.vendor_id,
            fabric: fabric,
            capabilities: capabilities(attributes, fabric),
            ports: ports,
        )
    }

    private func capabilities(
        _ attributes: ibv_device_attr,
        _ fabric: Fabric
    ) -> DeviceCapabilities {
        DeviceCapabilities(
            queuePairCountMax: Int(attributes.max_qp),
            queueDepthMax: Int(attributes.max_qp_wr),
            completionQueueDepthMax: Int(attributes.max_cqe),
            memoryRegionCountMax: Int(attributes.max_mr),
            memoryRegionByteCountMax: attributes.max_mr_size,
            pieceCountMax: Int(attributes.max_sge),
            readPieceCountMax: Int(attributes.max_sge_rd),
            initiatorDepthMax: Int(attributes.max_qp_init_rd_atom),
            responderResourcesMax: Int(attributes.max_qp_rd_atom),
            sharedReceiveQueueDepthMax: Int(attributes.max_srq_wr),
            memoryWindowCountMax: Int(attributes.max_mw),
            inlineByteCountMax: inlineByteCountMax(),
            isOneSided: fabric != .other,
            hasImmediateData: fabric == .roce || fabric == .infiniband,
        )
    }

    /// No attribute tells: a queue pair is asked for with less and less.
    private func inlineByteCountMax() -> Int {
        guard let domain = unsafe ibv_alloc_pd(context) else { return 0 }
        defer { unsafe ibv_dealloc_pd(domain) }
        guard let queue = unsafe ibv_create_cq(context, 1, nil, nil, 0) else { return 0 }
        defer { unsafe ibv_destroy_cq(queue) }
        for wanted: UInt32 in [512, 256, 80, 64] {
            var attributes = unsafe ibv_qp_init_attr()
            unsafe attributes.send_cq = queue
            unsafe attributes.recv_cq = queue
            unsafe attributes.qp_type = IBV_QPT_RC
            unsafe attributes.cap.max_send_wr = 1
            unsafe attributes.cap.max_recv_wr = 1
            unsafe attributes.cap.max_send_sge = 1
            unsafe attributes.cap.max_recv_sge = 1
            unsafe attributes.cap.max_inline_data = wanted
            if let pair = unsafe ibv_create_qp(domain, &attributes) {
                unsafe ibv_destroy_qp(pair)
                return unsafe Int(max(wanted, attributes.cap.max_inline_data))
            }
        }
        return 0
    }

    private func port(
        _ number: Int,
        _ transport: ibv_transport_type,
        _ deviceIndex: Int,
        _ addresses: [(port: Int, address: GID)]
    ) -> Port? {
        var attributes = ibv_port_attr()
        guard unsafe cverbs_query_port(context, UInt8(number), &attributes) == 0 else { return nil }
        var interface = UInt32(0)
        if let device = UInt32(exactly: deviceIndex) {
            interface = UInt32(max(0, cverbs_port_interface(device, UInt32(number))))
        }
        let own = addresses.filter { $0.port == number }.map { $0.address }
        if interface == 0 { interface = own.first { $0.interfaceIndex != 0 }?.interfaceIndex ?? 0 }
        return Port(
            number: number,
            state: Self.state(attributes.state),
            fabric: Self.fabric(transport, attributes.link_layer),
            activeMTU: Self.byteCount(attributes.active_mtu),
            largestMTU: Self.byteCount(attributes.max_mtu),
            largestMessageByteCount: Int(attributes.max_msg_sz),
            bitsPerSecond: Self.bitsPerSecond(
                speed: attributes.active_speed,
                width: attributes.active_width,
            ),
            interfaceIndex: interface,
            interfaceName: Self.interfaceName(interface),
            addresses: own,
        )
    }

    private var addresses: [(port: Int, address: GID)] {
        var list: [(Int, GID)] = []
        unsafe withUnsafeTemporaryAllocation(
            of: ibv_gid_entry.self,
            capacity: Self.addressCountMax,
        ) { entries in
            guard let start = entries.baseAddress else { return }
            let found = unsafe ibv_query_gid_table(context, start, entries.count, 0)
            for position in 0..<max(0, Int(found)) {
                let entry = unsafe entries[position]
                let bytes = unsafe withUnsafeBytes(of: entry.gid) { unsafe [UInt8]($0) }
                let address = GID(
                    index: Int(entry.gid_index),
                    kind: Self.kind(entry.gid_type),
                    interfaceIndex: entry.ndev_ifindex,
                    bytes: bytes,
                )
                list.append((Int(entry.port_num), address))
            }
        }
        return list
    }

    // MARK: - What the numbers mean

    private static func fabric(_ transport: ibv_transport_type, _ linkLayer: UInt8) -> Fabric {
        switch transport {
        case IBV_TRANSPORT_IWARP: .iwarp
        case IBV_TRANSPORT_IB where linkLayer == UInt8(IBV_LINK_LAYER_ETHERNET): .roce
        case IBV_TRANSPORT_IB: .infiniband
        default: .other
        }
    }

    private static func kind(_ number: UInt32) -> GID.Kind {
        switch ibv_gid_type(rawValue: number) {
        case IBV_GID_TYPE_IB: .infiniband
        case IBV_GID_TYPE_ROCE_V1: .roceV1
        case IBV_GID_TYPE_ROCE_V2: .roceV2
        default: .other(number)
        }
    }

    private static func state(_ state: ibv_port_state) -> Port.State {
        switch state {
        case IBV_PORT_DOWN: .down
        case IBV_PORT_INIT: .initializing
        case IBV_PORT_ARMED: .armed
        case IBV_PORT_ACTIVE, IBV_PORT_ACTIVE_DEFER: .active
        default: .other(state.rawValue)
        }
    }

    private static func byteCount(_ size: ibv_mtu) -> Int {
        // 256 is 1, and every step doubles it.
        size.rawValue >= 1 && size.rawValue <= 8 ? 128 << Int(size.rawValue) : 0
    }

    /// InfiniBand's codes of a lane's speed and of the number of lanes.
    private static func bitsPerSecond(speed: UInt8, width: UInt8) -> UInt64 {
        let megabits: UInt64 =
            switch speed {
            case 1: 2500
            case 2: 5000
            case 4, 8: 10_000
            case 16: 14_000
            case 32: 25_000
            case 64: 50_000
            case 128: 100_000
            default: 0
            }
        let lanes: UInt64 =
            switch width {
            case 1: 1
            case 2: 4
            case 4: 8
            case 8: 12
            case 16: 2
            default: 0
            }
        return megabits * lanes * 1_000_000
    }

    private static func interfaceName(_ index: UInt32) -> String {
        guard index != 0 else { return "" }
        var name = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
        guard unsafe if_indextoname(index, &name) != nil else { return "" }
        return text(name)
    }

    private static func text<Bytes>(_ bytes: Bytes) -> String {
        unsafe withUnsafeBytes(of: bytes) { unsafe text($0) }
    }

    private static func text(_ characters: [CChar]) -> String {
        unsafe characters.withUnsafeBytes { unsafe text($0) }
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}
