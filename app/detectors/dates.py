"""Dates, times and ages: reported; a date beside a word of birth in any of many languages is a date of birth, and hidden."""
# ruff: noqa: RUF001 - words and signs of many scripts

import re
from typing import Final

from app.core.finding import Detector, Judged, Pattern
from app.detectors.anchored import Anchor, Anchored
from app.detectors.edges import RIGHT

_MONTHS: Final = (
    "january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|"
    "januar|jänner|februar|märz|mai|juni|juli|oktober|dezember|mrz|okt|dez|"
    "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre|ene|abr|ago|dic|"
    "janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|janv|févr|juil|"
    "gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|"
    "novembro|dezembro|januari|februari|maart|mei|augustus|december|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|"
    "października|listopada|grudnia|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
)
_MONTH: Final = rf"(?i:{_MONTHS})"
_YEAR: Final = r"(?:1[89]|20)\d\d"
_LONG_AGO: Final = r"(?:1[4-9]|20)\d\d"  # beside a month's name, where it cannot be a number of things
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_MON: Final = r"(?:0?[1-9]|1[0-2])"
_CLOCK: Final = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?"
_ISO: Final = rf"{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[T ]{_CLOCK}(?:Z|[ ]?[+-]\d\d:?\d\d)?)?"
_NUMERIC: Final = (
    rf"(?:{_DAY}|{_MON})/(?:{_DAY})//?(?:{_YEAR}|\d\d)|{_DAY}\.\s?{_MON}\.\s?{_YEAR}|{_DAY}-{_MON}-{_YEAR}|{_YEAR}/{_MON}/{_DAY}|"
    rf"{_YEAR}年\d{{1,2}}月\d{{1,2}}日|{_YEAR}년\s?\d{{1,2}}월\s?\d{{1,2}}일"
)
_NAMED: Final = (
    rf"{_DAY}(?: ?(?:st|nd|rd|th)|er|\.|º)?(?:[ -]| of | de |\. )?{_MONTH}\.?(?:,? |-| de | del )?(?:{_LONG_AGO})?"
    rf"|{_MONTH}\.? {_DAY}(?:st|nd|rd|th)?(?:,? {_LONG_AGO})?|{_MONTH}\.?,?(?: de| of)? {_LONG_AGO}"
)
_LEFT: Final = r"(?:^|\\[nrt]|[^\pL0-9._/\-+])"
_END: Final = r"(?:$|[^\pL0-9_/\-.]|[./\-](?:$|[^0-9A-Za-z]))"
_ANY: Final = f"{_ISO}|{_NUMERIC}|{_NAMED}"

_WRITTEN: Final = Pattern(rf"{_LEFT}({_ISO}|{_NUMERIC}){_END}", "DATE_TIME", 0.6, 1)
_SPOKEN: Final = Pattern(rf"{_LEFT}({_NAMED}){_END}", "DATE_TIME", 0.6, 1)
_SINCE: Final = (
    r"\b(?i:in|since|until|till|by|from|early|late|during|of|before|after|seit|im jahr|von|bis|en|desde|hasta|año|depuis|année|nel|dal|anno|em|ano|"
    r"sinds|jaar)\s"
)
_IN: Final = Pattern(rf"{_SINCE}({_YEAR}){_END}", "DATE_TIME", 0.5, 1)
# What every date in figures holds, and little else does.
_FIGURES: Final = r"[0-9]{1,2}[/.\-] ?[0-9]{1,2}[/.\-]{1,2} ?[0-9]{2}|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}/[0-9]{1,2}/[0-9]|[0-9]{4}[年년]"
_HOURS: Final = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_HOUR: Final = Pattern(
    r"(?:^|[^0-9A-Za-z:.])((?:0?\d|1[0-2])(?::?[0-5]\d)? ?(?:[ap]m|[AP]M|[ap]\.m\.)"
    rf"|(?i:{_HOURS}) (?:[ap]m|[AP]M|[ap]\.m\.|o'?clock))(?:$|[^0-9A-Za-z])",
    "DATE_TIME",
    0.5,
    1,
)


def _reported(_value: str, pattern: Pattern) -> Judged:
    return Judged(pattern.entity, pattern.score)


def _kept(value: str, pattern: Pattern) -> Judged | None:
    """A day or a year must stand beside a month's name: `may 5`, not `may`; `3 mar`, not `5 dec` in a table of bytes."""
    if pattern is _SPOKEN and value.endswith(("-", " ")):
        return None
    return Judged(pattern.entity, pattern.score)


