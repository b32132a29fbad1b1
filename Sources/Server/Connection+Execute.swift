import Logging
import SMBMessages
import SMBSecurity
import SMBState
import Wire

extension Connection {
    /// What became of one command.
    enum Outcome {
        /// The response's body is written, or an error is to be.
        case done(NTStatus)
        /// `suspend` was called; `resume` will answer.
        case waiting
        /// No response is due (CANCEL).
        case silent
        /// The peer broke the protocol: the connection goes.
        case drop
    }

    /// Checks the next command of the message and runs it (MS-SMB2 3.3.5.2).
    func execute(_ request: Request) -> Outcome {
        guard let header = nextCommand(of: request) else { return .drop }
        let isFirst = request.commandIndex == 0
        let verdict = CommandGate.checkHeader(
            header,
            isNegotiated: negotiation != nil,
            isFirstOfMessage: isFirst
        )
        if verdict == .drop { return .drop }
        if request.isEncrypted {
            let sealed = CommandGate.checkTransform(
                header,
                transformSessionID: request.transformSessionID,
                isFirstOfMessage: isFirst
            )
            guard sealed == .proceed else { return .drop }
        }
        if header.command == .cancel {
            cancel(request)
            return .silent
        }
        guard window.consume(messageID: header.messageID, charge: request.charge) else {
            log.warning("message id out of the window", metadata: ["id": "\(header.messageID)"])
            return .drop
        }
        beginResponse(request)
        return dispatch(request)
    }

    /// Moves the slot on to the next command and decodes its header; `nil` if there is none that
    /// could be answered (MS-SMB2 3.3.5.2.6, 3.3.5.2.7).
    private func nextCommand(of request: Request) -> Header? {
        request.commandStart = request.commandEnd
        if request.commandStart == 0 { request.commandStart = request.messageStart }
        let available = request.messageEnd - request.commandStart
        guard available >= Header.size, request.replies.count < limits.compoundCountMax else {
            return nil
        }
        request.commandEnd = request.messageEnd
        guard let header = request.decodeHeader(),
            let extent = CompoundChain.extent(
                of: header,
                at: request.commandStart,
                messageCount: request.messageEnd
            )
        else { return nil }
        request.commandEnd = extent.upperBound
        request.isLastInCompound = header.nextCommand == 0
        request.adopt(header)
        return request.header
    }

    /// Runs a command's code; what it throws becomes the status of an error response.
    func run(_ request: Request, _ body: (Request) throws -> NTStatus) -> NTStatus {
        do {
            return try body(request)
        } catch let status as NTStatus {
            request.replaceBodyWithError()
            return status
        } catch is WireError {
            request.replaceBodyWithError()
            return .invalidParameter
        } catch {
            request.replaceBodyWithError()
            log.error("unexpected error", metadata: ["error": "\(error)"])
            return .internalError
        }
    }

    /// MS-SMB2 3.3.5.16: ends a waiting request; there is never an answer to CANCEL itself.
    private func cancel(_ request: Request) {
        let header = request.header
        let isAsync = header.flags.contains(.async)
        let target = pending.first { (waiting: Request) -> Bool in
            if isAsync { return waiting.asyncID != 0 && waiting.asyncID == header.asyncID }
            return waiting.header.messageID == header.messageID
        }
        guard let target, let cancellation = target.cancellation else { return }
        guard verifiesCancel(request, of: target) else { return }
        target.cancellation = nil
        cancellation(target, .cancelled)
    }

    /// A CANCEL that the session would have to sign ends nothing without a right signature.
    private func verifiesCancel(_ request: Request, of target: Request) -> Bool {
        guard target.session?.sessionID == request.header.sessionID else { return false }
        request.session = target.session
        return (try? checkSignature(request)) != nil
    }
}
