"""`python -m tests.bench`: the gateway beside a bare proxy, on one core, against the bars it must clear."""

import argparse
import contextlib
import dataclasses
import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Sequence
from pathlib import Path

import psutil

from app.store.embedded import place
from tests.bench import decide, detect, routes
from tests.bench.load import MARK

ROOT = Path(__file__).parents[2]
CONNECTIONS = (1, 16, 64)
MODES = ("whole", "stream", "unique")
WARM_UP = 1.0  # seconds of load before anything is measured
SYSTEM = "You are a careful assistant that answers briefly and politely. " * 6
TICK = os.sysconf("SC_CLK_TCK")


def prompt(mode: str) -> bytes:
    """A 2 KB request whose text never changes, or one with a new 1 KB user text, e-mail included, each time."""
    sentence = "Please summarise the following note for the weekly report. "
    if mode == "unique":
        mark = MARK.decode()
        user = f"Note {mark}. Write to {mark}@example.com about order {mark} until noon. {sentence * 15}"
    else:
        user = sentence * 24
    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": user}]
    return json.dumps({"model": "gpt-4o-mini", **({"stream": True} if mode == "stream" else {}), "messages": messages}).encode()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def start(core: int, command: list[str], **environment: str) -> subprocess.Popen:
    """A subprocess that, with all its children, stays on one core."""
    pinned = [sys.executable, "-c", f"import os,sys; os.sched_setaffinity(0,{{{core}}}); os.execv(sys.argv[1],sys.argv[1:])"]
    return subprocess.Popen([*pinned, sys.executable, *command], cwd=ROOT, env={**os.environ, **environment})


def listening(process: subprocess.Popen, port: int, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise SystemExit(f"nothing listens on port {port} ({process.args[3:]})")


@dataclasses.dataclass
class Server:
    """A server under test: where it is called, and its processes."""

    name: str
    process: subprocess.Popen
    port: int
    path: str
    headers: tuple[str, ...] = ()
    postmaster: int = 0

    def tree(self) -> tuple[list[psutil.Process], list[psutil.Process]]:
        """Its own processes, and its Postgres, which runs in a session of its own."""
        top = psutil.Process(self.process.pid)
        postgres = []
        if self.postmaster:
            postmaster = psutil.Process(self.postmaster)
            postgres = [postmaster, *postmaster.children(recursive=True)]
        return [top, *(process for process in top.children(recursive=True) if process not in postgres)], postgres

    def cpu(self) -> tuple[float, float]:
        """CPU seconds so far: own processes, Postgres."""
        return tuple(sum(map(cpu_seconds, processes)) for processes in self.tree())

    def worker(self) -> list[psutil.Process]:
        """The last of its several workers, which has no admin port, and what that has started."""
        found = [child for child in psutil.Process(self.process.pid).children() if child.children()]
        last = max(found, key=psutil.Process.create_time)
        return [last, *last.children(recursive=True)]

    def memory(self, processes: Sequence[psutil.Process] = ()) -> dict[str, float]:
        """MB of the own processes, or of some: RSS counts shared pages once a process, PSS shares them out."""
        full = [process.memory_full_info() for process in processes or self.tree()[0]]
        return {
            "rss_mb": round(sum(f.rss for f in full) / 1e6, 1),
            "pss_mb": round(sum(f.pss for f in full) / 1e6, 1),
            "processes": len(full),
        }


def cpu_seconds(process: psutil.Process) -> float:
    """utime + stime; the dead children that it has waited for count too."""
    try:
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICK


def start_bare(upstream: int, client: str) -> Server:
    port = free_port()
    url = f"http://127.0.0.1:{upstream}/v1/chat/completions"
    process = start(0, ["-m", "tests.bench.bare", "--port", str(port), "--upstream", url, "--client", client])
    listening(process, port)
    return Server("bare", process, port, "/v1/chat/completions")


def start_gateway(upstream: int, home: str, workers: int = 1) -> Server:
    """Start an installation, a fresh one twice, and register the upstream as its provider `bench`."""
    port, admin = free_port(), free_port()
    given = ["--host", "127.0.0.1", "--port", str(port), "--admin-port", str(admin), "--workers", str(workers)]
    for again in (False, True):  # the first start makes the database, which is not what is measured
        process = start(0, ["-m", "app", "serve", *given], HUSHGATE_HOME=home)
        listening(process, port)
        listening(process, admin)
        if not again:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
    first = json.loads((Path(home) / "first-run.json").read_text())
    provider = {"dialect": "openai", "base_url": f"http://127.0.0.1:{upstream}/v1", "credential": "sk-test-upstream", "allow_private": True}
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(first["admin_url"]).netloc, timeout=30)
    headers = {"authorization": f"Bearer {first['admin_key']}", "content-type": "application/json"}
    connection.request("PUT", "/api/v1/providers/bench", json.dumps(provider), headers)
    answer = connection.getresponse()
    if answer.status >= http.HTTPStatus.BAD_REQUEST:
        raise SystemExit(f"the provider could not be registered: {answer.status} {answer.read()[:500]!r}")
    postmaster = int((place(Path(home)) / "data" / "postmaster.pid").read_text().splitlines()[0])
    for one in [psutil.Process(postmaster), *psutil.Process(postmaster).children(recursive=True)]:
        one.cpu_affinity([1])  # beside load and upstream: the first core is the gateway's alone
    return Server("gateway", process, port, "/bench/v1/chat/completions", (f"authorization: Bearer {first['gateway_key']}",), postmaster)