DATES = Detector(
    name="dates",
    version=1,
    search=Anchored(
        "dates",
        (
            Anchor(_FIGURES, (_WRITTEN,), 12, 36),
            Anchor(rf"(?:\b|[^\pL]){_MONTH}", (_SPOKEN,), 16, 24),
            Anchor(rf"{_SINCE}{_YEAR}", (_IN,), 4, 4),
            Anchor(rf"[0-9] ?(?:[ap]m|[AP]M|[ap]\.m\.)|\b(?i:{_HOURS}) (?:[ap]m|[AP]M|[ap]\.m\.|o'?clock)", (_HOUR,), 8, 4),
        ),
        _kept,
    ),
    examples=(
        "on 2024-03-09",
        "at 2024-03-09T10:11:12Z",
        "12/03/2024",
        "am 3. Oktober 1990 in Berlin",
        "le 14 juillet 1989",
        "since 2009, and",
        "May 5, 2021",
        "5:30 pm",
        "at eight pm sharp",
        "revised in March 1732",
        "3 de mayo de 2012",
        "2024年3月9日",
        "born on 17 April 1985",
    ),
    counterexamples=(
        "version 2024.8.30",
        "certifi-2024-08-30.tar.gz",
        "1/2/3",
        "you may, 5 times",
        "99/99/2024",
        "2024-13-40",
        "port 2024",
        "lib/2024/03/file",
    ),
)

_BIRTH: Final = (
    "date[ _]?of[ _]?birth|birth[ _]?date|birthday|birth day|bday|d\\.?o\\.?b\\.?|born|b\\.|geburtsdatum|geboren|geb\\.|geburtstag|nacimiento|nacid[oa]|f\\. ?nac|naissance|née?|"
    "nascita|nat[oa]|nascimento|nascid[oa]|geboortedatum|geb\\. ?datum|födelsedatum|född|fødselsdato|født|syntymäaika|syntynyt|data urodzenia|"
    "urodzon[ya]|ur\\.|datum narození|narozen[aý]?|születési|született|data nașterii|născut|дата рождения|родил(?:ся|ась)|г\\.р\\.|"
    "дата народження|ημερομηνία γέννησης|γεννήθηκε|doğum tarihi|doğumlu|ngày sinh|sinh ngày|tanggal lahir|tarikh lahir|lahir|जन्म"
)
_SCRIPTS: Final = "出生日期|出生|生年月日|生日|생년월일|생일|تاريخ الميلاد|مواليد|תאריך לידה|วันเกิด|เกิด"
_SOLID: Final = rf"{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|[12]\d|3[01]){_YEAR}"
_SHORT: Final = rf"\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}|{_DAY} {_MON} {_YEAR}"
_BORN: Final = Pattern(
    rf"(?:(?:^|[^\pL])(?i:{_BIRTH})s?|BirthDate|DateOfBirth|{_SCRIPTS})(?:[^\pL\d\n][^\d\n]{{0,30}}?[^\pL\d+]|[^\pL\d\n+]{{0,6}}\n?\s{{0,4}})({_ANY}|{_SOLID}|{_SHORT}){_END}",
    "DATE_OF_BIRTH",
    0.8,
    1,
)
_BORN_IN: Final = Pattern(
    rf"(?i:\b(?:was |were |is )?(?:born|nacid[oa]|nacimiento|geboren|née?|nat[oa]|nascid[oa])(?: in| en| nel| em| im jahr(?:e)?|:)?\s)({_YEAR}){_END}",
    "DATE_OF_BIRTH",
    0.7,
    1,
)
_AFTER: Final = Pattern(
    rf"{_LEFT}({_ISO}|{_NUMERIC}|{_NAMED}|{_SOLID})[\s,(]{{1,3}}(?i:(?:is|as|my|his|her|our|their|the|was|mein|meine|mi|ma|mon|est|es|ist)\s){{0,3}}"
    r"(?i:date of birth|birth ?date|birthday|dob|geburtsdatum|geburtstag|cumpleaños|fecha de nacimiento|date de naissance|anniversaire|geboren|生まれ)",
    "DATE_OF_BIRTH",
    0.8,
    1,
)
_DAY_OF: Final = Pattern(rf"({_YEAR}年\d{{1,2}}月\d{{1,2}}日)(?:生|出生)", "DATE_OF_BIRTH", 0.8, 1)

