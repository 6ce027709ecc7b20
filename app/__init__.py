"""Hushgate: a privacy-by-design web gateway for generative-AI APIs."""

import sys

__version__ = "0.1.0"

# httpx imports its own command where a terminal library is installed: that is 4 MB in each process, and nobody here calls it.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # None is Python's way to say that there is no such module
