import pytest

from tests.control.parts import composed


@pytest.fixture
async def control(database_url):
    async with composed(database_url) as parts:
        yield parts
