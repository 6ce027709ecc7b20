"""What the demo found: every exchange in three columns, and what is wrong with any of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

from app.cli import story
from app.cli.sdks import Said
from app.cli.story import ORIGINALS, SURROGATE, TURNS
from app.gateway.recorder import Received
from app.gateway.reply import Json, text_of

_SQUASHED: Final = 9  # letters and digits from which on a value is also looked for without what stands between them


@dataclass(frozen=True)
class Exchange:
    """One exchange in three columns, and its receipt."""

    sdk: str
    streamed: bool
    sent: str
    saw: str
    came_back: str
    receipt: str


@dataclass
class Report:
    """What the demo found. `leaks` counts originals in requests that reached the provider."""

    leaks: int = 0
    restored: int = 0
    unrestored: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        """Whether every promise of the demo was kept."""
        return not self.leaks and not self.problems


def judge(
    report: Report,
    sdk: str,
    streamed: bool,
    received: Sequence[Received],
    heard: Sequence[tuple[str, Said]],
    receipts: Sequence[str],
) -> None:
    """Add one conversation to the report: leaks, what came back, and whether history came back as the provider wrote it."""
    name = f"{sdk}, {'streamed' if streamed else 'whole'}"
    if not len(received) == len(heard) == len(receipts) == TURNS:
        report.problems.append(f"{name}: {len(heard)} exchanges, of which the provider saw {len(received)}")
        return
    for turn, (request, (sent, said), receipt) in enumerate(zip(received, heard, receipts, strict=True)):
        place = f"{name}, turn {turn + 1}"
        report.leaks += len(leaked(request.raw))
        kept = story.surrogates(request.document)["email"]
        wanted = story.reply(turn, ORIGINALS, kept)
        if said.text != wanted.text:
            report.problems.append(f"{place}: the answer did not come back with its originals")
        if (said.call.arguments if said.call else None) != (json.loads(wanted.call[1]) if wanted.call else None):
            report.problems.append(f"{place}: the tool was not called with the originals")
        for earlier, before in enumerate(received[:turn]):
            if _kept_history(request.document, before.document, before.answer):
                continue
            report.problems.append(f"{place}: turn {earlier + 1} came back to the provider in other words")
        back = _told(said)
        stayed = SURROGATE.findall(back)
        report.unrestored += [word for word in back.split() if SURROGATE.search(word)]
        report.restored += len(SURROGATE.findall(json.dumps(request.answer))) - len(stayed)
        report.exchanges.append(Exchange(sdk, streamed, sent, _last(request.document), back, receipt))


def leaked(raw: bytes) -> list[str]:
    """Return the originals that stand in bytes: as they are, percent-encoded, JSON-escaped, or with other signs in between."""
    text = raw.decode("utf-8", "replace")
    body = text.partition("\r\n\r\n")[2]
    views = [text, unquote(text), body.encode().decode("unicode_escape", "replace")]
    squashed = [_squash(view) for view in views]
    return [
        original
        for original in ORIGINALS.values()
        if any(original in view for view in views)
        or (len(_squash(original)) >= _SQUASHED and any(_squash(original) in view for view in squashed))
    ]


def _squash(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()


def _kept_history(request: Json, before: Json, answer: Json) -> bool:
    """Whether an earlier request, and after it the answer to it, stand in a request exactly as the provider knows them."""
    earlier, messages = before["messages"], request["messages"]
    if messages[: len(earlier)] != earlier or len(messages) <= len(earlier):
        return False
    said: Json = answer["choices"][0]["message"] if "choices" in answer else answer
    return bool(_substance(messages[len(earlier)]) == _substance(said))


def _substance(message: Json) -> Any:
    """Return what a model said in a message, without what SDKs add or leave out when they send it back."""
    content = message["content"]
    blocks = content if isinstance(content, list) else [{"type": "text", "text": content}]
    said = [(b["type"], b.get("text"), b.get("name"), json.dumps(b.get("input"))) for b in blocks]
    return said, [call["function"] for call in message.get("tool_calls") or ()]


def _last(request: Json) -> str:
    """Return the text of a request's last message: what is new in this turn."""
    content = request["messages"][-1]["content"]
    if isinstance(content, list) and content and content[0].get("type") == "tool_result":
        content = content[0]["content"]
    return text_of(content)


def _told(said: Said) -> str:
    call = [f"\n→ {story.TOOL}", *(f"{name}: {value}" for name, value in said.call.arguments.items())] if said.call else []
    return "\n".join([said.text, *call])
