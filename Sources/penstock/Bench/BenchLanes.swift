import Client

/// The connections of a measurement: one for each job of each transport.
struct BenchLanes {
    private(set) var connections: [BenchTransport: [ServerConnection]] = [:]
    private(set) var missing: [(transport: BenchTransport, reason: String)] = []
    private(set) var protection = "unprotected"
    private let runtime: ClientRuntime
    private let credentials: Credentials
    private let address: ServerAddress
    private let client: ClientOptions

    private init(
        _ location: Location,
        _ options: ConnectionOptions,
        _ settings: BenchSettings
    ) throws {
        address = location.address
        credentials = try Login(location: location, options: options).credentials()
        var client = Connecting.clientOptions(options, for: credentials)
        client.blockByteCount = settings.block
        // Each task of a pass reads or writes one block at a time.
        client.depth = 1
        self.client = client
        runtime = try Connecting.makeRuntime()
    }

    /// Connects all that can be had. RDMA that cannot is left out with its reason, unless it was
    /// all that was asked for.
    static func open(
        _ transports: [BenchTransport],
        to location: Location,
        _ options: ConnectionOptions,
        _ settings: BenchSettings
    ) async throws -> BenchLanes {
        var lanes = try BenchLanes(location, options, settings)
        for transport in transports {
            do throws(ClientError) {
                try await lanes.add(transport, jobs: settings.jobs)
            } catch {
                guard transport == .rdma, transports.count > 1 else {
                    await lanes.close()
                    throw error
                }
                lanes.missing.append((transport, error.reason))
            }
        }
        return lanes
    }

    private mutating func add(
        _ transport: BenchTransport,
        jobs: Int
    ) async throws(ClientError) {
        let options = Self.options(client, for: transport)
        var list: [ServerConnection] = []
        for _ in 0..<jobs {
            let connection = ServerConnection(
                to: address,
                as: credentials,
                options: options,
                runtime: runtime
            )
            do throws(ClientError) {
                let summary = try await connection.connected().summary
                protection = Self.describe(summary)
            } catch {
                for connection in list { await connection.close() }
                throw error
            }
            list.append(connection)
        }
        connections[transport] = list
    }

    /// This transport alone.
    private static func options(
        _ client: ClientOptions,
        for transport: BenchTransport
    ) -> ClientOptions {
        var client = client
        client.transport = transport == .tcp ? .tcp : .rdma
        return client
    }

    private static func describe(_ summary: Session.Summary) -> String {
        if let algorithm = summary.encryption { return "encrypted with \(algorithm)" }
        if let algorithm = summary.signing { return "signed with \(algorithm)" }
        return "unprotected"
    }

    func close() async {
        for list in connections.values {
            for connection in list { await connection.close() }
        }
    }
}
