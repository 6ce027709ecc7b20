"""What names machines and accounts on the net: hardware addresses, URLs, the user in a URL, user names beside a word, mentions."""
# ruff: noqa: RUF001 - words and signs of many scripts

import re
from typing import Final

from app.core.finding import Detector, Judged, Pattern
from app.detectors.anchored import Anchor, Anchored

_PAIR: Final = "[0-9A-Fa-f]{2}"
_LEFT: Final = r"(?:^|\\[nrt]|[^0-9A-Za-z:._\-])"
_RIGHT: Final = r"(?:$|[^0-9A-Za-z:._\-]|[.:\-](?:$|[^0-9A-Za-z]))"

_COLONS: Final = Pattern(rf"{_LEFT}({_PAIR}(?::{_PAIR}){{5}}){_RIGHT}", "MAC_ADDRESS", 0.7, 1)
_HYPHENS: Final = Pattern(rf"{_LEFT}({_PAIR}(?:-{_PAIR}){{5}}){_RIGHT}", "MAC_ADDRESS", 0.7, 1)
_DOTS: Final = Pattern(rf"{_LEFT}([0-9A-Fa-f]{{4}}\.[0-9A-Fa-f]{{4}}\.[0-9A-Fa-f]{{4}}){_RIGHT}", "MAC_ADDRESS", 0.5, 1)
_SOLID: Final = Pattern(
    r"(?i:mac|bssid|ethernet|hwaddr|ether)(?i: address| addr)?[\"']?(?: is|[:=])?\s{0,2}[\"']?([0-9A-Fa-f]{12})(?:$|[^0-9A-Za-z])",
    "MAC_ADDRESS",
    0.6,
    1,
)


def _hardware(value: str, pattern: Pattern) -> Judged | None:
    digits = re.sub(r"[^0-9A-Fa-f]", "", value).lower()
    if len(set(digits)) < 2 or (pattern in (_DOTS, _HYPHENS) and digits.isdigit()):  # noqa: PLR2004 - 00:00:…, ff:ff:…
        return None
    return Judged(pattern.entity, pattern.score)


MAC = Detector(
    name="mac",
    version=1,
    patterns=(_COLONS, _HYPHENS, _DOTS, _SOLID),
    judge=_hardware,
    identity=lambda value: re.sub(r"[^0-9a-f]", "", value.lower()),
    examples=(
        "00:1A:2b:3c:4D:5e",
        "eth0 at 3C-22-FB-AA-BB-0C.",
        "cisco 001a.2b3c.4d5e",
        "MAC address: 001A2B3C4D5E",
        'bssid="f4:f2:6d:01:02:03"',
        "ether 08:00:27:12:34:56 brd ff:ff:ff:ff:ff:ff",
    ),
    counterexamples=(
        "00:00:00:00:00:00",
        "ff:ff:ff:ff:ff:ff",
        "aa:bb:cc:dd:ee:ff:00:11:22:33",
        "12:34:56",
        "2024.1234.5678",
        "be-61-ba-92-2d-07-f6-c1",
        "001A2B3C4D5E",
    ),
)

_URL: Final = Pattern(r"\b((?i:https?|ftp|ftps|sftp|wss?)://[^\s<>\"'`{}|\\^\[\]（）「」]*[A-Za-z0-9/=&#_~-])", "URL", 0.6, 1)
_WWW: Final = Pattern(
    r"(?:^|[^A-Za-z0-9@./_\-])((?i:www\.)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:/[^\s<>\"'`{}|\\^\[\]]*[A-Za-z0-9/=&#_~-])?)", "URL", 0.6, 1
)
_SHORT: Final = Pattern(
    r"(?:^|[^A-Za-z0-9@./_\-])((?:bit\.ly|t\.co|goo\.gl|tinyurl\.com|youtu\.be|t\.me|wa\.me|fb\.me|ow\.ly|is\.gd|linkedin\.com|instagram\.com|facebook\.com|twitter\.com|x\.com|github\.com)/[A-Za-z0-9_./?=&%~+-]*[A-Za-z0-9_/=&~-])",
    "URL", 0.6, 1,
)  # fmt: skip