class Bench:
    """All rounds over all servers; `samples[server, mode, connections]` is a list of one dict a round."""

    def __init__(self, servers: list[Server], seconds: float) -> None:
        self.servers, self.seconds, self.serial = servers, seconds, 0
        self.samples: dict[tuple[str, str, int], list[dict]] = {}

    def load(self, server: Server, mode: str, connections: int, seconds: float) -> dict:
        command = ["-m", "tests.bench.load", "--port", str(server.port), "--path", server.path, "--seconds", str(seconds)]
        command += ["--connections", str(connections), "--start", str(self.serial)]
        command += [part for header in server.headers for part in ("--header", header)]
        pinned = ["taskset", "-c", "1", sys.executable, *command]
        done = subprocess.run(pinned, cwd=ROOT, input=prompt(mode), stdout=subprocess.PIPE, check=True, timeout=seconds + 60)
        result = json.loads(done.stdout)
        self.serial += result["sent"]
        return result

    def measure(self, server: Server, mode: str, connections: int) -> None:
        own, postgres = server.cpu()
        result = self.load(server, mode, connections, self.seconds)
        own_after, postgres_after = server.cpu()
        requests = max(1, result["requests"])
        result["cpu_us"] = (own_after - own) / requests * 1e6
        result["postgres_cpu_us"] = (postgres_after - postgres) / requests * 1e6
        result["events_per_request"] = result["events"] / requests
        self.samples.setdefault((server.name, mode, connections), []).append(result)

    def run(self, rounds: int) -> None:
        """Measure, the servers alternating, so that a noisy minute hits both."""
        for server in self.servers:
            for mode in MODES:
                self.load(server, mode, 16, WARM_UP)
        for number in range(rounds):
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
            for mode in MODES:
                for connections in CONNECTIONS:
                    for server in self.servers:
                        self.measure(server, mode, connections)

    def median(self, server: str, mode: str, connections: int, key: str) -> float:
        return statistics.median(sample[key] for sample in self.samples[server, mode, connections])

    def chunk_us(self, server: str) -> float:
        """CPU of one streamed event: what a streamed request costs more than a whole one, by its events."""
        extra = self.median(server, "stream", 16, "cpu_us") - self.median(server, "whole", 16, "cpu_us")
        return extra / self.median(server, "stream", 16, "events_per_request")

    def errors(self) -> int:
        return sum(sum(sample["errors"].values()) for samples in self.samples.values() for sample in samples)


