"""Writes drf.txt: what Django REST framework answers, for the same requests that main.rs sends.

    python3 -m venv v && v/bin/pip install django==5.2.19 djangorestframework==3.18.3 \
        djangorestframework-simplejwt==5.5.1
    v/bin/python drf.py > drf.txt
"""

import base64
import itertools
import logging

from django.conf import settings

settings.configure(
    SECRET_KEY="of this run, and of nothing else: 0123456789",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="__main__",
    LOGGING_CONFIG=None,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "rest_framework",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
)

import django

django.setup()
logging.disable()

from django.contrib.auth.models import User
from django.core.management import call_command
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client
from django.urls import path
from rest_framework.authentication import BasicAuthentication, SessionAuthentication
from rest_framework.permissions import AllowAny, IsAdminUser, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.tokens import AccessToken

WAYS = {"jwt": JWTAuthentication, "session": SessionAuthentication, "basic": BasicAuthentication}
NAMES = {way: name for name, way in WAYS.items()}
VIEWS = {"me": IsAuthenticated, "note": IsAuthenticated, "open": AllowAny, "admin": IsAdminUser}
ORDERS = [order for n in range(4) for order in itertools.permutations(WAYS, n)]
urlpatterns = []


def view(order, permission):
    class View(APIView):
        authentication_classes = [WAYS[way] for way in order]
        permission_classes = [permission]

        def get(self, request):
            by = NAMES.get(type(request.successful_authenticator), "nobody")
            return Response({"detail": by})

        post = get

    return View.as_view()


for order in ORDERS:
    for name, permission in VIEWS.items():
        urlpatterns.append(path(f"{','.join(order) or 'none'}/{name}", view(order, permission)))

call_command("migrate", verbosity=0)
alice = User.objects.create_user("alice", password="wonderland")
root = User.objects.create_user("root", password="bücherwurm", is_staff=True)
bob = User.objects.create_user("bob", password="builder")


def basic(text, encoding="utf-8"):
    return "Basic " + base64.b64encode(text.encode(encoding)).decode()


MAIN = {
    "nothing": None,
    "token": f"Bearer {AccessToken.for_user(alice)}",
    "bad-token": "Bearer a.b.c",
    "password": basic("alice:wonderland"),
    "wrong-password": basic("alice:x"),
}
ODD = {
    "empty": "",
    "other-scheme": "Digest YTpi",
    "bearer-alone": "Bearer",
    "bearer-three": "Bearer a b",
    "basic-alone": "Basic",
    "basic-three": "Basic a b",
    "basic-capitals": basic("alice:wonderland").replace("Basic", "bASIC"),
    "basic-two-spaces": basic("alice:wonderland").replace(" ", "  "),
    "basic-no-base64": "Basic !!!",
    "basic-no-colon": basic("alice"),
    "basic-unpadded": "Basic YTp",
    "basic-unknown": basic("nobody:wonderland"),
    "basic-disabled": basic("bob:builder"),
    "basic-utf-8": basic("root:bücherwurm"),
    "basic-latin-1": basic("root:bücherwurm", "latin-1"),
}
sessions = {name: Client(enforce_csrf_checks=True) for name in ("none", "alive", "disabled")}
sessions["alive"].force_login(alice)
sessions["disabled"].force_login(bob)
User.objects.filter(username="bob").update(is_active=False)


def ask(order, session, name, line, request):
    client = sessions[session]
    method, where = request.split(" ")
    headers = {} if line is None else {"Authorization": line}
    # Ours looks at the origin; Django wants a token in cookie and header.
    csrf = _get_new_csrf_string()
    if method == "POST-own":
        client.cookies["csrftoken"] = csrf
        headers["X-CSRFToken"] = csrf
    verb = client.get if method == "GET" else client.post
    answer = verb(f"/{order}/{where}", headers=headers)
    client.cookies.pop("csrftoken", None)
    challenge = answer.headers.get("WWW-Authenticate", "-").split(" ")[0]
    detail = answer.json()["detail"]
    if detail.startswith("CSRF Failed"):
        detail = "CSRF Failed"
    vary = "cookie" if "Cookie" in answer.headers.get("Vary", "") else "-"
    print(" | ".join([order, session, name, request, str(answer.status_code), challenge, vary, detail]))


print("# Made by drf.py: order | session | credential | request | status | challenge | vary | detail, or who decided")
for order in (",".join(order) or "none" for order in ORDERS):
    for name, line in MAIN.items():
        for request in ("GET me", "POST-foreign note", "POST-own note"):
            for session in ("none", "alive"):
                ask(order, session, name, line, request)
        for request in ("GET open", "GET admin"):
            ask(order, "none", name, line, request)
    ask(order, "disabled", "nothing", None, "GET me")
    ask(order, "disabled", "nothing", None, "POST-foreign note")
for order in ("jwt,session,basic", "basic,jwt", "session,basic"):
    for name, line in ODD.items():
        ask(order, "none", name, line, "GET me")
