"""What pages and the API ask about journeys; by noun, with what is asked most at hand here."""

from journeys.queries.moves import (
    Due,
    Stay,
    board,
    due_moves,
    is_newest_answer,
    last_move,
    last_move_ids,
    median,
    moves_of,
    open_alert_ids,
    open_complaint_ids,
    stays,
    touchpoints,
    touchpoints_of,
)

__all__ = [
    "Due",
    "Stay",
    "board",
    "due_moves",
    "is_newest_answer",
    "last_move",
    "last_move_ids",
    "median",
    "moves_of",
    "open_alert_ids",
    "open_complaint_ids",
    "stays",
    "touchpoints",
    "touchpoints_of",
]
