"""Django REST framework's Simple JWT: its token classes and its authentication."""

from django.conf import settings

settings.configure(
    SECRET_KEY="nothing is signed with this one: each request brings its key",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
    USE_TZ=True,
)

import django  # noqa: E402
import jwt  # noqa: E402

django.setup()

from lines import answer, is_secret  # noqa: E402
from rest_framework_simplejwt.authentication import JWTStatelessUserAuthentication  # noqa: E402
from rest_framework_simplejwt.backends import TokenBackend  # noqa: E402
from rest_framework_simplejwt.tokens import AccessToken  # noqa: E402


class HeadedBackend(TokenBackend):
    """No setting of Simple JWT says `kid` or `typ`. A project that mints tokens for others adds
    them so; without a header this is the backend as it is."""

    header = None

    def encode(self, payload):
        if self.header is None:
            return super().encode(payload)
        key, alg = self.prepared_signing_key, self.algorithm
        return jwt.encode(payload, key, algorithm=alg, headers=self.header)


def access_token(alg, key, iss, aud, url=None):
    """The class of access tokens of a project with these settings."""
    signing, verifying = (key["secret"], "") if is_secret(alg) else (key["private"], key["public"])
    backend = HeadedBackend(alg, signing, verifying, audience=aud, issuer=iss, jwk_url=url)
    return type("Access", (AccessToken,), {"_token_backend": backend})


def read(access, token):
    found = access(token)
    user = JWTStatelessUserAuthentication().get_user(found)
    return {"claims": found.payload, "user": user.id}


def verify(alg, key, token, iss, aud):
    return read(access_token(alg, key, iss, aud), token)


def verify_by_url(alg, url, token, iss, aud):
    """With JWK_URL: no key of its own."""
    return read(access_token(alg, {"private": None, "public": ""}, iss, aud, url), token)


def sign(alg, key, header, claims):
    access = access_token(alg, key, None, None)
    access._token_backend.header = header
    token = access()
    token.payload = claims
    return {"token": str(token)}


answer({"verify": verify, "verify_by_url": verify_by_url, "sign": sign})
