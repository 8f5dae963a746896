"""A clock that tests turn by hand, and workers that go by it."""

from datetime import datetime, timedelta

from outbox import engine
from tests.builders import NOON


class Clock:
    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def later(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at

    def run(self) -> None:
        """Everything that is due now."""
        while sum(
            engine.run_due(queue=queue, clock=self, until=self.at + timedelta(hours=1)) for queue in engine.QUEUES
        ):
            pass
