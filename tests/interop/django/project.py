"""A Django project with Simple JWT, as its documentation sets one up, on a free loopback port.

Reads one line of JSON with the settings that differ, prints one with the port, and ends when its
standard input does.
"""

import json
import logging
import os
import sys
import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.conf import settings

asked = json.loads(sys.stdin.readline())

settings.configure(
    SECRET_KEY=asked["secret"],
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    # Three passwords that everybody knows need no slow hash.
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "rest_framework",
        "rest_framework_simplejwt",
        "rest_framework_simplejwt.token_blacklist",
    ],
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [
            "rest_framework_simplejwt.authentication.JWTAuthentication",
        ],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    },
    # The settings of Simple JWT under which it comes nearest to what jwt-state always does.
    SIMPLE_JWT={
        "ALGORITHM": "HS256",
        "SIGNING_KEY": asked["secret"],
        "ISSUER": asked["iss"],
        "AUDIENCE": asked["aud"],
        "ROTATE_REFRESH_TOKENS": asked["rotates"],
        "BLACKLIST_AFTER_ROTATION": asked["rotates"],
    },
)
# What it makes of a broken request is in the answer.
logging.disable(logging.CRITICAL)

import django  # noqa: E402

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework.decorators import api_view  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework_simplejwt import views  # noqa: E402


@api_view(["GET"])
def me(request):
    user = request.user
    return Response({"id": user.pk, "username": user.username, "email": user.email})


def set_active(request, username, active):
    """For the test: disables an account, or lets it in again."""
    return JsonResponse({"changed": User.objects.filter(username=username).update(is_active=active)})


urlpatterns = [
    path("api/token/", views.TokenObtainPairView.as_view()),
    path("api/token/refresh/", views.TokenRefreshView.as_view()),
    path("api/token/verify/", views.TokenVerifyView.as_view()),
    path("api/token/blacklist/", views.TokenBlacklistView.as_view()),
    path("api/me/", me),
    path("test/active/<str:username>/<int:active>/", set_active),
]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def end_with_input():
    sys.stdin.read()
    os._exit(0)


call_command("migrate", verbosity=0)
for username, password in asked["accounts"]:
    User.objects.create_user(username, f"{username}@example.test", password)
threading.Thread(target=end_with_input, daemon=True).start()
server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)
print(json.dumps({"port": server.server_port}), flush=True)
server.serve_forever()
