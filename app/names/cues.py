"""Words that say that the next one is somebody's name: titles and greetings, as people write them in the languages of the model."""

from typing import Final

from app.names.words import NO_GAP, SPACE, Words

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
    all everyone everybody team sir sirs madam customer customers colleague colleagues friend friends there both folks guys user users
    reader readers hiring doctor professor zusammen alle todos tutti allemaal
    """.split(),  # noqa: SIM905
)
_CLOSE: Final = frozenset(",!:")


def introduced(words: Words) -> set[int]:
    """Return the words that a title or a greeting introduces, titles with them: `Dr. Oh` in `Dr. Oh called`, `Lei` in `Dear Lei,`."""
    surfaces, gaps = words.surfaces, words.gaps
    found: set[int] = set()
    for i, surface in enumerate(surfaces[:-1]):
        word = surface.lower()
        if word in TITLES and surface[0].isupper():
            name = i + 1 + (surfaces[i + 1] == "." and gaps[i + 1] == NO_GAP)
            if name < len(surfaces) and gaps[name] == SPACE and written_large(surfaces[name]):
                found.update(range(i, name + 1))
        elif word in GREETINGS and gaps[i + 1] == SPACE and _addressed(*surfaces[i + 1 : i + 3]):
            found.add(i + 1)
    return found


def _addressed(name: str, close: str = "") -> bool:
    return close in _CLOSE and written_large(name) and name.lower() not in ANYBODY


def written_large(surface: str) -> bool:
    """Whether a word is letters, the first of them large and the others small, as names are."""
    return len(surface) > 1 and surface.isalpha() and surface.istitle()
