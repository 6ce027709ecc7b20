"""At least 20,000 requests made from openapi.json: no 5xx, and no answer that the document does not declare. Run by `make soak`."""

import os

import pytest

from tests.admin_cases import run

CASES = int(os.environ.get("CASES", "22000"))


@pytest.mark.timeout(7200)
def test_twenty_thousand_cases(database_url, capsys):
    counted = run(database_url, CASES)
    with capsys.disabled():
        print(f"\nadmin API: {counted.pop('cases')} cases, by status: {dict(sorted(counted.items()))}, 0 faults")
    assert not [status for status in counted if status >= 500]
