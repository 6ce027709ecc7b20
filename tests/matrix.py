"""The matrix of phases and faults: what may come of each pair, how it is brought about in a real process, and what holds afterwards."""

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product

import httpx

from tests import outsider
from tests.gateway_process import Canaries, ask, eventually, world
from tests.kms import Kms
from tests.upstream import begun, silent

BEFORE = ("auth", "policy", "body", "detect", "vault", "intent")  # nothing may have been sent
AFTER = ("connect", "headers", "event", "completion")
PHASES = (*BEFORE, *AFTER, "checkpoint")
FAULTS = ("exception", "hang", "kill", "disk full", "database gone", "kms gone", "client gone", "upstream gone", "clock")
IMPOSSIBLE = {
    ("completion", "hang"): "closing puts a record into a queue: a plain function that waits for nothing",
    ("checkpoint", "client gone"): "checkpoints are signed apart from any request",
    ("checkpoint", "upstream gone"): "checkpoints are signed apart from any request",
}
CELLS = [cell for cell in product(PHASES, FAULTS) if cell not in IMPOSSIBLE]
GONE = 0  # the caller got no whole answer
# What the caller may get: statuses by phase group and fault. 200 where what was asked for is known or was had before.
ALLOWED = {
    ("before", "exception"): {500, 503},  # 503: the writer lives on, whatever a commit does
    ("before", "hang"): {GONE, 503},  # the caller gives up, or the ledger's deadline does
    ("before", "kill"): {GONE},
    ("before", "disk full"): {503},
    ("before", "database gone"): {503},
    ("before", "kms gone"): {200, 503},
    ("before", "client gone"): {GONE},
    ("before", "upstream gone"): {502},
    ("before", "clock"): {200},
    ("after", "exception"): {GONE, 200, 500},
    ("after", "hang"): {GONE, 200, 504},
    ("after", "kill"): {GONE},
    ("completion", "kill"): {GONE, 200},  # the whole answer may have arrived before
    ("after", "disk full"): {200},
    ("after", "database gone"): {200},
    ("after", "kms gone"): {200},
    ("after", "client gone"): {GONE, 200},  # it may have had all of it
    ("after", "upstream gone"): {GONE, 200, 502},
    ("after", "clock"): {200},
    ("beside", "kill"): {GONE, 200},  # checkpoints come when they come: before the request, or after it
    ("beside", "disk full"): {200, 503},
    ("beside", "database gone"): {200, 503},
    ("beside", "kms gone"): {200, 503},
    ("beside", "*"): {200},
}
FULL = """
CREATE OR REPLACE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON record FOR EACH STATEMENT EXECUTE FUNCTION full_disk()
"""
OPEN = "SELECT FROM record GROUP BY exchange HAVING bool_or(kind = 'intent') AND NOT bool_or(kind = 'completion')"
PATIENT = 4.0  # seconds after which the caller gives up


def allowed(phase, fault):
    group = "before" if phase in BEFORE else "after" if phase in AFTER else "beside"
    return ALLOWED.get((phase, fault)) or ALLOWED.get((group, fault)) or ALLOWED[group, "*"]


@dataclass
class Figures:
    """What was done and seen."""

    cells: int = 0
    sent: int = 0  # requests that the provider received in them
    answers: dict[str, set[int]] = field(default_factory=dict)
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)


