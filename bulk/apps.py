from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BulkConfig(AppConfig):
    name = "bulk"

    def ready(self) -> None:
        from bulk import queries, tasks
        from bulk.actions import changes, retention
        from outbox.registry import Local, register
        from workspaces.registry import retain

        register(changes.RUN, Local(tasks.run_chunk, queue="compute"))
        register(changes.UNDO, Local(tasks.undo_chunk, queue="compute"))
        retain(
            "bulk_rows",
            _("Accounts of past changes of many"),
            retention.KEPT_DAYS,
            retention.forget_rows,
            due=queries.old_rows,
            about=_("What became of each account, and what it was before. That it was done, and to how many, stays."),
        )
