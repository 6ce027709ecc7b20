"""E-mail addresses: ASCII ones wherever they stand, international ones in scripts that put spaces between words, and in CJK runs."""

import re
from typing import Final

from app.core.finding import Detector, Judged, Pattern
from app.detectors.edges import LEFT, RIGHT

_AT: Final = r"(?:@|%40)"
_LABEL: Final = r"[A-Za-z0-9-]+"
# `scheme://user:pass@host` holds a password, not an address: swallowed.
_USERINFO: Final = r"://[^\s/?#@:]*:[^\s/?#@]*@"
_SPACED: Final = r"\p{Latin}\p{Greek}\p{Cyrillic}\p{Armenian}\p{Georgian}\p{Hebrew}\p{Arabic}\p{Devanagari}\p{Bengali}\p{Tamil}"
_RUN: Final = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}"

_ASCII: Final = Pattern(
    rf"{_USERINFO}|{LEFT}([A-Za-z0-9][A-Za-z0-9_.%+&'-]*{_AT}(?:{_LABEL}\.)+(?:[Xx][Nn]--[A-Za-z0-9-]+|[A-Za-z]{{2,24}})){RIGHT}",
    "EMAIL_ADDRESS",
    1.0,
    1,
)
# At least one letter beyond ASCII, on either side: what is all ASCII is the first pattern's business.
_FOREIGN: Final = _SPACED.replace(r"\p{Latin}", r"\x{c0}-\x{24f}\x{1e00}-\x{1eff}") + r"\p{Mn}"
_LOCAL: Final = rf"[{_SPACED}\p{{Mn}}0-9_.%+'-]*"
_DOMAIN: Final = rf"[{_SPACED}\p{{Mn}}0-9.-]*"
_INTERNATIONAL: Final = Pattern(
    rf"((?:[{_SPACED}0-9]{_LOCAL})?[{_FOREIGN}]{_LOCAL}@{_DOMAIN}\.[{_SPACED}\p{{Mn}}]{{2,24}}"
    rf"|[{_SPACED}0-9]{_LOCAL}@{_DOMAIN}[{_FOREIGN}]{_DOMAIN}[{_SPACED}\p{{Mn}}]{{2}})",
    "EMAIL_ADDRESS",
    0.9,
    1,
)
_IDEOGRAPHIC: Final = Pattern(  # a character of those scripts on either side: bare digits before an ASCII domain are no start
    rf"([{_RUN}0-9]*[{_RUN}][0-9]*@(?:[{_RUN}A-Za-z0-9-]+[.。])+(?:[{_RUN}]+|[A-Za-z]{{2,24}})"
    rf"|[0-9]+@[A-Za-z0-9-]*[{_RUN}][{_RUN}A-Za-z0-9-]*[.。](?:[{_RUN}A-Za-z0-9-]+[.。])*(?:[{_RUN}]+|[A-Za-z]{{2,24}}))",
    "EMAIL_ADDRESS",
    0.9,
    1,
)
# Written as it is said: `maria@example dot com`.
_SPOKEN: Final = Pattern(
    rf"{LEFT}([A-Za-z0-9][A-Za-z0-9_.+-]*\s?@\s?[A-Za-z0-9-]+(?: dot [A-Za-z0-9-]+){{0,2}}(?i: dot | punkt | punto | point | ponto | punt )[A-Za-z]{{2,12}}){RIGHT}",
    "EMAIL_ADDRESS",
    0.8,
    1,
)

