"""A search that ignores accents, case, Unicode form and the order of words, in titles, tags and notes.

`tasks.search` holds the text to search. A trigger fills it, so that rows of the version before, which does not know
the column, are found as well. `search_pattern` makes one word of a query into the LIKE pattern for it.

A trigram index needs three characters. The blank before a word counts as one, so a short word is found at the
beginning of a word only. Scripts that write no blanks between words have one put before each character.

Takes no lock for long and may be interrupted anywhere: each step is repeated, or found done, by the next run.
"""

import logging
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import DBAPIError

revision: str = "0008"
down_revision: str | Sequence[str] | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Accents of Latin, Greek and Cyrillic letters, vowel points of Hebrew and Arabic, and characters without a width.
# Vowel signs of Indic scripts stay: without them it is another word.
_MARKS = (
    r"[\u00ad\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    r"\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200d\u2060\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff]"
)
# Thai, Lao, Myanmar, Khmer, Kana, Chinese characters.
_NO_BLANKS = (
    r"([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff])"
)
_FUNCTIONS = (
    # Letters that Unicode does not take apart come last but for the blanks.
    f"""
CREATE OR REPLACE FUNCTION search_text(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT regexp_replace(regexp_replace(regexp_replace(
    replace(replace(replace(translate(
        lower(regexp_replace(normalize(value, NFKD), '{_MARKS}', '', 'g')),
        'øłđħŧıς', 'oldhtiσ'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'),
    '([^\\w\\s])(\\w)', '\\1 \\2', 'g'), '{_NO_BLANKS}', ' \\1', 'g'), '\\s+', ' ', 'g')
$$
""",  # noqa: RUF001 - Greek
    r"""
CREATE OR REPLACE FUNCTION search_pattern(word text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT '%' || CASE WHEN folded ~ '^\s|^\w.?$' THEN ' ' ELSE '' END
    || regexp_replace(ltrim(folded), '([\\%_])', '\\\1', 'g') || '%' FROM search_text(word) AS folded
$$
""",
    """
CREATE OR REPLACE FUNCTION tasks_search() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    NEW.search := ' ' || search_text(concat_ws(' ', NEW.title, array_to_string(NEW.tags, ' '), NEW.notes));
    RETURN NEW;
END $$
""",
)
_BATCH = 2000
# The trigger fills the column in.
_FILL = f"""
WITH empty AS (SELECT id FROM tasks WHERE search IS NULL AND id > :after ORDER BY id LIMIT {_BATCH}),
     filled AS (UPDATE tasks SET search = '' FROM empty WHERE tasks.id = empty.id)
SELECT id FROM empty ORDER BY id DESC LIMIT 1
"""  # noqa: S608 - of a number
# Only where the extension pg_trgm is to be had, so the model is without it; see migrations/env.py.
_INDEX, _REPLACED = "ix_tasks_search_text", "ix_tasks_search"
# insufficient_privilege, feature_not_supported, undefined_file
_NO_EXTENSION = {"42501", "0A000", "58P01"}
log = logging.getLogger("app.migrate")


def upgrade() -> None:
    # A change of the table waits for running transactions, and everyone else waits behind it: not for long.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("ALTER TABLE tasks ADD COLUMN IF NOT EXISTS search text")
    for function in _FUNCTIONS:
        op.execute(function)
    op.execute("DROP TRIGGER IF EXISTS tasks_search ON tasks")
    op.execute(
        "CREATE TRIGGER tasks_search BEFORE INSERT OR UPDATE OF title, notes, tags, search ON tasks"
        " FOR EACH ROW EXECUTE FUNCTION tasks_search()"
    )
    op.execute("ALTER TABLE tasks DROP CONSTRAINT IF EXISTS ck_tasks_search")
    op.execute("ALTER TABLE tasks ADD CONSTRAINT ck_tasks_search CHECK (search IS NOT NULL) NOT VALID")
    with op.get_context().autocommit_block():
        _fill()
        _create_extension()
        op.execute("ALTER TABLE tasks VALIDATE CONSTRAINT ck_tasks_search")
        if operators := _trigram_operators():
            _create_index(_INDEX, f"USING gin (search {operators})")
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {_REPLACED}")
        op.execute("ANALYZE tasks (search)")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    if operators := _trigram_operators():
        op.execute(
            f"CREATE INDEX IF NOT EXISTS {_REPLACED} ON tasks USING gin (title {operators}, notes {operators})"
        )
    op.execute("DROP TRIGGER tasks_search ON tasks")
    op.execute("ALTER TABLE tasks DROP COLUMN search")  # and its index and constraint with it
    for function in ("tasks_search()", "search_pattern(text)", "search_text(text)"):
        op.execute(f"DROP FUNCTION {function}")


def _fill() -> None:
    """In batches, so that no row stays locked for long."""
    after: object = "00000000-0000-0000-0000-000000000000"
    while after is not None:
        after = op.get_bind().scalar(sa.text(_FILL), {"after": after})


def _create_index(name: str, definition: str) -> None:
    """What an interrupted run leaves behind is marked invalid: it costs writes and serves nothing."""
    valid = op.get_bind().scalar(
        sa.text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)"), {"name": name}
    )
    if valid is False:
        op.execute(f"DROP INDEX CONCURRENTLY {name}")
    op.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON tasks {definition}")


def _create_extension() -> None:
    """If that is allowed."""
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'")):
        try:
            op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in _NO_EXTENSION:
                raise
    if _trigram_operators() is None:
        log.warning("no extension pg_trgm in this database: a search reads all tasks of its user")


def _trigram_operators() -> str | None:
    """The name of pg_trgm's operator class for GIN, its schema included."""
    operators: str | None = op.get_bind().scalar(
        sa.text(
            "SELECT quote_ident(nspname) || '.gin_trgm_ops' FROM pg_opclass"
            " JOIN pg_namespace ON pg_namespace.oid = opcnamespace WHERE opcname = 'gin_trgm_ops'"
        )
    )
    return operators
