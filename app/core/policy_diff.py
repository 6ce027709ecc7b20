"""What changed between two policy documents, by path; terms and allowed texts are counted, not shown, unless somebody asks for them.

A document whose words are covered is one to look at: it says how many there are, and nobody can publish it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

_SECRET: Final = (("terms", "texts"), ("terms", "pattern"), ("allow", "text"), ("allow", "pattern"))
HIDDEN: Final = "(hidden)"


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: `+` was added, `-` was removed, `~` was changed; the values as JSON, None where there is none."""

    sign: str
    path: str
    before: str | None = None
    after: str | None = None

    def __str__(self) -> str:
        values = [value for value in (self.before, self.after) if value is not None]
        return f"{self.sign} {self.path} {' → '.join(values)}".rstrip()


def differences(before: Mapping[str, Any], after: Mapping[str, Any], *, texts: bool = False) -> list[Difference]:
    """Return the changes from `before` to `after` in the document's order; with `texts`, the words of terms are shown."""
    return list(_mapping(before, after, (), texts=texts))


def _mapping(old: Mapping[str, Any], new: Mapping[str, Any], path: tuple[str, ...], *, texts: bool) -> Iterator[Difference]:
    for key in [*old, *(key for key in new if key not in old)]:
        if old.get(key) != new.get(key):
            yield from _value(old.get(key), new.get(key), (*path, key), texts=texts)


def _value(old: Any, new: Any, path: tuple[str, ...], *, texts: bool) -> Iterator[Difference]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _mapping(old, new, path, texts=texts)
    elif isinstance(old, Sequence) and isinstance(new, Sequence) and not isinstance(old, str) and not isinstance(new, str):
        yield from _list(old, new, path, texts=texts)
    else:
        sign = "+" if old is None else "-" if new is None else "~"
        sides = (None if side is None else _shown(side, path, texts=texts) for side in (old, new))
        yield Difference(sign, ".".join(path), *sides)


def _list(old: Sequence[Any], new: Sequence[Any], path: tuple[str, ...], *, texts: bool) -> Iterator[Difference]:
    """Compare lists by content: a rule that was put in front moves the others, and changes none of them."""
    matcher = SequenceMatcher(None, [_canonical(item) for item in old], [_canonical(item) for item in new], autojunk=False)
    for what, begin, end, start, stop in matcher.get_opcodes():
        if what == "equal":
            continue
        pairs = min(end - begin, stop - start) if what == "replace" else 0
        for step in range(pairs):
            yield from _value(old[begin + step], new[start + step], (*path, str(start + step)), texts=texts)
        for place in range(begin + pairs, end):
            yield Difference("-", ".".join((*path, str(place))), _shown(old[place], path, texts=texts))
        for place in range(start + pairs, stop):
            yield Difference("+", ".".join((*path, str(place))), None, _shown(new[place], path, texts=texts))


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _shown(value: Any, path: tuple[str, ...], *, texts: bool) -> str:
    return json.dumps(value if texts else _covered(value, tuple(step for step in path if not step.isdecimal())), ensure_ascii=False)


def covered(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with `HIDDEN` in the place of every word of a term and every allowed text."""
    return {key: _covered(value, (key,)) for key, value in document.items()}


def _covered(value: Any, path: tuple[str, ...]) -> Any:
    if path in _SECRET and value is not None:
        return [HIDDEN] * len(value) if isinstance(value, list) else HIDDEN
    if isinstance(value, Mapping):
        return {key: _covered(inner, (*path, key)) for key, inner in value.items()}
    return [_covered(inner, path) for inner in value] if isinstance(value, list) else value
