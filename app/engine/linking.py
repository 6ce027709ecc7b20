"""Who is who: which mentions of people and organisations in one conversation share an identity.

A mention links only to an earlier one, and an exact form keeps the identity that its first mention got: what follows changes nothing
(prefix law), and a form that comes back with an answer becomes the surrogate it was (replay law). Two people who could be meant are
never merged: such a mention is somebody of its own.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final

from app.engine.lexicon import GENERATIONS, HONORIFICS, LEGAL_FORMS, PARTICLES, SUFFIXES, TRAILING, plain

PERSON: Final = "PERSON"
LINKED: Final = frozenset({PERSON, "ORGANIZATION", "LOCATION"})
MOST_WORDS: Final = 4  # of a name: what tells people apart; a longer one is told by its first and its last three
MOST_ALIKE: Final = 8  # people remembered under one key; more are many anyway

_WORD: Final = re.compile(r"[^\W\d_](?:[^\W_]|['’ʼ`´](?=[^\W\d_]))*")  # noqa: RUF001 - apostrophes as people type them
_POSSESSIVE: Final = re.compile(r"['’ʼ`´](?:s|S)?$")  # noqa: RUF001 - the same
_APOSTROPHES: Final = re.compile(r"['’ʼ`´]")  # noqa: RUF001 - the same
# `ue` for `ü`, `aa` for `å`: only before a consonant, since Joe is not Jo.
_DIGRAPH: Final = re.compile(r"([aou])e(?=[bcdfghjklmnpqrstvwxz])|a(?=a[bcdfghjklmnpqrstvwxz])")
_HAN: Final = re.compile(r"[\u3400-\u9fff]{3,4}|[\uac00-\ud7a3]{3}")
_FAMILIES: Final = {3: 1, 4: 2}  # characters of a family name in an East Asian name of so many

Key = tuple[str, ...]  # words of a name in alphabetical order; an initial is one letter and a full stop


@dataclass(frozen=True, slots=True)
class Name:
    """What a person's name says: its words, and the same with hyphenated words joined; gender and generation if told."""

    words: Key
    joined: Key
    gender: str = ""
    generation: str = ""


@lru_cache(maxsize=16_384)
def parsed(text: str) -> Name:
    """Read a person's name in any order: titles, particles, possessives, accents and letter case do not tell people apart."""
    gender = generation = ""
    tokens: list[str] = []
    said = _POSSESSIVE.sub("", _untitled(text.strip())).replace(".", ". ").replace(",", " ").split()
    for place, token in enumerate(said, 1):
        bare = plain(token).strip(".-()\"'")
        if bare in SUFFIXES and len(tokens) > 1:
            generation = generation or GENERATIONS.get(bare, "")
        elif bare in HONORIFICS and (place < len(said) or token.endswith(".")):  # Stephen King is no king
            gender = gender or HONORIFICS[bare]
        else:
            tokens.append(token)
    told = [token for token in tokens if plain(token) not in PARTICLES] or tokens or text.split()
    split = [word for token in told for word in _words(token)]
    joined = [word for token in told for word in _words(token.replace("-", ""))]
    return Name(_key(split), _key(joined), gender, generation)


def _untitled(text: str) -> str:
    """Drop what East Asian names carry at their end."""
    end = next((title for title in TRAILING if text.endswith(title) and len(text) > len(title)), "")
    return text.removesuffix(end)


def _words(token: str) -> Iterator[str]:
    for match in _WORD.finditer(token.replace("-", " ")):
        word = match[0]
        if _HAN.fullmatch(word):
            cut = _FAMILIES[len(word)]
            yield from (word[:cut], word[cut:])
        else:
            yield _initial(word) if len(word) == 1 and word != word.swapcase() else folded(word)


def _initial(word: str) -> str:
    return f"{plain(word)[:1]}."


def folded(word: str) -> str:
    """Return what the spellings of one word of a name share: `Müller`, `Mueller` and `MULLER`."""
    bare = _APOSTROPHES.sub("", plain(word))
    return _DIGRAPH.sub(lambda match: match[1] or "", bare)


