from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "learning"

    def ready(self) -> None:
        from accounts.registry import describe
        from learning import personal, words

        personal.register()
        describe("content.started", words.started, words.many_started)
        describe("content.completed", words.completed, words.many_completed)
