"""Passwords, keys and sessions where files, commands, headers and sentences have a place for them."""

import base64
import random
import string
from collections.abc import Callable
from typing import Final

from tests.specimens import FRAMES, Specimen

_ALNUM: Final = string.ascii_letters + string.digits
_CRYPT: Final = "./" + _ALNUM
_BIP39: Final = [
    "abandon",
    "ability",
    "able",
    "about",
    "above",
    "absent",
    "absorb",
    "abstract",
    "absurd",
    "abuse",
    "access",
    "accident",
    "legal",
    "winner",
    "thank",
    "year",
    "wave",
    "sausage",
    "worth",
    "useful",
    "yellow",
    "zebra",
]


def _some(rng: random.Random, count: int, alphabet: str = _ALNUM) -> str:
    return "".join(rng.choices(alphabet, k=count))


def _password(rng: random.Random) -> str:
    """As people make them: a word, digits, perhaps a sign."""
    return (
        rng.choice(("Sommer", "Tiger", "dragon", "Blue", "monkey", "Falcon")) + str(rng.randint(10, 9999)) + rng.choice(("", "!", "#", "x"))
    )


def _blank(rng: random.Random) -> str:
    """What stands there in documentation and code."""
    return rng.choice(("${{SECRET_{}}}", "<password-{}>", "%(PASSWORD_{})s", "{{{{ vault.secret{} }}}}", "$VAR{}")).format(
        rng.randint(1, 10**6)
    )


def _login(rng: random.Random) -> str:
    return base64.b64encode(f"{rng.choice(('bob', 'alice', 'deploy'))}:{_password(rng)}".encode()).decode()


def _key32(rng: random.Random) -> str:
    return base64.b64encode(rng.randbytes(32)).decode()


def _kind(
    kind: str, form: str, frames: tuple[str, ...], positive: Callable[[random.Random], str] = _password, near: Callable[[random.Random], str] = _blank,
    entity: str = "PASSWORD", check: str = "place, not a placeholder",
) -> Specimen:  # fmt: skip
    return Specimen(kind, entity, form, positive, near, frames, frames, check, ("API_KEY",) if entity == "PASSWORD" else ("PASSWORD",))


def _url(scheme: str) -> tuple[str, ...]:
    return (
        f"{scheme}://app:{{}}@db.example.com/main",
        f'DATABASE_URL="{scheme}://app:{{}}@10.0.0.7:5432/main?ssl=1"',
        f'{{"dsn": "{scheme}://app:{{}}@db/x"}}',
    )


_SCHEMES: Final = (
    "postgres", "postgresql", "mysql", "mariadb", "mongodb", "mongodb+srv", "redis", "rediss", "amqp", "amqps", "mssql", "oracle", "clickhouse", "snowflake",
    "cockroachdb", "cassandra", "neo4j", "bolt", "influxdb", "elasticsearch", "nats", "kafka", "mqtt", "ftp", "sftp", "ssh", "smtp", "imap", "ldap", "ldaps", "http", "https",
)  # fmt: skip

