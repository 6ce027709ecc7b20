"""Addresses of crypto wallets: base58check, bech32 and bech32m, EIP-55; chains without a check digit by length or beside a word."""

import hashlib
import re
from typing import Final

from app.core.finding import Detector, Judged, Pattern
from app.detectors.keccak import keccak256

_LEFT: Final = r"(?:^|\\[nrt]|[^0-9A-Za-z_\-+/.])"
_RIGHT: Final = r"(?:$|[^0-9A-Za-z_\-+/]|[\-/](?:$|[^0-9A-Za-z]))"
_BASE58: Final = "[1-9A-HJ-NP-Za-km-z]"
_DIGITS: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RIPPLE: Final = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_CHARSET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_LENGTHS: Final = frozenset({25, 26, 27})  # bytes of a version, a hash and a checksum
_FEWEST_KINDS: Final = 3
_LOW_NIBBLE: Final = 7

_CHECKED: Final = Pattern(rf"{_LEFT}([13LMDTXAK9t]{_BASE58}{{25,34}}|tz[123]{_BASE58}{{33}}){_RIGHT}", "CRYPTO", 0.3, 1)
_XRP: Final = Pattern(rf"{_LEFT}(r{_BASE58}{{24,34}}){_RIGHT}", "CRYPTO", 0.3, 1)
_BECH: Final = Pattern(
    rf"{_LEFT}((?:bc|tb|ltc|addr|stake|cosmos|osmo|inj|terra|juno|bnb|celestia)1[02-9ac-hj-np-z]{{38,110}}|(?:BC|TB|LTC)1[02-9AC-HJ-NP-Z]{{38,90}}){_RIGHT}",
    "CRYPTO", 0.5, 1,
)  # fmt: skip
_ETHER: Final = Pattern(rf"{_LEFT}(0x[0-9a-fA-F]{{40}}){_RIGHT}", "CRYPTO", 0.6, 1)
_MONERO: Final = Pattern(rf"{_LEFT}([48][0-9AB]{_BASE58}{{93}}|4{_BASE58}{{105}}){_RIGHT}", "CRYPTO", 0.7, 1)
_CASH: Final = Pattern(rf"{_LEFT}(bitcoincash:[qp][02-9ac-hj-np-z]{{41}}){_RIGHT}", "CRYPTO", 0.8, 1)
_STELLAR: Final = Pattern(rf"{_LEFT}(G[A-D][A-Z2-7]{{54}}){_RIGHT}", "CRYPTO", 0.3, 1)
_LIGHTNING: Final = Pattern(rf"{_LEFT}(ln(?:bc|tb)[0-9]{{0,12}}[munp]?1[02-9ac-hj-np-z]{{100,600}}){_RIGHT}", "CRYPTO", 0.7, 1)
_SOLANA: Final = Pattern(rf"{_LEFT}({_BASE58}{{32,44}}){_RIGHT}", "CRYPTO", 0.2, 1)
_NAME: Final = Pattern(r"(?:^|[^0-9A-Za-z_.\-])([a-z0-9-]{3,40}\.(?:eth|sol))(?:$|[^0-9A-Za-z_(])", "CRYPTO", 0.2, 1)


def _decoded(value: str, alphabet: str) -> bytes:
    number = 0
    for character in value:
        number = number * 58 + alphabet.index(character)
    lead = len(value) - len(value.lstrip(alphabet[0]))
    return bytes(lead) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _base58check(value: str, alphabet: str = _DIGITS) -> bool:
    data = _decoded(value, alphabet)
    return len(data) in _LENGTHS and hashlib.sha256(hashlib.sha256(data[:-4]).digest()).digest()[:4] == data[-4:]


def _bech32(value: str) -> bool:
    """BIP 173 and BIP 350."""
    prefix, _, data = value.lower().rpartition("1")
    check = 1
    for part in (*(ord(c) >> 5 for c in prefix), 0, *(ord(c) & 31 for c in prefix), *(_CHARSET.index(c) for c in data)):
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ part
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> bit & 1 else 0
    return check in {1, 0x2BC830A3}


def _eip55(value: str) -> bool:
    """Say whether capitals stand where the hash of the address puts them; one case alone proves nothing."""
    plain = value[2:].lower()
    if value[2:] in {plain, plain.upper()}:
        return False
    digest = keccak256(plain.encode()).hex()
    return all(
        c == (lower.upper() if int(digest[i], 16) > _LOW_NIBBLE else lower)
        for i, (c, lower) in enumerate(zip(value[2:], plain, strict=True))
    )


def _check(value: str, pattern: Pattern) -> Judged | None:
    if len(set(value)) < _FEWEST_KINDS + (pattern is not _NAME) * 5:
        return None  # 0x000…
    if pattern is _SOLANA and not (re.search(r"\d", value) and re.search(r"[a-z]", value) and re.search(r"[A-Z]", value)):
        return None
    proves = {_CHECKED: _base58check, _XRP: lambda text: _base58check(text, _RIPPLE), _BECH: _bech32, _ETHER: _eip55}.get(pattern)
    if proves is not None and proves(value):
        return Judged(pattern.entity, 0.95, checked=True)
    return Judged(pattern.entity, pattern.score)


WALLETS = Detector(
    name="wallets",
    version=1,
    patterns=(_CHECKED, _XRP, _BECH, _ETHER, _MONERO, _CASH, _STELLAR, _LIGHTNING, _SOLANA, _NAME),
    judge=_check,
    context=(
        "btc", "bitcoin", "wallet", "crypto", "eth", "ethereum", "ltc", "litecoin", "xmr", "monero", "sol", "solana", "phantom", "dogecoin", "doge",
        "xrp", "ripple", "tron", "trx", "usdt", "usdc", "stellar", "xlm", "cardano", "ada", "dash", "zcash", "tezos", "polkadot", "wallet address",
        "cartera", "monedero", "portefeuille", "geldbörse", "кошелек", "кошелёк", "钱包", "ウォレット", "send to", "donate", "donations",
    ),
    identity=str,
    examples=(
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "pay to 3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy today",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xde709f2102306220921060314715629080e2fb77 is mine",
        "solana wallet: 7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV",
        "my wallet is 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
        "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9",
    ),
    counterexamples=(
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
        "0x0000000000000000000000000000000000000000",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed00",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "bc1 and bc2",
        "sha512-Lq1w508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4aaaa",
        "test.eth.route",
    ),
)  # fmt: skip
