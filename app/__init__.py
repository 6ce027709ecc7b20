"""Hushgate: a privacy-by-design web gateway for generative-AI APIs."""

__version__ = "0.1.0"
