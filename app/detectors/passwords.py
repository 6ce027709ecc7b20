"""Passwords where they are written down: assignments, flags, markup, prose and URLs. The finding is the value alone, without quotes."""

import re
from typing import Final

from app.core.finding import Detector, Judged, Pattern
from app.detectors.randomness import placeholder, random

_WORDS: Final = r"(?:pass_?word|passwd|pass_?phrase|pass_?code|pwd|passwort|kennwort|contraseña|contrasena|senha|mot de passe|wachtwoord|пароль|密码|密碼|パスワード)"
_NAME: Final = rf"(?i:{_WORDS}|[a-z0-9]_pass|\bpass|secret)[A-Za-z0-9]{{0,2}}"
_AS: Final = r"\s{0,3}(?:=>|:=|=|:|\x{ff1a})\s{0,3}"
_STOP: Final = r"\x{2018}-\x{201f}\x{2190}-\x{2bff}\x{3000}-\x{3011}\x{ff0c}\x{ff1b}\x{1f000}-\x{1faff}"  # quotes, emoji, CJK punctuation
_TAIL: Final = rf"[^\s{_STOP},;(){{}}\[\]<>\"'`\\.]"  # punctuation after a bare value belongs to the sentence

_DOUBLE: Final = Pattern(rf"""{_NAME}["'\]]{{0,2}}{_AS}[bruf]?"((?:[^"\\\r\n]|\\.)+)\"""", "PASSWORD", 0.8, 1)
_SINGLE: Final = Pattern(rf"""{_NAME}["'\]]{{0,2}}{_AS}[bruf]?'((?:[^'\\\r\n]|\\.)+)'""", "PASSWORD", 0.8, 1)
_ESCAPED: Final = Pattern(rf"""{_NAME}\\+["']{_AS}\\+["']((?:[^"'\\\r\n]|\\+[^"'\\\r\n])+)\\+["']""", "PASSWORD", 0.8, 1)
_ENV: Final = Pattern(
    rf"(?:^|\\[nrt]|[^A-Za-z0-9_])(?:[A-Z0-9]+_)*(?:PASSWORD|PASSWD|PASSPHRASE|PWD|PASS|SECRET|PGPASSWORD)=([^\s{_STOP}\"'`\\<>]*{_TAIL})",
    "PASSWORD",
    0.7,
    1,
)
_BARE: Final = Pattern(
    rf"{_NAME}\*{{0,2}}{_AS}\*{{0,2}}([^\s{_STOP}\"'`,;<>(){{}}\[\]\\]*{_TAIL})(?:$|[^A-Za-z0-9_(\[{{])", "PASSWORD", 0.6, 1
)
# Whatever signs it holds, brackets too, where only chance writes so.
_DRAWN: Final = Pattern(
    rf"(?i:{_WORDS})(?:\*{{0,2}}{_AS}\*{{0,2}}|(?i:\s(?:is|was|to|ist|war|lautet|est|es|è|é):?)\s{{1,2}})([^\s{_STOP}\"'`,;<>\\]{{5,255}}{_TAIL})(?:$|[^A-Za-z0-9_(\[{{])",
    "PASSWORD",
    0.7,
    1,
)
_LINE: Final = Pattern(rf"(?i:{_WORDS})[\"']?\s?[:\x{{ff1a}}][ \t]{{1,3}}(\pL{{5,32}})[ \t]*(?:$|[\r\n])", "PASSWORD", 0.5, 1)
_OF: Final = r"(?:\s(?:for|of|to|on|für|zum|fürs|von|del|de|para|do|da|du|pour|per|voor|van)(?:\s(?:the|my|our|this|das|den|die|el|la|le|il|het|de|o|a))?\s[\pL\pN._\-]{1,24})?"
_SAID: Final = Pattern(
    rf"(?i:\b(?:{_WORDS}|clave){_OF}\s(?:is|was|to|ist|war|lautet|est|es|è|é)(?:\snow)?:?)\s{{1,2}}[\"'`“„]?([^\s{_STOP}\"'`,;<>(){{}}]*[^\s{_STOP},;()\"'`\[\]{{}}<>.!?])",
    "PASSWORD",
    0.6,
    1,
)
# A word and nothing behind it that goes on about the password: `my password is swordfish, ...`; what may stand there besides is in _STATES.
_TOLD: Final = Pattern(
    rf"(?i:\b(?:my|our|your|his|her|their|the|mein|unser|mi|mon|ma|minha|mijn|mia)\s(?:[a-z\-]{{1,20}}\s)?{_WORDS}\s(?:is|was|ist|lautet|est|es|è|é)"
    rf"(?:\snow|\sjetzt|\sahora)?:?)\s{{1,2}}[\"'`“„«]?(\pL{{5,32}})(?:[\"'`”»)\]}}<{_STOP}]|[ \t]*(?:$|[\r\n])|[.,;!](?:[^\pL\pN]|$)|\s(?:[-\x{{2013}}\x{{2014}}]|and|but|und|y|et|e|en)\s)",
    "PASSWORD",
    0.5,
    1,
)
# No word between: only what is written as no word is.
_BESIDE: Final = Pattern(
    rf"(?i:\b{_WORDS})\s{{1,2}}[\"'`“„]?([^\s{_STOP}\"'`,;<>(){{}}\[\]]{{7,63}}{_TAIL})(?:$|[^A-Za-z0-9_(\[{{])", "PASSWORD", 0.5, 1
)
_ALONE: Final = Pattern(rf"(?i:{_WORDS})\s{{1,2}}(\d{{4,16}})(?:$|[^0-9A-Za-z.,:/\-]|[.,](?:\s|$))", "PASSWORD", 0.5, 1)
_FLAG: Final = Pattern(
    r"(?i:--(?:[a-z0-9]+-)*pass(?:word|wd|phrase)?)\s[\"']?([^\s\"'`-][^\s\"'`]*)|\bsshpass\s-p\s?[\"']?([^\s\"']+)", "PASSWORD", 0.6, 1
)
_LOGIN: Final = Pattern(r"\bcurl\s[^\n]{0,200}?(?:-u|--user)[\s=]?[\"']?[A-Za-z0-9_.@-]{1,64}:([^\s\"'`]+)", "PASSWORD", 0.7, 1)
_MARKUP: Final = Pattern(rf"(?i:<[a-z0-9_:.\-]*{_WORDS}>)([^<\s]+)(?:</)", "PASSWORD", 0.8, 1)
_URL: Final = Pattern(r"://[^\s:/?#@\"'<>`]*:([^\s/\"'<>`]+)@[^\s/@\"'<>`]", "PASSWORD", 0.9, 1)

