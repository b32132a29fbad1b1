import ArgumentParser
import Client
import Networking

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Find what keeps RDMA from working, and say how to mend it.",
        discussion: """
            Looks at this machine's devices, ports, addresses, packet sizes, limits, modules and \
            firewall, and changes nothing. With a server it also tries to reach that by every way \
            that this machine has; no user or password is needed. As root it sees more.

            Each problem comes with the command that mends it. Without problems the exit status \
            is 0, with problems 2.

            \(ExitStatus.help)
            """
    )

    @Argument(help: "A server to reach: smb://host[:port]")
    var location: String?

    @Flag(help: "Print an object with the findings, as JSON, instead of lines.")
    var json = false

    func run() async throws {
        let location = try location.map { try Location(parsing: $0) }
        #if os(macOS)
            var findings = AppleCheck.findings(AppleProbe.facts())
        #else
            var findings = LinuxProbe.facts().findings
        #endif
        if let location {
            let facts = try await ReachabilityProbe.facts(
                location.address,
                by: NetworkConnector()
            )
            findings += ReachabilityCheck.findings(facts)
        }
        let report = DoctorReport(findings: findings)
        var output = Output()
        if json {
            output.line(report.json.text)
        } else {
            for line in report.lines { output.line(line) }
        }
        output.flush()
        if report.problemCount > 0 { throw ExitCode(ExitStatus.failure.rawValue) }
    }
}
