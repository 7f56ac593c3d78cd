"""From what PyGithub raises to errors for people. Nothing that could hold a token is ever quoted."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from github.GithubException import BadAttributeException, GithubException, RateLimitExceededException

from emp_gitops.errors import ForgeError

_HINTS = {
    401: "give a token that is valid: GITHUB_TOKEN, or EMP_GITHUB_APP_ID and EMP_GITHUB_APP_KEY of an App",
    403: "give the token, or the App, the permission for it",
    404: "check the name in emp-gitops.yaml; to a token without permission GitHub says that there is no such thing",
    429: "run again later",
}
_WORDS = {
    401: "GitHub does not accept the credentials",
    403: "GitHub does not permit it",
    404: "GitHub knows no such thing, or does not show it to this token",
}


@contextmanager
def asking(what: str, *, where: str | None = None, needs: str | None = None) -> Iterator[None]:
    """Around everything that asks GitHub: `asking("read pull request #12")` makes of each failure a ForgeError that
    begins with "cannot read pull request #12". What is lazy must be read inside. `needs` is the permission that it
    takes, as GitHub calls it.
    """
    try:
        yield
    except RateLimitExceededException as error:
        raise _limited(what, where) from error
    except GithubException as error:
        raise _refused(what, where, error, needs) from error
    except requests.exceptions.SSLError as error:
        raise ForgeError(
            f"cannot {what}: the certificate of GitHub's server is not to be trusted", where=where,
            hint="check GITHUB_API_URL, and the certificates of this machine (REQUESTS_CA_BUNDLE)",
        ) from error
    except requests.exceptions.RequestException as error:
        raise ForgeError(
            f"cannot {what}: GitHub cannot be reached", where=where,
            hint="check the network and GITHUB_API_URL, then run again",
        ) from error
    # PyGithub asserts what it expects of an answer, and takes a redirection elsewhere for a RuntimeError.
    except (AssertionError, BadAttributeException, ValueError, RuntimeError) as error:
        raise _senseless(what, where) from error
    # It also stumbles over a list or a text where it expects an object. The same mistakes of our own are defects.
    except (AttributeError, KeyError, TypeError) as error:
        frames = traceback.walk_tb(error.__traceback__)
        if any(frame.f_globals["__name__"].split(".")[0] == "github" for frame, _ in frames):
            raise _senseless(what, where) from error
        raise


def _senseless(what: str, where: str | None) -> ForgeError:
    return ForgeError(
        f"cannot {what}: the answer is none of GitHub's", where=where,
        hint="check that GITHUB_API_URL is the address of GitHub's REST API",
    )


def _limited(what: str, where: str | None) -> ForgeError:
    return ForgeError(f"cannot {what}: GitHub's rate limit is reached", where=where, hint=_HINTS[429])


def _refused(what: str, where: str | None, error: GithubException, needs: str | None) -> ForgeError:
    if error.status == 429:
        return _limited(what, where)
    if error.status >= 500:
        return ForgeError(f"cannot {what}: GitHub fails ({error.status})", where=where, hint="run again later")
    words = _WORDS.get(error.status) or f"GitHub refuses it ({error.status})"
    reason = _reason(error)
    hint = _HINTS.get(error.status)
    if needs and error.status in (403, 404):
        hint = f"give the token, or the App, the permission {needs}"
    return ForgeError(f"cannot {what}: {words}{f': {reason}' if reason else ''}", where=where, hint=hint)


def _reason(error: GithubException) -> str:
    """What GitHub itself says, on one line; nothing where it says no more than the status."""
    data = error.data if isinstance(error.data, dict) else {}
    said = [data.get("message"), *(_detail(each) for each in _list(data.get("errors")))]
    text = "; ".join(" ".join(each.split()) for each in said if isinstance(each, str) and each)
    return "" if text.lower() in ("not found", "bad credentials") else text[:300]


def _detail(value: object) -> object:
    return value.get("message") or value.get("code") if isinstance(value, dict) else value


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
