"""The walk: what is on the record, in the vault and at the provider after each way that an exchange can end."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.gateway.reply import Reply
from tests.gateway_process import DIALECTS, Canaries, ask, assert_refused, eventually, promptly, world
from tests.upstream import silent, speaking, surrogates

each_dialect = pytest.mark.parametrize("dialect", DIALECTS)
each_way = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
COLUMNS = "kind, client, dialect, endpoint, model, provider, policy_version, verdict, entities"


@pytest.fixture(scope="module")
def team(running):
    """Makes teams with a policy and returns their key's headers."""
    number = 0

    def make(policy=None, **key):
        nonlocal number
        number += 1
        name = running.admin("POST", "teams", {"name": f"team-{number}"})["name"]
        if policy is not None:
            running.admin("PUT", f"policies/{name}", {"version": 1, **policy})
        made = running.admin("POST", "keys", {"team": name, **key})
        return {"authorization": f"Bearer {made['key']}"}

    return make


@each_dialect
@each_way
def test_an_exchange_is_an_intent_and_a_completion(gateway, canaries, dialect, streamed):
    document = ask(dialect, canaries.text, stream=streamed)
    answer = gateway.post(dialect, document)
    receipt = answer.headers["x-hushgate-receipt"]
    rows = eventually(lambda: (got := gateway.sql(f"SELECT {COLUMNS} FROM record WHERE exchange = %s ORDER BY id", receipt))[1:] and got)
    endpoint = "chat.completions" if dialect == "openai" else "messages"
    version = answer.headers["x-hushgate-policy"].partition("@")[2]
    found = {"AWS_ACCESS_KEY": 1, "CREDIT_CARD": 1, "EMAIL_ADDRESS": 1}
    same = ("default", dialect, endpoint, document["model"], dialect, version)
    assert rows == [("intent", *same, "transformed", found), ("completion", *same, "completed", found)]
    gateway.assert_invariants(canaries)


@each_dialect
def test_without_findings_the_document_goes_on_as_it_means_and_is_on_the_record_as_clean(gateway, dialect):
    document = ask(dialect, "Nothing of note — ünïcode 🙂 \ud83d", temperature=0.70, seed=12345678901234567890123)
    body = json.dumps(document).replace("0.7", "0.70").encode()
    answer = gateway.post(dialect, body)
    assert "x-hushgate-findings" not in answer.headers
    sent = gateway.upstream.received[-1]
    assert sent.document == document
    assert b'"temperature":0.70,' in sent.raw
    assert gateway.outcomes(document["model"])[0] == ("intent", "clean")


@each_dialect
@each_way
def test_a_block_is_one_refusal_and_leaves_nothing_in_the_vault(gateway, canaries, team, dialect, streamed):
    headers = team({"rules": [{"entities": ["CREDIT_CARD"], "action": "block", "reason": "no cards"}]})
    before, held = len(gateway.upstream.received), gateway.sql("SELECT count(*) FROM surrogate")
    answer = gateway.post(dialect, ask(dialect, canaries.text, stream=streamed), headers=headers)
    assert_refused(answer, dialect, 400, "hushgate_policy_blocked", where="messages[0].content")
    assert "no cards" in answer.json["error"]["message"]
    assert len(gateway.upstream.received) == before
    assert gateway.sql("SELECT count(*) FROM surrogate") == held
    rows = gateway.sql("SELECT kind, verdict FROM record WHERE exchange = %s", answer.headers["x-hushgate-receipt"])
    assert rows == [("refusal", "hushgate_policy_blocked")]
    gateway.assert_invariants(canaries, answer)


@each_dialect
@each_way
def test_redacted_values_do_not_come_back(gateway, canaries, team, dialect, streamed):
    headers = team({"rules": [{"entities": ["EMAIL_ADDRESS"], "action": "transform", "with": "redact"}]})
    answer = gateway.post(dialect, ask(dialect, canaries.text, stream=streamed), headers=headers)
    assert canaries.email not in answer.text
    assert canaries.card in answer.text
    gateway.assert_invariants(canaries)


@each_dialect
@each_way
def test_a_rule_may_keep_values_from_coming_back(gateway, canaries, team, dialect, streamed):
    headers = team({"rules": [{"entities": ["EMAIL_ADDRESS"], "action": "transform", "restore": "never"}]})
    answer = gateway.post(dialect, ask(dialect, canaries.text, stream=streamed), headers=headers)
    assert [one.rpartition("_")[0] for one in surrogates(answer.text)] == ["EMAIL_ADDRESS"]
    assert canaries.card in answer.text
    gateway.assert_invariants(canaries)


