"""The key that signs tokens: JWT_SECRET, or one that the replicas share through the database."""

import secrets

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from app.auth.models import SigningKey
from app.core.config import Settings
from app.core.db.database import Database


class KeyRing:
    """Loads the key when it is first needed, so that a process can start while the database is down."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._database = database
        self.cached: str | None = settings.jwt_secret.get_secret_value() if settings.jwt_secret else None

    def load(self) -> str:
        """The key. May query the database, so not on the event loop. Loading it twice concurrently is harmless."""
        if self.cached is None:
            self.cached = self._from_database()
        return self.cached

    def _from_database(self) -> str:
        """The first insert wins; every replica then uses the key in the table."""
        offer = insert(SigningKey).values(id=1, secret=secrets.token_hex(32))
        with self._database.begin() as session:
            session.execute(offer.on_conflict_do_nothing())
            return session.exec(select(SigningKey.secret)).one()
