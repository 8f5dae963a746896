from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "plans"

    def ready(self) -> None:
        from accounts.registry import describe
        from plans import personal, words

        personal.register()
        for kind, (tell, many) in words.TOLD.items():
            describe(kind, tell, many)
