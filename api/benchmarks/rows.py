"""A million tasks, 100,000 of them one user's, scattered over the table as they would be after years."""

import uuid

import psycopg

TOTAL = 1_000_000
HEAVY = uuid.UUID(int=1)
"""The user with a tenth of all tasks. The others share 2,000 accounts."""

_USERS = """
INSERT INTO users (id, email, name, password_hash, created_at)
SELECT lpad(to_hex(n), 32, '0')::uuid, 'user' || n || '@example.com', '', '', now()
FROM generate_series(1, 2001) AS n
"""
# Words: "milk" is in one title of eight. A third have notes of 20 to 400 characters. 2 % are deleted, half completed.
_TASKS = """
INSERT INTO tasks (id, owner_id, title, notes, priority_rank, tags, due_at, completed_at, created_at, updated_at,
                   deleted_at, version, idempotency_key)
SELECT gen_random_uuid(),
       lpad(to_hex(CASE WHEN n %% 10 = 0 THEN 1 ELSE 2 + n * 7919 %% 2000 END), 32, '0')::uuid,
       (ARRAY['Buy', 'Call', 'Write', 'Pay', 'Fix', 'Clean', 'Plan', 'Read'])[1 + n * 31 / 10 %% 8] || ' '
           || (ARRAY['milk', 'rent', 'report', 'garden', 'bicycle', 'invoice', 'letter', 'present'])
              [1 + n / 70 * 17 %% 8] || ' ' || n,
       CASE WHEN n / 10 %% 3 = 0 THEN repeat('Some note about it. ', (1 + n %% 20)::int) || md5(n::text) ELSE '' END,
       n / 30 %% 5,
       CASE n / 10 %% 4 WHEN 0 THEN ARRAY[]::text[] WHEN 1 THEN ARRAY['tag' || n / 10 %% 17, 'home']
            WHEN 2 THEN ARRAY['work', 'area' || n / 10 %% 23] ELSE ARRAY['home'] END,
       CASE WHEN n / 10 %% 5 < 3 THEN now() + (n * 7919 %% 1000000 - 500000) * interval '10 seconds' END,
       CASE WHEN n / 110 %% 2 = 0 THEN now() END,
       now() - n * 104729 %% 1000000 * interval '13 seconds',
       now() - n * 15485863 %% 1000000 * interval '1 second',
       CASE WHEN n / 10 %% 50 = 7 THEN now() END,
       1, 'key' || n
FROM generate_series(%(first)s::bigint, %(last)s) AS n
"""
_BATCH = 100_000


def fill(url: str) -> None:
    """Takes a minute or two."""
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(_USERS)
        for first in range(1, TOTAL + 1, _BATCH):
            cursor.execute(_TASKS, {"first": first, "last": first + _BATCH - 1})
    connection.close()


def settle(url: str) -> None:
    """What autovacuum has done by then on a server that has run for a while."""
    connection = psycopg.connect(url)
    connection.autocommit = True
    connection.cursor().execute("VACUUM ANALYZE tasks")
    connection.close()
