internal import Glibc

/// Processor time that was used up to now: by this process, and by everything on this machine.
struct ProcessorTime {
    /// Seconds of this process, in user mode and in the kernel.
    var own: Double
    /// Seconds of all programs and of the kernel; nil where /proc/stat does not tell.
    var machine: Double?

    static var now: ProcessorTime {
        ProcessorTime(
            own: ownSeconds,
            machine: (try? TextFile.read("/proc/stat")).flatMap(busySeconds)
        )
    }

    private static var ownSeconds: Double {
        var usage = rusage()
        guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
        return [usage.ru_utime, usage.ru_stime].reduce(0) {
            $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
        }
    }

    /// The first line of /proc/stat, proc(5): user, nice, system, idle, iowait, irq, softirq and
    /// steal, in ticks. What is stolen was used by another machine.
    static func busySeconds(_ text: String) -> Double? {
        guard let line = text.split(separator: "\n").first, line.hasPrefix("cpu ") else {
            return nil
        }
        let ticks = line.split(separator: " ").dropFirst().compactMap { Double($0) }
        guard ticks.count >= 7 else { return nil }
        let perSecond = Double(sysconf(Int32(_SC_CLK_TCK)))
        return (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]) / max(1, perSecond)
    }
}
