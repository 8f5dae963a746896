"""One JSON object per log line, without the secrets that addresses carry."""

import logging
import re

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# Survey links, shared reports, hooks and invitations: who holds the address holds the key.
SECRET_PATH = re.compile(r"/(s|r|hooks|invitations|auth/password/reset/key)/[^/\s]+")


def redact(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Cut the token out of every text that names such an address."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = SECRET_PATH.sub(r"/\1/…", value)
    return event


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure() -> None:
    """Send structlog's events through the standard library's handlers."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def formatter() -> logging.Formatter:
    """For `LOGGING`: renders structlog's and everybody else's records alike."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redact,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