# Typed or transcribed without punctuation: `maria 45 gmailcom`, `my email is mariasinghcom`.
_PROVIDERS: Final = (
    r"(?:g|yahoo|hot|rediff|proton|fast|e|y|rocket)?mail|yahoo|hotmail|outlook|aol|icloud|live|msn|gmx|comcast|verizon|att|sbcglobal"
)
_BARE: Final = Pattern(
    rf"{LEFT}((?:[a-z][a-z0-9._]{{0,30}} )?(?:[0-9]{{1,5}} )?(?i:{_PROVIDERS})com|[a-z0-9._]{{3,40}}?(?i:gmail|yahoo|yahoomail|hotmail|outlook|aol|icloud)com){RIGHT}",
    "EMAIL_ADDRESS", 0.6, 1,
)  # fmt: skip
_SAID: Final = Pattern(
    rf"(?i:e-?mail(?: address| adress| id)?|its|it is|it's)(?: is)? ([a-z][a-z0-9._]{{4,40}}(?:com|net|org)){RIGHT}",
    "EMAIL_ADDRESS",
    0.6,
    1,
)

# Not top-level domains, but what stands there in code and file names: `logo@2x.png`, `weights@model.data`.
_FILES: Final = frozenset(
    """png jpg jpeg gif svg webp avif ico bmp css scss less js mjs cjs ts tsx jsx json html htm xml yaml yml toml ini cfg conf lock txt csv
    tsv log tgz gz bz xz tar dll exe so class jar war whl deb rpm dmg iso map min woff ttf otf eot pdf doc docx xls xlsx ppt md5
    service socket timer target mount slice data shape dtype values weight weights bias array matrix inv dot get set property
    setter getter fixture mark utf iso""".split()  # noqa: SIM905 - a table of words
)
_WORDS: Final = frozenset({"telecom", "sitcom", "intercom", "dotcom", "internet", "ethernet", "intranet", "magnet", "cabinet", "planet"})
_VERSION: Final = re.compile(r"[\^~]?v?\d+(?:\.\d+)+(?:[.\-][\w-]+)*|\d+x\..*")


def _check(value: str, pattern: Pattern) -> Judged | None:
    if pattern in (_BARE, _SAID, _SPOKEN):
        return None if pattern is _SAID and value in _WORDS else Judged(pattern.entity, pattern.score)
    local, _, domain = value.replace("%40", "@").replace("。", ".").rpartition("@")
    if pattern is not _ASCII and value.isascii():
        return None
    # `git@host:org/repo` is a remote that every clone of the world shares.
    if local in {"git", "hg", "2x", "3x"} or _VERSION.fullmatch(domain) or domain.startswith("-"):
        return None
    if "." not in domain or domain.rpartition(".")[2].casefold() in _FILES:
        return None
    return Judged(pattern.entity, pattern.score)


def _identity(value: str) -> str:
    return re.sub(r"\s(?:dot|punkt|punto|point|ponto|punt)\s", ".", value.replace("%40", "@").replace("。", ".").casefold()).replace(
        " ", ""
    )


EMAIL = Detector(
    name="email",
    version=1,
    patterns=(_ASCII, _INTERNATIONAL, _IDEOGRAPHIC, _BARE, _SAID, _SPOKEN),
    judge=_check,
    identity=_identity,
    examples=(
        "maria.singh@example.com",
        "Write to bob+invoices@mail.example.co.uk.",
        "mailto:o'brien@example.org?subject=hello",
        "From: Jörg Müller <jörg.müller@bücher.example>",
        "пишите на почта@пример.рф",
        "联系 用户@例子.广告",
        "メールはtaro@example.jpです",
        "/search?email=bob%40example.com&page=2",
        'user="ALICE_99@EXAMPLE.TEST"',
        "smtp login bob@example.xn--p1ai",
        "maria 45 gmailcom",
        "its mariasinghyahoocom",
        "my email address is mariasinghcom",
        "write to maria@example dot com",
    ),
    counterexamples=(
        "@pytest.fixture",
        "@app.get('/users/{id}')",
        "npm install lodash@4.17.21 react@18.2.0-next.abc",
        "git clone git@github.com:org/repo.git",
        "logo@2x.png",
        "y = a @ b.T + c@d.T",
        "postgres://app:hunter2@db.example.com/app",
        "user@localhost",
        "its telecom arm",
        "import mailcommon",
        "uses: actions/checkout@v4.1.1",
    ),
)
