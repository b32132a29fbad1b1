"""Collects the interoperation tests and runs them against the chosen server."""

import argparse
import sys
import unittest

import case

# All but `kernel`, which needs root and a kernel of ours: the script `run` takes it to the lab.
NAMES = ("smbclient", "smbprotocol", "impacket", "client", "bench")


class OneLine(unittest.TextTestResult):
    """A line for each test, with the client's name in it, and the reason of each failure."""

    def getDescription(self, test):
        return test.id().removeprefix("with_").removesuffix("()")


def main() -> int:
    parser = argparse.ArgumentParser(prog="Tests/Interop/run")
    parser.add_argument("names", nargs="*", metavar="NAME[.CLASS[.TEST]]", help=" ".join(NAMES))
    parser.add_argument("--samba", action="store_true", help="Samba's smbd as the server")
    arguments = parser.parse_args()
    if arguments.samba:
        case.InteropCase.kind = case.servers.Samba
    suite = unittest.TestSuite()
    for name in arguments.names or NAMES:
        suite.addTests(unittest.defaultTestLoader.loadTestsFromName(f"with_{name}"))
    result = unittest.TextTestRunner(
        stream=sys.stdout, verbosity=2, resultclass=OneLine).run(suite)
    failed = len(result.failures) + len(result.errors)
    print(f"interop: {max(0, result.testsRun - failed)} passed, {failed} failed")
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
