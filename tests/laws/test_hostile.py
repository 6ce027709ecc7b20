"""The law of linear time for what people write: patterns that explode elsewhere, as terms and allowed patterns, and the checks in Python."""

import gc
import itertools
import math
import time

import pytest

import app.detectors
from app.core import registry
from app.core.finding import Detector
from app.core.pattern import compiled
from app.detectors.terms import Term
from app.engine.scan import Scanner
from app.errors import Invalid

DETECTORS = registry.load(app.detectors, Detector)
TRIES, PATIENCE = 12, 10  # at least so many, and for so many seconds

ATOMS = [
    ("a", "a"),
    (r"\d", "1"),
    ("[a-z]", "z"),
    (r"\w", "_"),
    (".", "x"),
    (r"\s", " "),
    ("(?:a|b)", "b"),
    ("é", "é"),
    (r"[^\n]", "-"),
    (r"\S", "@"),
]
EXPLODING = [  # X is an atom; what makes backtracking engines try exponentially or polynomially many ways
    "(X+)+$", "(X*)*!", "(X|X)*!", "(X|XX)+!", "(X+X+)+!", "((X+)+)+!", "(X?){30}X{30}", "(.*X){12}!", "X*X*X*X*!", "(X+|!)+#", "^(X+)*#$",
    "(?:X{1,9}){1,9}!", "(X{2,}){2,}!", "(X*|#)+!", r"(X+\s?)+!", "(?i:(X+)+)#", "X+.*X+.*X+#", "(X+,?)+;", "(?:X|X|X|X)+#", "(X{0,50}){0,15}#",
    r"\b(X+)+\b#", "(?:(?:X+)?Y?)+!", "(XX?)*!", "(X.X|X)+#", "(?:X*Z)?X*#", "(X+)(X+)(X+)(X+)#", "(?:X+#?)+!", "((X|.)+)+;", "(X+=)*X+#", "((X+-)?X+)+#",
    "((X+!)*)*;", "((?:X|!)*#)*;", "(X{3,}){3,}#", "(X+(X+(X+)+)+)+#", "(?:.{1,20}X){8}#", r"(X(\.X)*)+!", "(X+X?)+#", "(?:X+!|X+#)+;", "(?:X{1,3}X{1,3})+!",
    "(X*?X*?)*!", "(X+?)+?#", "(?:(X)|(X)|(X))+#", "(X+)*(X+)*#", "(X|(X|(X|(X))))*#", "(?:X+|(?:X+!)+)+#", "(?:XX|XXX|XXXXX)+#", "X{100,200}X{100,200}#",
    r"(?:\w|X)*\d#", "(.+X)+#", "(?s:(.*X)+)#", "(?:X+[#!])*[;:]",
]  # fmt: skip
PATTERNS = [shape.replace("X", atom).replace("Y", "y").replace("Z", "z") for shape, (atom, _) in itertools.product(EXPLODING, ATOMS)]
FILLS = [fill for _, (_, fill) in itertools.product(EXPLODING, ATOMS)]


def seconds(work, *arguments):
    gc.disable()  # how much there is to look through is the runner's
    try:
        began = time.process_time()
        work(*arguments)
        return time.process_time() - began
    finally:
        gc.enable()


def assert_linear(work, make, size, name=""):
    """Twice as much takes at most three times as long, the least disturbed of some tries beside each other.

    Where others keep the machine busy, a short try finds a quiet moment sooner than a long one: so tries go on for a while.
    """
    once, twice = make(size), make(2 * size)
    work(twice)  # the automaton's states are made once
    short = long = math.inf
    began, tries = time.monotonic(), 0
    while tries < TRIES or time.monotonic() - began < PATIENCE:
        tries += 1
        short, long = min(short, seconds(work, once)), min(long, seconds(work, twice))
        if long <= 3 * short + 0.005:
            return
    pytest.fail(f"{name}: {short:.4f} s, then {long:.4f} s for twice as much")


def test_there_are_five_hundred():
    assert len(set(PATTERNS)) >= 500


@pytest.mark.parametrize("shape", range(len(EXPLODING)), ids=lambda index: EXPLODING[index])
def test_exploding_patterns_are_linear_or_refused(shape):
    for pattern, fill in list(zip(PATTERNS, FILLS, strict=True))[shape * len(ATOMS) : (shape + 1) * len(ATOMS)]:
        try:
            scanner = Scanner([], [Term("own", (), pattern)])
            allowed = compiled(pattern)
        except (Invalid, ValueError):
            continue
        assert_linear(scanner.scan, lambda size, fill=fill: fill * size, 3000, pattern)
        assert_linear(allowed.fullmatch, lambda size, fill=fill: fill.encode() * size, 3000, pattern)


def test_nothing_that_backtracks_is_taken():
    for pattern in (r"(a)\1", "(?=a)b", "(?<!a)b", "(?>a+)b", "a++b", "(?P=x)", "(?R)"):
        with pytest.raises(ValueError, match="pattern"):
            compiled(pattern)


VALUES = [
    "a",
    "A",
    "1",
    ".",
    "-",
    "_",
    " ",
    "a.",
    "a-",
    "a_",
    "1 ",
    "(1",
    "::",
    "a:",
    "@",
    "a@",
    "\\",
    "/",
    "=",
    "x1",
    "Ab3",
    "é",
    "e\u0301",
    "%40",
    "${",
    "<a>",
]


@pytest.mark.parametrize("number", range(len(DETECTORS)), ids=[detector.name for detector in DETECTORS])
def test_swollen_examples_take_linear_time(number):
    """Candidates are as long as patterns let them be: what judges then do with one in Python is linear, too."""
    detector = DETECTORS[number]
    scanner = Scanner([detector])
    halves = [(example[: len(example) // 2], example[len(example) // 2 :]) for example in detector.examples[:3]]
    for fill in VALUES[number % 4 :: 4]:
        assert_linear(
            scanner.scan,
            lambda size, fill=fill: "\n".join(f"{before}{(fill * size)[:size]}{after}" for before, after in halves),
            5000,
            fill,
        )