_IDENTIFIER: Final = re.compile(r"[A-Za-z_$][\w$]*(?:(?:\.|->|::|\?\.)[A-Za-z_$][\w$]*)*!?\??")
_CALL: Final = re.compile(
    r".*(?:\[[^\]]*-|\{\d|\(\?|\[\^).*|"
    r"[\w.$]+[(\[].*[)\]]|[A-Za-z_.]{4,}[(\[].*|[&*!][A-Za-z_-]+\d{0,2}|\\?[/~.]{1,2}[\w./-]*|[a-z]+://.*|[\w.$]*\{.*\}"
)
_CODE: Final = re.compile(
    r"[\w.$]+(?:\(|\[|\.\.\.).*|.*\|\s?\w+|[&*!]\w+|\\?[/~.]{1,2}[\w./-]*|https?://.*|\d{1,3}|[\W_]+|.*[(\[{]", re.DOTALL
)
_STEM: Final = re.compile(
    r"pass|pwd|secret|token|credential|hash|(?:api|access|secret|private)_?key|(?<![a-z])key|salt|auth|input|field|param|value|kennwort|passwort",
    re.IGNORECASE,
)


_STATES: Final = frozenset(
    """again also always available below better blank built case compromised confidential correct critical crucial current different difficult easy empty
    enough essential exactly external false final fine forgotten gone good great hard here hidden identical important inside internal just known long
    longer mandatory maybe necessary never newer normal nothing obvious often okay older only optional original passable personal poor present private
    probably public random really ready right safe same secondary secret secure sent set shared short shorter shown simple simply sometimes special
    still strong stronger stuck sufficient temporary there tied today transparent tricky true unique unknown unsafe unset usual usually valid visible
    weak weaker weird worse written
    falsch geheim gleich gültig korrekt lang kurz leer notwendig richtig schlecht schwach sicher stark unbekannt ungültig unsicher wichtig
    buena correcta corta débil diferente fuerte igual incorrecta insegura inválida larga mala misma necesaria nueva obligatoria privada secreta segura
    simple única válida bonne court erroné facile faible fort identique incorrect nouveau nécessaire obligatoire privé requis sûr unique valide vide
    certa errada fraca forte incorreta inválida nova segura válida debole errata giusta nuova sbagliata sicura uguale valida
    fout geheim juist onjuist ongeldig sterk veilig verlopen zwak""".split()  # noqa: SIM905 - a table of words
)
# How a password is kept or sent, which is written like one.
_SCHEME: Final = re.compile(
    r".*(?:sha-?\d|argon|pbkdf|base-?\d|oauth|md5|crypt|aes|rsa|utf|http|x509|ldap|saml|kerberos|totp|2fa|mfa|win\d|v\d).*", re.IGNORECASE
)
_MARKED: Final = re.compile(r"&(?:quot|[gl]t|amp|nbsp|#)")
_INFLECTED: Final = re.compile(  # participles, and what is formed like `breakable`
    r"\w{3,}(?:ed|able|ible|less|ful|ous|ive|ada|ida|ado|ido|ée?|lich)|\w{4,}ing|(?:ab|be|ent|ge|ver)\w{4,}(?:t|en)", re.IGNORECASE
)


