from django.apps import AppConfig


class ExpectationsConfig(AppConfig):
    name = "expectations"

    def ready(self) -> None:
        from accounts.registry import describe
        from expectations import personal, words

        personal.register()
        describe("promise.made", words.made)
        describe("promise.explained", words.explained)
        describe("promise.acknowledged", words.acknowledged)
        describe("promise.questioned", words.questioned)
        describe("promise.kept", words.kept)
        describe("promise.broken", words.broken)
        describe("promise.changed", words.changed)
