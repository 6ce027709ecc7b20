import pytest

from tests.gateway_process import Canaries, world


@pytest.fixture(scope="package")
def running(postgres, tmp_path_factory):
    with world(postgres, tmp_path_factory.mktemp("gateway") / "home") as built:
        yield built


@pytest.fixture
def gateway(running):
    running.upstream.reset()
    yield running
    running.upstream.reset()


@pytest.fixture
def canaries():
    return Canaries.fresh()