class Matrix:
    """A gateway with a saboteur inside, its key-encryption key in a KMS, and the means to break what is around it."""

    def __init__(self, running, kms):
        self.running, self.kms, self.figures = running, kms, Figures()

    def cell(self, phase, fault):
        """Bring one fault about at one phase, and hold the world to what must be true after it. Raises AssertionError."""
        began, running, canaries = time.monotonic(), self.running, Canaries.fresh()
        running.upstream.reset()
        running.assert_good("openai")  # healthy before, so that what is wrong afterwards is this cell's
        document, answers = ask("openai", canaries.text, stream=phase == "event"), []
        if (phase, fault) == ("event", "upstream gone"):
            running.upstream.once.append(begun(2, silent))  # else all of the answer would have come before
        before = len(running.upstream.received)
        eventually(lambda: not running.sql(OPEN), 10, "an exchange stays open")  # of before: it must not meet the saboteur
        for name in ("go", "reached", "taken"):
            (running.home / name).unlink(missing_ok=True)
        (running.home / "sabotage").write_text(phase)
        client = httpx.Client(trust_env=False, timeout=PATIENT)
        caller = threading.Thread(target=self._call, args=(client, document, answers))
        caller.start()
        eventually((running.home / "reached").exists, 20, f"{phase} was not reached")
        self._break(fault, client)
        if fault != "kill" or running.process.poll() is None:
            (running.home / "go").write_text({"exception": "raise", "hang": "hang", "kill": "die", "clock": "clock"}.get(fault, "on"))
        caller.join(40)
        client.close()
        assert not caller.is_alive(), "the caller waits for ever"
        self._heal(fault)
        if fault == "client gone":
            time.sleep(1.0)  # nobody waits for what the gateway still does
        (status,) = answers
        sent = len(running.upstream.received) - before
        self.figures.cells += 1
        self.figures.sent += sent
        self.figures.answers.setdefault(fault, set()).add(status)
        assert status in allowed(phase, fault), f"{status} is no answer to {fault} at {phase}"
        if phase in BEFORE and status != 200 and fault != "client gone":  # that is noticed when there is something to send
            assert sent == 0, "it was sent before its intent was durable"
        if status == 200:
            assert running.sql("SELECT 1 FROM record WHERE kind = 'intent' AND model = %s", document["model"]), (
                "acknowledged without a record"
            )
        eventually(lambda: running.post("openai", ask("openai", "hello")).status == 200, 15, "the next request does not work")
        running.assert_invariants(canaries, settle=60)
        self.tree()
        self.figures.slowest = max(self.figures.slowest, time.monotonic() - began)

    def _call(self, client, document, answers):
        headers = {"authorization": f"Bearer {self.running.key}"}
        try:
            with client.stream("POST", self.running.url("openai"), json=document, headers=headers) as answer:
                answer.read()
                answers.append(answer.status_code)
        except (httpx.HTTPError, RuntimeError):
            answers.append(GONE)

    def _break(self, fault, client):
        running = self.running
        if fault == "disk full":
            running.database.execute(FULL)
        elif fault == "database gone":
            running.proxy.down()
        elif fault == "kms gone":
            self.kms.status = 503
            running.database.execute("NOTIFY hushgate")
            time.sleep(0.1)
        elif fault == "client gone":
            for connection in client._transport._pool.connections:
                stream = connection._connection._network_stream
                stream.get_extra_info("socket").shutdown(2)
            time.sleep(0.1)
        elif fault == "upstream gone":
            running.upstream.refusing = True
            running.upstream.drop()
            time.sleep(0.1)

    def _heal(self, fault):
        running = self.running
        if fault == "kill":
            running.process.wait(10)
            running.http.close()
            running.start()
        elif fault == "disk full":
            running.database.execute("DROP TRIGGER full_disk ON record")
        elif fault == "database gone":
            running.proxy.up()
        elif fault == "kms gone":
            self.kms.status = 0
        elif fault == "upstream gone":
            running.upstream.refusing = False
        elif fault == "clock":
            running.restart()

    def tree(self):
        """The last signed head of the team is the head of its leaves, by other code; no record waits for its leaf for long."""
        running = self.running
        eventually(lambda: not running.sql("SELECT 1 FROM pending LIMIT 1"), 45, "a record waits for its leaf")  # one that hung is given up
        leaves = [bytes(row[0]) for row in running.sql("SELECT hash FROM leaf WHERE team = 'default' ORDER BY index")]
        records = [bytes(row[0]) for row in running.sql("SELECT leaf_hash FROM record WHERE team = 'default'")]
        assert sorted(records) == sorted(leaves), "a record has no leaf, or two, or a leaf no record"
        last = "SELECT size, root, note FROM checkpoint WHERE team = 'default' ORDER BY size DESC LIMIT 1"
        eventually(lambda: running.sql(last) and running.sql(last)[0][0] >= len(leaves), 45, "what grew gets no signed head")
        size, root, note = running.sql(last)[0]
        assert bytes(root) == outsider.mth(leaves[:size])
        eventually(lambda: json.dumps(note, ensure_ascii=False)[1:-1].encode() in self.outside(), 10, "the head is not outside")

    def outside(self):
        return (self.running.home / "checkpoints.jsonl").read_bytes()


@contextmanager
def matrix(postgres, folder):
    """A gateway for the matrix."""
    with Kms() as kms:
        (folder / "token").write_text(kms.token)
        settings = {
            "HUSHGATE_KMS_URL": kms.url,
            "HUSHGATE_KMS_TOKEN_FILE": str(folder / "token"),
            "HUSHGATE_KMS_TTL": "60",
            "HUSHGATE_INSPECT_DEADLINE": "20",
            "HUSHGATE_LEDGER_TIMEOUT": "1.5",
            "HUSHGATE_READ_TIMEOUT": "3",
        }
        with world(postgres, folder / "home", module="tests.faults.sabotaged", **settings) as running:
            yield Matrix(running, kms)