def _told(value: str) -> bool:
    """Say whether a word behind `my password is` is none of those that tell how a password is, or what became of it."""
    return value.casefold() not in _STATES and _INFLECTED.fullmatch(value) is None and not _STEM.search(value)


def _strong(value: str) -> bool:
    """Say whether letters mix with digits or symbols, as in no word or name."""
    letters = any(map(str.isalpha, value))
    return letters and (any(map(str.isdigit, value)) or re.search(r"[!@#$%^&*?~+=]", value) is not None)


def _drawn(value: str) -> bool:
    """Say whether letters, figures and a sign make up a value, as somebody is told to choose one."""
    letters, figures = any(map(str.isalpha, value)), any(map(str.isdigit, value))
    return letters and figures and re.search(r"[!@#$%^&*?~+=]", value) is not None and "/" not in value and not _SCHEME.fullmatch(value)


def _quoted(value: str) -> float:
    """Literals in quotes: anything but labels, names of fields and sentences."""
    if re.search(r"\s", value):
        return 0.8 if _strong(value) and not _STEM.search(value) else 0.0
    if (
        _STEM.search(value)
        and (_IDENTIFIER.fullmatch(value) or re.fullmatch(r"[\w./:\-]+", value))
        and not re.search(r"\d{2}|[a-z]\d", value)
    ):
        return 0.0
    return 0.8 if len(value) > 3 or _strong(value) else 0.1  # noqa: PLR2004 - `"id"`, `"x"`


def _unquoted(value: str) -> float:
    """Bare words: in code these are names and calls, so letters alone count only beside a word such as `user`."""
    if _IDENTIFIER.fullmatch(value):
        if _STEM.search(value) or "." in value or "::" in value or "->" in value or "_" in value or re.search(r"[a-z][A-Z]", value):
            return 0.0
        return 0.6 if re.search(r"\d", value) else 0.2 if value.islower() and len(value) >= 5 else 0.0  # noqa: PLR2004 - a short name
    return 0.6 if _strong(value) else 0.3 if len(value) >= 4 else 0.0  # noqa: PLR2004 - a PIN or less


def _number(value: str) -> bool:
    """Say whether figures alone are as many as somebody would choose."""
    return value.isdecimal() and len(value) >= 4  # noqa: PLR2004 - a PIN


def _by_chance(value: str) -> bool:
    """Say whether letters, figures and signs stand in no order, and no call of a program either."""
    plain = re.fullmatch(r"\w*", value) is not None and value.islower()  # the name of something: `encode_crc32`
    return random(value, 2.75) and not value.isalnum() and not plain and not _CALL.fullmatch(value) and not _SCHEME.fullmatch(value)


