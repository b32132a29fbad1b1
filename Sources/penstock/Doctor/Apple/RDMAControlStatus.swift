/// What `rdma_ctl status` prints: one word, enabled or disabled.
enum RDMAControlStatus: Hashable {
    case enabled, disabled
    case other(String)

    init(parsing text: String) {
        let words = text.lowercased().split { !$0.isLetter }
        self =
            if words.contains("disabled") {
                .disabled
            } else if words.contains("enabled") {
                .enabled
            } else {
                .other(String(text.split(separator: "\n").first ?? ""))
            }
    }
}