@each_dialect
@each_way
def test_a_rule_that_keeps_values_holds_for_surrogates_in_history(gateway, canaries, team, dialect, streamed):
    headers = team({"rules": [{"entities": ["EMAIL_ADDRESS"], "action": "transform", "restore": "never"}]})
    gateway.post(dialect, ask(dialect, canaries.text), headers=headers)
    issued = " ".join(surrogates(gateway.upstream.received[-1].document))
    answer = gateway.post(dialect, ask(dialect, f"Again: {issued}", stream=streamed), headers=headers)
    assert canaries.card in answer.text
    assert canaries.email not in answer.text
    gateway.assert_invariants(canaries)


@each_dialect
@each_way
def test_a_policy_may_give_originals_to_others_and_take_that_back(gateway, canaries, team, dialect, streamed):
    supplier = team({})
    name = gateway.post(dialect, ask(dialect, canaries.text), headers=supplier).headers["x-hushgate-policy"].partition("@")[0]
    issued = surrogates(gateway.upstream.received[-1].document)[0]
    desk, other = (
        {"authorization": f"Bearer {gateway.admin('POST', 'keys', {'team': name, 'client': client})['key']}"}
        for client in ("desk", "other")
    )
    for restore_to, entitled in (([], []), (["client:desk"], [desk]), (["team"], [desk, other]), ([], [])):
        version = gateway.admin("PUT", f"policies/{name}", {"version": 1, "restore_to": restore_to})["version"]
        for headers in (desk, other):
            answer = gateway.post(dialect, ask(dialect, f"About {issued}", stream=streamed), headers=headers)
            assert answer.headers["x-hushgate-policy"] == f"{name}@{version}"
            assert (canaries.email in answer.text) == (headers in entitled)
    gateway.assert_invariants(canaries)


@each_dialect
def test_monitoring_sends_originals_and_says_so(gateway, canaries, team, dialect):
    headers = team({"mode": "monitor"})
    document = ask(dialect, canaries.text)
    answer = gateway.post(dialect, document, headers=headers)
    assert answer.headers["x-hushgate-mode"] == "monitor"
    assert answer.headers["x-hushgate-findings"] == "AWS_ACCESS_KEY=1,CREDIT_CARD=1,EMAIL_ADDRESS=1"
    assert canaries.within(gateway.upstream.record)
    assert gateway.outcomes(document["model"])[0] == ("intent", "monitored")
    assert not canaries.within(gateway.dump() + gateway.log)


@each_dialect
def test_a_teams_own_term_is_hidden_and_comes_back(gateway, canaries, team, dialect):
    secret = f"Falcon{canaries.key[4:12].title()}"
    headers = team({"terms": [{"name": "project", "texts": [secret]}]})
    answer = gateway.post(dialect, ask(dialect, f"About {secret}: go"), headers=headers)
    assert answer.text == f"About {secret}: go"
    assert secret.encode() not in gateway.upstream.record + gateway.dump() + gateway.log


@each_dialect
def test_a_surrogate_of_another_team_or_client_restores_nothing(gateway, canaries, team, dialect):
    mine = {"authorization": f"Bearer {gateway.key}"}
    gateway.post(dialect, ask(dialect, canaries.text), headers=mine)
    issued = surrogates(gateway.upstream.received[-1].document)
    colleague = {"authorization": f"Bearer {gateway.admin('POST', 'keys', {'team': 'default', 'client': f'other-{dialect}'})['key']}"}
    for headers in (team(), colleague):
        answer = gateway.post(dialect, ask(dialect, f"Tell me about {' and '.join(issued)}"), headers=headers)
        assert answer.status == 200
        assert not canaries.within(answer.body)
    assert gateway.post(dialect, ask(dialect, f"Tell me about {issued[0]}"), headers=mine).text.endswith(canaries.email)
    gateway.assert_invariants(canaries)


@each_dialect
def test_a_surrogate_that_the_model_invents_or_remembers_restores_nothing(gateway, canaries, dialect):
    gateway.post(dialect, ask(dialect, canaries.text))
    issued = " ".join(surrogates(gateway.upstream.received[-1].document))
    gateway.upstream.script = speaking(Reply(f"Remember {issued} and EMAIL_ADDRESS_0000000000"))
    answer = gateway.post(dialect, ask(dialect, "Do you remember?"))
    assert answer.text == f"Remember {issued} and EMAIL_ADDRESS_0000000000"
    gateway.assert_invariants(canaries, answer)


