"""PostgreSQL as Django speaks to it, but that a kept connection is not asked whether it is alive."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A server that hung up, even one that was killed, leaves something to read: only then is it asked.

    Django's question before each request's first statement costs as much as a statement.
    """

    def is_usable(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        is_quiet = not select.select([self.connection], [], [], 0)[0]
        return is_quiet or bool(super().is_usable())
