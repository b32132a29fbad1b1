import ArgumentParser
import CSystem
import Descriptors
import Dispatch
import FileStore
import Glibc
import Logging
import Reactor
import SMBSecurity
import Server
import Transport
import Wire

/// Runs the server from its settings to its end.
struct ServeRun {
    /// How long requests in flight may take after SIGTERM, in nanoseconds.
    static let graceNanoseconds: UInt64 = 10_000_000_000

    let settings: ServeSettings

    init(_ settings: ServeSettings) { self.settings = settings }

    func run() throws {
        let log = makeLog()
        // Before any thread starts, so that all of them have the two signals blocked.
        let signals = try TerminationSignals()
        _ = csystem_raise_descriptor_limit()
        var welcome: ServeWelcome?
        let accounts = try makeAccounts(&welcome)
        let shares = try makeShares()
        let group = try ReactorGroup(count: settings.threadCount)
        let pool = FileIOPool()
        let direct = RDMAListening(settings.rdma, log: log)
        var configuration = makeConfiguration(shares, accounts)
        configuration.rdmaInterfaces = { direct.interfaces }
        let pins = try makePins(&configuration, direct, log)
        let server = Server(
            configuration: configuration,
            reactors: group.reactors,
            pool: pool,
            log: log
        )
        let listeners = try settings.listen.map { try listen($0, group, pool, server) }
        direct.prepare(threadCount: group.reactors.count)
        dropPrivileges(log)
        let ended = DispatchSemaphore(value: 0)
        group.start()
        group.reactors[0].post {
            do {
                try signals.deliver(on: group.reactors[0]) { _ in
                    log.notice("finishing the requests in flight")
                    for listener in listeners { listener.stop() }
                    direct.stop()
                    server.stop(graceNanoseconds: Self.graceNanoseconds) { ended.signal() }
                }
            } catch {
                log.error("signals cannot be watched", metadata: ["error": "\(error)"])
            }
        }
        try direct.start(
            settings,
            port: listeners[0].address.port,
            group: group,
            pool: pool,
            server: server
        )
        for listener in listeners {
            listener.start()
            StandardOutput.writeLine("ready \(listener.address)")
            welcome?.print(shares: settings.shares, port: listener.address.port)
        }
        direct.announce(on: group.reactors[0])
        pins?.start()
        ended.wait()
        pins?.stop()
        group.stop()
        pool.stop()
    }

    private func makeLog() -> Logger {
        var log = Logger(label: "penstock") { StreamLogHandler.standardError(label: $0) }
        log.logLevel = settings.logLevel
        return log
    }

    /// The users file; without one, and without guests, one user with a password of this run.
    private func makeAccounts(_ welcome: inout ServeWelcome?) throws -> AccountList {
        guard let path = settings.usersFile else {
            var accounts = AccountList()
            guard !settings.allowsGuest else { return accounts }
            let made = ServeWelcome()
            _ = accounts.add(user: made.user, hash: NTHash(password: made.password))
            welcome = made
            return accounts
        }
        let (text, mode) = try TextFile.readWithMode(path)
        guard AccountList.isPrivate(mode: mode) else {
            throw CommandFailure(
                .usage,
                "\(path) can be read by others; passwords must not be: chmod 600 '\(path)'"
            )
        }
        do {
            let accounts = try AccountList(parsing: text)
            guard accounts.count > 0 || settings.allowsGuest else {
                throw CommandFailure(.usage, "\(path) names no user.")
            }
            return accounts
        } catch let error as AccountList.ParseError {
            throw CommandFailure(.usage, "\(path): \(error)")
        }
    }

    private func makeShares() throws -> [Share] {
        var shares = try settings.shares.map { share in
            do {
                let store = try POSIXStore(
                    path: share.path,
                    options: POSIXStoreOptions(isReadOnly: share.isReadOnly, label: share.name)
                )
                return Share(
                    name: share.name,
                    comment: share.comment,
                    kind: .disk(store),
                    isReadOnly: share.isReadOnly,
                    requiresEncryption: share.requiresEncryption
                )
            } catch {
                throw CommandFailure(.failure, "the share '\(share.name)': \(error)")
            }
        }
        shares.append(Share(name: "IPC$", comment: "Remote IPC", kind: .pipes))
        return shares
    }

    /// Looks after what is to be kept in memory; nil where nothing is.
    private func makePins(
        _ configuration: inout ServerConfiguration,
        _ devices: RDMAListening,
        _ log: Logger
    ) throws -> PinRounds? {
        guard !settings.pinned.isEmpty else { return nil }
        let shares = configuration.shares
        let wishes = try settings.pinned.compactMap { text -> PinWish? in
            let pin = try PinSpecification(text, of: settings.shares)
            guard let store = shares.first(where: { $0.name == pin.share.name })?.store else {
                return nil
            }
            return PinWish(name: text, store: store, path: pin.path)
        }
        let files = PinnedFiles()
        configuration.pinnedFiles = files
        let keeper = PinKeeper(
            files: files,
            wishes: wishes,
            byteCountMax: settings.pinnedByteCountLimit,
            devices: devices,
            log: log
        )
        return PinRounds(keeper)
    }

    private func makeConfiguration(
        _ shares: [Share],
        _ accounts: AccountList
    ) -> ServerConfiguration {
        var name = [CChar](repeating: 0, count: 256)
        _ = unsafe gethostname(&name, name.count - 1)
        let host = String(
            decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
        var configuration = ServerConfiguration(
            shares: shares,
            accounts: accounts,
            names: ServerNames(hostName: host),
            serverGUID: GUID(rawValue: SecureRandom.integer(UInt128.self))
        )
        configuration.allowGuest = settings.allowsGuest
        configuration.requireSigning = settings.requiresSigning
        configuration.requireEncryption = settings.requiresEncryption
        if let count = settings.connectionCountMax {
            configuration.limits.connectionCountMax = count
        }
        return configuration
    }

    private func listen(
        _ address: ListenAddress,
        _ group: ReactorGroup,
        _ pool: FileIOPool,
        _ server: Server
    ) throws -> TCPListener {
        guard let socketAddress = SocketAddress(numeric: address.host, port: address.port) else {
            throw CommandFailure(.usage, "'\(address.host)' is no numeric address to listen on.")
        }
        do {
            return try TCPListener(
                on: socketAddress,
                group: group,
                fileIO: pool,
                connectionCountMax: server.configuration.limits.connectionCountMax
            ) { transport in
                server.accept(transport, peer: transport.peerDescription)
            }
        } catch {
            var text = "Cannot listen on \(address.description): \(error)"
            if case .system(let reason, call: _) = error, reason.rawValue == EACCES {
                text += "; ports below 1024 need root: --listen \(address.host):4450 does not"
            }
            throw CommandFailure(.failure, text)
        }
    }

    /// Root's rights that serving files needs, and no others; with RDMA those to lock memory, and
    /// to bind the port on a device that comes later.
    private func dropPrivileges(_ log: Logger) {
        _ = csystem_no_new_privileges()
        guard getuid() == 0 else { return }
        var kept = [
            csystem_capability_chown, csystem_capability_dac_override,
            csystem_capability_fowner, csystem_capability_fsetid,
        ]
        if settings.rdma != .off {
            kept += [csystem_capability_ipc_lock, csystem_capability_net_bind_service]
        }
        let mask = kept.reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
        if csystem_limit_capabilities(mask) < 0 {
            log.warning("the rights of root could not be given up")
        }
    }
}
