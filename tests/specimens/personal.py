"""Addresses, dates, places, wallets, machines and accounts of a person, and special categories.

Values are made here, by the published grammar, without the product's own code.
"""
# ruff: noqa: RUF001 - primes of degrees

import hashlib
import random
from collections.abc import Callable
from typing import Final

from tests.specimens import Specimen

_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PROSE: Final = ("{}", "She wrote {} on the form.", '{"note": "{}"}', "first line\n{}\nlast line", "| 3 | {} | active |")
_STREETS: Final = ("Maple", "Harbour", "Old Mill", "Victoria", "Birch")
_CITIES: Final = ("Springfield", "Riverton", "Fairview", "Ashford")


def _base58check(version: int, data: bytes) -> str:
    payload = bytes([version]) + data
    payload += hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    number, text = int.from_bytes(payload, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = _BASE58[rest] + text
    return "1" * (len(payload) - len(payload.lstrip(b"\0"))) + text


def _broken(value: str) -> str:
    return value[:-1] + ("z" if value[-1] != "z" else "y")


def _day(rng: random.Random) -> tuple[int, int, int]:
    return rng.randint(1930, 2015), rng.randint(1, 12), rng.randint(1, 28)


def _kind(
    kind: str,
    entity: str,
    form: str,
    positive: Callable[[random.Random], str],
    near: Callable[[random.Random], str],
    frames: tuple[str, ...] = _PROSE,
    around: tuple[str, ...] = _PROSE,
    check: str = "shape",
) -> Specimen:
    return Specimen(kind, entity, form, positive, near, frames, around, check)


def _iso(rng: random.Random) -> str:
    year, month, day = _day(rng)
    return f"{year}-{month:02}-{day:02}"


def _mac(rng: random.Random, gap: str = ":") -> str:
    return gap.join(["3c", *(f"{rng.randrange(256):02x}" for _ in range(5))])


_BORN: Final = ("date of birth: {}", "geboren am {}", "Fecha de nacimiento: {}", "née le {} à Lyon", '{"dob": "{}"}', "She was born on {}.")

SPECIMENS: Final = (
    _kind("date of birth in figures", "DATE_OF_BIRTH", "ISO 8601 beside a word of birth", _iso, lambda r: f"2024.{r.randint(13, 99)}.{r.randint(100, 999)}", _BORN, check="shape and word"),
    _kind("date of birth, day first", "DATE_OF_BIRTH", "`dd.mm.yyyy` beside a word of birth", lambda r: "{2:02}.{1:02}.{0}".format(*_day(r)),
        lambda r: f"{r.randint(40, 99)}.{r.randint(13, 99)}.{r.randint(3000, 9999)}", _BORN, check="shape and word"),
    _kind("date", "DATE_TIME", "ISO 8601", _iso, lambda r: f"{r.randint(2000, 2020)}-{r.randint(13, 99)}-{r.randint(40, 99)}"),
    _kind("date in words", "DATE_TIME", "day, month, year", lambda r: f"{r.randint(1, 28)} {r.choice(('March', 'Oktober', 'juillet', 'maggio'))} {r.randint(1950, 2030)}",
        lambda r: f"{r.randint(32, 99)} Marching {r.randint(3000, 9999)}"),
    _kind("age", "AGE", "years of age", lambda r: f"{r.randint(18, 99)} years old", lambda r: f"{r.randint(121, 999)} years old"),
    _kind("North American street address", "ADDRESS", "number, street, city, state, ZIP code (USPS Publication 28)",
        lambda r: f"{r.randint(10, 9999)} {r.choice(_STREETS)} {r.choice(('Street', 'Ave', 'Road', 'Blvd'))}, {r.choice(_CITIES)}, {r.choice(('IL', 'TX', 'OR'))} {r.randint(10000, 99999)}",
        lambda r: f"{r.randint(10, 9999)} rows of {r.choice(_STREETS)}"),
    _kind("British street address", "ADDRESS", "number, street, town, postcode (Royal Mail)",
        lambda r: f"{r.randint(2, 300)} {r.choice(_STREETS)} Road, {r.choice(_CITIES)} {r.choice(('LS', 'M', 'SW'))}{r.randint(1, 9)} {r.randint(1, 9)}{r.choice('ABD')}{r.choice('EFG')}",
        lambda r: f"{r.randint(2, 300)} {r.choice(_STREETS)} records"),
    _kind("German street address", "ADDRESS", "street, number, postcode, town (DIN 5008)",
        lambda r: f"{r.choice(('Linden', 'Bahnhof', 'Garten'))}{r.choice(('straße', 'weg', 'allee'))} {r.randint(1, 200)}, {r.randint(10000, 99998)} {r.choice(('Musterstadt', 'Neudorf'))}",
        lambda r: f"{r.choice(('Linden', 'Garten'))}baum {r.randint(1, 2000)}"),
    _kind("French street address", "ADDRESS", "number, street, postcode, town (La Poste, AFNOR XPZ 10-011)",
        lambda r: f"{r.randint(1, 200)} rue {r.choice(('de la Paix', 'Victor Hugo', 'des Lilas'))}, {r.randint(10000, 95999)} {r.choice(('Villeneuve', 'Beaulieu'))}", lambda r: f"{r.randint(1, 2000)} lignes"),
    _kind("Spanish street address", "ADDRESS", "street, number, postcode, town (Correos)",
        lambda r: f"Calle {r.choice(('Mayor', 'Real', 'del Sol'))} {r.randint(1, 200)}, {r.randint(10000, 52999)} {r.choice(('Villanueva', 'Toledo'))}", lambda r: f"calló {r.randint(1, 2000)} veces"),
    _kind("Italian street address", "ADDRESS", "street, number, postcode, town (Poste Italiane)",
        lambda r: f"Via {r.choice(('Roma', 'Garibaldi', 'dei Mille'))} {r.randint(1, 200)}, {r.randint(10000, 98168)} {r.choice(('Torino', 'Bologna'))}", lambda r: f"via {r.randint(1, 2000)}"),
    _kind("Dutch street address", "ADDRESS", "street, number, postcode, town (PostNL)",
        lambda r: f"{r.choice(('Dorps', 'Kerk', 'Molen'))}straat {r.randint(1, 200)}, {r.randint(1000, 9999)} {r.choice(('AB', 'CD'))} {r.choice(('Utrecht', 'Delft'))}", lambda r: f"straatje {r.randint(1, 2000)}"),
    _kind("Portuguese street address", "ADDRESS", "street, number, postcode, town (CTT)",
        lambda r: f"Rua {r.choice(('das Flores', 'Augusta', 'do Carmo'))}, {r.randint(1, 200)}, {r.randint(1000, 9980)}-{r.randint(100, 999)} {r.choice(('Lisboa', 'Porto'))}", lambda r: f"ruas {r.randint(1, 2000)}"),
    _kind("post office box", "ADDRESS", "PO box with number", lambda r: f"P.O. Box {r.randint(100, 99999)}", lambda r: f"box {r.randint(100, 99999)}"),
    _kind("coordinates in decimals", "COORDINATES", "latitude, longitude (ISO 6709, annex D)", lambda r: f"{r.uniform(10, 60):.5f}, {r.uniform(10, 170):.5f}",
        lambda r: f"{r.random():.4f}, {r.random():.4f}, {r.random():.4f}"),
    _kind("coordinates in degrees", "COORDINATES", "degrees, minutes, seconds (ISO 6709, annex D)",
        lambda r: f"{r.randint(10, 60)}°{r.randint(10, 59)}′{r.randint(10, 59)}″N {r.randint(10, 170)}°{r.randint(10, 59)}′{r.randint(10, 59)}″E", lambda r: f"{r.randint(10, 60)}° and {r.randint(10, 59)}′"),
    _kind("Bitcoin address", "CRYPTO", "base58check, version 0", lambda r: _base58check(0, r.randbytes(20)), lambda r: _broken(_base58check(0, r.randbytes(20))), check="double SHA-256"),
    _kind("Litecoin address", "CRYPTO", "base58check, version 48", lambda r: _base58check(48, r.randbytes(20)), lambda r: _broken(_base58check(48, r.randbytes(20))), check="double SHA-256"),
    _kind("Ethereum address", "CRYPTO", "0x and 40 hexadecimal digits (EIP-55 where capitals are mixed)", lambda r: "0x" + r.randbytes(20).hex(), lambda r: "0x" + r.randbytes(21).hex()),
    _kind("hardware address", "MAC_ADDRESS", "six pairs of hexadecimal digits (IEEE 802)", _mac, lambda r: _mac(r) + ":" + _mac(r)),
    _kind("mention", "USERNAME", "@ and a handle", lambda r: f"@{r.choice(_STREETS).replace(' ', '').lower()}_{r.randint(10, 99)}", lambda r: f"@param{r.randint(10, 99)}(x)", ("thanks {} for this", "RT {}: hello", "ask {} about it")),
    _kind("home directory", "USERNAME", "the directory of a user's files (FHS 3.0, macOS, Windows)", lambda r: f"{r.choice('abcdefghj')}{r.choice(_STREETS).split()[0].lower()}", lambda r: r.choice(("ubuntu", "user", "runner", "app", "Public", "shared")), ('File "/home/{}/src/a.py", line 3', "open('/Users/{}/notes.txt')", "C:\\Users\\{}\\Desktop\\b.csv")),
    _kind("account in a log", "USERNAME", "sshd, sudo and PAM (OpenSSH, Linux-PAM), passwd (POSIX), LDAP", lambda r: f"{r.choice('abcdefghj')}{r.choice(_STREETS).split()[0].lower()}", lambda r: r.choice(("root", "ubuntu", "postgres", "jenkins", "git", "deploy")), ("sshd[22]: Accepted password for {} from 203.0.113.7 port 5 ssh2", "sudo: {} : TTY=pts/0 ; USER=root", "{}:x:1004:1004::/srv:/bin/sh", "dn: uid={},ou=People,dc=example")),
    _kind("payment address", "USERNAME", "name@handle (NPCI, UPI)", lambda r: f"{r.choice(_CITIES).lower().replace(' ', '')}.{r.randint(10, 99)}@{r.choice(('okhdfcbank', 'ybl', 'paytm', 'oksbi'))}", lambda r: f"step{r.randint(10, 99)}@main", ("pay to {}", "UPI: {}")),
    _kind("name line of a travel document", "PASSPORT", "ICAO Doc 9303, parts 4 to 7", lambda r: f"P<UTO{r.choice(('ERIKSSON', 'OKAFOR', 'MUELLER'))}<<{r.choice(('ANNA', 'NGOZI', 'JUERGEN'))}<{r.choice(('MARIA', 'ADA', 'LEE', 'KIM'))}".ljust(44, "<"), lambda r: f"A<B{r.randint(1, 99)}<<C", ("{}", "Passport: {}")),
    _kind("number line of a travel document", "PASSPORT", "ICAO Doc 9303, part 4", lambda r: f"L{r.randint(10000000, 99999999)}{r.randint(0, 9)}UTO740812{r.randint(0, 9)}F120415{r.randint(0, 9)}ZE184226B<<<<<10", lambda r: f"L{r.randint(10000000, 99999999)}UTO74", ("{}", "MRZ {}")),
    _kind("security code behind a card", "CARD_SECURITY_CODE", "number, expiry, code (ISO/IEC 7812, 7813)", lambda r: str(r.randint(100, 999)), lambda r: f"{r.randint(10000, 99999)}", ("4111 1111 1111 1111, 04/29, {}", "5555-5555-5555-4444 exp 09/28 {}")),
    _kind("web address", "URL", "RFC 3986", lambda r: f"https://{r.choice(_CITIES).lower()}.example/{r.randint(1, 999)}", lambda r: f"a://{r.randint(1, 999)}"),
    _kind("health", "HEALTH", "a wording that says something of somebody's health", lambda r: f"diagnosed with {r.choice(('chronic', 'acute', 'severe', 'early', 'juvenile', 'recurring'))} {r.choice(('asthma', 'hepatitis', 'epilepsy', 'psoriasis', 'arthritis', 'anaemia', 'migraine', 'leukaemia', 'bronchitis'))}",
        lambda r: f"{r.choice(('cancer', 'asthma', 'flu'))} research {r.randint(1, 9999)}"),
    _kind("trade union", "UNION", "a wording that says something of somebody's union", lambda r: f"member of the {r.choice(('transport', 'postal', 'dock', 'railway', 'hospital', 'textile', 'printing'))} {r.choice(('workers', 'clerks', 'drivers', 'staff', 'guards', 'artists'))} union",
        lambda r: f"the union of {r.randint(2, 9999)} sets"),
    _kind("criminal record", "CRIMINAL", "a wording that says something of somebody's record", lambda r: f"convicted of {r.choice(('petty', 'grand', 'armed', 'attempted', 'aggravated', 'repeated'))} {r.choice(('larceny', 'robbery', 'assault', 'burglary', 'fraud', 'bribery', 'arson', 'smuggling'))}", lambda r: f"charge of {r.randint(1, 9999)} euros"),
    _kind("religion", "RELIGION", "a wording that says what somebody believes", lambda r: f"{r.choice(('practising', 'practicing', 'devout', 'observant', 'converted to', 'raised', 'born-again'))} {r.choice(('Muslim', 'Catholic', 'Hindu', 'Buddhist', 'Jewish', 'Sikh', 'Mormon', 'Orthodox'))}", lambda r: f"religious holiday {r.randint(1, 9999)}"),
    _kind("political opinion", "POLITICS", "a wording that says what somebody votes", lambda r: f"{r.choice(('registered', 'lifelong', 'staunch', 'is a', 'am a'))} {r.choice(('democrat', 'republican', 'liberal', 'socialist', 'communist', 'conservative', 'anarchist', 'libertarian'))}", lambda r: f"party of {r.randint(2, 9999)}"),
    _kind("sexual orientation", "ORIENTATION", "a wording that says whom somebody loves", lambda r: f"{r.choice(('is openly', 'was openly', 'came out as', 'is', 'am', 'identifies as'))} {r.choice(('lesbian', 'bisexual', 'gay', 'queer', 'asexual', 'pansexual', 'transgender'))}", lambda r: f"a straight line of {r.randint(2, 9999)} cm"),
    _kind("biometric data", "BIOMETRIC", "a wording that says whose body was measured", lambda r: f"{r.choice(('her', 'his', 'their', 'my', 'your'))} {r.choice(('fingerprints', 'iris scan', 'voice print', 'dna profile', 'palm print', 'facial scan', 'genome'))}", lambda r: f"fingerprint {r.randbytes(4).hex()}"),
)  # fmt: skip
