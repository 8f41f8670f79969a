"""PostgreSQL, as the application uses it.

database   sessions on one pool
patience   deadlines, and fast failures while the database is down
addresses  the server's address, also while DNS is down
"""