@each_dialect
def test_users_of_one_client_do_not_get_each_others_values(gateway, canaries, team, dialect):
    key = team(asserts_users=True)
    gateway.post(dialect, ask(dialect, canaries.text), headers={**key, "x-hushgate-user": "maria"})
    issued = surrogates(gateway.upstream.received[-1].document)
    for user, restored in (("tom", False), ("maria", True)):
        answer = gateway.post(dialect, ask(dialect, f"About {issued[0]}"), headers={**key, "x-hushgate-user": user})
        assert (canaries.email in answer.text) == restored
    assert b"maria" not in gateway.dump()
    gateway.assert_invariants(canaries)


@each_dialect
@each_way
def test_many_at_once_get_their_own_values_back(gateway, dialect, streamed):
    crowd = [Canaries.fresh() for _ in range(40)]
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda one: gateway.post(dialect, ask(dialect, one.text, stream=streamed)).text, crowd))
    assert answers == [one.text for one in crowd]
    for one in crowd:
        gateway.assert_invariants(one, good=one is crowd[-1])


@each_dialect
def test_a_repeated_value_keeps_its_surrogate_and_is_kept_once(gateway, canaries, dialect):
    seen = set()
    for _ in range(3):
        gateway.post(dialect, ask(dialect, canaries.text))
        seen.add(tuple(surrogates(gateway.upstream.received[-1].document)))
    assert len(seen) == 1
    for one in next(iter(seen)):
        assert gateway.sql("SELECT count(*) FROM surrogate WHERE text = %s", one) == [(1,)]
    gateway.assert_invariants(canaries)


@each_dialect
def test_a_changed_policy_holds_within_a_second(gateway, canaries, team, dialect):
    def changed():
        headers = team({})
        name = gateway.post(dialect, ask(dialect, "hello"), headers=headers).headers["x-hushgate-policy"].partition("@")[0]
        gateway.admin("PUT", f"policies/{name}", {"version": 1, "rules": [{"entities": ["*"], "action": "block"}]})
        return lambda: gateway.post(dialect, ask(dialect, canaries.text), headers=headers).status == 400

    promptly(changed)


def test_a_full_gateway_refuses_at_once(postgres, tmp_path, canaries):
    with world(postgres, tmp_path / "home", HUSHGATE_MAX_IN_FLIGHT="2", HUSHGATE_READ_TIMEOUT="5") as small:
        small.upstream.script = silent
        with ThreadPoolExecutor(2) as threads:
            waiting = [threads.submit(small.post, "openai", ask("openai", "hello")) for _ in range(2)]
            eventually(lambda: len(small.upstream.received) == 2)
            for dialect in DIALECTS:
                answer = small.post(dialect, ask(dialect, canaries.text))
                assert_refused(answer, dialect, 429, "hushgate_busy", receipt=False)
            small.upstream.drop()
            assert {one.result().status for one in waiting} == {502}
        small.assert_invariants(canaries, answer)


def test_the_front_process_has_no_model_in_memory_after_it_carried_a_name(gateway):
    """Whatever is imported when: the libraries of models are mapped by inspection processes alone."""
    gateway.post("openai", ask("openai", "Maria Singh called about her invoice."))
    maps = {pid: Path(f"/proc/{pid}/maps").read_text() for pid in (gateway.process.pid, *_children(gateway.process.pid))}
    heavy = {pid for pid, text in maps.items() if re.search(r"/(?:onnxruntime|numpy|torch|spacy|thinc)/", text)}
    assert heavy
    assert gateway.process.pid not in heavy


def _children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_what_points_into_a_text_that_changes_on_its_way_out_still_points_at_its_words(gateway, canaries):
    """An answer with citations that the caller sends back as history: the provider's offsets are into what the provider wrote."""
    text = f"{canaries.email} wrote that"
    row = {"type": "url_citation", "url": "https://example.com", "title": "t", "start_index": len(text) - 4, "end_index": len(text)}
    part = {"type": "output_text", "text": text, "annotations": [row]}
    history = [{"type": "message", "role": "assistant", "id": "msg_1", "status": "completed", "content": [part]}]
    gateway.post("openai", {"model": "m-pointing", "input": history}, path="/responses")
    sent = gateway.upstream.received[-1].document["input"][0]["content"][0]
    assert canaries.email not in sent["text"]
    (moved,) = sent["annotations"]
    assert sent["text"][moved["start_index"] : moved["end_index"]] == "that"
