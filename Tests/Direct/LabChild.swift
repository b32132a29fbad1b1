internal import Glibc
internal import Reactor
internal import Transport

/// A program that a test starts: this one as a peer, or a tool.
struct LabChild {
    private let process: pid_t

    /// Starts this program as a client that connects and then only answers what it must.
    init(host: String, port: UInt16) throws {
        process = try Self.spawn(["/proc/self/exe", "--client", host, String(port)])
    }

    func signal(_ number: Int32) { _ = kill(process, number) }

    /// Runs a tool to its end.
    static func run(_ arguments: [String]) throws {
        let process = try spawn(["/usr/bin/env"] + arguments)
        var status: Int32 = 0
        let deadline = ContinuousClock.now + .seconds(120)
        while unsafe waitpid(process, &status, WNOHANG) == 0 {
            guard ContinuousClock.now < deadline else {
                throw LabFailure("\(arguments.joined(separator: " ")) does not end")
            }
            pause(milliseconds: 5)
        }
        try expect(status == 0, "\(arguments.joined(separator: " ")): status \(status)")
    }

    private static func spawn(_ arguments: [String]) throws -> pid_t {
        var process: pid_t = 0
        let count = arguments.count
        let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(
            capacity: count + 1
        )
        for index in 0..<count { unsafe pointers[index] = strdup(arguments[index]) }
        unsafe pointers[count] = nil
        defer {
            for index in 0..<count { unsafe free(pointers[index]) }
            unsafe pointers.deallocate()
        }
        let path = arguments[0]
        let result = unsafe posix_spawn(&process, path, nil, nil, pointers, environ)
        try expect(result == 0, "posix_spawn: \(result)")
        return process
    }

    /// What the child does.
    static func serve(host: String, port: UInt16) -> Never {
        guard let reactor = try? Reactor(name: "child") else { exit(1) }
        reactor.start()
        let end = LabEnd()
        DirectConnector.connect(
            to: host,
            port: port,
            iwarpPort: port + 1,
            on: reactor,
            fileIO: FileIOPool(),
        ) { result in
            guard case .success(let transport) = result else { exit(1) }
            unsafe end.transport = transport
            transport.receiver = end
        }
        while true { sleep(1000) }
    }
}
