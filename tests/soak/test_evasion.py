"""Evasion at length: every disguise of a disguise, what views find in megabytes of the code of others, and what they cost."""

import random
import time

import pytest

from app.engine.scan import Scanner
from tests.bench.prompts import CODE, LOGS, SENTENCES, lines
from tests.evasion.matrix import BAR, PAGE, nested, text
from tests.evasion.test_evasion import found_anew
from tests.evasion.transforms import NESTED, WITHIN
from tests.evasion.values import ASSERTED
from tests.laws.test_detectors import PATTERNED, installed, scanner


@pytest.mark.timeout(1800)
def test_every_disguise_of_a_disguise_and_the_page():
    low = [
        (outer, inner, entity, row[entity])
        for outer in NESTED
        for inner in WITHIN
        for row in (nested(outer, inner),)
        for entity in ASSERTED
        if row[entity] is not None and row[entity] < BAR
    ]
    assert low == []
    assert PAGE.read_text(encoding="utf-8") == text(), "run `python -m tests.evasion --write`"


def test_views_are_quiet_on_megabytes_of_the_code_of_others():
    size, told = 0, []
    for content in installed(5_000_000):
        size += len(content)
        told += found_anew(content)
    print(f"\nviews: {len(told)} findings in {size / 1e6:.1f} MB of the code of others {told[:3]}")
    assert len(told) <= size / 1_000_000


def test_what_views_cost():
    dice, plain = random.Random(5), Scanner(PATTERNED, views=())
    texts = {name: [lines(dice, source, 1000, joint) for _ in range(200)] for name, source, joint in
             (("prose", SENTENCES, " "), ("code", CODE, "\n"), ("logs", LOGS, "\n"))}  # fmt: skip
    texts["files of packages"] = list(installed(300_000))
    for name, those in texts.items():
        with_views, without = [], []
        for _round in range(4):
            for one, times in ((scanner(), with_views), (plain, without)):
                began = time.process_time()
                for content in those:
                    one.scan(content)
                times.append(time.process_time() - began)
        print(f"\nviews cost {min(with_views) / min(without) - 1:+.1%} of patterns alone on {name}")
