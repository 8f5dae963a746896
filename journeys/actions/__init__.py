"""What journeys can do, by noun, with everything at hand here."""

from journeys.actions.moves import (
    BATCH,
    MOVE_MORE,
    TAKE_BACK,
    AlreadyThere,
    ReasonMissing,
    TooLate,
    begin_delivery,
    can_be_taken_back,
    move_due,
    move_later,
    move_stage,
    move_stages,
    note_alert_closed,
    note_alert_opened,
    note_answer,
    take_back,
)
from journeys.actions.touchpoints import ContactElsewhere, NotYetHappened, OutOfRange, log_touchpoint

__all__ = [
    "BATCH",
    "MOVE_MORE",
    "TAKE_BACK",
    "AlreadyThere",
    "ContactElsewhere",
    "NotYetHappened",
    "OutOfRange",
    "ReasonMissing",
    "TooLate",
    "begin_delivery",
    "can_be_taken_back",
    "log_touchpoint",
    "move_due",
    "move_later",
    "move_stage",
    "move_stages",
    "note_alert_closed",
    "note_alert_opened",
    "note_answer",
    "take_back",
]