BIRTHS = Detector(
    name="birth_dates",
    version=2,
    search=Anchored(
        "birth_dates",
        (
            Anchor(rf"(?:^|[^\pL])(?i:{_BIRTH})|BirthDate|DateOfBirth|{_SCRIPTS}", (_BORN, _BORN_IN, _AFTER, _DAY_OF), 60, 90),
            Anchor(r"生", (_AFTER, _DAY_OF), 40, 8),
        ),
        _reported,
    ),
    identity=lambda value: re.sub(r"\W+", " ", value.casefold()).strip(),
    examples=(
        "DOB: 12/03/1985",
        "date of birth 1985-03-12",
        "She was born on March 12, 1985 in Leeds",
        "geboren am 12.03.1985",
        "Fecha de nacimiento: 03/07/1959",
        "née le 4 mai 1970",
        "nato a Roma il 12/03/1985",
        "生年月日：1985年3月12日",
        "birthdate=19850312",
        "12 May 1980 is my birthday",
        "The applicant was born in 1930",
        'dateOfBirth": "1985-03-12"',
        "дата рождения: 12.03.1985",
    ),
    counterexamples=(
        "reborn 12/03/1985x",
        "the meeting is on 12/03/2025",
        "born to be wild",
        "release date: 2024-01-02",
        "geboren wurde er nie",
        "stubborn 2024",
        "b.12",
    ),
)

_OLD: Final = r"years? old|year-old|yrs? old|y/o|yo|y\.o\.|years of age|jahre alt|jahre|jährig\pL{0,2}|ans|años|anni|anos|jaar|lat|år|лет|года?|vuotta|éves|tahun|tuổi"
# `hace 10 años`, `3 años de evolución`, `10 ans plus tard`: a time, not an age; swallowed.
_SPAN: Final = (
    r"(?i:\b(?:hace|hac[ií]a|durante|desde|tras|unos|más de|mas de|il y a|depuis|pendant|après|vor|seit|nach|für|über|da|per|dopo|durch|voor|há|por|após|lleva|aproximadamente|fumador de|for|past|last|over)"
    r"(?: hace| más de| mas de| unos| plus de| mehr als| über)?\s\d{1,3}[ -]?\pL+|(?:^|[^\pL0-9.,/\-])\d{1,3}[ -]?(?:años|ans|anni|anos|jahre|jaar) (?:de evolución|antes|atrás|atras|después|despues|libre|más tarde|plus tard|auparavant|d'expérience|fa|dopo|prima|später|lang|geleden|depois|de experiencia))"
)
_YEARS: Final = Pattern(rf"{_SPAN}|(?:^|[^\pL0-9.,/\-])(\d{{1,3}}[ -]?(?i:{_OLD})){RIGHT}", "AGE", 0.6, 1)
_MONTHS_OLD: Final = Pattern(
    rf"(?:^|[^\pL0-9.,/\-])(\d{{1,2}}[ -](?i:months?|weeks?|days?|meses|mois|monate|wochen|semanas|maanden|mesi)(?i:[ -]old|[ -]alt| de edad| de vida)){RIGHT}",
    "AGE",
    0.6,
    1,
)
_AGE_WORDS: Final = r"(?i:\b(?:aged?|age of|edad|alter|alter von|âge|âgée? de|età|idade|leeftijd|wiek|возраст|ålder|alder)\b)"
_AGED: Final = Pattern(
    rf"{_AGE_WORDS}[\"']?\s{{0,2}}(?i:[:=]|is|was|de|di)?\s{{0,2}}"
    rf"[\"']?(\d{{1,3}}(?i:\s?(?:years|years old|ans|años|jahre|anni|anos|jaar))?){RIGHT}",
    "AGE",
    0.6,
    1,
)


def _plausible(value: str, pattern: Pattern) -> Judged | None:
    number = int(re.match(r"\d+", value)[0])  # type: ignore[index]  # every pattern begins with digits
    return Judged(pattern.entity, pattern.score) if 0 < number <= 120 else None  # noqa: PLR2004 - nobody was older


AGES = Detector(
    name="ages",
    version=1,
    search=Anchored(
        "ages",
        (
            Anchor(rf"[0-9][ -]?(?i:{_OLD})|[0-9][ -](?i:month|week|day|mes|mois|monat|woche|semana|maand)", (_YEARS, _MONTHS_OLD), 24, 24),
            Anchor(_AGE_WORDS, (_AGED,), 4, 30, 1),
        ),
        _plausible,
    ),
    examples=(
        "She is 39 years old",
        "a 45-year-old man",
        "Mujer de 68 años",
        "age: 41",
        "at the age of 39",
        "er ist 42 Jahre alt",
        "un patient de 42 ans",
        "a 3 months old girl",
        "(34 y/o)",
    ),
    counterexamples=("page 39", "300 years old", "in 5 minutes", "average 41", "v1.39 lat", "storage: 39", "cache age of 86400"),
)
