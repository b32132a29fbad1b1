/// What a server calls itself in authentication (MS-NLMP 2.2.2.1).
public struct ServerNames: Hashable, Sendable {
    /// Upper case, at most fifteen characters.
    public var netBIOSName: String
    public var netBIOSDomain: String
    public var dnsName: String
    public var dnsDomain: String

    public init(
        netBIOSName: String,
        netBIOSDomain: String,
        dnsName: String,
        dnsDomain: String
    ) {
        self.netBIOSName = netBIOSName
        self.netBIOSDomain = netBIOSDomain
        self.dnsName = dnsName
        self.dnsDomain = dnsDomain
    }

    /// The names of a machine that stands alone, from its host name.
    public init(hostName: String) {
        let parts = hostName.split(separator: ".", maxSplits: 1)
        let first = String(parts.first ?? "penstock")
        netBIOSName = String(first.uppercased().prefix(15))
        netBIOSDomain = "WORKGROUP"
        dnsName = hostName
        dnsDomain = parts.count > 1 ? String(parts[1]) : ""
    }
}
