"""`penstock bench` against our server: numbers that make sense, nothing left behind."""

import json
import os
import subprocess
import unittest
import xml.etree.ElementTree as xml

from case import InteropCase, servers


class Bench(InteropCase):
    def call(self, *arguments, share="share"):
        url = f"smb://{self.server.user}@{self.server.host}:{self.server.port}/{share}"
        environment = {**os.environ, "PENSTOCK_PASSWORD": self.server.password}
        return subprocess.run(
            [servers.Penstock.binary(), "bench", url, *map(str, arguments)], env=environment,
            cwd=self.local, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, timeout=110)

    def test_tcp_is_measured_and_verified(self):
        done = self.call(
            "--transport", "tcp", "--size", "32M", "--block", "256K", "--depth", "4", "--jobs", "2",
            "--rounds", "2", "--verify", "--json", "out.json", "--report", "out.html")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "")
        for text in ("throughput", "latency p99.9", "CPU here per GiB", "every byte compared"):
            self.assertIn(text, done.stdout)
        result = json.loads((self.local / "out.json").read_text())
        self.assertTrue(result["verified"])
        self.assertTrue(result["serverIsHere"])
        self.assertEqual(
            [(series["transport"], series["direction"]) for series in result["results"]],
            [("tcp", "write"), ("tcp", "read")])
        for series in result["results"]:
            self.assertEqual(series["operations"], 2 * (32 << 20) // (256 << 10))
            self.assertEqual(len(series["passes"]), 2)
            self.assertGreater(series["bytesPerSecond"], 1 << 20)
            self.assertLessEqual(series["p50"], series["p99"])
            self.assertLessEqual(series["p999"], series["max"])
        page = xml.parse(self.local / "out.html").getroot()
        drawings = page.findall(".//{http://www.w3.org/2000/svg}svg")
        self.assertEqual(len(drawings), 3)
        self.assertEqual(os.listdir(self.shared), [], "nothing is left on the share")

    def test_rdma_that_is_not_there_is_said(self):
        if os.path.isdir("/sys/class/infiniband") and os.listdir("/sys/class/infiniband"):
            self.skipTest("this machine has RDMA devices")
        done = self.call("--size", "8M", "--rounds", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("rdma: not measured: ", done.stdout)
        done = self.call("--size", "8M", "--rounds", "1", "--transport", "rdma")
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def test_too_much_is_refused(self):
        done = self.call("--transport", "tcp", "--size", "100000G")
        self.assertEqual(done.returncode, 6, done.stderr)
        self.assertIn("choose a smaller --size", done.stderr)
        self.assertEqual(os.listdir(self.shared), [])

    def test_read_only_share_is_refused(self):
        done = self.call("--transport", "tcp", "--size", "8M", share="fixed")
        self.assertEqual(done.returncode, 8, done.stderr)


if __name__ == "__main__":
    unittest.main()
