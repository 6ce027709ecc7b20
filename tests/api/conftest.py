from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI

from app.api.application import create_app
from app.control import Control, admin_keys
from app.crypto import credentials
from app.crypto.credentials import Credential, Prefix
from tests.control.parts import composed


@dataclass
class Api:
    """A client with an admin key, and what stands behind it."""

    client: httpx.AsyncClient
    control: Control
    app: FastAPI
    key: Credential
    ready: bool = True


@pytest.fixture
async def api(database_url):
    async with composed(database_url) as control:
        key = credentials.mint(Prefix.ADMIN)
        async with control.database.transaction() as connection:
            await admin_keys.store(connection, control.keys.index_key, key, "test")
        made: Api

        async def ready() -> bool:
            return made.ready

        app = create_app(control, ready)
        headers = {"authorization": f"Bearer {key.text}"}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://admin", headers=headers) as client:
            made = Api(client, control, app, key)
            yield made
