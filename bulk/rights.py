"""Who may do what to many accounts: what it takes to do it to one."""

from bulk.models import BulkChange
from workspaces.capabilities import Capability
from workspaces.scopes import Area

NEEDS: dict[str, Capability] = {
    BulkChange.Kind.OWNER: Capability.EDIT_ACCOUNTS,
    BulkChange.Kind.TAG: Capability.EDIT_ACCOUNTS,
    BulkChange.Kind.UNTAG: Capability.EDIT_ACCOUNTS,
    BulkChange.Kind.STAGE: Capability.WORK,
}
AREAS: dict[str, Area] = dict.fromkeys(NEEDS, Area.ACCOUNTS) | {BulkChange.Kind.STAGE: Area.JOURNEYS}
