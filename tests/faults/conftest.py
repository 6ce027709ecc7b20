import pytest

from tests.gateway_process import Canaries, world


@pytest.fixture(scope="module")
def running(postgres, tmp_path_factory):
    with world(postgres, tmp_path_factory.mktemp("gateway") / "home") as built:
        yield built


@pytest.fixture
def gateway(running):
    """The module's gateway, healthy whatever the test before did to what is behind it."""
    running.proxy.up()
    running.upstream.reset()
    yield running
    running.proxy.up()
    running.upstream.reset()


@pytest.fixture
def canaries():
    return Canaries.fresh()
