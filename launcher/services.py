"""The two servers Ninefold needs: yours, named in the environment, or our own."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from launcher import postgres
from launcher.console import Stop
from launcher.fleet import Fleet
from launcher.paths import LOCAL
from launcher.valkey import Valkey

VARIABLES = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")


@dataclass(frozen=True)
class Services:
    """Where the servers are: for the application, and for what only the database's owner may do."""

    database_url: str
    database_owner_url: str
    redis_url: str

    def for_application(self) -> dict[str, str]:
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}

    def for_owner(self) -> dict[str, str]:
        return self.for_application() | {"DATABASE_OWNER_URL": self.database_owner_url}


def named_in_environment(environ: Mapping[str, str] = os.environ) -> Services | None:
    """The servers that the environment names; None when it names none.

    Raises:
        Stop: it names some of the three and not the others.
    """
    missing = [name for name in VARIABLES if not environ.get(name)]
    if len(missing) == len(VARIABLES):
        return None
    if missing:
        given = [name for name in VARIABLES if name not in missing]
        raise Stop(
            f"{' and '.join(given)} {'is' if len(given) == 1 else 'are'} set but {' and '.join(missing)}"
            f" {'is' if len(missing) == 1 else 'are'} not: set all three to use your own servers, or none of"
            " them to have PostgreSQL and Valkey started for you."
        )
    return Services(*(environ[name] for name in VARIABLES))


def start(base: Path, fleet: Fleet, settings: Mapping[str, str] = postgres.SERVE) -> Services:
    """The servers in the environment, else our own with their data under `base`."""
    external = named_in_environment()
    if external:
        return external
    database, broker = postgres.Postgres(base, settings), Valkey(base)
    database.start(fleet)
    broker.start(fleet)
    return Services(database.url(postgres.APP), database.url(postgres.OWNER), broker.url)


def inherited() -> dict[str, str]:
    """Our environment without what could send a child to other servers than those we name.

    What Python compiles goes under `.local`, whatever the environment says: each process starts a second sooner.
    """
    without = (*VARIABLES, "PYTHONDONTWRITEBYTECODE")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in without and not (name.startswith("PG") and name.isupper())
    }
    return kept | {"PYTHONPYCACHEPREFIX": str(LOCAL / "bytecode")}
