"""The signing key that replicas share through the database."""

from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI
from pydantic import SecretStr

from app.auth.keys import KeyRing
from app.core.config import Settings
from app.core.db.database import Database
from tests.support.postgres import Cluster


def test_replicas_that_start_at_once_agree_on_one_key(cluster: Cluster, app: FastAPI) -> None:
    settings = Settings(database_url=SecretStr(cluster.url()))
    replicas = [Database(settings.database, f"replica {number}") for number in range(4)]
    rings = [KeyRing(settings, replica) for replica in replicas]
    with ThreadPoolExecutor(len(rings)) as pool:
        keys = list(pool.map(KeyRing.load, rings))
    for replica in replicas:
        replica.dispose()
    assert len(set(keys)) == 1
    assert len(keys[0]) == 64


def test_jwt_secret_goes_first_and_needs_no_database() -> None:
    settings = Settings(
        database_url=SecretStr("postgresql://nobody@127.0.0.1:1/none"), jwt_secret=SecretStr("s" * 32)
    )
    assert KeyRing(settings, Database(settings.database, "no replica")).load() == "s" * 32
