"""Products with people's names: assistants and their models, of which every prompt of a coding agent speaks."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from app.core.finding import Finding

# Words that make up the name of such a product; somebody who is called so has another word beside it.
_WORDS: Final = frozenset(
    """
    codex copilot gemini opus sonnet haiku llama mistral qwen deepseek chatgpt gpt grok cursor aider opencode
    anthropic openai code cli api sdk agent agents assistant desktop pro max mini flash model models md
    """.split(),  # noqa: SIM905 - words read best as words
)
# Names that people bear, too: products where the text speaks of the product.
_BORNE: Final = frozenset({"claude", "devin"})
_TELLS: Final = re.compile(
    r"anthropic|claude[ .-]?(?:code|md\b|ai\b|api|sdk|agent|opus|sonnet|haiku|\d)|(?:opus|sonnet|haiku) \d|devin[ .](?:ai|md)\b|\bcognition\b",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W\d_]+")


def without_products(text: str, names: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the names that are no product's."""
    told: bool | None = None
    for name in names:
        words = [word.lower() for word in _WORD.findall(text, name.start, name.end)]
        if words and all(word in _WORDS or word in _BORNE for word in words):
            if not _BORNE.intersection(words):
                continue
            if told is None:
                told = _TELLS.search(text) is not None
            if told:
                continue
        yield name
