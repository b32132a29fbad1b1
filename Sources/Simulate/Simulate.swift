import Glibc
import Simulation

/// Runs many seeds, or one with all that happens in it.
@main
enum Simulate {
    static let usage = """
        usage: Simulate SEED [COUNT [FAULTS]] [trace] [late] [SABOTAGE]
        sabotages: \(SimulationSettings.Sabotage.allCases.map(\.rawValue).joined(separator: " "))

        """

    static func main() throws {
        let words = CommandLine.arguments.dropFirst()
        let numbers = words.compactMap { UInt64($0) }
        guard let seed = numbers.first else {
            print(usage, terminator: "")
            exit(64)
        }
        var broken = 0
        for number in 0..<(numbers.count > 1 ? numbers[1] : 1) {
            var settings = SimulationSettings(seed: seed &+ number)
            if numbers.count > 2 { settings.faultCount = Int(numbers[2]) }
            settings.isTraced = words.contains("trace")
            if words.contains("late") { (settings.isDiskSlow, settings.isDiskLate) = (true, true) }
            settings.sabotage = SimulationSettings.Sabotage.allCases
                .first { words.contains($0.rawValue) }
            let report = try Simulation.run(settings)
            print(report)
            if !report.failures.isEmpty { broken += 1 }
        }
        exit(broken == 0 ? 0 : 1)
    }
}
