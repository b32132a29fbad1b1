import ArgumentParser
import Client
import Networking

/// What client commands share: a location and how to get there.
struct Connecting {
    let connection: ServerConnection
    private let runtime: ClientRuntime

    init(
        to location: Location,
        _ options: ConnectionOptions,
        _ transfer: TransferOptions? = nil
    ) throws {
        let credentials = try Login(location: location, options: options).credentials()
        var client = Self.clientOptions(options, for: credentials)
        if let transfer {
            client.blockByteCount = transfer.block.bytes
            client.depth = transfer.depth
        }
        runtime = try Self.makeRuntime()
        let isVerbose = options.verbose
        connection = ServerConnection(
            to: location.address,
            as: credentials,
            options: client,
            runtime: runtime,
            reconnecting: { error in
                // In a pipe, only what could not be mended is worth a line.
                guard Terminal.errorIsTerminal else { return }
                Self.report("\(error); trying again")
            },
            noticed: { if isVerbose { Self.report(ChannelText.line($0)) } }
        )
    }

    /// Past a line of progress that may be there.
    private static func report(_ text: String) {
        if Terminal.errorIsTerminal { StandardError.write("\r\u{1b}[K") }
        StandardError.report(text)
    }

    /// The thread of the client, and what this machine can connect with.
    static func makeRuntime() throws(ClientError) -> ClientRuntime {
        try ClientRuntime(connector: NetworkConnector())
    }

    /// The library's options for those of a command line.
    static func clientOptions(
        _ options: ConnectionOptions,
        for credentials: Credentials
    ) -> ClientOptions {
        var client = ClientOptions()
        client.signs = options.sign != false && !credentials.isAnonymous
        client.requiresSigning = options.sign == true && !credentials.isAnonymous
        client.encrypts = options.encrypt
        client.acceptsGuest = options.anonymous || credentials.user.lowercased() == "guest"
        client.timeoutSeconds = options.timeout
        client.transport = options.transport
        client.iwarpPort = options.iwarpPort
        client.deadlineSeconds = options.deadline
        client.dialectMax = Self.dialect(options.dialect)
        return client
    }

    /// Runs `body` and logs off, whatever came of it.
    static func run(
        _ location: Location,
        _ options: ConnectionOptions,
        _ transfer: TransferOptions? = nil,
        _ body: (ServerConnection) async throws -> Void
    ) async throws {
        let connecting = try Connecting(to: location, options, transfer)
        do {
            try await body(connecting.connection)
        } catch {
            await connecting.connection.close()
            throw error
        }
        await connecting.connection.close()
    }

    /// The share and path of a location, of which there must be one.
    static func share(of location: Location) throws(LocationError) -> String {
        guard let share = location.share else {
            throw LocationError(.share, in: "\(location)")
        }
        return share
    }

    private static func dialect(_ text: String) -> ClientOptions.Dialect {
        switch text {
        case "2.1": .smb210
        case "3.0": .smb300
        case "3.0.2": .smb302
        default: .smb311
        }
    }
}
