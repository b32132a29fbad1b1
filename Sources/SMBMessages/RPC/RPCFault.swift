/// Why a call failed, in the words of RPC rather than of its interface (C706 appendix E).
public struct RPCFault: RawRepresentable, Hashable, Sendable, Error {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// nca_s_op_rng_error: no such operation.
    public static let operationRange = RPCFault(rawValue: 0x1C01_0002)
    /// nca_s_unk_if: no such interface.
    public static let unknownInterface = RPCFault(rawValue: 0x1C01_0003)
    /// nca_s_proto_error: the message does not fit the association's state.
    public static let `protocol` = RPCFault(rawValue: 0x1C01_000B)
    /// RPC_X_BAD_STUB_DATA: the arguments could not be read.
    public static let badStubData = RPCFault(rawValue: 0x0000_06F7)
    /// nca_s_fault_remote_no_memory.
    public static let noMemory = RPCFault(rawValue: 0x1C00_001B)
}
