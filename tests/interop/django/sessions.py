"""A Django project with sessions, as its documentation sets one up, on a free loopback port:
`served.py` says how it is run.
"""

import json

from served import SideBySide, asked, configure, serve

configure(
    urls=__name__,
    database=asked["database"],
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        f"{__name__}.{asked['guard']}",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    CSRF_USE_SESSIONS=asked["in_session"],
    SESSION_COOKIE_NAME="__Host-sessionid",
    SESSION_COOKIE_SECURE=True,
)

from django.contrib import auth  # noqa: E402
from django.http import HttpResponse, JsonResponse  # noqa: E402
from django.middleware.csrf import CsrfViewMiddleware, get_token  # noqa: E402
from django.urls import path  # noqa: E402
from django.views.decorators.http import require_GET, require_http_methods, require_POST  # noqa: E402


class Django(CsrfViewMiddleware):
    """As it comes."""


class OnlyIfPresent(CsrfViewMiddleware):
    """Broken: what has no token is let through."""

    def process_view(self, request, callback, args, kwargs):
        if not request.META.get("HTTP_X_CSRFTOKEN"):
            return None
        return super().process_view(request, callback, args, kwargs)


class AnyToken(CsrfViewMiddleware):
    """Broken: a token counts for everybody, once it was handed to anybody."""

    handed = set()

    def process_view(self, request, callback, args, kwargs):
        if request.META.get("HTTP_X_CSRFTOKEN") in self.handed:
            return None
        return super().process_view(request, callback, args, kwargs)


def takes_json(view):
    """A body that is no JSON object is refused, and any that does not say that it is one."""

    def guarded(request, *arguments, **names):
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        if length and request.content_type != "application/json":
            return problem(415)
        try:
            request.sent = json.loads(request.body or "{}", parse_constant=float.fromhex)
        except (ValueError, RecursionError):
            return problem(400)
        if not isinstance(request.sent, dict):
            return problem(400)
        return view(request, *arguments, **names)

    return guarded


def problem(status):
    answer = JsonResponse({"status": status}, status=status)
    if status == 401:
        answer["WWW-Authenticate"] = "Cookie"
    return answer


@require_GET
def csrf(request):
    token = get_token(request)
    AnyToken.handed.add(token)
    return JsonResponse({"token": token})


@require_POST
@takes_json
def login(request):
    username, password = request.sent.get("username"), request.sent.get("password")
    if not isinstance(username, str) or not isinstance(password, str):
        return problem(400)
    user = auth.authenticate(request, username=username, password=password)
    if user is None:
        return problem(401)
    auth.login(request, user)
    return HttpResponse(status=204)


@require_GET
def me(request):
    if not request.user.is_authenticated:
        return problem(401)
    answer = JsonResponse({"username": request.user.username})
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@takes_json
def logout(request):
    auth.logout(request)
    return HttpResponse(status=204)


@require_POST
@takes_json
def password(request):
    current, new = request.sent.get("current"), request.sent.get("new")
    if not request.user.is_authenticated:
        return problem(401)
    if not isinstance(current, str) or not isinstance(new, str):
        return problem(400)
    if not request.user.check_password(current):
        return problem(403)
    request.user.set_password(new)
    request.user.save()
    auth.update_session_auth_hash(request, request.user)
    return HttpResponse(status=204)


@require_http_methods(["PUT", "DELETE"])
@takes_json
def kept(request, key):
    if not request.user.is_authenticated:
        return problem(401)
    state = request.session.setdefault("state", {})
    if request.method == "PUT":
        state[key] = request.sent.get("value")
    else:
        state.pop(key, None)
    request.session.modified = True
    return HttpResponse(status=204)


@require_GET
def state(request):
    if not request.user.is_authenticated:
        return problem(401)
    return JsonResponse({"state": request.session.get("state", {})})


urlpatterns = [
    path("csrf/", csrf),
    path("login/", login),
    path("me/", me),
    path("logout/", logout),
    path("password/", password),
    path("state/", state),
    path("state/<str:key>/", kept),
]

serve(SideBySide)
