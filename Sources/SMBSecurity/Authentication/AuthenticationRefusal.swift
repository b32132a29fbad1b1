/// Why authentication ended without a session, with the NTSTATUS that says it on the wire.
public struct AuthenticationRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// MS-ERREF 2.3.1.
    public var status: UInt32
    /// For the log; a client learns the status alone.
    public var description: String

    private init(_ status: UInt32, _ description: String) {
        self.status = status
        self.description = description
    }

    /// STATUS_INVALID_PARAMETER.
    public static let malformedToken = Self(0xC000_000D, "malformed authentication token")
    /// STATUS_INVALID_PARAMETER: a token that does not belong to this step.
    public static let unexpectedToken = Self(0xC000_000D, "unexpected authentication token")
    /// STATUS_LOGON_FAILURE, for unknown users and wrong passwords alike.
    public static let logonFailure = Self(0xC000_006D, "unknown user or wrong password")
    /// STATUS_LOGON_FAILURE: LM, NTLMv1 or NTLM without extended session security.
    public static let weakAuthentication = Self(0xC000_006D, "NTLM older than NTLMv2")
    /// STATUS_LOGON_FAILURE: a MIC or mechListMIC is wrong, so somebody changed the tokens.
    public static let tampered = Self(0xC000_006D, "authentication tokens were changed")
    /// STATUS_ACCESS_DENIED.
    public static let anonymousDenied = Self(0xC000_0022, "anonymous access is off")
    /// STATUS_NOT_SUPPORTED: no mechanism in common.
    public static let noCommonMechanism = Self(0xC000_00BB, "no common mechanism, NTLM is needed")
}
