internal import Glibc

/// Tests of what needs RDMA devices, for the lab: `Tests/Direct/run`.
@main
struct DirectLab {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        var suite = LabSuite(wanted: Array(arguments))
        DeviceChecks.run(&suite)
        MessageChecks.run(&suite)
        PlacementChecks.run(&suite)
        suite.finish()
    }
}
