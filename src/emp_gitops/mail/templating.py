"""The templates of mails: ours, or an organisation's in their place. What goes into them is values, never templates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from traceback import extract_tb
from typing import Any, NoReturn

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.runtime import Context
from jinja2.utils import pass_context

from emp_gitops.core.config import LANGUAGES
from emp_gitops.core.tree import MAIL_TEMPLATES_FOLDER
from emp_gitops.core.wording import did_you_mean
from emp_gitops.errors import EmpError
from emp_gitops.mail import wording
from emp_gitops.mail.bounds import BoundedEnvironment, RunawayError

FOLDER = MAIL_TEMPLATES_FOLDER
"""Where an organisation's templates stand in its repository."""

SHIPPED = "shipped/"
"""What an organisation's template writes before the name of ours, to extend or include that one."""

SHARED = ("layout.html", "parts.html", "style.css")
IN_EACH_LANGUAGE = (
    "reminder.subject.txt", "reminder.txt", "reminder.html", "removed.subject.txt", "removed.txt", "removed.html",
)
NAMES = (*SHARED, *(f"{language}/{name}" for language in LANGUAGES for name in IN_EACH_LANGUAGE))

_HINT = "see docs/reminders.md for what a template may use; without the file, the one that emp-gitops ships is used"


_HINT_TO_LESSEN = (
    "look at its loops and at what it repeats; without the file, the one that emp-gitops ships is used"
)

_ENDLESS = (RecursionError, MemoryError, OverflowError)
_IN_EXPRESSIONS = (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, *_ENDLESS)
"""What an expression in a template can come to: `{{ 1 / 0 }}`, `{{ name + 1 }}`, a template that includes itself."""

_IN_COMPILING = (SyntaxError, ValueError, *_ENDLESS)
"""What Python says to loops in twenty loops, to a number of thousands of digits, to a tower of brackets."""


def template_paths() -> tuple[str, ...]:
    """Every path, from the root of a repository, at which a template replaces one of ours."""
    return tuple(f"{FOLDER}/{name}" for name in NAMES)


_HALF = re.compile("[\ud800-\udfff]")
"""Of the two escapes by which JSON writes an emoji."""


class BrokenTemplateError(EmpError):
    """A template that cannot be used. `line` is None where it is about the whole file."""

    def __init__(self, message: str, file: str, line: int | None, *, hint: str | None) -> None:
        super().__init__(message, where=f"{file}:{line}" if line else file, hint=hint)
        self.file = file
        self.line = line


class Templates:
    """Ours, and what replaces them by path, as bytes. Raises BrokenTemplateError for a path or a template that means
    nothing.
    """

    def __init__(self, replaced: Mapping[str, bytes]) -> None:
        texts = {path.removeprefix(f"{FOLDER}/"): _decoded(path, data) for path, data in replaced.items()}
        self._texts = texts
        self._environment = _environment(_Loader(texts))
        for name in texts:
            if name.endswith((".txt", ".html")):
                self._compile(name)

    def style(self) -> str:
        """The style sheet, which is no template."""
        return self._texts.get("style.css") or _ours("style.css")

    def render(self, name: str, values: Mapping[str, Any]) -> str:
        """Raises BrokenTemplateError where a template does not go with the values."""
        try:
            text = self._environment.written(name, values)
        except (TemplateError, *_IN_EXPRESSIONS) as error:
            _refuse_at_its_place(error)
        if _HALF.search(text):
            raise BrokenTemplateError(
                "the template cannot be used: it makes half a character, which no mail can carry", f"{FOLDER}/{name}",
                None, hint="write the character itself, or one escape such as \\U0001f600 instead of two",
            )
        return text

    def _compile(self, name: str) -> None:
        try:
            self._environment.get_template(name)
        except TemplateSyntaxError as error:
            _refuse(error, error.filename or FOLDER, error.lineno)
        except _IN_COMPILING as error:
            _refuse(error, f"{FOLDER}/{name}", None)


class _Loader(BaseLoader):
    """By name, and ours also behind `shipped/`."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, None]:
        name = template.removeprefix(SHIPPED)
        if name not in NAMES:
            raise TemplateNotFound(template)
        ours = template.startswith(SHIPPED) or name not in self._texts
        text = _ours(name) if ours else self._texts[name]
        return text, f"{SHIPPED if ours else ''}{FOLDER}/{name}", None


def _environment(loader: BaseLoader) -> BoundedEnvironment:
    environment = BoundedEnvironment(
        loader=loader, undefined=StrictUndefined, autoescape=_is_html, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "date": _in_its_language(wording.long_date),
        "weekday_date": _in_its_language(wording.weekday_date),
        "short_month": _in_its_language(wording.short_month),
        "number": _in_its_language(wording.number),
    }
    return environment


def _in_its_language(words: Any) -> Any:
    @pass_context
    def worded(context: Context, value: Any) -> Any:
        return words(value, context.resolve("language"))  # undefined where a part is imported without context

    return worded


def _is_html(name: str | None) -> bool:
    return name is None or name.endswith(".html")


def _is_template(file: str) -> bool:
    return file.removeprefix(SHIPPED).startswith(f"{FOLDER}/")


@lru_cache
def _ours(name: str) -> str:
    return files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


def _decoded(path: str, data: bytes) -> str:
    if path not in template_paths():
        near = did_you_mean(path, template_paths())
        raise BrokenTemplateError(f"there is no template of that name to replace{near}", path, None, hint=_HINT)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BrokenTemplateError("the template is not UTF-8", path, line, hint="save it as UTF-8") from error


def _refuse_at_its_place(error: Exception) -> NoReturn:
    """By the innermost line of a template that an error went through, which Jinja puts into its traceback: one of
    the organisation's where there is one, and of ours as well where it came to that.

    Raises the error itself where there is none: then it is no template's.
    """
    frames = reversed(extract_tb(error.__traceback__))
    places = [(frame.filename, frame.lineno) for frame in frames if _is_template(frame.filename)]
    if not places:
        raise error
    file, line = next((place for place in places if not place[0].startswith(SHIPPED)), places[0])
    more = "" if (file, line) == places[0] else f" (in {places[0][0]}:{places[0][1]})"
    _refuse(error, file, line, more)


def _refuse(error: Exception, file: str, line: int | None, more: str = "") -> NoReturn:
    hint = _HINT_TO_LESSEN if isinstance(error, (RunawayError, *_ENDLESS)) else _HINT
    raise BrokenTemplateError(f"the template cannot be used: {_trouble(error)}{more}", file, line, hint=hint) from error


def _trouble(error: Exception) -> str:
    if isinstance(error, TemplateNotFound):
        return f"there is no template {str(error.name)!r}{did_you_mean(str(error.name), NAMES)}"
    if isinstance(error, MemoryError):
        return "it takes more memory than there is"
    said = getattr(error, "message", None) or getattr(error, "msg", None) or next(reversed(error.args), "")
    return (str(said) or type(error).__name__).rstrip(".")