URLS = Detector(
    name="urls",
    version=1,
    patterns=(_URL, _WWW, _SHORT),
    identity=str,
    examples=(
        "https://example.com/path?x=1",
        "see http://example.org.",
        "ftp://files.example.net/a.txt",
        "www.example.com/a",
        "t.co/AbCdEf",
        "(https://example.com:8443/x)",
    ),
    counterexamples=("http:", "https://", "example.com", "www", "file:///etc/hosts", "a://b", "not.co/x"),
)

_USERINFO: Final = Pattern(r"\b[a-z][a-z0-9+.\-]{1,20}://([^\s:/?#@\"'<>`{}$]+):[^\s/\"'<>`]+@[^\s/@\"'<>`]", "USERNAME", 0.6, 1)
_NAMED: Final = Pattern(
    r"(?i:\b(?:username|user name|user id|userid|login|login id|handle|screen name|account name|benutzername|nutzername|nombre de usuario|usuario|nom d'utilisateur|identifiant|"
    r"gebruikersnaam|nome utente|nome de usuário|utilizador|skype|skype id|telegram|instagram|insta|twitter|discord|snapchat|tiktok|gamertag|wechat|weixin|line id|kik|signal id)"
    r"(?: name| id| handle)?(?: is|:| ist| est| es|=)\s{0,2}[\"']?|\b(?:skype|telegram|instagram|insta|twitter|discord|snapchat|tiktok|steam|xbox|psn|reddit|github)(?: user)?(?: name|name| id| handle| account)\s[\"']?)(@?[A-Za-z0-9][A-Za-z0-9_.\-]{2,30}[A-Za-z0-9_]|@[A-Za-z0-9_]{2,30})(?:$|[^A-Za-z0-9_.(\[@\-]|[.\-](?:$|[^A-Za-z0-9(_]))",
    "USERNAME",
    0.6,
    1,
)
_PAID: Final = Pattern(
    r"(?i:\b(?:venmo|cash ?app|paypal|zelle|telegram|insta(?:gram)?|twitter|tiktok|snap(?:chat)?|discord|bluesky|mastodon)\s{1,2})(@[A-Za-z0-9_][A-Za-z0-9_.\-]{1,38}[A-Za-z0-9_])",
    "USERNAME",
    0.6,
    1,
)
_PROFILE: Final = Pattern(
    r"(?i:\b(?:paypal\.me|cash\.app|t\.me|linkedin\.com/in)/)(\$?[A-Za-z0-9][A-Za-z0-9_.\-%]{2,60}[A-Za-z0-9_])", "USERNAME", 0.6, 1
)
# Payment addresses of India (NPCI): the bank or the service stands where a domain would, without a dot.
_PAYEE: Final = Pattern(
    r"(?:^|[^A-Za-z0-9._\-])([A-Za-z0-9][A-Za-z0-9._\-]{1,60}@(?:ok(?:hdfcbank|axis|icici|sbi)|ybl|ibl|axl|paytm|upi|apl|yapl|pty?(?:es|sbi|axis|hdfc)|wa(?:icici|sbi|axis|hdfcbank)"
    r"|hdfcbank|icici|sbi|kotak|axisbank|barodampay|pnb|jupiteraxis|freecharge|idfcbank|indus|yesbank|federal))(?:$|[^A-Za-z0-9@.\-]|[.](?:$|\s))",
    "USERNAME",
    0.7,
    1,
)
# Within a sentence, quoted before a colon, or among others; at the beginning of a line only before words.
_MENTION: Final = Pattern(
    r"(?:[^\s@/\\*#;{}(\[`\"'=<>][ \t]|[^A-Za-z0-9\s@/\\*#;{}\[`=<_\-]|\S@[A-Za-z0-9_]{2,30}:? )(@[A-Za-z0-9_]{3,30})(?:$|[^A-Za-z0-9_/({\[@.=\-\"]|[.:](?:$|[\s\"”]))",
    "USERNAME",
    0.5,
    1,
)
_OPENING: Final = Pattern(r"(?:^|\n)\.?(@[A-Za-z0-9_]{3,30})(?:[:,]|)[ ][^\s(={]", "USERNAME", 0.5, 1)
_ROW: Final = Pattern(r"(?:^|[^A-Za-z0-9/])@[A-Za-z0-9_]{2,30} (@[A-Za-z0-9_]{3,30})(?:$|[^A-Za-z0-9_/({\[@.=\-\"])", "USERNAME", 0.5, 1)
_PLACEHOLDER: Final = re.compile(
    r"(?:admin|root|user|username|postgres|test|string|none|null|true|false|required|optional|undefined|the|your|name|login|password|email|"
    r"your-?profile|your-?name|yourhandle|share|joinchat|addstickers|proxy|socks|reels?|stories|explore|watch|jobs|company|not|invalid|unknown|empty|missing|self|str|int|value|field|text|example|guest|anonymous|nobody|default|number|varchar|char)",
    re.IGNORECASE,
)
# Annotations of languages and documentation comments, which stand where mentions do.
_ANNOTATION: Final = re.compile(
    r"@(?:param|returns?|throws?|type|typedef|see|since|link|code|author|version|deprecated|override|example|todo|private|public|protected|"
    r"property|media|import|charset|keyframes|font_face|supports|layer|include|mixin|extend|use|if|else|each|for|while|function|"
    r"license|preserve|cc_on|ts_ignore|ts_expect_error|ts_check|flow|jsx|pure|internal|readonly|static|abstract|interface|class|module|namespace|"
    r"default|generated|file|fileoverview|package|api|brief|param|note|warning|details|copyright|const|constant|constructor|enum|event|extends|fires|"
    r"global|ignore|implements|inner|instance|kind|lends|listens|member|memberof|method|mixes|name|requires|summary|this|variation|yields?|"
    r"staticmethod|classmethod|dataclass|cached_property|contextmanager|overload|final|wraps|pytest|app|router|cache|lru_cache|"
    r"Override|Test|Before|After|Autowired|Component|Service|Entity|Column|Id|Bean|Inject|Nullable|NotNull|SuppressWarnings|Deprecated|"
    r"Input|Output|Injectable|NgModule|Controller|Get|Post|tailwind|apply|inheritdoc|suppress|nocollapse|define|struct|end|interface|implementation)",
)


