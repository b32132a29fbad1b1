import Client
import Glibc
import Mount

/// Mounts a share and stays until it is unmounted.
struct MountRun {
    /// As long as anybody waits for a server; `UInt64` holds it in nanoseconds.
    private static let foreverSeconds = 86_400 * 3_650

    private let command: MountCommand
    private let location: Location
    private let share: String
    private let directory: String
    private let credentials: Credentials

    init(
        _ command: MountCommand,
        _ location: Location,
        _ share: String,
        at directory: String,
        _ credentials: Credentials
    ) {
        self.command = command
        self.location = location
        self.share = share
        self.directory = directory
        self.credentials = credentials
    }

    func run() throws -> Never {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for signal in [SIGTERM, SIGINT, SIGHUP] { unsafe sigaddset(&signals, signal) }
        // Before any thread starts, so that all of them leave the signals to this one.
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        let runtime = try Connecting.makeRuntime()
        let ending = MountEnding()
        Task {
            do {
                try await serve(runtime, ending)
            } catch {
                ExitStatus.exit(reporting: error, from: MountCommand.self)
            }
            Glibc.exit(ExitStatus.success.rawValue)
        }
        while true {
            var signal: Int32 = 0
            guard unsafe sigwait(&signals, &signal) == 0 else { continue }
            ending.request()
        }
    }

    private func serve(_ runtime: ClientRuntime, _ ending: MountEnding) async throws {
        let session = try await connect(runtime)
        let mount = try await Mount.start(
            try await session.share(share),
            at: directory,
            options: mountOptions,
            runtime: runtime
        )
        ending.keep(mount)
        MountHandover.tell("ready \(directory)", endsOutput: command.handover)
        await mount.waitForEnd()
        await session.close()
    }

    private func connect(_ runtime: ClientRuntime) async throws -> Session {
        var client = Connecting.clientOptions(command.options, for: credentials)
        client.usesPOSIX = true
        client.followsRestarts = true
        client.blockByteCount = MountOptions.requestByteCountMax
        client.deadlineSeconds = Self.foreverSeconds
        let isVerbose = command.options.verbose
        return try await Session.connect(
            to: location.address,
            as: credentials,
            options: client,
            runtime: runtime,
            noticed: { if isVerbose { StandardError.report(ChannelText.line($0)) } }
        )
    }

    private var mountOptions: MountOptions {
        var options = MountOptions()
        options.source = "smb://\(location.address)/\(share)"
        options.allowsOthers = command.allowOther
        options.isReadOnly = command.readOnly
        options.readAheadByteCount = command.readAhead.bytes
        if command.soft { options.deadlineSeconds = max(1, command.options.deadline) }
        options.userID = getuid()
        options.groupID = getgid()
        return options
    }
}
