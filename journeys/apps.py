from django.apps import AppConfig


class JourneysConfig(AppConfig):
    name = "journeys"

    def ready(self) -> None:
        from accounts.registry import describe, react
        from journeys import personal, tasks, words
        from outbox.registry import Local, register, register_daily

        react("contract.added", "journeys.begin_delivery", tasks.begin_delivery)
        react("contract.changed", "journeys.begin_delivery", tasks.begin_delivery)
        react("survey.answered", "journeys.note_answer", tasks.note_answer)
        react("alert.opened", "journeys.note_alert", tasks.note_alert)
        react("alert.closed", "journeys.note_alert", tasks.note_alert)
        register_daily("journeys.move_due", hour=2, run=tasks.move_due)
        register(tasks.MOVE_MORE, Local(tasks.move_due, queue="compute"))

        personal.register()
        describe("stage.entered", words.stage_entered)
        describe("stage.taken_back", words.stage_taken_back)
        describe("touchpoint.logged", words.touchpoint_logged)
