"""The server's entry point: HTTP goes to Django, sockets to channels."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")

django = get_asgi_application()

# These need Django to be set up.
from playground import process  # noqa: E402
from playground.body_limit import BodyLimit  # noqa: E402
from playground.urls import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter({"http": BodyLimit(django), "websocket": URLRouter(websocket_urlpatterns)})

process.warm_up()
