"""joserfc, as its documentation shows it."""

from joserfc import jwk, jws, jwt
from lines import answer, is_secret

KINDS = {"HS": "oct", "RS": "RSA", "ES": "EC", "Ed": "OKP"}
# It signs header members that no registry knows only where that is asked for.
ANY_MEMBER = {"strict_check_header": False}


def imported(alg, key):
    if alg == "none":
        # It wants a key all the same, and does nothing with it.
        return jwk.OctKey.generate_key()
    text = key["secret"] if is_secret(alg) else key.get("private", key["public"])
    return jwk.import_key(text, KINDS[alg[:2]])


def without_null(header):
    return {name: value for name, value in header.items() if value is not None}


def verify(alg, key, token, iss, aud):
    public = {name: key[name] for name in key if name != "private"}
    found = jwt.decode(token, imported(alg, public), algorithms=[alg])
    jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": iss},
        aud={"essential": True, "value": aud},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    ).validate(found.claims)
    return {"header": found.header, "claims": found.claims}


def sign(alg, key, header, claims):
    registry = jws.JWSRegistry(algorithms=[alg], **ANY_MEMBER)
    header = {"alg": alg, **without_null(header)}
    token = jwt.encode(header, claims, imported(alg, key), registry=registry, default_type=None)
    return {"token": token}


def sign_text(alg, key, header, text):
    registry = jws.JWSRegistry(algorithms=[alg], **ANY_MEMBER)
    header = {"alg": alg, **without_null(header)}
    token = jws.serialize_compact(header, text, imported(alg, key), registry=registry)
    return {"token": token}


def verify_by_set(alg, keys, token):
    found = jwt.decode(token, jwk.KeySet.import_key_set(keys), algorithms=[alg])
    return {"header": found.header, "claims": found.claims}


answer({"verify": verify, "verify_by_set": verify_by_set, "sign": sign, "sign_text": sign_text})
