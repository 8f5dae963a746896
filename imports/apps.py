from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "imports"

    def ready(self) -> None:
        from imports import personal, tasks
        from imports.actions import checking, merging
        from outbox.registry import Local, register, register_daily

        personal.register()
        register(checking.READ, Local(tasks.read_part, queue="compute"))
        register(checking.CHECK, Local(tasks.check_part, queue="compute"))
        register(merging.MERGE, Local(tasks.merge_part, queue="compute"))
        register(merging.LINK, Local(tasks.link_part, queue="compute"))
        register_daily("imports.forget", hour=3, run=tasks.forget_old)
