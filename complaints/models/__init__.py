"""Cases of customers who complained. Django finds an app's models by this module, so it names them all."""

from complaints.models.case import Complaint, ComplaintQuerySet, ComplaintStep
from complaints.models.follow_up import FollowUp, FollowUpQuerySet
from complaints.models.peer import Peer, PeerQuerySet
from complaints.models.setting import ComplaintRule, ComplaintSettings

__all__ = [
    "Complaint",
    "ComplaintQuerySet",
    "ComplaintRule",
    "ComplaintSettings",
    "ComplaintStep",
    "FollowUp",
    "FollowUpQuerySet",
    "Peer",
    "PeerQuerySet",
]
