import SMBMessages
import Wire

@testable import FuzzTargets

/// A client that sends one command at a time to a server in this process, and reads the answer.
struct Caller {
    /// An answer: its status, and all of its bytes from the header on.
    struct Answer {
        var status: NTStatus
        var bytes: [UInt8]

        /// The body, read as the command's response.
        func read<T>(
            _ body: (inout WireReader) throws(WireError) -> T
        ) throws(WireError) -> T {
            try withReader(over: bytes) { reader throws(WireError) in
                try reader.seek(to: Header.size)
                return try body(&reader)
            }
        }

        var output: [UInt8] {
            (try? read { reader throws(WireError) in
                try OutputBufferResponse(from: &reader)
            }.output) ?? []
        }
    }

    /// The trees that `Conversation` connects.
    enum Tree: UInt32 {
        case share = 0
        case pipes = 1
    }

    private var conversation: Conversation
    /// Says "the only open" to the conversation, which puts the identifier in.
    static let file = FileID(persistent: 0, volatile: 0)

    /// Logged on, with the share emptied.
    init() {
        ServerUnderTest.tested.reset()
        conversation = Conversation(.authenticated, with: .tested, settles: true)
        conversation.logOn()
    }

    mutating func call(
        _ command: Command,
        on tree: Tree = .share,
        charge: UInt16 = 1,
        _ body: (inout WireWriter) -> Void
    ) -> [Answer] {
        var writer = WireWriter()
        writer.beginMessage()
        Header(
            command: command,
            messageID: 0,
            credits: 1,
            creditCharge: charge,
            treeID: tree.rawValue
        ).encode(to: &writer)
        body(&writer)
        return conversation.send(writer.finish()).map { bytes in
            Answer(status: NTStatus(rawValue: Conversation.integer(bytes, at: 8)), bytes: bytes)
        }
    }

    /// Opens a file; it becomes the `number`th of the conversation.
    @discardableResult
    mutating func open(
        _ name: String,
        on tree: Tree = .share,
        access: AccessMask = .fileAll,
        options: CreateOptions = [],
        disposition: CreateDisposition = .openIf
    ) -> NTStatus? {
        call(.create, on: tree) { writer in
            CreateRequest(
                name: name,
                desiredAccess: access,
                shareAccess: .all,
                disposition: disposition,
                options: options
            ).encode(to: &writer)
        }.first?.status
    }

    /// The `number`th open of the conversation.
    static func file(_ number: UInt8) -> FileID {
        FileID(persistent: UInt64(number), volatile: 0)
    }

    mutating func query(
        _ informationClass: FileInformationClass,
        length: UInt32 = 4096,
        file: FileID = Caller.file
    ) -> Answer? {
        call(.queryInfo) { writer in
            QueryInfoRequest(
                infoType: .file,
                informationClass: informationClass.rawValue,
                outputBufferLength: length,
                fileID: file
            ).encode(to: &writer)
        }.first
    }

    mutating func set<T: FileInformation>(_ value: T, file: FileID = Caller.file) -> NTStatus? {
        call(.setInfo) { writer in
            SetInfoRequest(
                infoType: .file,
                informationClass: T.informationClass.rawValue,
                fileID: file,
                input: value.encoded()
            ).encode(to: &writer)
        }.first?.status
    }

    mutating func control(
        _ code: ControlCode,
        on tree: Tree = .share,
        file: FileID = Caller.file,
        output: UInt32 = 4096,
        _ input: [UInt8] = []
    ) -> Answer? {
        call(.ioctl, on: tree) { writer in
            IoctlRequest(
                controlCode: code,
                fileID: file,
                maximumOutputResponse: output,
                input: input
            ).encode(to: &writer)
        }.first
    }

    mutating func list(
        _ pattern: String,
        _ informationClass: FileInformationClass = .idBothDirectory,
        flags: QueryDirectoryRequest.Flags = [],
        length: UInt32 = 4096
    ) -> Answer? {
        call(.queryDirectory) { writer in
            QueryDirectoryRequest(
                informationClass: informationClass,
                flags: flags,
                fileID: Caller.file,
                pattern: pattern,
                outputBufferLength: length
            ).encode(to: &writer)
        }.first
    }

    mutating func leave() { conversation.transport.disconnect() }
}
