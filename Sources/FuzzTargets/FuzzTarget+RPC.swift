import SMBMessages
import Wire

extension FuzzTarget {
    /// Bytes written to `srvsvc` and `wkssvc`, in pieces whose lengths the first byte varies, and
    /// the same bytes as an answer to our own client.
    static let rpc = FuzzTarget(name: "rpc") { bytes in
        guard let first = bytes.first else { return }
        let endpoints: [any RPCEndpoint] = [
            ServerServiceEndpoint(
                serverName: "PENSTOCK",
                comment: "",
                shares: [
                    ServerServiceShare(
                        name: "models",
                        kind: ServerServiceShare.diskTree,
                        comment: "m"
                    )
                ]
            ),
            WorkstationServiceEndpoint(serverName: "PENSTOCK", domain: "WORKGROUP"),
        ]
        for endpoint in endpoints {
            var association = RPCAssociation(endpoint: endpoint)
            var rest = bytes.dropFirst()
            while !rest.isEmpty, !association.isBroken {
                let piece = rest.prefix(first == 0 ? rest.count : Int(first) * 4)
                _ = association.receive(Array(piece))
                rest = rest.dropFirst(piece.count)
            }
        }
        Codec(reading: { reader throws(WireError) in
            try ServerServiceClient.decodeShareEnumerateResponse(from: &reader)
        }).run(Array(bytes.dropFirst()), 0)
    }
}