def bars(bench: Bench, memory: dict[str, dict]) -> list[dict]:
    """Every bar with its figure: gateway beside bare."""

    def both(mode: str, connections: int, key: str) -> tuple[float, float]:
        return bench.median("gateway", mode, connections, key), bench.median("bare", mode, connections, key)

    rate, bare_rate = both("whole", 16, "requests_per_s")
    token, bare_token = both("stream", 1, "first_token_p50_ms")
    new, bare_new = both("unique", 1, "p50_ms")
    rows = [
        ("CPU per request, ms", bench.median("gateway", "whole", 16, "cpu_us") / 1e3, 0.6, 0.4),
        ("share of bare's requests/s, %", 100 * rate / bare_rate, 35, 60),
        ("CPU added per streamed chunk, us", bench.chunk_us("gateway") - bench.chunk_us("bare"), 30, None),
        ("added time to first token p50, ms", token - bare_token, 3, None),
        ("added p50 for a new 1 KB prompt, ms", new - bare_new, 3, None),
        ("memory of a worker's process tree, PSS MB", memory["worker"]["pss_mb"], 200, None),
    ]
    return [
        {"bar": bar, "figure": round(figure, 3), "limit": limit, "aim": aim, "pass": figure >= limit if "share" in bar else figure <= limit}
        for bar, figure, limit, aim in rows
    ]


def worker_memory(upstream: int, home: str, rounds: int, seconds: float) -> dict[str, float]:
    """MB of one of two workers, after a load that is as long as a lone process has."""
    server = start_gateway(upstream, home, workers=2)
    try:
        Bench([server], seconds).run(rounds)
        return server.memory(server.worker())
    finally:
        end(server.process)


def end(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(20)
    process.kill()


def report(bench: Bench, memory: dict[str, dict], output: Path | None) -> bool:
    """Print the table and the bars, write them as JSON; False when a bar was missed or a request failed."""
    keys = ("requests_per_s", "p50_ms", "p95_ms", "p99_ms", "first_byte_p50_ms", "first_token_p50_ms", "cpu_us", "postgres_cpu_us")
    names = [server.name for server in bench.servers]
    table = {key: {name: round(bench.median(*key, name), 3) for name in keys} for key in bench.samples}
    print(f"{'server':8} {'mode':7} {'conns':>5} " + " ".join(f"{key:>18}" for key in keys))
    for (server, mode, connections), row in sorted(table.items()):
        print(f"{server:8} {mode:7} {connections:5} " + " ".join(f"{value:18.3f}" for value in row.values()))
    chunk = {name: round(bench.chunk_us(name), 1) for name in names}
    print(f"CPU per streamed event, us: {chunk}\nmemory: {memory}\nfailed requests: {bench.errors()}")
    judged = bars(bench, memory) if {"bare", "gateway"} <= set(names) else []
    for bar in judged:
        aim = f", aim {bar['aim']}" if bar["aim"] else ""
        print(f"{'pass' if bar['pass'] else 'MISS'}  {bar['bar']:40} {bar['figure']:10} (bar {bar['limit']}{aim})")
    if output:
        rows = [{"server": s, "mode": m, "connections": c, **row} for (s, m, c), row in table.items()]
        document = {"rows": rows, "chunk_us": chunk, "memory": memory, "errors": bench.errors(), "bars": judged}
        output.write_text(json.dumps(document, indent=2) + "\n")
    return all(bar["pass"] for bar in judged) and not bench.errors()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--only", choices=["bare", "gateway"])
    parser.add_argument("--bare-client", choices=["pinned", "aiohttp"], default="pinned", help="what the yardstick calls its upstream with")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="length of one measurement")
    parser.add_argument("--output", type=Path, help="write the figures there, as JSON")
    given = parser.parse_args()
    if len(os.sched_getaffinity(0)) < 2:
        raise SystemExit("the bench needs two cores: one for the server under test, one for its load")
    with tempfile.TemporaryDirectory(prefix="hushgate-bench-") as home:
        port = free_port()
        processes = [start(1, ["-m", "tests.bench.upstream", "--port", str(port)])]
        try:
            listening(processes[0], port)
            servers = [start_bare(port, given.bare_client)] if given.only != "gateway" else []
            processes += [server.process for server in servers]
            if given.only != "bare":
                servers.append(start_gateway(port, home))
                processes.append(servers[-1].process)
            bench = Bench(servers, given.seconds)
            bench.run(given.rounds)
            memory = {server.name: server.memory() for server in servers}
            if given.only != "bare":
                end(processes.pop())
                memory["worker"] = worker_memory(port, home, given.rounds, given.seconds)
            fine = report(bench, memory, given.output)
            fine = (given.only == "bare" or all([decide.report(), detect.report(), routes.report()])) and fine
        finally:
            for process in reversed(processes):
                end(process)
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
