"""Settings: one process and SQLite by default; production by environment variables alone.

PLAYGROUND_ENV            `local` (default), `test` or `production`
PLAYGROUND_SECRET_KEY     required in production; otherwise made once and kept in var/
PLAYGROUND_ALLOWED_HOSTS  comma-separated host names, required in production
PLAYGROUND_VAR_DIR        where the database and the generated key live

Production is served behind a proxy that ends TLS and sets X-Forwarded-Proto and X-Forwarded-For; start Daphne with
--proxy-headers there, or all visitors share one address and its rate limits.
"""

import contextlib
import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from playground.limits import BODY_BYTES_MAX

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("PLAYGROUND_VAR_DIR", BASE_DIR / "var"))
ENVIRONMENT = os.environ.get("PLAYGROUND_ENV", "local")
IS_PRODUCTION = ENVIRONMENT == "production"

if ENVIRONMENT not in {"local", "test", "production"}:
    raise ImproperlyConfigured(f"PLAYGROUND_ENV must be local, test or production, not {ENVIRONMENT!r}")

VAR_DIR.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    """Return the key from the environment, or the one kept for this copy of the project."""
    from_environment = os.environ.get("PLAYGROUND_SECRET_KEY")
    if from_environment:
        return from_environment
    if IS_PRODUCTION:
        raise ImproperlyConfigured("PLAYGROUND_SECRET_KEY must be set in production")
    path = VAR_DIR / "secret_key"
    if not path.exists():
        draft = VAR_DIR / f"secret_key.{os.getpid()}"
        draft.write_text(secrets.token_urlsafe(50), encoding="ascii")
        draft.chmod(0o600)
        # Of processes that start together one links its draft and the others read that one's key.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text(encoding="ascii")


def _allowed_hosts() -> list[str]:
    """Return the host names the server answers to; only this machine's own unless told otherwise."""
    names = [
        name.strip() for name in os.environ.get("PLAYGROUND_ALLOWED_HOSTS", "").split(",") if name.strip()
    ]
    if IS_PRODUCTION and (not names or "*" in names):
        raise ImproperlyConfigured("PLAYGROUND_ALLOWED_HOSTS must name the hosts in production")
    return names or ["localhost", "127.0.0.1", "[::1]"]


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = _allowed_hosts()

INSTALLED_APPS = [
    "daphne",
    "django.contrib.staticfiles",
    "playground",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "playground.middleware.SecurityHeaders",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "playground.middleware.SameOrigin",
    "playground.middleware.RateLimits",
]

ROOT_URLCONF = "playground.urls"
ASGI_APPLICATION = "playground.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
            ],
        },
    },
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR_DIR / "db.sqlite3",
        "OPTIONS": {
            # Writers queue for the lock at BEGIN instead of failing half-way through a transaction.
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
        # A file, because the writer's thread has a connection of its own.
        "TEST": {"NAME": VAR_DIR / f"test-{os.getpid()}.sqlite3"},
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ko", "한국어")]
# Set by the page's language switch.
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns when it is missing
# Files are served straight from static/, so a fresh clone needs no collectstatic.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
# The files are for this site's own pages; nobody else's scripts need to read them.
WHITENOISE_ALLOW_ALL_ORIGINS = False
# Vite puts the content's hash into the name, so browsers may keep these for ever.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/dist/assets/.+-[\w-]{8}\.\w+$"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# There are no forms and no cookies that grant anything: `playground.middleware.SameOrigin` guards what changes state.
SILENCED_SYSTEM_CHECKS = ["security.W003"]
if IS_PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

# `playground.asgi` refuses larger bodies before Django sees them.
DATA_UPLOAD_MAX_MEMORY_SIZE = BODY_BYTES_MAX

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"secrets": {"()": "playground.logs.HideTokens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["secrets"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # Its news of each start is for its own developers; `run.py` says where the page is.
    "loggers": {"daphne": {"level": "WARNING"}},
}
