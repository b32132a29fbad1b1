"""Turns samples into the tables of Spec/Performance.md."""

import dataclasses
import datetime
import os
import pathlib
import platform
import statistics

import measure

BEGIN = "<!-- begin: written by make bench -->"
END = "<!-- end: written by make bench -->"


@dataclasses.dataclass
class Table:
    title: str
    unit: str
    samples: dict[str, list]

    def rate(self, name: str) -> float | None:
        """The median rate in the table's unit."""
        samples = self.samples.get(name)
        if not samples:
            return None
        scale = measure.GIBIBYTE if self.unit == "GiB/s" else 1
        return statistics.median(sample.rate for sample in samples) / scale

    def best(self, prefix: str) -> float | None:
        """The best median among those whose name begins so: of several block sizes."""
        rates = [self.rate(name) for name in self.samples if name.startswith(prefix)]
        return max((rate for rate in rates if rate is not None), default=None)

    def markdown(self) -> str:
        reference = self.rate("Samba, smbclient") or self.rate("Samba")
        costs = self.unit == "GiB/s"
        head = f"| {self.title} | {self.unit} | range | beside Samba |"
        rule = "|---|---:|---:|---:|"
        if costs:
            head += " machine s/GiB | processes s/GiB |"
            rule += "---:|---:|"
        lines = [head, rule]
        for name, samples in self.samples.items():
            rate = self.rate(name)
            if rate is None:
                continue
            scale = measure.GIBIBYTE if costs else 1
            digits = 2 if costs else 0
            low = min(sample.rate for sample in samples) / scale
            high = max(sample.rate for sample in samples) / scale
            ratio = f"{rate / reference:.2f}x" if reference else ""
            line = f"| {name} | {rate:.{digits}f} | {low:.{digits}f}-{high:.{digits}f} | {ratio} |"
            if costs:
                for field in ("machine_seconds", "process_seconds"):
                    cost = statistics.median(
                        getattr(sample, field) / sample.amount * scale for sample in samples
                    )
                    line += f" {cost:.2f} |"
            lines.append(line)
        return "\n".join(lines)


def targets(tables: list[Table], facts: dict) -> list[tuple[str, str, bool | None]]:
    """What is aimed at, what came out, and whether that is enough."""
    by_title = {table.title: table for table in tables}
    rows = []

    def ratio(words: str, title: str, ours: str, theirs: str, wanted: float):
        table = by_title.get(title)
        mine = table.best(ours) if table else None
        other = table.best(theirs) if table else None
        if mine is None or other is None:
            rows.append((f"{words}, at least {wanted}x", "not measured", None))
        else:
            met = mine / other >= wanted
            rows.append((f"{words}, at least {wanted}x", f"{mine / other:.2f}x", met))

    own = "Penstock, own client"
    ratio("unsigned reads beside Samba with smbclient", "unsigned reads", own,
          "Samba, smbclient", 1.5)
    ratio("unsigned reads beside iperf3", "unsigned reads", own, "iperf3", 1.0)
    ratio("encrypted reads beside Samba with smbclient", "encrypted reads", own,
          "Samba, smbclient", 2.0)

    def limit(words: str, fact: str, most: float, digits: int):
        value = facts.get(fact)
        if value is None:
            rows.append((words, "not measured", None))
        else:
            rows.append((words, f"{value:.{digits}f}", value <= most))

    limit("resident MiB with 1,000 idle sessions, under 64", "idle memory, MiB", 64, 1)
    # Less than one in a hundred is a timer or a table that grows, not the path of a read.
    limit("allocations per 4 KiB READ, none", "allocations per 4 KiB READ", 0.01, 3)
    limit("allocations per 1 MiB READ, none", "allocations per 1 MiB READ", 0.05, 3)
    return rows


def processor() -> str:
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def markdown(tables: list[Table], facts: dict, broken: list[str], arguments) -> str:
    today = datetime.date.today().isoformat()
    load = os.getloadavg()[2]
    congestion = pathlib.Path("/proc/sys/net/ipv4/tcp_congestion_control").read_text().strip()
    order = " at real-time priority" if arguments.realtime else ""
    parts = [
        f"Measured {today} on {os.cpu_count()} processors ({processor()}), Linux "
        f"{platform.release()}, loopback, files in tmpfs, {arguments.gibibytes:g} GiB a run, "
        f"medians of {arguments.rounds} interleaved rounds{order}; load average {load:.1f}; congestion "
        f"control {congestion}.",
        "| target | result | met |\n|---|---:|---|\n"
        + "\n".join(
            f"| {words} | {result} | {'yes' if met else 'NO' if met is not None else '-'} |"
            for words, result, met in targets(tables, facts)
        ),
    ]
    parts += [table.markdown() for table in tables]
    if facts:
        parts.append(
            "| count | |\n|---|---:|\n"
            + "\n".join(f"| {name} | {value:.3f} |" for name, value in facts.items())
        )
    if broken:
        parts.append("Did not run: " + "; ".join(broken) + ".")
    return "\n\n".join(parts)


def raw(tables: list[Table], facts: dict) -> dict:
    return {
        "facts": facts,
        "tables": {
            table.title: {
                name: [
                    [sample.amount, sample.seconds, sample.machine_seconds, sample.process_seconds]
                    for sample in samples
                ]
                for name, samples in table.samples.items()
            }
            for table in tables
        },
    }


def replace_generated(path: pathlib.Path, text: str):
    """Puts the text between the marks of a document that people write."""
    replace_between(path, text, BEGIN, END)


def replace_between(path: pathlib.Path, text: str, begin: str, end: str):
    document = path.read_text()
    start = document.index(begin) + len(begin)
    stop = document.index(end)
    path.write_text(document[:start] + "\n\n" + text + "\n\n" + document[stop:])
