/// One thing that `penstock doctor` has to say.
struct Finding: Hashable {
    enum Level: String {
        case ok
        /// Works, but not as well as it could; or could not be looked at.
        case note
        case problem
    }

    var level: Level
    /// What it is about, in a word or two.
    var subject: String
    var text: String
    /// What mends it, to be typed as it stands.
    var commands: [String] = []

    static func ok(_ subject: String, _ text: String) -> Finding {
        Finding(level: .ok, subject: subject, text: text)
    }

    static func note(_ subject: String, _ text: String, mend commands: String...) -> Finding {
        Finding(level: .note, subject: subject, text: text, commands: commands)
    }

    static func problem(_ subject: String, _ text: String, mend commands: String...) -> Finding {
        Finding(level: .problem, subject: subject, text: text, commands: commands)
    }
}
