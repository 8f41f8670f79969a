"""Rows as earlier versions wrote them."""

import uuid

from sqlalchemy import Connection, text


def add_account(connection: Connection) -> uuid.UUID:
    owner = uuid.uuid4()
    connection.execute(
        text(
            "INSERT INTO users (id, email, name, password_hash, created_at) VALUES (:id, :email, '', '', now())"
        ),
        {"id": owner, "email": str(owner)},
    )
    return owner
