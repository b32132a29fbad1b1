import FuzzTargets
import Glibc

#if FUZZING
    @_silgen_name("LLVMFuzzerRunDriver")
    private func runDriver(
        _ argumentCount: UnsafeMutablePointer<Int32>,
        _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
        _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
    ) -> Int32

    /// The target that the environment names. Set once, before the fuzzer starts.
    nonisolated(unsafe) private var target = FuzzTarget.all[0]

    @_cdecl("LLVMFuzzerTestOneInput")
    public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
        unsafe target.run([UInt8](UnsafeBufferPointer(start: start, count: count)))
        return 0
    }
#endif

/// `FUZZ_TARGET=NAME Fuzz [options and corpus folders of libFuzzer]`; without a name, the list of
/// them. The name is not an argument because libFuzzer starts itself again with its own.
@main enum Fuzz {
    static func main() {
        let name = unsafe getenv("FUZZ_TARGET").map { unsafe String(cString: $0) }
        guard let chosen = FuzzTarget.all.first(where: { $0.name == name }) else {
            for target in FuzzTarget.all { print(target.name) }
            return
        }
        #if FUZZING
            // What is fuzzed may be a server with a disk: it gets little of it.
            var limit = rlimit(rlim_cur: 1 << 24, rlim_max: 1 << 24)
            unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            signal(SIGXFSZ, SIG_IGN)
            unsafe target = chosen
            var count = CommandLine.argc
            var arguments = unsafe CommandLine.unsafeArgv
            _ = unsafe runDriver(&count, &arguments, testOneInput)
        #else
            print("\(chosen.name): built without the fuzzer; run Tests/Fuzz/run")
        #endif
    }
}
