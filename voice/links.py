"""The address by which a member gets no digest any more."""

from workspaces.stopping import StopLink

STOP = StopLink("voice:unsubscribe", salt="voice.digest")
