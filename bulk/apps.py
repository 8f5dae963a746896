from django.apps import AppConfig


class BulkConfig(AppConfig):
    name = "bulk"

    def ready(self) -> None:
        from bulk import tasks
        from bulk.actions import changes
        from outbox.registry import Local, register

        register(changes.RUN, Local(tasks.run_chunk, queue="compute"))
        register(changes.UNDO, Local(tasks.undo_chunk, queue="compute"))
