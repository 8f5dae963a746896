"""The project: settings, URLs, Celery. Nobody imports it but the programs that start it."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
