internal import Verbs

/// Identifiers of connections that ended while their port was down: kept until it is up again.
///
/// To let go of one sends a message of the fabric's management. rxe of Linux 6.1 sends all of them
/// by one queue pair, which receives nothing any more once a message found no way out: nobody would
/// connect by that device again until it is added anew. To hold back gains nothing elsewhere, and
/// costs nothing: the peer could not hear of it anyway.
struct DirectPartings {
    /// Connections of one thread.
    static let countMax = 4096

    private struct Parting {
        let identifier: ConnectionIdentifier
        let context: DeviceContext
    }

    private var partings: [Parting] = []

    var isEmpty: Bool { partings.isEmpty }

    /// Takes an identifier whose queue pair is gone already; false where there is no need to.
    mutating func take(_ identifier: ConnectionIdentifier, on context: DeviceContext) -> Bool {
        guard partings.count < Self.countMax, !context.isGone,
            context.isDown(port: identifier.portNumber)
        else { return false }
        partings.append(Parting(identifier: identifier, context: context))
        return true
    }

    /// Lets go of those whose port is up again, or gone for good.
    mutating func release() {
        partings.removeAll { parting in
            parting.context.isGone
                || !parting.context.isDown(port: parting.identifier.portNumber)
        }
    }
}