def _check(value: str, pattern: Pattern) -> Judged | None:
    if pattern is _DRAWN:
        return Judged(pattern.entity, pattern.score) if _by_chance(value) else None
    if placeholder(value) or _CODE.fullmatch(value) or len(value) > 256:  # noqa: PLR2004 - no password is that long
        return None
    if pattern in (_DOUBLE, _SINGLE, _ESCAPED):
        score = _quoted(value)
    elif pattern in (_BARE, _FLAG):
        score = _unquoted(value)
    elif pattern is _LINE:  # a lower-case word that ends its line, as in YAML or a letter
        score = pattern.score if value.islower() and not _STEM.search(value) else 0.0
    elif pattern in (_SAID, _BESIDE) and _MARKED.search(value):  # the end of a sentence in markup
        score = 0.0
    elif pattern is _SAID:
        score = pattern.score if (_strong(value) and not _STEM.search(value)) or _number(value) else 0.0
    elif pattern is _BESIDE:
        score = pattern.score if _drawn(value) and not _STEM.search(value) else 0.0
    elif pattern is _TOLD:
        score = pattern.score if _told(value) else 0.0
    else:
        score = pattern.score
    return Judged(pattern.entity, score) if score else None


PASSWORD = Detector(
    name="password",
    version=4,
    patterns=(_DOUBLE, _SINGLE, _ESCAPED, _ENV, _BARE, _DRAWN, _LINE, _SAID, _TOLD, _BESIDE, _ALONE, _FLAG, _LOGIN, _MARKUP, _URL),
    judge=_check,
    context=("username", "user", "login", "credentials", "admin", "root", "benutzer", "email", "usuario", "utilisateur"),
    identity=str,
    examples=(
        "password=hunter2",
        'PASSWORD: "correct-horse"',
        "DB_PASSWORD=letmein",
        "export PGPASSWORD=S3cr;et,x",
        '{"user":"bob","password":"s3cr3t"}',
        r"{\"passwd\":\"hunter2\"}",
        "postgres://app:hunter2@db.example.com:5432/app",
        "redis://:p@ss%21@cache:6379",
        "my password is hunter2, do not tell",
        "username: admin\npassword: letmein",
        "Server=db;User Id=sa;Pwd=Tr0ub4dor;",
        "<password>hunter2</password>",
        "mysqldump --password 'Tr0ub4dor&3'",
        "curl -s -u alice:w0nderland https://example.com",
        "Passwort: Sommer2024!",
        "secret = 'shhh-quiet-9'",
        "hi, my password is 80417263",
        "I am the tenant and my password is swordfish",
        "mein Passwort ist sonnenblume.",
        "user tenant password 7302",
        "the password for the router is Fern-4471",
        "minha senha é Girassol9",
        "mi clave del wifi es Girasol2024",
        "the wifi is HomeNet and the password Blue!Fish99",
        "password: T(q8Zp_LI4",
        "my password is _7VB4q3sg_",
        "Passwort: 9R)97RHxvt",
        "password: &0mEeYDgDl",
        "password: Lw5Lq1tt)6",
        "password: 9R)97RHxvt_k2Lw}Zp0[qq7",
    ),
    counterexamples=(
        "password=os.environ['DB_PASSWORD']",
        "password: ${DB_PASSWORD}",
        "password: <password>",
        "pwd = getpass.getpass()",
        "password=None",
        "def login(user: str, password: str) -> bool:",
        "User(username=username, password=password)",
        'label="Password", help="Enter your password"',
        "password: 'Password is required'",
        "the password is incorrect",
        "my password is wrong, I think",
        "your password is expired.",
        "the password is case sensitive",
        "das Passwort ist falsch",
        "our password was compromised and changed",
        "a password is 8 characters or more",
        "password 2.0 and later",
        "postgres://user:password@localhost/db",
        "https://example.com:8080/path",
        "password = request.form['password']",
        "password: z.string().min(8)",
        "PWD=/usr/src/app",
        "secret = hmac.new(key, msg)",
        "--password-file /run/secrets/db",
        "if password != confirm_password: raise ValueError('no')",
        'type="password" name="password"',
        "secret: {{ vault_secret }}",
        "the password Argon2id hash is stored",
        "password PBKDF2WithHmacSHA256 is weak",
        "the password confirmationField2 is required",
        "the password Button1_Click handler",
        "reset password www.Example.com/Reset?x=1",
        "la clave es que funciona",
        "password: hash_password(user_1, salt2)",
        "password: request.form[key1],",
        "password = get_secret(name2",
        "password: item_7_id,",
        "password: ^[a-zA-Z0-9]{3,30}$",
        "password: [A-Za-z0-9]{8,}",
        "password: PBKDF2_sha256$x9",
        "password: map[string]int{1}",
        "password: 'x', encode_crc32b",
        "passwd = encode_crc32b2x",
    ),
)
