from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "dashboard"

    def ready(self) -> None:
        from bulk.registry import list_finder
        from dashboard.audiences import listed
        from dashboard.segment_fields import FIELDS
        from segments.registry import register_field

        list_finder.append(listed)
        for field in FIELDS:
            register_field(field)
