"""Small faults that somebody could make in the machine: each must fail a law."""

from typing import NamedTuple


class Mutant(NamedTuple):
    file: str
    old: str
    new: str
    why: str
    law: str  # of `mutants.fast`: the quickest that it fails


FRAMING, RESTORE, ANSWER = "engine/framing.py", "engine/restore.py", "engine/answer.py"
INSPECT, PROTECT, SINKS = "engine/inspect.py", "engine/protect.py", "engine/sinks.py"
KNOWN, NUMBERS, DEPTH = "engine/known.py", "engine/numbers.py", "engine/depth.py"
OFFSETS, CITATIONS, ANNOTATIONS = "engine/offsets.py", "engine/citations.py", "engine/annotations.py"
RUNS, MEDIA, SESSIONS = "dialects/openai_assistants.py", "dialects/openai_media.py", "dialects/openai_sessions.py"
SURROGATE, SEGMENT, TABLE, JSONTEXT, DOCUMENT, NAMING = (
    f"core/{name}.py" for name in ("surrogate", "segment", "table", "jsontext", "document", "naming")
)

MUTANTS = (
    Mutant(FRAMING, r"(?:\r\n|\r(?!\n)|\n)(?:\r\n|\r(?!\n)|\n)", r"(?:\r\n|\n)(?:\r\n|\n)", "a lone CR ends no line", "framing"),
    Mutant(
        FRAMING, r"(?:\r\n|\r(?!\n)|\n)(?:\r\n|\r(?!\n)|\n)", r"(?:\r\n|\r|\n)(?:\r\n|\r|\n)", "CR LF counts as two line ends", "framing"
    ),
    Mutant(FRAMING, r'|\n)")', r'|\n)+")', "a third line end moves with the cut", "framing"),
    Mutant(FRAMING, r'if end == len(buffer) and buffer.endswith(b"\r"):', "if False:", "a CR does not wait for its LF", "framing"),
    Mutant(FRAMING, "len(self._buffer) - 3", "len(self._buffer)", "a blank line cut in two is not seen", "framing"),
    Mutant(FRAMING, 'text.removeprefix("\\ufeff")', "text", "the byte order mark stays", "framing"),
    Mutant(FRAMING, '"\\n".join(data)', '"".join(data)', "data lines are glued", "framing"),
    Mutant(FRAMING, 'value.removeprefix(" ")', "value.strip()", "more than one space is dropped", "framing"),
    Mutant(FRAMING, "others.append(line)", "pass", "a rewritten event loses its id", "streams"),
    Mutant(FRAMING, 'rest, self._buffer = self._buffer, b""', 'rest, self._buffer = b"", b""', "the unfinished event is lost", "framing"),
    Mutant(RESTORE, 'return self._advance(self._held, final=True) if self._held else ""', 'return ""', "held text is dropped", "stand_ins"),
    Mutant(
        RESTORE,
        "stop -= self._holdback(text[done:])",
        "stop -= max(0, self._holdback(text[done:]) - 1)",
        "one character too few is held",
        "stand_ins",
    ),
    Mutant(RESTORE, "return escape(original.text, self._levels())", "return original.text", "values are not escaped in JSON", "lanes"),
    Mutant(
        RESTORE,
        "return escape(original.text, self._levels())",
        "return escape(original.text)",
        "values are escaped once at any depth",
        "lanes",
    ),
    Mutant(
        DEPTH,
        "slashes % 2**depth == 2 ** (depth - 1) - 1",
        "slashes % 2**depth == 2 ** (depth - 1)",
        "the parity of escapes is wrong",
        "lanes",
    ),
    Mutant(RESTORE, 'return 0 if after[:1] == ":" else', "return", "a key becomes a number", "lanes"),
    Mutant(RESTORE, "if self._opens_value(start - quote - 1):", "if True:", "a quoted number in prose loses its quotes", "lanes"),
    Mutant(RESTORE, "if sink is not None:", "if sink is None:", "sinks are inverted", "stand_ins"),
    Mutant(
        RESTORE,
        "return Lane(self.originals, json=True if kind is Kind.JSON else None, sinks=False)",
        "return Lane(self.originals, json=True if kind is Kind.JSON else None, sinks=True)",
        "tools do not get originals in links",
        "lanes",
    ),
    Mutant(
        RESTORE,
        'found.bare and (not rest or (len(rest) == 1 and rest in "sS"))',
        "False",
        "a bare seven is taken for whole too early",
        "stand_ins",
    ),
    Mutant(SURROGATE, "CODE: Final = 10", "CODE: Final = 9", "the check character is ignored", "lanes"),
    Mutant(
        SURROGATE,
        "if forms and (not rest[:1].isalnum() or _ENDING.match(rest)):",
        "if forms:",
        "a bare seven needs no boundary",
        "surrogates",
    ),
    Mutant(
        SURROGATE,
        "(-self._fullest.get(form, 0), form)",
        "(self._fullest.get(form, 0), form)",
        "a bare seven means the shortest form",
        "lanes",
    ),
    Mutant(SURROGATE, "if found.upper() != character:", "if found != character:", "letter case matters", "lanes"),
    Mutant(SURROGATE, "range(1, len(text))", "range(1, len(text) - 1)", "the last character is not waited for", "lanes"),
    Mutant(SURROGATE, "and _check(entity, code[:-1]) == code[-1]:", ":", "any look-alike counts as ours", "surrogates"),
    Mutant(SEGMENT, "found.append(number)", "pass", "lanes lose their numbers and mix", "streams"),
    Mutant(SEGMENT, "found.append(path[1])  #", "pass  #", "calls without a number mix", "streams"),
    Mutant(SEGMENT, "found += [-1] * (place - len(found))", "pass", "numbers of different kinds mix", "streams"),
    Mutant(SEGMENT, "if kind not in _NUMBERED:", "if True:", "tokens pass for numbers", "dialects"),
    Mutant(SEGMENT, "if child and below.kind is Kind.REFUSED:", "if False:", "a switch that must stay off is not seen", "tables"),
    Mutant(INSPECT, "if segment.kind is Kind.REFUSED and segment.text:", "if False:", "what must not stand anywhere passes", "dialects"),
    Mutant(ANSWER, "return segment.text\n            lane", "pass\n            lane", "tools of the provider get originals", "streams"),
    Mutant(NUMBERS, "self._shift[self._branch(document)] += 1", "pass", "two events have one number", "streams"),
    Mutant(ANSWER, "new = self._copies(document) if copied else document", "new = document", "finished copies keep surrogates", "lanes"),
    Mutant(
        RESTORE,
        "            self.originals.kept, self.originals.restored = kept, restored",
        "            pass",
        "copies count again",
        "streams",
    ),
    Mutant(ANSWER, "after[step] = [] if isinstance(new, list) else None", "pass", "logprobs of rewritten text stay", "streams"),
    Mutant(SEGMENT, "renamed = self.key(key, path, Kind.FUNCTIONAL)", "pass", "unknown keys are not inspected", "dialects"),
    Mutant(SEGMENT, "renamed = self.key(key, path, Kind.FREE)", "renamed = key", "keys of free form are not inspected", "dialects"),
    Mutant(TABLE, "case.adopt(plain)", "pass", "a case forgets what holds for all", "dialects"),
    Mutant(JSONTEXT, "if not isinstance(new, Edited):", "if True:", "a changed token loses its escapes", "conversations"),
    Mutant(JSONTEXT, "if depth < MAX_NESTING and holds_json(decoded):", "if False:", "JSON in JSON is plain text", "dialects"),
    Mutant(
        DOCUMENT,
        "parse_int=Number, parse_float=Number, parse_constant=_no_constant",
        "parse_int=Number, parse_constant=_no_constant",
        "1.10 becomes 1.1",
        "surrogates",
    ),
    Mutant(
        NAMING,
        "if self._owners.setdefault(text, (entity, value)) == (entity, value):",
        "if True:",
        "two values share a surrogate",
        "dialects",
    ),
    Mutant(ANSWER, "return self._end(()) + event.raw", "return event.raw", "[DONE] comes before held text", "streams"),
    Mutant(
        ANSWER, 'carried = b"".join(self._end(prefix) for prefix in ended)', 'carried = b""', "an end leaves held text behind", "streams"
    ),
    Mutant(
        ANSWER,
        "return carried + (event.raw if new is document else self._decoder.again(event, dump_text(new)))",
        "return (event.raw if new is document else self._decoder.again(event, dump_text(new))) + carried",
        "the end comes before its text",
        "streams",
    ),
    Mutant(
        ANSWER,
        "if segment.kind is Kind.END and segment.text]",
        "if segment.kind is Kind.END]",
        "an empty finish reason ends the lane",
        "streams",
    ),
    Mutant(
        ANSWER,
        "return held + self._decoder.render(dump_text(self._numbers.ours(document)), name)",
        "return self._decoder.render(dump_text(self._numbers.ours(document)), name)",
        "a broken stream loses its held text",
        "streams",
    ),
    Mutant(
        ANSWER, 'opening = self._stream.opening.get(document.get(selector, ""))', "opening = None", "a block is opened twice", "streams"
    ),
    Mutant(
        INSPECT,
        "return [i for i, late in enumerate(later) if not late] + [i for i, late in enumerate(later) if late]",
        "return list(range(len(segments)))",
        "the order of the conversation is that of the keys",
        "conversations",
    ),
    Mutant(INSPECT, "and holder != (None, conversation)", "", "turns are read as one text", "stand_ins"),
    Mutant(INSPECT, "hits = known.find(text, spans, exact=spoken)", "hits = []", "known values are forgotten", "dialects"),
    Mutant(KNOWN, " or not _bounded(text, start, end)", "", "known values are found within words", "conversations"),
    Mutant(
        INSPECT,
        "known.learn(original.text, _said(span.text, entity))",
        "pass",
        "a surrogate in history teaches nothing",
        "conversations",
    ),
    Mutant(
        PROTECT,
        "number = segment.form is Form.NUMBER and (stand_in not in issued or issued[stand_in].original.number)",
        "number = False",
        "a number comes back as text",
        "conversations",
    ),
    Mutant(
        SURROGATE,
        "if tail.casefold() in self._literal_prefixes:",
        "if not tail:",
        "a realistic stand-in is not held back at a cut",
        "stand_ins",
    ),
    Mutant(
        SURROGATE,
        "self._literals[match[0].casefold()], bare=True)",
        "self._literals[match[0].casefold()])",
        "a realistic stand-in at a cut does not wait for the character that makes it another word",
        "stand_ins",
    ),
    Mutant(SURROGATE, "re.IGNORECASE | re.ASCII", "re.ASCII", "a realistic stand-in in capitals is not restored", "stand_ins"),
    Mutant(INSPECT, "*fakes.read(text)]", "]", "a realistic stand-in in history is hidden once more", "stand_ins"),
    Mutant(
        PROTECT,
        "text not in self._issued_before and any(",
        "text in self._issued_before and any(",
        "a stand-in that stands in the text",
        "stand_ins",
    ),
    Mutant(
        NAMING,
        "self._owners.setdefault(text.casefold(), name)",
        "self._owners.setdefault(text, name)",
        "two stand-ins that differ in case only",
        "dialects",
    ),
    Mutant(
        RESTORE, "if segment.form is Form.NUMBER:", "if False:", "digits that were written as a number come back in quotes", "stand_ins"
    ),
    Mutant(PROTECT, "        if here:", "        if False:", "a surrogate of another epoch is not reused", "conversations"),
    Mutant(
        PROTECT, "        rows[index] = known", "        rows[index] = {}", "a surrogate is not reused by what follows", "conversations"
    ),
    Mutant(
        PROTECT,
        "in conversation_order(segments, conversation):",
        "in range(len(segments))[::-1]:",
        "a surrogate is reused by what precedes it",
        "conversations",
    ),
    Mutant(OFFSETS, "shift += length - (stop - start)", "pass", "offsets stay while their text moves", "citations"),
    Mutant(CITATIONS, "undone(self._edits[number])", "self._edits[number]", "citations move the wrong way", "citations"),
    Mutant(CITATIONS, 'yield from _texts(block.get("content"))', "pass", "documents in results of tools are not counted", "citations"),
    Mutant(
        CITATIONS,
        'yield text if isinstance(text, str) else ""',
        "yield from filter(None, [text])",
        "documents that are no text are not counted",
        "citations",
    ),
    Mutant(
        ANSWER, "new = self._restorer.citations.given(new)", "pass", "streamed citations point into the provider's documents", "citations"
    ),
    Mutant(
        NUMBERS,
        "if self._shift[self._branch(document)] else document",
        "if False else document",
        "events behind one of ours keep their numbers",
        "streams",
    ),
    Mutant(FRAMING, "(self._buffer + chunk).split(self.END)", "chunk.split(self.END)", "half a message is lost", "sessions"),
    Mutant(
        FRAMING,
        'return data.encode("utf-8", "backslashreplace") + self.END',
        'return data.encode("utf-8", "backslashreplace")',
        "two messages become one",
        "sessions",
    ),
    Mutant(ANNOTATIONS, "lane = (*lane, *numbers(value, node.lane, path))", "pass", "annotations do not find their text", "streams"),
    Mutant(
        ANNOTATIONS,
        "return value if replaced is child else {**value, name: replaced}",
        "return value",
        "annotations of a piece stay",
        "streams",
    ),
    Mutant(
        ANSWER,
        "return lane.edits if lane else self._edits.get(key[:-1], ())",
        "return ()",
        "annotations stay while their text moves",
        "streams",
    ),
    Mutant(
        ANSWER,
        " or (self._last_one and not event.name and self._last_one.search(event.data))",
        "",
        "a stream without names never ends",
        "streams",
    ),
    Mutant(NUMBERS, "number.whole > self._number", "number.whole >= self._number", "an event is heard twice", "runs_and_resumed"),
    Mutant(
        NUMBERS,
        "for event in self._decoder.flush() if self._due(event)",
        "for event in ()",
        "the last event of a resumed stream is lost",
        "runs_and_resumed",
    ),
    Mutant(NUMBERS, "self._shift[branch] = 0", "pass", "the numbers of an answer go on in the next", "sessions"),
    Mutant(
        SEGMENT,
        "{Kind.PROSE, Kind.REFUSED, Kind.END}",
        "{Kind.PROSE, Kind.REFUSED}",
        "a time at which something ended ends nothing",
        "streams",
    ),
    Mutant(RUNS, 'thread.run.step].id": LANE', 'thread.run.step].id": KEEP', "the end of a step ends a message", "runs_and_resumed"),
    Mutant(
        RUNS,
        '"[object=thread.message.delta].delta.content[][type=text|refusal].type": KEEP,',
        "",
        "a piece of our own has no type",
        "streams",
    ),
    Mutant(MEDIA, 'segment_id": LANE', 'segment_id": KEEP', "what two people say mixes", "streams"),
    Mutant(MEDIA, 'delta].delta": INPUT', 'delta].delta": TEXT', "what is heard is restored otherwise when it streams", "runs_and_resumed"),
    Mutant(SESSIONS, '"response_id": LANE', '"response_id": KEEP', "answers of a session mix", "sessions"),
    Mutant(SESSIONS, '"stream_id": LANE', '"stream_id": KEEP', "responses side by side mix", "sessions"),
    Mutant(SESSIONS, '"[type=response.done].response.object": END,', "", "an answer that was cut off goes on in the next", "sessions"),
    Mutant(SESSIONS, 'branch="stream_id",', "", "responses side by side share their numbers", "sessions"),
    Mutant(SINKS, 'match[1].rstrip(".") in self._hosts())', "match[1])", "every host is trusted", "lanes"),
    Mutant(SINKS, 'if url.startswith("mailto:"):', "if False:", "mail addresses do not come back", "lanes"),
)
