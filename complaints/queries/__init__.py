"""What is asked of complaints, by noun; what other rooms read is at hand here."""

from complaints.queries.case import complaints, open_count, open_or_overdue
from complaints.queries.figure import Period, period

__all__ = ["Period", "complaints", "open_count", "open_or_overdue", "period"]
