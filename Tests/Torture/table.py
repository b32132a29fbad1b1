"""The table of smbtorture results: one Markdown row per test, grouped by suite."""

import dataclasses
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "Fixtures" / "Torture"

HEADING = """\
# smbtorture

What Samba's own test program says of `penstock serve`, test by test. `Tests/Torture/run --write`
renews the results and keeps the reasons; `make test` fails when a test that passed stops passing,
and when a test fails for no reason given here. The reasons begin with one of four words:
*wrong* (the test asks for what MS-SMB2 or MS-FSA does not say), *posix* (the host's file system
cannot do it), *host* (the machine that tests lacks what the test needs), *later* (not built yet).
"""


def suite_of(test: str) -> str:
    return test.split(".")[1]


def counted(results: dict, suite: str) -> tuple[int, int, int]:
    mine = [result for test, (result, _) in results.items() if suite_of(test) == suite]
    return tuple(mine.count(result) for result in ("passed", "failed", "skipped"))


def samba_counts() -> dict:
    lines = (FIXTURES / "samba-4.17.txt").read_text().splitlines()
    rows = [line.split() for line in lines if not line.startswith("#")]
    return {suite: tuple(map(int, counts)) for suite, *counts in rows}


def ksmbd_tests() -> list[str]:
    lines = (FIXTURES / "ksmbd.txt").read_text().splitlines()
    return [line for line in lines if not line.startswith("#")]


class Table(dict):
    """test -> (result, reason)."""

    path = ROOT / "Spec" / "Protocol" / "smbtorture.md"

    @classmethod
    def read(cls, path: pathlib.Path) -> "Table":
        table = cls()
        lines = path.read_text().splitlines() if path.exists() else []
        for line in lines:
            cells = [cell.strip() for cell in line.split("|")]
            if len(cells) == 5 and cells[1].startswith("smb2."):
                table[cells[1]] = (cells[2], cells[3])
        return table

    def renew(self, results: dict) -> "Table":
        """The results of this run; a reason stays while its test still does not pass."""
        new = Table(self)
        for test, (result, why) in results.items():
            _, reason = self.get(test, ("", ""))
            if result == "passed":
                reason = ""
            elif result == "skipped":
                reason = why
            new[test] = (result, reason)
        return new

    def write(self, path: pathlib.Path):
        suites = sorted({suite_of(test) for test in self})
        samba = samba_counts()
        lines = [HEADING, "| suite | passed | failed | skipped | Samba 4.17 passes |"]
        lines.append("| --- | ---: | ---: | ---: | ---: |")
        total = [0, 0, 0, 0]
        for suite in suites:
            row = [*counted(self, suite), samba.get(suite, (0,))[0]]
            total = [sum(pair) for pair in zip(total, row)]
            lines.append(f"| {suite} | " + " | ".join(map(str, row)) + " |")
        lines.append("| **all** | " + " | ".join(map(str, total)) + " |")
        for suite in suites:
            lines += ["", f"## {suite}", "", "| test | result | reason |", "| --- | --- | --- |"]
            for test in sorted(test for test in self if suite_of(test) == suite):
                result, reason = self[test]
                lines.append(f"| {test} | {result} | {reason} |")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n")


@dataclasses.dataclass
class Difference:
    """How a run differs from the table."""

    lost: dict  # passed in the table, does not pass now
    gained: list  # passes now, does not in the table
    unexplained: list  # fails with no reason in the table

    def report(self) -> str:
        lines = [f"stopped passing: {test}  {why}" for test, why in self.lost.items()]
        lines += [f"fails without a reason in the table: {test}" for test in self.unexplained]
        lines += [f"passes now, --write will note it: {test}" for test in self.gained]
        return "\n".join(lines)


def compare(table: Table, results: dict) -> Difference:
    lost, gained, unexplained = {}, [], []
    for test, (result, why) in sorted(results.items()):
        before, reason = table.get(test, ("", ""))
        if before == "passed" and result != "passed":
            lost[test] = why
        elif before != "passed" and result == "passed":
            gained.append(test)
        elif result == "failed" and not reason:
            unexplained.append(test)
    return Difference(lost, gained, unexplained)


def summary(results: dict) -> str:
    """Counts per suite beside Samba's, and what ksmbd's CI passes and this run does not."""
    samba = samba_counts()
    lines = [f"{'suite':24}{'passed':>8}{'failed':>8}{'skipped':>8}{'Samba 4.17':>12}"]
    total = [0, 0, 0, 0]
    for suite in sorted({suite_of(test) for test in results}):
        row = [*counted(results, suite), samba.get(suite, (0,))[0]]
        total = [sum(pair) for pair in zip(total, row)]
        lines.append(f"{suite:24}{row[0]:8}{row[1]:8}{row[2]:8}{row[3]:12}")
    lines.append(f"{'all':24}{total[0]:8}{total[1]:8}{total[2]:8}{total[3]:12}")
    suites = {suite_of(test) for test in results}
    for test in ksmbd_tests():
        result = results.get(test, ("not run",))[0]
        if suite_of(test) in suites and result != "passed":
            lines.append(f"ksmbd's CI passes, {result} here: {test}")
    return "\n".join(lines)
