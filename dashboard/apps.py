from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "dashboard"

    def ready(self) -> None:
        from bulk.registry import list_finder
        from dashboard.audiences import listed

        list_finder.append(listed)
