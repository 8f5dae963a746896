"""What the planner knows of our tables."""

from django.db import connection


def refresh_statistics() -> None:
    """Have the planner look at what this transaction has brought in, before autovacuum does in a minute or so."""
    with connection.cursor() as cursor:
        cursor.execute("select accounts_fresh_statistics()")
