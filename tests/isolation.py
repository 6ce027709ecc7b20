"""The isolation law's driver: mixed exchanges of three teams on two processes, and an oracle of who may have what back.

A value is wrongly restored if it stands in an answer whose caller neither wrote it in the request nor quoted, in the request, a
surrogate that somebody within the policy's reach supplied. What a model remembers, guesses or was told by others restores nothing.
"""

import random
import re
import secrets
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from laws.forgeries import forge

from app.config import Settings
from app.gateway.sandbox import Reply
from app.main import initialise
from tests.gateway_process import DIALECTS, World, ask, world
from tests.upstream import Talk, echo, speaking, surrogates

POLICIES: dict[str, dict[str, Any]] = {
    "red": {},
    "green": {"scope": "project", "restore_to": ["project"]},
    "blue": {"scope": "user", "restore_to": ["client:desk"]},
}
CLIENTS = {"app": "default", "web": "default", "desk": "other"}  # client: its project
USERS = {"app": (None,), "web": ("maria", "tom"), "desk": (None, "maria")}
_VALUE = re.compile(r"\bv[0-9a-f]{12}@[a-z]+\.example-[a-z]+\.com")


@dataclass(frozen=True)
class Person:
    """Who sends: a client of a team, and a user if the client names one."""

    team: str
    client: str
    user: str | None

    def may_have(self, supplier: "Person") -> bool:
        """The policies above, in other words than the product's."""
        if self.team != supplier.team:
            return False
        if self.client == supplier.client and supplier.user in {None, self.user}:
            return True
        if self.team == "green":
            return CLIENTS[self.client] == CLIENTS[supplier.client]
        return self.team == "blue" and self.client == "desk"


@dataclass
class Figures:
    """What the exchanges showed."""

    exchanges: int = 0
    restored: int = 0
    kept: int = 0
    wrong: int = 0
    missed: int = 0
    failed: int = 0

    def __str__(self) -> str:
        return (
            f"{self.exchanges} exchanges: {self.restored} values restored, {self.kept} surrogates rightly kept, "
            f"{self.wrong} wrong restores, {self.missed} missed, {self.failed} failed"
        )


