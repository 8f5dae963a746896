from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    name = "imports"

    def ready(self) -> None:
        from imports import personal, queries, tasks
        from imports.actions import checking, merging, receiving
        from outbox.registry import Local, register
        from workspaces.registry import retain

        personal.register()
        register(checking.READ, Local(tasks.read_part, queue="compute"))
        register(checking.CHECK, Local(tasks.check_part, queue="compute"))
        register(merging.MERGE, Local(tasks.merge_part, queue="compute"))
        register(merging.LINK, Local(tasks.link_part, queue="compute"))
        retain(
            "import_files",
            _("Imported files"),
            receiving.KEPT_DAYS,
            receiving.forget_old,
            due=queries.old,
            about=_("The file as it was uploaded, and what was refused of it. What was counted stays."),
            most=365,
        )
