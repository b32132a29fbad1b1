import Client
import Glibc
import Synchronization

/// Shows one line of progress on a terminal; in a pipe it shows nothing.
final class ProgressReporter: Sendable {
    private static let interval = Duration.milliseconds(200)

    let progress = TransferProgress()
    private let label: String
    private let total: UInt64
    private let started = ContinuousClock.now
    private let isVisible: Bool
    private let isDone = Atomic<Bool>(false)
    private let task = Mutex<Task<Void, Never>?>(nil)

    init(label: String, total: UInt64, quiet: Bool) {
        self.label = EntryName.shown(label)
        self.total = total
        isVisible = !quiet && Terminal.errorIsTerminal
    }

    func start() {
        guard isVisible else { return }
        task.withLock { $0 = Task { await show() } }
    }

    private func show() async {
        var meter = ProgressMeter(total: total)
        while !isDone.load(ordering: .relaxed) {
            meter.record(bytes: progress.byteCount, at: seconds)
            Self.draw(meter.line(label: label, width: Terminal.width))
            try? await Task.sleep(for: Self.interval)
        }
    }

    private var seconds: Double {
        let elapsed = ContinuousClock.now - started
        return Double(elapsed.components.seconds)
            + Double(elapsed.components.attoseconds) / 1e18
    }

    /// Takes the line away and, after a success, says what was done.
    func finish(success: Bool) {
        guard isVisible else { return }
        isDone.store(true, ordering: .relaxed)
        let task = task.withLock { $0.take() }
        task?.cancel()
        guard success else { return Self.draw("") }
        let bytes = progress.byteCount
        let seconds = max(seconds, 0.001)
        let rate = ByteSize.ByteText.short(UInt64(Double(bytes) / seconds))
        let time =
            seconds < 10
            ? "\(Double(Int(seconds * 100)) / 100) s"
            : ProgressMeter.duration(seconds)
        Self.draw("\(label): \(ByteSize.ByteText.short(bytes)) in \(time), \(rate)/s")
        StandardError.write("\n")
    }

    /// A message above the line, which is drawn again.
    func report(_ text: String) {
        if isVisible { Self.draw("") }
        StandardError.report(text)
    }

    private static func draw(_ text: String) { StandardError.write("\r\u{1b}[K" + text) }
}
