"""Why something cannot be done with a task, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from journeys.actions import plays, tasks

TASKS: dict[type[Exception], Promise] = {
    tasks.TaskClosed: _("This task was done or dropped before."),
    tasks.StillOpen: _("This task is open already."),
    plays.PlayOver: _("Its playbook was stopped: add a task of its own, or start the playbook again."),
    plays.AlreadyRunning: _("Its playbook was started again since: its task is among the new ones."),
}
