"""A record of a real process gets its leaf within a second, as its receipt tells; only trees that grew get a new head, within ten."""

import statistics
import time

from tests.gateway_process import ask, eventually, world

TIMES = 3
INCLUDED, SIGNED = 1.0, 10.0  # seconds
SEEN = 0.02  # seconds between two looks
QUIET = 6.0  # seconds, more than lie between two heads of a tree that grows


def leaf_after(running, model):
    """Seconds from the answer until each record of the exchange has its leaf."""
    began = time.monotonic()
    lacks = "SELECT FROM record r WHERE model = %s AND NOT EXISTS (SELECT FROM leaf WHERE leaf.record = r.id)"
    while not running.sql("SELECT FROM record WHERE model = %s AND kind = 'completion'", model) or running.sql(lacks, model):
        assert time.monotonic() - began < 10
        time.sleep(SEEN)
    return time.monotonic() - began


def state(running, answer):
    url = f"{running.first['base_url']}/hushgate/v1/receipts/{answer.headers['x-hushgate-receipt']}"
    return running.http.get(url, headers={"authorization": f"Bearer {running.key}"}).json()["proof"]["state"]


def test_a_record_has_its_leaf_within_a_second_and_its_signed_head_within_ten(postgres, tmp_path):
    with world(postgres, tmp_path / "home", ["--workers", "2"]) as running:
        leaves, heads, states = [], [], set()
        for _ in range(TIMES):
            document = ask("openai", "hello")
            answer = running.post("openai", document)
            began = time.monotonic()
            assert answer.status == 200
            states.add(state(running, answer))
            leaves.append(leaf_after(running, document["model"]))
            eventually(lambda answer=answer: state(running, answer) == "included", SIGNED + 5)
            heads.append(time.monotonic() - began)
        print(f"\nleaf: p50 {statistics.median(leaves):.2f} s, most {max(leaves):.2f} s (bar {INCLUDED}); "
              f"receipt included: p50 {statistics.median(heads):.2f} s, most {max(heads):.2f} s (bar {SIGNED})")  # fmt: skip
        assert max(leaves) <= INCLUDED
        assert max(heads) <= SIGNED
        assert "pending" in states  # else nothing was seen to become anything

        running.admin("POST", "teams", {"name": "quiet"})
        eventually(lambda: not running.sql("SELECT FROM pending"), 5)
        time.sleep(QUIET)  # what grew is signed by now
        size = "SELECT team, max(size) FROM checkpoint GROUP BY team ORDER BY team"
        assert running.sql("SELECT 1 FROM leaf")
        before = dict(running.sql(size))
        time.sleep(QUIET)
        assert dict(running.sql(size)) == before  # nothing grew: nothing is signed, the directory neither
        running.post("openai", ask("openai", "hello"))
        eventually(lambda: dict(running.sql(size))["default"] > before["default"], SIGNED)
        time.sleep(0.5)
        assert {team for team, reached in running.sql(size) if before.get(team) != reached} == {"default", "*"}