def _account(value: str, pattern: Pattern) -> Judged | None:
    if _ANNOTATION.fullmatch(value) or _PLACEHOLDER.fullmatch(value.lstrip("@")):
        return None
    if value.isalpha() and pattern is not _PROFILE:  # `billing`, which is a role and a word: only beside `my`
        return Judged(pattern.entity, 0.3) if pattern is _NAMED else None
    return Judged(pattern.entity, pattern.score)


USERNAMES = Detector(
    name="usernames",
    version=2,
    patterns=(_USERINFO, _NAMED, _PAID, _PROFILE, _PAYEE),
    judge=_account,
    context=("my", "mein", "meine", "mi", "mon", "mijn", "mio", "meu", "her", "his", "their"),
    identity=lambda value: value.lstrip("@").casefold(),
    examples=(
        "username: maria_s88",
        "my username is mariasingh",
        "postgres://maria_s:hunter2@db.example.com/app",
        "his handle is maria_singh",
        "telegram: @mariasingh",
        "Benutzername: m.singh",
        "venmo @maria-singh-44",
        "paypal.me/mariasingh",
        "linkedin.com/in/maria-singh-44",
        "pay to maria.s@okhdfcbank",
    ),
    counterexamples=(
        "username: string",
        "username = request.form['user']",
        "username: admin",
        "postgres://billing:hunter2@db.example.com/app",
        "login: required",
        "user id: optional",
        "https://example.com:8080/a@b",
        "instagram is down",
    ),
)

MENTIONS = Detector(
    name="mentions",
    version=1,
    search=Anchored("mentions", (Anchor("@[A-Za-z0-9_]", (_MENTION, _OPENING, _ROW), 100, 40),), _account),
    identity=lambda value: value.lstrip("@").casefold(),
    examples=(
        "thanks @maria_singh for this",
        "@maria_singh did you see it?",
        "RT @maria_singh: good morning",
        "with @bob_k @maria_singh today",
        "“@maria_singh: good morning”",
        "@bob_k @maria_singh agreed",
    ),
    counterexamples=(
        "@property\ndef name(self): ...",
        "* @param name the name",
        "@Override public void run()",
        "@media screen",
        "npm i @types/node",
        "x = a @ b",
        "bob@example.com",
    ),
)
