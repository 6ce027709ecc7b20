import pytest
from laws.forgeries import attacked, by_sort


@pytest.mark.timeout(3600)
def test_ten_million_forgeries():
    figures = attacked(10_000_000)
    share = by_sort(1_000_000)[1]
    print(f"\n{figures}; of 1000000 random codes {share} pass the check character alone")
    assert figures.forged == 10_000_000
    assert figures.accepted == 0