def _key(words: list[str]) -> Key:
    return tuple(sorted(words if len(words) <= MOST_WORDS else [words[0], *words[1 - MOST_WORDS :]]))


@lru_cache(maxsize=16_384)
def shorter(words: Key) -> frozenset[Key]:
    """Return every key that a name of these `words` could be called by: words left out or cut to initials, one of them whole."""
    choices = [(word, _initial(word), "") if not word.endswith(".") else (word, "") for word in words]
    picked = (tuple(sorted(filter(None, choice))) for choice in product(*choices))
    return frozenset(key for key in picked if any(not word.endswith(".") for word in key))


@dataclass(slots=True, eq=False)
class _Person:
    """Somebody of the conversation: the fullest name so far."""

    identity: str
    name: Name
    gender: str = ""
    generation: str = ""

    @property
    def whole(self) -> set[Key]:
        """The keys of the fullest name."""
        return {self.name.words, self.name.joined}

    def fits(self, name: Name) -> bool:
        """Whether nothing in the mention says that it is somebody else."""
        told = ((self.gender, name.gender), (self.generation, name.generation))
        return all(not known or not said or known == said for known, said in told)


class Links:
    """The identities of one conversation: asked mention after mention, in its order."""

    def __init__(self) -> None:
        """Know nobody."""
        self._identities: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()
        self._callable: dict[Key, list[_Person]] = {}  # by every key that they could be called by
        self._named: dict[Key, list[_Person]] = {}  # by their whole names

    @property
    def identities(self) -> dict[tuple[str, str], str]:
        """What every (entity, exact form) mentioned so far shares with its other forms."""
        return self._identities

    def mention(self, entity: str, form: str) -> None:
        """Note a mention of `form`. Its first one decides who it is."""
        if entity in LINKED and (entity, form) not in self._identities:
            self._identities[entity, form] = self._person(form) if entity == PERSON else alike(entity, form)

    def _person(self, form: str) -> str:
        name = parsed(form)
        if not name.words:
            return " ".join(form.casefold().split())
        person = self._meant(name)
        if person is None:
            person = _Person(self._free(name), name)
        elif len("".join(name.words)) > len("".join(person.name.words)):
            person.name = name
        person.gender, person.generation = person.gender or name.gender, person.generation or name.generation
        self._remember(person)
        return person.identity

    def _meant(self, name: Name) -> _Person | None:
        """Return the one earlier person whom a mention means, None for nobody or for several."""
        keys = {name.words, name.joined}
        fitting = [person for person in self._among(keys) if person.fits(name)]
        if not fitting:
            fuller = {person for key in keys for person in self._callable.get(key, ())}
            if len(fuller) >= MOST_ALIKE:
                return None
            cut = self._among(key for whole in keys for key in shorter(whole))
            fitting = [person for person in fuller | cut if person.fits(name)]
        return fitting[0] if len(fitting) == 1 else None

    def _among(self, keys: Iterable[Key]) -> set[_Person]:
        """Return whose whole name, as it is by now, is one of `keys`."""
        return {person for key in keys for person in self._named.get(key, ()) if key in person.whole}

    def _remember(self, person: _Person) -> None:
        called = {key for words in person.whole for key in shorter(words)} | person.whole
        for index, keys in ((self._named, person.whole), (self._callable, called)):
            for key in keys:
                people = index.setdefault(key, [])
                if person not in people and len(people) < MOST_ALIKE:
                    people.append(person)

    def _free(self, name: Name) -> str:
        """Return an identity that nobody of the conversation has, the same in every conversation where it is free."""
        base = " ".join(name.joined)
        identity, count = base, 1
        while identity in self._taken:
            count += 1
            identity = f"{base} {count}"
        self._taken.add(identity)
        return identity


def alike(entity: str, form: str) -> str:
    """Return what the forms of an organisation or a place share: `Acme GmbH`, `ACME` and `The Acme Corp.`."""
    words = [folded(word) for word in re.findall(r"[^\W_]+|&", plain(_POSSESSIVE.sub("", form).replace(".", "")))]
    told = [word for word in words if word not in LEGAL_FORMS] if entity == "ORGANIZATION" else words
    return " ".join(told or words) or " ".join(form.casefold().split())
