"""Whose the credentials of a request are."""

from __future__ import annotations

import base64
import binascii
from functools import cache

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from support.github.model import App, Identity
from support.github.state import State


def identify(state: State, authorization: str) -> Identity | None:
    """Of an `Authorization` header for the API; None for nobody."""
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() not in ("bearer", "token"):
        return None
    if credentials in state.tokens:
        return state.tokens[credentials]
    return next((Identity(app.login, app=app) for app in state.apps if app.public_key and _is_signed_by(app, credentials)), None)


def identify_for_git(state: State, authorization: str) -> Identity | None:
    """Of an `Authorization` header for git: the token is the password."""
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        _, _, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return state.tokens.get(password)


def new_app(state: State, slug: str, permissions: dict[str, str], *, is_installed: bool = True) -> App:
    private, public = _keys()
    app = App(slug, state.new_id(), state.new_id(), private, public, permissions, is_installed)
    state.add_user(app.login, kind="Bot")
    state.apps.append(app)
    return app


@cache
def _keys() -> tuple[str, str]:
    """One pair for the whole run of tests: it takes a while to find."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return private.decode(), key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _is_signed_by(app: App, token: str) -> bool:
    try:
        claims = jwt.decode(token, app.public_key, algorithms=["RS256"])
    except jwt.PyJWTError:
        return False
    return str(claims.get("iss")) == str(app.id)
