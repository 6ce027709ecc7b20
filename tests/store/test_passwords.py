"""The database's password is in no error, however it is printed: not in the driver's, not in what is chained to ours."""

import logging
import traceback

import pytest
from sqlalchemy import create_engine, text

from app.errors import LedgerUnavailable, SetupError
from app.store.database import Database, sqlalchemy_url
from app.store.schema import migrate

pytestmark = pytest.mark.anyio
CANARY = "canary-pw-77d1e0"
NOWHERE = f"postgresql://hushgate:{CANARY}@127.0.0.1:1/none"


async def _transaction(url):
    database = Database(url)
    async with database.transaction() as connection:
        await connection.execute(text("SELECT 1"))


async def _raw(url):
    await Database(url).raw()


async def _migrate(url):
    migrate(url)


async def _engine(url):
    create_engine(sqlalchemy_url(url), hide_parameters=True).connect()


def _chain(error, seen=None):
    """Everything that hangs on an error: causes, contexts, what SQLAlchemy wraps."""
    seen = {} if seen is None else seen
    if error is None or id(error) in seen:
        return seen.values()
    seen[id(error)] = error
    for other in (error.__cause__, error.__context__, getattr(error, "orig", None)):
        _chain(other, seen)
    return seen.values()


def _printed(error):
    for one in _chain(error):
        yield from (str(one), repr(one), repr(vars(one)), repr(getattr(one, "pgconn", None)), repr(one.args))
    yield "".join(traceback.TracebackException.from_exception(error).format())


def _wrong_password(database_url):
    head, _, tail = database_url.partition("://")
    user, _, rest = tail.partition("@")
    return f"{head}://{user.partition(':')[0]}:{CANARY}@{rest}"


@pytest.mark.parametrize("way", [_transaction, _raw, _migrate, _engine], ids=lambda way: way.__name__)
@pytest.mark.parametrize("wrong", ["place", "password"])
async def test_no_error_holds_the_password(database_url, caplog, way, wrong):
    url = NOWHERE if wrong == "place" else _wrong_password(database_url)
    with caplog.at_level(logging.DEBUG), pytest.raises(Exception) as caught:  # noqa: PT011 - which one it is differs, what it holds must not
        await way(url)
    assert way is not _transaction or isinstance(caught.value, LedgerUnavailable)
    assert way is not _migrate or isinstance(caught.value, SetupError)
    assert len(list(_chain(caught.value))) >= 1
    assert CANARY not in "\n".join(_printed(caught.value)) + caplog.text


async def test_a_connection_that_breaks_later_holds_none_either(database_url):
    database = Database(database_url)
    secret = database_url.partition("@")[0].rpartition(":")[2]
    assert len(secret) > 20
    with pytest.raises(Exception) as caught:  # noqa: PT011
        async with database.transaction() as connection:
            await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    await database.close()
    assert secret not in "\n".join(_printed(caught.value))
