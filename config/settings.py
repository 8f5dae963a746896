"""Settings, safe for production unless the environment says otherwise. `.env.example` lists every variable."""

import sys
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

import lib.logs

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()  # type: ignore[no-untyped-call]
env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("DEMO", False)

SECRET_KEY = env.str("SECRET_KEY", "")
if len(SECRET_KEY) < 32 or len(set(SECRET_KEY)) < 8:
    if not DEBUG:
        raise ImproperlyConfigured("SECRET_KEY is missing or weak: set it to at least 32 random characters.")
    SECRET_KEY = "development-only-" + "0123456789abcdef" * 2
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

BASE_URL = env.str("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
_base = urlsplit(BASE_URL)
IS_HTTPS = _base.scheme == "https"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[_base.hostname or "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django_htmx",
    "template_partials",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "anymail",
    "django_structlog",
    "lib",
    "workspaces",
    "outbox",
    "accounts",
    "segments",
    "expectations",
    "plans",
    "learning",
    "journeys",
    "health",
    "alerts",
    "surveys",
    "complaints",
    "risk",
    "voice",
    "integrations",
    "imports",
    "webhooks",
    "bulk",
    "notices",
    "reviews",
    "dashboard",
]

MIDDLEWARE = [
    "lib.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lib.visitors.RequestMiddleware",
    "workspaces.middleware.WorkspaceMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # addresses are unique whatever their case: by an expression, which this check cannot see
    "security.W008",  # the proxy that ends TLS redirects
    "security.W021",  # preloading binds a whole domain: its owner decides
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "workspaces.User"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboard.context.shell",
            ],
        },
    },
]

# ------------------------------------------------------------------ database, broker, cache
DATABASES = {"default": env.db_url("DATABASE_URL", "postgresql://ninefold_app@127.0.0.1/ninefold")}
DATABASES["default"] |= {"ENGINE": "lib.postgres", "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DATABASE_OWNER_URL = env.str("DATABASE_OWNER_URL", "")
if DATABASE_OWNER_URL:
    DATABASES["owner"] = env.db_url("DATABASE_OWNER_URL") | {"TEST": {"MIRROR": "default"}}

REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "lib.caching.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "ninefold",
    }
}

# A Celery message only says "look at queue Q": what must happen is a row in the outbox.
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_RETRY_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT, CELERY_TASK_TIME_LIMIT = 240, 300
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 1800,
    "health_check_interval": 25,
    "socket_keepalive": True,
    "socket_connect_timeout": 2,
    "global_keyprefix": "ninefold:",
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_MAX_TASKS_PER_CHILD, CELERY_WORKER_MAX_MEMORY_PER_CHILD = 500, 400_000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE = {
    "outbox.tick": {"task": "outbox.tick", "schedule": 2.0, "options": {"expires": 2.0}},
}

# ------------------------------------------------------------------ sign-in
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "workspaces.adapter.InvitationOnlyAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _base.scheme
ACCOUNT_PREVENT_ENUMERATION = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Ninefold"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the invitation that was followed has proven the address
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# ------------------------------------------------------------------ browser security
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_AGE = 7 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("BEHIND_TLS_PROXY", IS_HTTPS):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# ------------------------------------------------------------------ language, time, static files
LANGUAGE_CODE = "en"
# What customers read is there in every language that has a catalogue under locale/, named as it names itself.
LOCALE_PATHS = [BASE_DIR / "locale"]
_codes = sorted(path.parts[-3].lower().replace("_", "-") for path in LOCALE_PATHS[0].glob("*/LC_MESSAGES/django.mo"))
LANGUAGES = [("en", "English"), *((code, LANG_INFO[code]["name_local"]) for code in _codes)]
# Members read our own pages, which are in one language so far: half a translation is none.
MEMBER_LANGUAGES = [("en", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
# Names carry a hash of the content. Compressing takes ten seconds, which pays across a network only.
_HASHED = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
_COMPRESSED = "whitenoise.storage.CompressedManifestStaticFilesStorage"
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")  # 6 MB nobody downloads
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else _COMPRESSED
        if IS_HTTPS
        else _HASHED
    },
}

