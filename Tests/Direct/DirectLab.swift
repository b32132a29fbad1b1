internal import Glibc

/// Tests of what needs RDMA devices, for the lab: `Tests/Direct/run`.
@main
struct DirectLab {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.count == 3, arguments[0] == "--client", let port = UInt16(arguments[2]) {
            LabChild.serve(host: arguments[1], port: port)
        }
        var suite = LabSuite(wanted: arguments)
        DeviceChecks.run(&suite)
        MessageChecks.run(&suite)
        PlacementChecks.run(&suite)
        FlowChecks.run(&suite)
        ReuseChecks.run(&suite)
        AllocationChecks.run(&suite)
        FailureChecks.run(&suite)
        suite.finish()
    }
}
