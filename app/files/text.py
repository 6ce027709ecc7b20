"""Plain text and what is written as such: notes, markup, configuration, source."""

import re
from collections.abc import Sequence
from typing import Final

from app.core.family import Family

BLOCK: Final = 32_768  # characters: a whole book as one piece would wait for the last page
_GAP: Final = re.compile(r"\n[ \t]*\n")
_SOURCE: Final = (
    "bash", "c", "cc", "cfg", "clj", "conf", "cpp", "cs", "css", "dart", "diff", "env", "erl", "ex", "go", "gradle", "groovy", "h", "hpp",
    "hs", "ini", "java", "jl", "js", "jsx", "kt", "less", "lua", "m", "mjs", "patch", "php", "pl", "proto", "ps1", "py", "r", "rb", "rs",
    "scala", "scss", "sh", "sql", "svelte", "swift", "tex", "tf", "toml", "ts", "tsx", "vue", "zsh",
)  # fmt: skip
_MARKUP: Final = ("txt", "text", "md", "markdown", "rst", "adoc", "htm", "html", "xhtml", "xml", "svg", "yaml", "yml", "log", "srt", "vtt")


def read(text: str) -> list[str]:
    """Return the text in blocks that end, if they can, where a paragraph does."""
    blocks: list[str] = []
    start = 0
    while len(text) - start > BLOCK:
        gaps = [gap.end() for gap in _GAP.finditer(text, start + BLOCK // 2, start + BLOCK)]
        end = gaps[-1] if gaps else text.rfind("\n", start + BLOCK // 2, start + BLOCK) + 1
        end = end or start + BLOCK
        blocks.append(text[start:end])
        start = end
    return [*blocks, text[start:]]


def write(blocks: Sequence[str], _text: str) -> str:
    """Return the blocks as one text."""
    return "".join(blocks)


TEXT: Final = Family(
    "text",
    ("text/plain", "text/markdown", "text/html", "text/xml", "text/x-*", "text/css", "text/javascript", "application/xml", "application/xhtml+xml",
     "application/yaml", "application/x-yaml", "text/yaml", "application/javascript", "application/toml", "image/svg+xml"),
    (*_MARKUP, *_SOURCE),
    read,
    write,
)  # fmt: skip
