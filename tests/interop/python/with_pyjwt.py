"""PyJWT, as its documentation shows it."""

import jwt
from lines import answer, is_secret


def verify(alg, key, token, iss, aud):
    found = jwt.decode_complete(
        token,
        key["secret"] if is_secret(alg) else key["public"],
        algorithms=[alg],
        issuer=iss,
        audience=aud,
        options={"require": ["exp", "iat", "iss", "aud", "sub"]},
    )
    return {"header": found["header"], "claims": found["payload"]}


def sign(alg, key, header, claims):
    key = None if alg == "none" else key["secret" if is_secret(alg) else "private"]
    return {"token": jwt.encode(claims, key, algorithm=alg, headers=header)}


def sign_text(alg, key, header, text):
    key = key["secret" if is_secret(alg) else "private"]
    return {"token": jwt.api_jws.encode(text.encode(), key, algorithm=alg, headers=header)}


def verify_by_url(alg, url, token, iss, aud):
    key = jwt.PyJWKClient(url).get_signing_key_from_jwt(token)
    return {"claims": jwt.decode(token, key, algorithms=[alg], issuer=iss, audience=aud)}


answer({"verify": verify, "verify_by_url": verify_by_url, "sign": sign, "sign_text": sign_text})
