"""Collects the tests of mounted shares and runs them."""

import sys
import unittest

import case

# With RDMA, those whose bytes go another way then.
RDMA_NAMES = ("programs", "coherence")
NAMES = ("commands", "posix", "programs", "coherence", "faults", "samba")


class OneLine(unittest.TextTestResult):
    def getDescription(self, test):
        return test.id().removeprefix("with_").removesuffix("()")


def main() -> int:
    suite = unittest.TestSuite()
    for name in sys.argv[1:] or (RDMA_NAMES if case.RDMA_HOST else NAMES):
        suite.addTests(unittest.defaultTestLoader.loadTestsFromName(f"with_{name}"))
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, resultclass=OneLine).run(suite)
    failed = len(result.failures) + len(result.errors)
    print(f"mount: {max(0, result.testsRun - failed)} passed, {failed} failed")
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
