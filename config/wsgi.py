"""The web application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from workspaces.roles import refuse_wrong_role  # noqa: E402  needs the app registry

refuse_wrong_role()
