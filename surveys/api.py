from rest_framework.routers import SimpleRouter


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
