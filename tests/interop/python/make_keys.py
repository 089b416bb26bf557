"""Makes keys, so that no private key has to be kept for the tests."""

import secrets

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from lines import answer, is_secret

MADE_BY = {
    "RS": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ES384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
}


def make(alg):
    if is_secret(alg):
        # Django's settings hold text; so does this, and more of it than any of the three needs.
        return {"secret": secrets.token_urlsafe(64)}
    key = MADE_BY.get(alg, MADE_BY["RS"])()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return {"private": private.decode(), "public": public.decode()}


answer({"make": make})