# ------------------------------------------------------------------ mail
MAIL_DIR = env.str("MAIL_DIR", str(BASE_DIR / ".local" / "mail"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Ninefold <ninefold@localhost.localdomain>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 20
if DEMO:
    EMAIL_BACKEND = "outbox.mailbox.FileBackend"
elif env.str("EMAIL_BACKEND", ""):
    EMAIL_BACKEND = env.str("EMAIL_BACKEND")
    # Some providers take no envelope sender, or no metadata.
    ANYMAIL: dict[str, object] = {"IGNORE_UNSUPPORTED_FEATURES": True}
    ANYMAIL |= {key.removeprefix("ANYMAIL_"): value for key, value in env.ENVIRON.items() if key.startswith("ANYMAIL_")}
else:
    vars().update(env.email_url("EMAIL_URL", "smtp://127.0.0.1:25"))
    if vars()["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
        EMAIL_BACKEND = "outbox.smtp.EmailBackend"

# What says that a mail came back: tagged with the mail's id, the address that reports go to; a Maildir they land in;
# and the secret of whoever posts them to /hooks/mail/report/.
MAIL_REPORT_ADDRESS = env.str("MAIL_REPORT_ADDRESS", "")
MAIL_REPORT_DIR = env.str("MAIL_REPORT_DIR", "")
MAIL_REPORT_SECRET = env.str("MAIL_REPORT_SECRET", "")
if MAIL_REPORT_DIR:
    CELERY_BEAT_SCHEDULE["outbox.read_reports"] = {
        "task": "outbox.read_reports",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    }

# ------------------------------------------------------------------ calls to addresses that people typed
OUTGOING_ALLOW = env.list("OUTGOING_ALLOW", default=[])

# ------------------------------------------------------------------ API
API_REQUESTS_A_MINUTE = env.int("API_REQUESTS_A_MINUTE", 600)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["workspaces.authentication.TokenOrSession"],
    "DEFAULT_PERMISSION_CLASSES": ["workspaces.authentication.HasScope"],
    "EXCEPTION_HANDLER": "lib.problems.handle",
    "DEFAULT_PAGINATION_CLASS": "lib.rest.KeysetPagination",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "PAGE_SIZE": 50,
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Ninefold API",
    "DESCRIPTION": "Customers, what is known about them, and how they are. Ask with a token of one workspace: "
    "`Authorization: Bearer <token>`, made under Settings. Lists come in pages: follow `next`.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "CustomFieldKindEnum": "accounts.models.CustomField.Kind",
        "MetricKindEnum": "accounts.models.Metric.Kind",
        "ExpectationKindEnum": "expectations.models.Expectation.Kind",
        "NoticeKindEnum": "notices.kinds.Kind",
        "ImportKindEnum": "imports.kinds.Kind",
        "ImportStateEnum": "imports.words.STATES",
        "WebhookDeliveryStateEnum": "webhooks.models.Delivery.State",
        "BulkChangeKindEnum": "bulk.models.BulkChange.Kind",
        "AlertRuleEnum": "alerts.rules.Rule",
        "ComplaintOutcomeEnum": "complaints.models.Complaint.Outcome",
        "FollowUpOutcomeEnum": "complaints.models.FollowUp.Outcome",
        "SurveyKindEnum": "surveys.models.Kind",
        "SurveyQuestionKindEnum": "surveys.models.Question.Kind",
        "TicketPriorityEnum": "accounts.models.Ticket.Priority",
        "TicketTopicEnum": "accounts.models.Ticket.Topic",
        "StageEnum": "accounts.stages.Stage",
        "ContactRoleEnum": "accounts.models.Contact.Role",
        "MemberRoleEnum": "workspaces.capabilities.Role",
        "MemberLanguageEnum": MEMBER_LANGUAGES,
        "CustomerLanguageEnum": LANGUAGES,
    },
}

# ------------------------------------------------------------------ logs
lib.logs.configure()
LOG_LEVEL = env.str("LOG_LEVEL", "INFO")
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "lib.logs.formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {"django_structlog": {"level": "WARNING"}},
}
if "pytest" in sys.modules:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    API_REQUESTS_A_MINUTE = 0
    LOGGING["root"]["level"] = "ERROR"  # type: ignore[index]
    STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