SPECIMENS: Final = (
    *(_kind(f"password in a {scheme} address", f"`{scheme}://user:password@host` (RFC 3986, userinfo)", _url(scheme)) for scheme in _SCHEMES),
    _kind("password in an environment file", "`NAME_PASSWORD=value`", ("DB_PASSWORD={}", "export APP_PASSWORD='{}'", "PGPASSWORD={} psql -h db", "ENV ADMIN_PASSWORD={}\nRUN make")),
    _kind("password in YAML", "`password: value`", ("db:\n  user: app\n  password: {}\n", "  password: '{}'\n", "spring:\n  datasource:\n    password: {}\n")),
    _kind("password in JSON", '`"password": "value"`', ('{"user": "app", "password": "{}"}', '{"db":{"passwd":"{}"}}', r'{\"password\":\"{}\"}')),
    _kind("password in XML", "`<password>value</password>` (Maven, settings)", ("<server><username>bob</username><password>{}</password></server>", "<password>{}</password>")),
    _kind("password in a sentence", "`my password is value`", ("my password is {}", "The password is {}, please change it.", "Passwort: {}", "la contraseña es {}")),
    _kind("user and password in a sentence", "`login: user / password`", ("my login: bob / {}", "username bob password {}", "user: bob, pass: {}")),
    _kind("password in source", "`password = 'value'`", ("password = '{}'", 'const dbPassword = "{}";', 'String passwd = "{}";')),
    _kind("ADO or ODBC connection", "`Server=...;Pwd=value;` (Microsoft, connection strings)", ("Server=db;Database=x;User Id=sa;Password={};", "Driver=ODBC;Server=db;Uid=sa;Pwd={};")),
    _kind("JDBC connection", "`jdbc:...password=value`", ("jdbc:postgresql://db/app?user=app&password={}", "jdbc:sqlserver://db;user=sa;password={};")),
    _kind("Oracle JDBC connection", "`jdbc:oracle:thin:user/password@` (Oracle, JDBC guide)", ("jdbc:oracle:thin:app/{}@//db:1521/XE",)),
    _kind("libpq connection", "`host=... password=value` (PostgreSQL, libpq)", ("host=db port=5432 user=app password={} dbname=x",)),
    _kind(".netrc", "`machine h login u password p` (GNU inetutils)", ("machine api.example.com login bob password {}", "machine api.example.com\n  login bob\n  password {}\n")),
    _kind(".pgpass", "`host:port:database:user:password` (PostgreSQL, password file)", ("db.example.com:5432:app:app_user:{}", "localhost:5432:*:bob:{}\n")),
    _kind("basic authentication", "`Authorization: Basic base64` (RFC 7617)", ("Authorization: Basic {}", "-H 'authorization: Basic {}'"), _login),
    _kind("curl -u", "`curl -u user:password` (curl, manual)", ("curl -s -u alice:{} https://example.com", "curl --user alice:{} https://example.com")),
    _kind("Docker registry login", '`"auth": base64` (Docker, config.json)', ('{"auths": {"registry.example.com": {"auth": "{}"}}}',), _login),
    _kind("docker login -p", "`docker login -u user -p password` (Docker, CLI)", ("docker login -u bob -p {}", "docker login registry.example.com --username bob --password {}")),
    _kind("mysql -p", "`mysql -ppassword` (MySQL, client options)", ("mysql -u root -p{} app", "mysqldump -h db -p{} app > x.sql")),
    _kind("sshpass -p", "`sshpass -p password` (sshpass, manual)", ("sshpass -p {} ssh root@host", "sshpass -p '{}' scp a b:")),
    _kind("redis-cli -a", "`redis-cli -a password` (Redis, CLI)", ("redis-cli -a {} ping", "redis-cli -h cache -a {} info")),
    _kind("Redis configuration", "`requirepass value` (Redis, configuration)", ("requirepass {}\n", "masterauth {}\n")),
    _kind("SQL account", "`IDENTIFIED BY 'value'`, `PASSWORD 'value'`", ("CREATE USER 'app'@'%' IDENTIFIED BY '{}';", "ALTER USER app WITH PASSWORD '{}';")),
    _kind("Terraform variable", '`variable "db_password" { default = ... }`', ('variable "db_password" {\n  default = "{}"\n}',)),
    _kind("PHP constant", "`define('DB_PASSWORD', 'value')` (WordPress, wp-config)", ("define('DB_PASSWORD', '{}');", "define( 'AUTH_SALT', '{}' );")),
    _kind(".npmrc login", "`_auth=base64` (npm, npmrc)", ("//registry.example.com/:_auth={}\n", "_auth = {}\n"), _login),
    _kind(".npmrc password", "`:_password=base64` (npm, npmrc)", ("//registry.example.com/:_password={}\n",), lambda rng: base64.b64encode(_password(rng).encode()).decode()),
    _kind(".pypirc", "`password = value` (PyPI, pypirc)", ("[pypi]\nusername = bob\npassword = {}\n",)),
    _kind("WireGuard private key", "`PrivateKey = base64` (WireGuard, wg)", ("[Interface]\nPrivateKey = {}\n", "PrivateKey={}"), _key32, entity="PRIVATE_KEY"),
    _kind("WireGuard preshared key", "`PresharedKey = base64` (WireGuard, wg)", ("[Peer]\nPresharedKey = {}\n",), _key32, entity="PRIVATE_KEY"),
    _kind("Kubernetes client key", "`client-key-data: base64` (Kubernetes, kubeconfig)", ("    client-key-data: {}\n",), lambda rng: base64.b64encode(rng.randbytes(90)).decode(), entity="PRIVATE_KEY"),
    _kind("Kubernetes user token", "`token: value` (Kubernetes, kubeconfig)", ("users:\n- name: admin\n  user:\n    token: {}\n",), lambda rng: _some(rng, 12) + "4k" + _some(rng, 14), entity="API_KEY"),
    _kind("bcrypt hash", "`$2y$cost$` and 53 characters (htpasswd)", ("alice:{}", '"password_hash": "{}"'), lambda rng: "$2y$10$" + _some(rng, 53, _CRYPT)),
    _kind("Apache MD5 hash", "`$apr1$salt$` and 22 characters (htpasswd)", ("bob:{}", "bob:{}\nalice:x"), lambda rng: f"$apr1${_some(rng, 8, _CRYPT)}${_some(rng, 22, _CRYPT)}"),
    _kind("SHA-512 crypt hash", "`$6$salt$` and 86 characters (crypt)", ("root:{}:19000:0:99999:7:::",), lambda rng: f"$6${_some(rng, 16, _CRYPT)}${_some(rng, 86, _CRYPT)}"),
    _kind("yescrypt hash", "`$y$params$salt$` and 43 characters (crypt)", ("root:{}:19000:0:99999:7:::",), lambda rng: f"$y$j9T${_some(rng, 22, _CRYPT)}${_some(rng, 43, _CRYPT)}"),
    _kind("Argon2 hash", "`$argon2id$v=19$m=,t=,p=$salt$hash` (RFC 9106, PHC string)", ("hash: {}", '"password": "{}"'), lambda rng: f"$argon2id$v=19$m=65536,t=3,p=4${_some(rng, 22)}${_some(rng, 43)}"),
    _kind("PBKDF2 hash", "`pbkdf2_sha256$rounds$salt$hash` (Django)", ("hash {}", "('bob', '{}')"), lambda rng: f"pbkdf2_sha256$600000${_some(rng, 22)}${_key32(rng)}"),
    _kind("session cookie", "`Cookie: sessionid=value` (RFC 6265)", ("Cookie: sessionid={}; theme=dark", "Set-Cookie: PHPSESSID={}; Path=/; HttpOnly"), lambda rng: _some(rng, 14, string.ascii_lowercase + string.digits) + "7a" + _some(rng, 16), entity="API_KEY"),
    _kind("PIN or access code", "four to eight digits beside a word", ("PIN: {}", "the door code is {}", "passcode {} for the gate"), lambda rng: str(rng.randint(1000, 99_999_999)), lambda rng: f"{rng.randint(1, 99)}.{rng.randint(100, 999)}.{rng.randint(1, 99)}"),
    _kind("one-time password secret", "base32 (RFC 6238, key URI)", ("TOTP secret: {}", "2fa_seed={}"), lambda rng: "J2" + _some(rng, 30, string.ascii_uppercase + "234567")),
    _kind("wallet's seed phrase", "12 words (BIP-39)", ("seed phrase: {}", "my recovery phrase is: {}"), lambda rng: " ".join(rng.choices(_BIP39, k=12)), lambda rng: " ".join(rng.choices(_BIP39, k=6)) + ".", entity="PRIVATE_KEY"),
    _kind("backup codes", "pairs of four or five characters, or eight digits, beside a word", ("2FA backup codes: {}", "recovery code {}"), lambda rng: f"{rng.randint(1000, 9999)}-{rng.randint(1000, 9999)}", lambda rng: f"are kept for {rng.randint(2, 999)} days"),
    _kind("licence key", "groups of five letters and digits beside a word", ("licence key: {}", "the product key is {}", "activation code {}"), lambda rng: "-".join(_some(rng, 4, string.ascii_uppercase) + str(rng.randint(1, 9)) for _ in range(4)) + f"-{rng.randint(10, 99)}XYZ", lambda rng: "-".join(_some(rng, 5, string.ascii_uppercase) for _ in range(4)), entity="API_KEY"),
    _kind("Windows product key", "five groups of five of 25 characters (Microsoft)", ("Office: {}", "{} works"), lambda rng: "-".join(rng.choice("2346789") + _some(rng, 4, "BCDFGHJKMNPQRTVWXY2346789") for _ in range(5)), lambda rng: "-".join(str(rng.randint(10000, 99999)) for _ in range(4)), entity="API_KEY"),
    _kind("security answer", "what answers a security question", ("security question: first pet; answer: {}", "the security answer is {}"), lambda rng: rng.choice(("Biscuit", "Fernlea", "Marigold")) + rng.choice(("", "1", "7", "12", " Lane", " Road")), lambda rng: "*" * rng.randint(3, 999)),
    Specimen("key of no known service", "API_KEY", "letters and digits beside a name such as `api_key`", lambda rng: _some(rng, 14) + "4k7" + _some(rng, 15), lambda rng: f"get_api_key_from_vault_{rng.randint(1, 10**6)}",
        ("api_key = '{}'", '{"accessToken": "{}"}', "my api key is {}", "Authorization: Bearer {}", "deploy --token={} now"), FRAMES, "name, entropy"),
)  # fmt: skip
