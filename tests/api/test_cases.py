"""A sample of the requests of `make soak`: no 5xx, and no answer that openapi.json does not declare."""

from tests.admin_cases import run


def test_a_sample_of_generated_requests(database_url):
    counted = run(database_url, 500)
    assert counted["cases"] > 300
    assert counted[200] + counted[201] + counted[204] > 30
    assert counted[422] > 30
    assert not [status for status in counted if status != "cases" and status >= 500]
