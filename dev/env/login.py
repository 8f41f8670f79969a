"""A program for an interpreter that has psycopg: reads a PostgreSQL URL from its input and prints what it found.

It is started with the URL on a pipe, because every process can read another one's arguments. Output: one JSON object,
either {"error": "…"} with the driver's words or what `FACTS` asks for. It knows nothing else of this project.
"""

import json
import sys

FACTS = """
SELECT current_setting('server_version_num')::int / 10000,
       current_setting('transaction_read_only') = 'on',
       coalesce((SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = 'public'), false),
       coalesce((SELECT bool_and(pg_has_role(tableowner, 'MEMBER')) FROM pg_tables WHERE schemaname = 'public'), true)
"""
NAMES = ("version", "read_only", "may_create", "owns_tables")
CONNECT_TIMEOUT = 20  # seconds; a hosted server that sleeps takes some to wake up


def main() -> None:
    """Log in, ask, print."""
    import psycopg

    try:
        connection = psycopg.connect(
            sys.stdin.read(), connect_timeout=CONNECT_TIMEOUT, application_name="make up"
        )
        with connection, connection.cursor() as cursor:
            cursor.execute(FACTS)
            row = cursor.fetchone() or ()
        connection.close()
        found = dict(zip(NAMES, row, strict=True))
    except psycopg.Error as error:
        found = {"error": str(error)}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
