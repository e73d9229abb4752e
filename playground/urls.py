"""The addresses the server answers."""

from typing import Any, cast

from django.urls import URLPattern, URLResolver, path

from playground import views
from playground.api import api
from playground.consumers import ScenarioConsumer

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.start, name="start"),
    path("s/<str:token>", views.scenario, name="scenario"),
    path("api/", api.urls),
]
websocket_urlpatterns: list[Any] = [
    path("ws/s/<str:token>", cast("Any", ScenarioConsumer.as_asgi())),
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error
