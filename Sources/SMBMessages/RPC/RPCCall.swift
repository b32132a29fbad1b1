internal import Wire

/// A request or response with its arguments whole, whatever fragments it came in
/// (C706 12.6.4.9, 12.6.4.10).
public enum RPCCall {
    /// Header, allocation hint, context and operation number or cancel count.
    public static let headerSize = RPCHeader.size + 8

    /// A request in as many fragments as it needs.
    public static func request(
        callID: UInt32,
        contextID: UInt16 = 0,
        operation: UInt16,
        arguments: [UInt8],
        fragmentSizeMax: Int = RPCHeader.fragmentSizeMax
    ) -> [[UInt8]] {
        fragments(.request, callID: callID, arguments, fragmentSizeMax) { writer in
            writer.write(contextID)
            writer.write(operation)
        }
    }

    /// A response in as many fragments as it needs.
    public static func response(
        callID: UInt32,
        contextID: UInt16,
        results: [UInt8],
        fragmentSizeMax: Int
    ) -> [[UInt8]] {
        fragments(.response, callID: callID, results, fragmentSizeMax) { writer in
            writer.write(contextID)
            writer.write(UInt16(0))
        }
    }

    /// A call that failed before or without running (C706 12.6.4.7).
    public static func fault(callID: UInt32, contextID: UInt16, status: RPCFault) -> [UInt8] {
        let flags: RPCHeader.Flags = [.firstFragment, .lastFragment, .didNotExecute]
        return RPCHeader(kind: .fault, flags: flags, callID: callID).fragment { writer in
            writer.write(UInt32(32))
            writer.write(contextID)
            writer.write(UInt16(0))
            writer.write(status.rawValue)
            writer.write(UInt32(0))
        }
    }

    private static func fragments(
        _ kind: RPCHeader.Kind,
        callID: UInt32,
        _ stub: [UInt8],
        _ fragmentSizeMax: Int,
        _ writeTarget: (inout WireWriter) -> Void
    ) -> [[UInt8]] {
        // Pieces stay on the eight-byte grid, as the stub's own alignment wants.
        let pieceSize = max(8, (fragmentSizeMax - headerSize) & ~7)
        var result: [[UInt8]] = []
        var start = 0
        repeat {
            let end = min(stub.count, start + pieceSize)
            var flags: RPCHeader.Flags = []
            if start == 0 { flags.insert(.firstFragment) }
            if end == stub.count { flags.insert(.lastFragment) }
            let header = RPCHeader(kind: kind, flags: flags, callID: callID)
            result.append(
                header.fragment { writer in
                    writer.write(UInt32(clamping: stub.count - start))
                    writeTarget(&writer)
                    writer.write(bytes: Array(stub[start..<end]))
                }
            )
            start = end
        } while start < stub.count
        return result
    }
}
