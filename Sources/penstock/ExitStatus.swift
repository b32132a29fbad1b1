import ArgumentParser
import Client
import Glibc

/// What a script can tell from the number that a command ends with.
enum ExitStatus: Int32 {
    case success = 0
    case usage = 1
    case failure = 2
    case authentication = 3
    case notFound = 4
    case network = 5
    case diskFull = 6
    case partial = 7
    case refused = 8

    static let help = """
        EXIT STATUS
          0  everything asked for was done
          1  the command line is wrong
          2  any failure that is not listed below
          3  the server refused the user name or password
          4  the server, share, file or folder does not exist
          5  the network failed: unreachable, lost, or no answer in time
          6  no space left, on either side
          7  some of several files failed; the others were done
          8  permission refused, or the share is read-only
        """

    init(_ kind: ClientError.Kind) {
        self =
            switch kind {
            case .authentication: .authentication
            case .notFound: .notFound
            case .network: .network
            case .diskFull: .diskFull
            case .refused: .refused
            default: .failure
            }
    }

    /// Prints what `error` says, in one line where it is ours, and ends the process.
    static func exit(reporting error: any Error, from command: any ParsableCommand.Type) -> Never {
        switch error {
        case let error as ClientError:
            StandardError.report("\(error)")
            Glibc.exit(ExitStatus(error.kind).rawValue)
        case let error as LocationError:
            StandardError.report("\(error)")
            Glibc.exit(usage.rawValue)
        case let error as CommandFailure:
            StandardError.report(error.message)
            Glibc.exit(error.status.rawValue)
        case let error as ExitCode:
            Glibc.exit(error.rawValue)
        default:
            break
        }
        let code = command.exitCode(for: error)
        let text = command.fullMessage(for: error)
        if code == .success {
            if !text.isEmpty { print(text) }
            Glibc.exit(success.rawValue)
        }
        StandardError.write(text + "\n")
        Glibc.exit(code == .validationFailure ? usage.rawValue : failure.rawValue)
    }
}

/// A failure that a command describes itself.
struct CommandFailure: Error {
    var status: ExitStatus
    var message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }
}