@dataclass
class Isolation:
    """Two processes over one database, three teams, and what is known of who supplied what."""

    gateways: list[World]
    keys: dict[tuple[str, str], str]
    figures: Figures = field(default_factory=Figures)
    sent: dict[str, Any] = field(default_factory=dict)  # model of a request: what reached the provider
    plans: dict[str, str] = field(default_factory=dict)  # model of a request: what the provider says beside the echo
    values: dict[str, set[tuple[str, str]]] = field(default_factory=dict)  # surrogate: (team, value) it stands for
    begun: dict[tuple[str, str], set[Person]] = field(default_factory=dict)  # (team, value): who may have supplied it
    done: dict[tuple[str, str], set[Person]] = field(default_factory=dict)  # (team, surrogate): whose supply was answered
    pool: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def script(self, talk: Talk) -> None:
        """The provider: says its plan, which knows surrogates of everybody, and echoes the user's words."""
        model = talk.request.document["model"]
        self.sent[model] = talk.request.document
        plan = self.plans.get(model)
        said = talk.request.document["messages"][-1]["content"]
        (speaking(Reply(f"{said} {plan}")) if plan else echo)(talk)

    def run(self, count: int, threads: int = 8, seed: int = 1) -> Figures:
        """Carry `count` exchanges and judge every answer."""
        with ThreadPoolExecutor(threads) as workers:
            list(workers.map(self._exchange, range(seed, seed + count)))
        return self.figures

    def _exchange(self, seed: int) -> None:
        rng = random.Random(seed)
        team, client = rng.choice(list(self.keys))
        person = Person(team, client, rng.choice(USERS[client]))
        with self.lock:
            own = [self._value(rng) for _ in range(rng.randrange(3))]
            quoted, remembered = self._names(rng), self._names(rng)
            must = {
                value
                for name in quoted
                for owner, value in self.values.get(name, ())
                if owner == team and any(person.may_have(supplier) for supplier in self.done.get((team, name), ()))
            }
            for value in own:
                self.begun.setdefault((team, value), set()).add(person)
        text = " and ".join(rng.sample([*own, *quoted], len(own) + len(quoted)) or ["nothing"])
        dialect, gateway = rng.choice(DIALECTS), rng.choice(self.gateways)
        document = ask(dialect, text, stream=rng.random() < 0.5)
        self.plans[document["model"]] = " or ".join(remembered)
        headers = {"authorization": f"Bearer {self.keys[team, client]}"}
        if person.user is not None:
            headers["x-hushgate-user"] = person.user
        answer = gateway.post(dialect, document, headers=headers)
        with self.lock:
            self.figures.exchanges += 1
            if answer.status != 200:
                self.figures.failed += 1
                return
            self._learn(person, own, text, document["model"])
            self._judge(person, set(own), quoted, must, answer.text)

    def _value(self, rng: random.Random) -> str:
        """A value, new or one that others know, too: the same value in two teams is two secrets."""
        if self.pool and rng.random() < 0.4:
            return rng.choice(self.pool[-200:])
        self.pool.append(f"v{secrets.token_hex(6)}@mail.example-{rng.choice(['north', 'south'])}.com")
        return self.pool[-1]

    def _names(self, rng: random.Random) -> list[str]:
        """Surrogates out of everybody's, forged and guessed ones."""
        known = list(self.values)[-400:]
        if not known:
            return []
        names = [rng.choice(known) for _ in range(rng.randrange(4))]
        guess = rng.choice(known)
        return [*names, *(rng.choice([forge(rng, known), guess[:-1] + forge(rng, known)[-1]]) for _ in range(rng.randrange(3)))]

    def _learn(self, person: Person, own: list[str], text: str, model: str) -> None:
        """Learn from the provider's side which surrogate stands for which value."""
        sent = self.sent.pop(model)["messages"][-1]["content"]
        for value, name in zip(text.split(" and "), sent.split(" and "), strict=True):
            if value in own:
                assert surrogates(name) == [name], "an original reached the provider"
                self.values.setdefault(name, set()).add((person.team, value))
                self.done.setdefault((person.team, name), set()).add(person)

    def _judge(self, person: Person, own: set[str], quoted: list[str], must: set[str], answer: str) -> None:
        found = set(_VALUE.findall(answer))
        entitled = {
            value
            for name in quoted
            for owner, value in self.values.get(name, ())
            if owner == person.team and any(person.may_have(supplier) for supplier in self.begun[owner, value])
        }
        self.figures.wrong += len(found - own - entitled)
        self.figures.missed += len((must | own) - found)
        self.figures.restored += len(found)
        self.figures.kept += len(surrogates(answer))


@contextmanager
def isolation(postgres: str, home: Path) -> Iterator[Isolation]:
    """Start two gateways over one database, with teams, clients and policies."""
    with world(postgres, home / "one") as first:
        (home / "two").mkdir()
        second = replace(first, home=home / "two", environment={**first.environment, "HUSHGATE_HOME": str(home / "two")})
        initialise(Settings.read(second.environment), mint=True, base_url="", admin_url="")
        try:
            second.start()
            keys = {}
            for team, policy in POLICIES.items():
                first.admin("POST", "teams", {"name": team})
                first.admin("PUT", f"policies/{team}", {"version": 1, **policy})
                for client in CLIENTS:
                    made = first.admin("POST", "keys", {"team": team, "client": client, "asserts_users": USERS[client] != (None,)})
                    keys[team, client] = made["key"]
            first.database.execute("INSERT INTO project (team, name) SELECT name, 'other' FROM team")
            for client, project in CLIENTS.items():
                first.database.execute("UPDATE client SET project = %s WHERE name = %s", (project, client))
            built = Isolation([first, second], keys)
            first.upstream.witness, first.upstream.script = None, built.script
            yield built
        finally:
            second.stop()
