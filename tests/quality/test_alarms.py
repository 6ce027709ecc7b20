"""A sample of the false alarms; `python -m tests.quality.alarms` counts them all."""

import pytest

from tests.quality.alarms import BAR, alarms, per_ten_kilobytes
from tests.quality.corpus import files

SAMPLE = files()[::5]


def test_the_corpus_is_what_was_listed():
    chosen = files()
    assert sum(len(file.text()) for file in chosen) >= 500_000
    assert len({file.package for file in chosen}) >= 40


def test_another_file_is_an_error_that_says_what_to_do():
    with pytest.raises(AssertionError, match=r"renew the list: python -m tests\.quality\.corpus"):
        SAMPLE[0]._replace(hash="0" * 32).text()
    with pytest.raises(AssertionError, match="make install"):
        SAMPLE[0]._replace(version="0").text()


def test_few_false_alarms_in_code_and_configuration():
    found, size = alarms(SAMPLE)
    assert size > 100_000
    assert per_ten_kilobytes(found, size) <= BAR, [(a.entity, a.value) for a in found if not a.true]
