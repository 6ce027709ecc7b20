"""Words that say that the next one is somebody's name: titles and greetings, as people write them in the languages of the model."""

from collections.abc import Sequence
from typing import Final

from app.names.pinyin import SURNAMES, is_name
from app.names.words import LINE, NO_GAP, SPACE, Words

# Words that are written large before a name. Those that as often stand before something else (General, Mayor) are left to the model.
TITLES: Final = frozenset(
    """
    mr mrs ms mx dr prof professor mme mlle monsieur herr frau fräulein señor señora señorita sra srta senhor senhora signor signora
    signorina mevrouw meneer dhr mevr maître aunt uncle
    """.split(),  # noqa: SIM905 - words read best as words
)
GREETINGS: Final = frozenset("dear hi hello hey hallo liebe lieber hola ciao bonjour beste caro cara querido querida".split())  # noqa: SIM905
# Whom a greeting names who is nobody in particular.
ANYBODY: Final = frozenset(
    """
    all everyone everybody world team sir sirs madam customer customers colleague colleagues friend friends there both folks guys user users
    reader readers hiring doctor professor zusammen alle todos tutti allemaal
    """.split(),  # noqa: SIM905
)
# What people call each other, whom they call upon, what they call out, and what a value is called: where a name might stand, it is nobody's.
NOBODY: Final = frozenset(
    """
    god gods lord allah babe bae baby honey darling sweetie sweetheart sunshine cutie dude dudes bro bros bruh sis homie homies shorty
    mate buddy pal yall nigga niggas mum mom mommy mummy mama dad daddy papa granny grandma grandpa auntie gosh goodness hurray hooray
    heh hehe haha lol lmao lmfao omg wtf wow yay yeah yes please thanks aries taurus gemini libra scorpio sagittarius capricorn
    aquarius pisces widow widower hereinafter customer
    sudo admin root vin upi iban bic pin otp ssn nino cpf cnpj nif dni dob
    """.split(),  # noqa: SIM905
)
# How a letter ends, before who wrote it.
CLOSINGS: Final = frozenset(
    """
    regards sincerely faithfully cheers grüße grüßen grüsse grüssen gruß gruss hochachtungsvoll groet groeten cordialement
    respectueusement saludos abrazo abrazos atentamente cordialmente saluti abraços abraço cumprimentos atenciosamente
    """.split(),  # noqa: SIM905
)
# Keys whose value is a person's name: `first_name=`, `"lastName": `, `Vorname: `.
KEYS: Final = frozenset(
    """
    firstname lastname fullname givenname familyname middlename maidenname surname forename vorname nachname prénom prenom apellido
    apellidos cognome voornaam achternaam sobrenome
    """.split(),  # noqa: SIM905
)
WHOSE: Final = frozenset("first last full given family middle maiden customer patient employee client contact applicant cardholder".split())  # noqa: SIM905
_INTRODUCING: Final = TITLES | GREETINGS | CLOSINGS | KEYS | {"name"}
_SURNAMES: Final = frozenset(map(str.title, SURNAMES))
_CLOSE: Final = frozenset(",!:")
# How what stands there begins if it is no name: `Best regards, Your Team`.
_NO_SIGNATURE: Final = ANYBODY | frozenset(
    """
    the your our my der die das ihr ihre dein euer unser le la les votre el los tu su o a seu il het de uw
    """.split(),  # noqa: SIM905
)
_QUOTES: Final = frozenset("\"'\\")
_SETS: Final = frozenset("=:")
_MOST: Final = 4  # words of a name behind a key


def introduced(words: Words) -> set[int]:
    """Return the words that a title, a greeting or a key introduces, titles with them: `Dr. Oh` in `Dr. Oh called`, `Lei` in `Dear Lei,`."""
    surfaces, gaps = words.surfaces, words.gaps
    found: set[int] = set()
    for i, word in [(i, word) for i, word in enumerate(map(str.lower, surfaces)) if word in _INTRODUCING]:
        if i + 1 == len(surfaces):
            break
        if word in TITLES:
            name = i + 1 + (surfaces[i + 1] == "." and gaps[i + 1] == NO_GAP)
            if surfaces[i][0].isupper() and name < len(surfaces) and gaps[name] == SPACE and written_large(surfaces[name]):
                found.update(range(i, name + 1))
        elif word in GREETINGS:
            if gaps[i + 1] == SPACE and _addressed(*surfaces[i + 1 : i + 3]):
                found.add(i + 1)
        elif word in CLOSINGS:
            found.update(_signed(words, i + 1))
        elif word in KEYS or _whose(surfaces, i):
            found.update(_value(words, i + 1))
    return found


def _signed(words: Words, i: int) -> range:
    """Return the words written large behind how a letter ends, two at least and all of their line or up to a comma: `Saludos, Ana Ruiz`."""
    surfaces, gaps, size = words.surfaces, words.gaps, len(words.surfaces)
    if i < size and surfaces[i] == ",":
        i += 1
    elif i < size and gaps[i] != LINE:
        return range(0)
    named = _large(words, i)
    closed = named.stop == size or gaps[named.stop] == LINE or surfaces[named.stop] == ","
    return named if closed and len(named) > 1 and surfaces[i].lower() not in _NO_SIGNATURE else range(0)


def _large(words: Words, i: int) -> range:
    """Return the words written large from word `i` on, a space apart, _MOST at most."""
    end = i
    while end < min(len(words.surfaces), i + _MOST) and written_large(words.surfaces[end]) and (end == i or words.gaps[end] == SPACE):
        end += 1
    return range(i, end)


def spelled(words: Words) -> set[int]:
    """Return the words that are a name by their spelling: `Weiming Ding`."""
    found: set[int] = set()
    for i in [i for i, word in enumerate(words.surfaces) if word in _SURNAMES]:
        for first in (i - 1, i):
            if first >= 0 and first + 1 < len(words.surfaces) and words.gaps[first + 1] == SPACE:
                pair = words.surfaces[first : first + 2]
                if all(map(written_large, pair)) and is_name(*pair):
                    found.update((first, first + 1))
    return found


def _whose(surfaces: Sequence[str], i: int) -> bool:
    return i > 1 and surfaces[i - 1] == "_" and surfaces[i - 2].lower() in WHOSE


def _value(words: Words, i: int) -> range:
    """Return the words written large that a key before word `i` is set to."""
    surfaces, size = words.surfaces, len(words.surfaces)
    if i < size and surfaces[i] in _QUOTES:
        i += 1
    if i == size or surfaces[i] not in _SETS:
        return range(0)
    i += 1
    while i < size and surfaces[i] in _QUOTES:
        i += 1
    return _large(words, i)


def _addressed(name: str, close: str = "") -> bool:
    return close in _CLOSE and written_large(name) and name.lower() not in ANYBODY


def written_large(surface: str) -> bool:
    """Whether a word is letters, the first of them large and the others small, as names are."""
    return len(surface) > 1 and surface.isalpha() and surface.istitle()
