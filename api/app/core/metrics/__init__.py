"""Prometheus metrics: what is measured of every request, and the server that Prometheus reads.

The state of the database and the assistant is measured in `app.collectors`, which knows both.
"""
