"""Django's signed cookies: what a response sets, and what a request reads."""

from unittest import mock

from django.conf import settings

settings.configure(SECRET_KEY="each request brings its key")

import django  # noqa: E402

django.setup()

from django.core.signing import get_cookie_signer  # noqa: E402
from django.http import HttpRequest, HttpResponse, parse_cookie  # noqa: E402
from django.test import override_settings  # noqa: E402
from lines import answer  # noqa: E402


def at(secrets, now):
    """The project's keys, the newest first, and the time."""
    keys = override_settings(SECRET_KEY=secrets[0], SECRET_KEY_FALLBACKS=secrets[1:])
    return keys, mock.patch("django.core.signing.time.time", lambda: now)


def sign(secrets, now, name, value, salt):
    keys, clock = at(secrets, now)
    with keys, clock:
        response = HttpResponse()
        response.set_signed_cookie(name, value, salt=salt)
    cookie = response.cookies[name]
    return {"signed": cookie.value, "line": cookie.OutputString()}


def sign_as_before(secrets, now, name, value, salt):
    """With the salt of a Django before CVE-2026-6873: name and salt joined."""
    keys, clock = at(secrets, now)
    with keys, clock:
        return {"signed": get_cookie_signer(salt=name + salt).sign(value)}


def read(secrets, now, name, salt, max_age, lines):
    """For each `Cookie` line the value, or null where the cookie is not believed."""
    values = []
    keys, clock = at(secrets, now)
    with keys, clock:
        for line in lines:
            request = HttpRequest()
            request.COOKIES = parse_cookie(line)
            values.append(request.get_signed_cookie(name, None, salt=salt, max_age=max_age))
    return {"values": values}


answer({"sign": sign, "sign_as_before": sign_as_before, "read": read})
