"""In development the schema follows the branch: two branches, each with a migration, on one database."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from app import migrate
from app.core.config import Settings
from devserver.migrate import follow
from tests.support.postgres import Cluster
from tests.support.serving import API

REVISION = '''"""{comment}"""
import sqlalchemy as sa
from alembic import op
revision = "{name}"
down_revision = "0005"
def upgrade() -> None:
    op.create_table("{table}", sa.Column("id", sa.Integer(), primary_key=True))
def downgrade() -> None:
    {undo}
'''
Branch = Callable[..., None]


@pytest.fixture
def url(cluster: Cluster) -> str:
    name = f"branches_{uuid.uuid4().hex[:12]}"
    cluster.create_database(name)
    return cluster.url(name)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = migrate.make_engine(settings(url).database)
    yield engine
    engine.dispose()


@pytest.fixture
def branch(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Branch:
    """Checks out a branch with at most one migration after 0005, and migrates as its new pod does."""
    folder = tmp_path / "migrations"

    def check_out(
        table: str = "", name: str = "", undo: str = "", comment: str = "", standins: str = "database"
    ) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(API / "migrations", folder, ignore=_later)
        if table:
            source = REVISION.format(
                name=name or f"0006{table}",
                table=table,
                comment=comment,
                undo=undo or f'op.drop_table("{table}")',
            )
            (folder / "versions" / "0006_of_the_branch.py").write_text(source)
        monkeypatch.setattr(migrate, "MIGRATIONS", folder)
        follow(settings(url, standins))

    return check_out


def _later(_folder: str, names: list[str]) -> list[str]:
    """Later revisions of this checkout would be further heads."""
    return [name for name in names if name == "__pycache__" or (name[:4].isdigit() and name[:4] > "0005")]


def settings(url: str, standins: str = "database") -> Settings:
    return Settings.model_validate({"database_url": url, "todo_standins": standins})


def tables(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        found = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        return {name for (name,) in found} & {"things_a", "things_b"}


def users(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM users")) or 0


def add_user(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO users (id, email, name, password_hash, created_at)"
                " VALUES (gen_random_uuid(), 'a@example.com', '', '', now())"
            )
        )


@pytest.mark.parametrize(("first", "second"), [("0006a", "0006b"), ("0006", "0006")])
def test_the_second_branch_gets_its_schema_and_the_data_stays(
    branch: Branch, engine: Engine, first: str, second: str
) -> None:
    """Also when both have taken the next number."""
    branch("things_a", first)
    add_user(engine)
    assert tables(engine) == {"things_a"}
    branch("things_b", second)
    assert tables(engine) == {"things_b"}
    branch("things_a", first)
    assert tables(engine) == {"things_a"}
    assert users(engine) == 1


def test_back_on_the_main_branch_the_migration_is_undone(branch: Branch, engine: Engine) -> None:
    branch("things_a")
    branch()
    assert tables(engine) == set()


def test_a_comment_undoes_nothing(branch: Branch, engine: Engine) -> None:
    branch("things_a")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO things_a VALUES (1)"))
    branch("things_a", comment="better words")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM things_a")) == 1


def test_a_migration_that_cannot_be_undone_names_the_button(branch: Branch, engine: Engine) -> None:
    branch("things_a", undo='raise NotImplementedError("one way")')
    with pytest.raises(migrate.MigrationError) as error:
        branch("things_b")
    assert str(error.value) == (
        "the database is from another branch: its revision 0006things_a cannot be undone (one way);"
        " press *Empty the database* on the resource `database` of Tilt's dashboard."
    )
    assert tables(engine) == {"things_a"}


def test_an_unknown_history_is_not_skipped(branch: Branch, engine: Engine) -> None:
    branch()
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(
        migrate.MigrationError, match=r"from another branch: its revision 9999 .*Empty the database"
    ):
        branch()


def test_a_database_of_ones_own_is_never_changed(branch: Branch, engine: Engine) -> None:
    branch("things_a", standins="")
    with pytest.raises(
        migrate.MigrationError, match="0006things_a is none of this branch's; check out the branch"
    ):
        branch("things_b", standins="")
    assert tables(engine) == {"things_a"}
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT to_regclass('todo_dev.revisions')")) is None
