"""Credentials in the files, commands and sentences that have a place of their own for them, one row a kind."""

import base64
import binascii
import re
from collections.abc import Callable
from typing import Final, NamedTuple

from app.core.finding import Detector, Judged, Pattern
from app.detectors.anchored import Anchor, Anchored
from app.detectors.randomness import entropy, placeholder, random

NAME: Final = "credentials"
_SCORE: Final = 0.8
_BITS: Final = 2.8
_FETCHED: Final = re.compile(r"[\w.$]+[(\[].*|[$%&*].*[)}]|[\"'`\W_]*|.*[({\[]|--?\w.*", re.DOTALL)  # code that fetches one, a flag


def _any(_value: str) -> bool:
    return True


def _strong(value: str) -> bool:
    """Letters beside digits or signs, as in no word and no name."""
    return any(map(str.isalpha, value)) and re.search(r"[0-9!@#$%^&*?~+=]", value) is not None


def _drawn(value: str) -> bool:
    return random(value.rstrip("="), _BITS)


def _encoded(value: str) -> bool:
    """Base64 of `user:password`."""
    try:
        plain = base64.b64decode(value + "=" * (-len(value) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        return False
    return ":" in plain and plain.isprintable()


def _hashed(value: str) -> bool:
    """A digest's form says enough, and its dollar signs look like a variable's."""
    return len(set(value)) > 12  # noqa: PLR2004 - different characters; fillings have fewer


def _paired(value: str) -> bool:
    """Figures on either side of every hyphen."""
    return all(any(map(str.isdigit, half)) for half in re.split(r"[-\s,]+", value))


def _grouped(value: str) -> bool:
    """Letters and figures together in two groups: neither a date, nor words in capitals with a number behind."""
    return sum(not part.isdigit() and not part.isalpha() for part in value.split("-")) > 1


def _mixed(value: str) -> bool:
    return entropy(value) >= _BITS


class Row(NamedTuple):
    """One kind: words that lead to it (RE2), an expression whose first group is the value, and what tells it from code and prose."""

    kind: str
    words: str
    regex: str
    check: Callable[[str], bool] = _any
    entity: str = "PASSWORD"


_USER: Final = r"[^\s,;:'\"]{1,64}"
_BARE: Final = r"([^\s\"'`,;<>(){}|\\]{4,100})"
_CODES: Final = (
    r"(?:pin|pin ?code|pincode|geheimzahl|clave|passcode|otp|one[- ]time (?:code|password)|(?:verification|2fa|access|door|gate|alarm|unlock|entry) code"
    r"|(?:zugangs|tür|alarm|bestätigungs|verifizierungs|entsperr|toegangs|deur|verificatie)code|code (?:d'accès|de la porte|d'entrée|de l'alarme|de vérification|pin)"
    r"|c[óo]digo (?:(?:de la|da) (?:puerta|porta|alarma)|do alarme|del? (?:acceso|acesso|entrada|verificación|verificação)|pin)"
    r"|codice (?:della porta|di accesso|dell'allarme|di verifica|pin))"
)
_PAIR: Final = r"(?:[0-9a-z]{4,5}-[0-9a-z]{4,5}|\d{8})"
_LICENCE: Final = (
    r"(?:(?:licen[cs]e|product|activation|registration|cd|steam|game|windows|office) ?key|activation code|serial ?(?:key|number))"
)
ROWS: Final = (
    # Files
    Row(".netrc", r"\b(?:machine|default)\s", rf"\b(?:machine\s+\S{{1,100}}|default)\s+login\s+{_USER}\s+(?:account\s+\S{{1,64}}\s+)?password\s+{_BARE}"),
    Row(".pgpass", r":(?:[0-9]{3,5}|\*):", r"(?:^|[^A-Za-z0-9._\-])(?:[A-Za-z0-9_-]+\.[A-Za-z0-9._-]+|localhost|\*):(?:\d{3,5}|\*):[^:\s/]{1,64}:[^:\s/]{1,64}:([^\s:/\"'<>()\[\],\\]{4,100})(?:$|[^A-Za-z0-9:/])", _strong),
    Row("Docker registry login", r'"auth"', r'"auth"\s?:\s?"([A-Za-z0-9+/]{8,}={0,2})"', _encoded),
    Row(".npmrc login", r"_auth\b", r"_auth\s?=\s?\"?([A-Za-z0-9+/]{8,}={0,2})", _encoded),
    Row(".npmrc password", r":_password", r":_password\s?=\s?\"?([A-Za-z0-9+/]{6,}={0,2})"),
    Row("WireGuard key", r"(?:Private|Preshared)Key", r"(?:PrivateKey|PresharedKey)\s{0,3}=\s{0,3}([A-Za-z0-9+/]{43}=)", _mixed, "PRIVATE_KEY"),
    Row("Kubernetes client key", r"client-key-data", r"client-key-data\"?:\s{0,3}\"?([A-Za-z0-9+/]{40,}={0,2})", _mixed, "PRIVATE_KEY"),
    Row("Terraform variable", r"\bvariable\s+\"", r"variable\s+\"[a-z0-9_\-]*(?:password|passwd|secret|token|api_key|private_key)[a-z0-9_\-]*\"\s*\{[^}]{0,200}?\bdefault\s*=\s*\"([^\"\n]+)\""),
    Row("PHP constant", r"\bdefine\(", r"define\(\s?['\"][A-Z0-9_]*(?:PASS(?:WORD|WD)?|SECRET|_KEY|_SALT)['\"]\s?,\s?['\"]([^'\"\n]+)['\"]"),
    Row("Redis configuration", r"\b(?:requirepass|masterauth)\s", rf"(?:requirepass|masterauth)\s+\"?{_BARE}"),
    Row("router configuration", r"\b(?:secret|password)\s[0-9]\s", r"(?:secret|password)\s[0-9]\s(\S{4,120})", _hashed),
    Row("SNMP community", r"\bsnmp-server community\s", rf"snmp-server community\s+{_BARE}(?:\s+R[OW]|\s*$|\n)"),
    Row("Wi-Fi key", r"\b(?:psk|sae_password|wpa_passphrase)=", r"(?:psk|sae_password|wpa_passphrase)=\"?([^\"\s]{8,64})"),
    # Hashes: what a password can be guessed from
    Row("Apache or crypt hash", r"\$(?:apr1|[156y]|2[abxy])\$",
        r"(\$apr1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{20,22}|\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}|\$[156]\$(?:rounds=\d{1,9}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{22,86}|\$y\$[./A-Za-z0-9]{1,40}\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43})", _hashed),
    Row("Argon2 hash", r"\$argon2", r"(\$argon2(?:id|i|d)\$(?:v=\d+\$)?m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]{8,}\$[A-Za-z0-9+/]{16,})", _hashed),
    Row("PBKDF2 or scrypt hash", r"\b(?:pbkdf2|scrypt)", r"\b((?:pbkdf2|scrypt)[a-z0-9_:\-]{0,30}\$(?:\d+\$)?[A-Za-z0-9./+]{4,}\$[A-Za-z0-9+/=.]{20,})", _hashed),
    Row("LDAP hash", r"\{S?S?(?:HA|MD5)", r"(\{(?:SSHA|SHA|SMD5|MD5)(?:256|512)?\}[A-Za-z0-9+/]{20,}={0,2})", _hashed),
    # Commands and statements
    Row("SQL password", r"(?i:identified\s+by|\bpassword)\s+'", r"(?i:identified\s+by|\bpassword)\s+'([^'\n]{4,100})'"),
    Row("database client's password", r"\bmysql(?:dump|admin|import)?\s", r"\bmysql(?:dump|admin|import)?\s(?:[^\n]{0,80}?\s)?-p([^\s'\"-][^\s'\"]{3,100})", _strong),
    Row("sshpass", r"\bsshpass\s", r"\bsshpass\s+-p\s?[\"']?([^\s\"']{4,100})"),
    Row("Redis client's password", r"\bredis-cli\s", rf"\bredis-cli\s(?:[^\n]{{0,80}}?\s)?-a\s+[\"']?{_BARE}"),
    Row("registry login", r"\b(?:docker|podman|helm registry)\s+login\b", rf"\b(?:docker|podman|helm registry)\s+login\b[^\n]{{0,100}}?\s(?:-p|--password)[\s=][\"']?{_BARE}"),
    Row("password that is piped", r"\|\s?(?:docker|podman|sudo|passwd|chpasswd)\b", r"\becho\s+(?:-n\s+)?[\"']?([^\s\"'|$]{4,100})[\"']?\s*\|\s?(?:(?:docker|podman)\s+login|sudo\s+-S|passwd|chpasswd)", _strong),
    Row("Windows account", r"\bnet\s+user\s", r"\bnet\s+user\s+\S{1,64}\s+([^\s/]{4,100})(?:\s+/add|\s*$|\n)", _strong),
    # Connections and sessions
    Row("ODBC or ADO password", r"(?i:;\s?(?:pwd|password)\s?=)", r"(?i:;\s?(?:pwd|password)\s?=)\s?([^;\"'\s{}]{4,100})"),
    Row("Oracle connection", r"jdbc:oracle:", r"jdbc:oracle:[a-z]+:[^/\s:@]{1,64}/([^@\s/]{4,100})@"),
    Row("session cookie", r"(?i:sess(?:ion)?[_\-]?(?:id)?|sessid|connect\.sid|_session|(?:auth|remember|refresh)[_\-]?token|\bsid)=",
        r"(?i:sess(?:ion)?[_\-]?(?:id)?|sessid|connect\.sid|_session|(?:auth|remember|refresh)[_\-]?token|\bsid)=(?:s%3A)?([A-Za-z0-9%._\-]{16,200})", _drawn, "API_KEY"),
    Row("token in a header", r"(?i:\bx-[a-z0-9\-]*(?:token|secret|auth|session))", r"(?i:\bx-[a-z0-9\-]*(?:token|secret|auth|session)[a-z0-9\-]*)[\"']?\s?[:=]\s?[\"']?([A-Za-z0-9_\-+/.=]{16,1000})", _drawn, "API_KEY"),
    # Sentences
    Row("user and password", r"(?i:\b(?:user(?:name)?|login)[ :=])", rf"(?i:\b(?:user(?:name)?|login)[ :=]+){_USER}(?:\s?/\s?|[,;]?\s+(?:and\s+)?(?i:pass(?:word|wd)?|pw|pwd)[ :=]+){_BARE}", _strong),
    Row("PIN or code", rf"(?i:\b{_CODES})", rf"(?i:\b{_CODES}(?: number)?(?: to| for| of)?(?: (?:is|was|ist|lautet|es|est|è|é))?:?\s{{1,2}})[\"'#]?(\d{{4,8}}|\d{{3}}[ \-]\d{{3}})(?:$|[^0-9A-Za-z.])"),
    Row("backup codes", r"(?i:\b(?:backup|recovery|2fa|mfa|scratch) codes?\b)", rf"(?i:\b(?:backup|recovery|2fa|mfa|scratch) codes?(?: (?:is|are|was|were))?:?\s{{1,3}})({_PAIR}(?:[\s,]{{1,3}}{_PAIR}){{0,15}})(?:$|[^0-9A-Za-z])", _paired),
    Row("licence key", rf"(?i:\b{_LICENCE}\b)", rf"(?i:\b{_LICENCE}(?: (?:is|was))?:?\s{{1,3}})[\"'`]?([A-Z0-9]{{4,6}}(?:-[A-Z0-9]{{4,6}}){{2,5}})(?:$|[^A-Za-z0-9\-])", _grouped, "API_KEY"),
    Row("Windows product key", r"[BCDFGHJKMNPQRTVWXY2346789]{5}-[BCDFGHJKMNPQRTVWXY2346789]{5}-", r"(?:^|[^A-Za-z0-9\-])((?:[BCDFGHJKMNPQRTVWXY2346789]{5}-){4}[BCDFGHJKMNPQRTVWXY2346789]{5})(?:$|[^A-Za-z0-9\-])", _grouped, "API_KEY"),
    Row("security answer", r"(?i:\bsecurity (?:question|answer)|\bsecret (?:question|answer))", r"(?i:\bsec(?:urity|ret) (?:question[^\n]{0,80}?\banswer|answer)(?:\s?[:=]|\sis)\s{1,2})[\"'“]?([\pL0-9][\pL0-9'\-]{2,30}(?: [A-Z0-9][\pL0-9'\-]{1,20}){0,2})"),
    Row("password by its short name", r"(?i:\bpw\s?[:=])", rf"(?i:\bpw\s?[:=])\s?{_BARE}", _strong),
    Row("one-time password secret", r"(?i:\b(?:totp|otp|2fa|mfa)[ _\-]?(?:secret|seed|key))", r"(?i:\b(?:totp|otp|2fa|mfa)[ _\-]?(?:secret|seed|key))[\"']?(?:\sis|\s?[:=])?\s{0,2}[\"']?([A-Z2-7]{16,64})", _mixed),
    Row("wallet's seed phrase", r"(?i:\b(?:seed|recovery|secret|backup|mnemonic)[ _\-](?:phrase|words?)\b|\bmnemonic\b)",
        r"(?i:\b(?:seed|recovery|secret|backup|mnemonic)[ _\-](?:phrase|words?)\b|\bmnemonic\b)[^\n]{0,24}?[^\pL]((?:[a-z]{3,8}[ ,]{1,2}){11,23}[a-z]{3,8})", entity="PRIVATE_KEY"),
)  # fmt: skip

_PATTERNS: Final = {row.kind: Pattern(row.regex, row.entity, _SCORE, 1) for row in ROWS}
_CHECKS: Final = {row.regex: row.check for row in ROWS}


def _judge(value: str, pattern: Pattern) -> Judged | None:
    check = _CHECKS[pattern.regex]
    if not check(value) or (check is not _hashed and (placeholder(value) or _FETCHED.fullmatch(value))):
        return None
    return Judged(pattern.entity, pattern.score)


CREDENTIALS = Detector(
    name=NAME,
    version=3,
    search=Anchored(NAME, [Anchor(row.words, (_PATTERNS[row.kind],), 160, 360) for row in ROWS], _judge),
    identity=str,
    examples=(
        "machine api.example.com login bob password s3cr3t9",
        "db.example.com:5432:app:app_user:s3cr3t9",
        '{"auths":{"registry.example.com":{"auth":"dXNlcjpodW50ZXIy"}}}',
        "PresharedKey = FpCyhws9cxwWoV4xELtfJvjJN+zQVRPISllRWgeopVE=",
        "alice:$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
        "CREATE USER 'app'@'%' IDENTIFIED BY 's3cr3t9';",
        "mysql -u root -ps3cr3t9 app",
        "Cookie: sessionid=k3j4h5k6j7h8g9f0d1s2a3p4o5i6; theme=dark",
        "Driver={ODBC Driver 18};Server=db;Uid=sa;Pwd=Str0ngPass1;",
        "the door code is 482193, thanks",
        "el código de la puerta es 5512",
        "one-time code: 221-998",
        "2FA backup codes: 8841-2204 1192-4471",
        "licence key: 4TD8Z-8PQ2M-7YHRW",
        "Office: 7XK4T-8PQ2M-7YHRW-3VNJC-B6FGH",
        "security question: first pet; answer: Biscuit",
        "my login: bob / s3cr3t9",
        "define('DB_PASSWORD', 's3cr3t9');",
        "seed phrase: legal winner thank year wave sausage worth useful legal winner thank yellow",
    ),
    counterexamples=(
        "login name password field",
        "main.c:12:5: error: expected ';'",
        "host:8080:path:to:file",
        '"auth": "required"',
        "PrivateKey = load(path)",
        "ALTER USER app WITH PASSWORD '%s';",
        "mysql -u root -p app",
        "session_id=request.cookies.get(name)",
        ";Password=${DB_PASSWORD};",
        "pin the version to 20240101.1",
        "the status code is 4040",
        "costs $1$ and $5$ and $6$",
        "a secret phrase of ours",
    ),
)
