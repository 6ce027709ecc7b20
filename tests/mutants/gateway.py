"""Small faults in what has I/O: sessions, files and objects. Each must fail the tests that are named beside it."""

from typing import NamedTuple


class Fault(NamedTuple):
    """A fault, and the tests one of which must see it: a file under tests/gateway and a choice of its tests."""

    file: str
    old: str
    new: str
    why: str
    tests: str
    chosen: str


SESSION, DIALOGUE = "gateway/session.py", "gateway/dialogue.py"
LINES, SHELF, OBJECTS = "gateway/lines.py", "gateway/shelf.py", "store/objects.py"
RELAY, HYGIENE = "gateway/relay.py", "core/hygiene.py"
SESSIONS, FILES, KEPT = "test_sessions.py", "test_files.py", "test_objects.py"

FAULTS = (
    Fault(SESSION, "await self._gateway.ledger.refuse(self._first.entry, error.code)", "pass",
          "a refused event is not on the record", SESSIONS, "blocked_event"),
    Fault(SESSION, "policy = await self._permitted()\n            event", "policy = self._first.policy\n            event",
          "a new policy waits for the next session", SESSIONS, "new_policy"),
    Fault(SESSION, "except (Unauthenticated, NotAdmitted) as error:\n                return", "except (Unauthenticated, NotAdmitted) as error:\n                continue\n                return",
          "a revoked key talks on", SESSIONS, "revoked_key"),
    Fault(SESSION, "if text is None:", "if False:", "a binary message is read", SESSIONS, "binary_messages"),
    Fault(SESSION, "await self._pace()", "pass", "a client is read as fast as it speaks", SESSIONS, "fast_client"),
    Fault(SESSION, "gateway.ledger.close(first.entry, end.outcome, carrier.summary(end), dialogue.noted.texts)", "pass",
          "the record stays open", SESSIONS, "client_that_vanishes"),
    Fault(SESSION, "if not self._dialogue.answering:\n                    return _LEFT", "return _LEFT",
          "leaving cuts an answer off", SESSIONS, "leaving"),
    Fault(SESSION, "for text in self._dialogue.last():", "for text in ():", "what was held is lost when a session ends", SESSIONS, "breaks_off"),
    Fault(SESSION, "if now - self._heard > settings.session_idle:", "if False:", "a silent session stays", SESSIONS, "silent_session"),
    Fault(DIALOGUE, "self._before |= {", "_ = {", "what was said before is forgotten", SESSIONS, "hidden_once"),
    Fault(DIALOGUE, "self._restorer.learn(", "dict(", "nothing comes back", SESSIONS, "hides_what_is_said"),
    Fault(DIALOGUE, "again = kinds == {Kind.FILE} and self._passed == message.policy.version", "again = True",
          "what is said leaves without an intent", SESSIONS, "says_nothing_that_is_hidden"),
    Fault(DIALOGUE, "or not (again or not kinds):", "or True:", "every piece of sound is an intent", SESSIONS, "sound_is_refused"),
    Fault(DIALOGUE, "await self._objects.claim(new, datetime.now(UTC))", "pass", "an answer of a session is nobody's", SESSIONS, "continue_only"),
    Fault(DIALOGUE, "admitted(policy, model, path) for path", "str(model) for path", "any model is admitted", SESSIONS, "changes_to_a_model"),
    Fault(LINES, 'raise _at(error, f"{self._where} line {number}") from None', "raise", "a bad line has no number", FILES, "bad_line"),
    Fault(LINES, "                verdict.enforce()\n", "                pass\n", "a blocked line goes out", FILES, "line_that_the_policy_blocks"),
    Fault(LINES, "await ground.objects.admit(", "await ground.objects.own(ground.entry.caller, ground.entry.provider, (), ground.entry.at) if named else (",
          "a line names an object of anybody", FILES, "bad_line"),
    Fault(LINES, 'ground.policy.admit(model if isinstance(model, str) else "")', "pass", "a line asks for any model", FILES, "model_that_is_not_admitted"),
    Fault(LINES, "constraints.check(piece.endpoint, piece.document, found, verdict)", "pass",
          "a line's schema excludes what stands in", FILES, "schema_excludes"),
    Fault(LINES, "if ground.kept and ground.kept.makes else None", "if False else None", "a batch does not come back", FILES, "day_and_a_process"),
    Fault(LINES, 'cleaned(document["body"], ground.policy.document.hygiene, endpoint)', 'document["body"]',
          "lines tell who calls", KEPT, "lines_of_a_batch"),
    Fault(LINES, "await self._settled(ahead.popleft())\n            while", "ahead.popleft()\n            while",
          "lines beyond the first are not inspected", FILES, "many_lines"),
    Fault(LINES, "if self.use.requests and not number:", "if False:", "an empty batch goes out", FILES, "holds_no_line"),
    Fault(SHELF, "block, rest = whole[:BLOCK], whole[BLOCK:]", 'block, rest = whole[:BLOCK], b""', "what follows a block is lost", FILES, "many_lines"),
    Fault(SHELF, "        if rest:\n            yield rest", "        pass", "a last line without its end is lost", FILES, "day_and_a_process"),
    Fault(SHELF, "*whole, rest = (rest + block).split", "*whole, rest = block.split", "a line over two blocks is cut", FILES, "many_lines"),
    Fault(SHELF, "self._box.encrypt(nonce, block, None)", "block + bytes(_TAG)", "a file lies readable on disk", FILES, "many_lines"),
    Fault(OBJECTS, "if segment.text not in own:", "if False:", "another team's object is found", KEPT, "id_of_another and threads.retrieve"),
    Fault(OBJECTS, "self._own.drop(name)", "pass", "a deleted object is found", KEPT, "deleted_is_not_found"),
    Fault(OBJECTS, "if one.name in claimed:", "if True:", "a foreign id changes hands", KEPT, "foreign_id_in_an_answer"),
    Fault(OBJECTS, "JOIN went USING (object)\n)", "JOIN went USING (object) WHERE false\n)",
          "what went into the file of a batch is forgotten", FILES, "day_and_a_process"),
    Fault(RELAY, "out = self._behind.feed(out)", "pass", "a stream is heard twice", KEPT, "asked_for_again"),
    Fault(HYGIENE, "document = {**document, _STORE: False}", "pass", "the provider keeps what it must not", KEPT, "nothing_is_stored"),
    Fault(HYGIENE, "if said and (", "if False and (", "a thread is kept where nothing may be", KEPT, "all_the_same"),
    Fault(HYGIENE, "if segment.form is Form.KEY and _NAME.fullmatch(segment.text):", "if segment.form is Form.KEY:",
          "a folder's path as a key names its owner", KEPT, "coding_agent"),
)  # fmt: skip
