"""Bounds for templates: a loop or a text without end is a mistake in a template, which is told before it does harm.

What a template does is counted, and never timed: the same template with the same values always gets as far.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from functools import wraps
from typing import Any, cast

from jinja2 import Template, TemplateRuntimeError, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

MOST_TURNS = 100_000
"""Turns of loops, calls, filters, entries of the lists that filters go through, templates that are loaded: all of them
together, in one rendering.
"""

LONGEST = 500_000
"""Characters of a text, and of what a template comes to."""

_CHARACTERS_A_TURN = 100
_MOST_BITS = 4_096
_SIZED = (str, bytes, list, tuple, dict, set, frozenset, range)
_GROWING = frozenset({
    "batch", "center", "expandtabs", "indent", "join", "ljust", "replace", "rjust", "round", "slice", "to_bytes",
    "tojson", "zfill",
})
"""Filters and methods whose result may be far larger than what they are given."""

_WIDE = re.compile(r"%[-+ #0-9.]*(?:\*|\d{6})|\{[^{}]*(?:\{|\d{6})")
"""In a format: a width that is not bounded, or not written there."""


class RunawayError(TemplateRuntimeError):
    """A template that takes more than any mail needs."""


class _Counting(CodeGenerator):
    """Makes loops count their turns, those too that their `if` passes over, and looks at what `~` puts together."""

    def visit_For(self, node: nodes.For, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        node.body.insert(0, nodes.ExprStmt(self._turn(node), lineno=node.lineno))
        if node.test is not None:
            node.test = nodes.And(self._turn(node), node.test, lineno=node.lineno)
        super().visit_For(node, frame)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802
        self.write("environment.checked(")
        super().visit_Concat(node, frame)
        self.write(")")

    def _turn(self, node: nodes.For) -> nodes.Call:
        turn = nodes.EnvironmentAttribute("turn", lineno=node.lineno)
        return nodes.Call(turn, [], [], None, None, lineno=node.lineno)


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """A sandbox in which mistakes come to an end. Somebody who means it still finds ways to take long, such as lists
    that hold each other many times over: a template is approved policy, and not a stranger's.
    """

    code_generator_class = _Counting
    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        del self.globals["lipsum"]  # filler text, as much as one likes
        self.filters = {name: self._bounded(name, filter_) for name, filter_ in self.filters.items()}
        self._left = MOST_TURNS

    def written(self, name: str, values: Mapping[str, Any]) -> str:
        """What a template comes to. Raises RunawayError, and whatever the template raises."""
        self._left = MOST_TURNS
        stream = cast("Generator[str, None, None]", self.get_template(name).generate(values))
        pieces, length = [], 0
        for piece in stream:
            pieces.append(piece)
            length += len(piece)
            if length > LONGEST:
                stream.throw(_too_long())  # from within the template, so that the error has its line
        return "".join(pieces)

    def turn(self) -> bool:
        """What a loop calls in each turn; calls are counted."""
        return True

    def concat(self, texts: Iterable[str]) -> str:
        """What a macro, a block or a `set` comes to."""
        pieces = list(texts)
        length = sum(map(len, pieces))
        if length > LONGEST:
            raise _too_long()
        self._spend(length // _CHARACTERS_A_TURN)
        return "".join(pieces)

    def checked(self, value: Any) -> Any:
        """The value, unless it is too large."""
        if isinstance(value, _SIZED) and len(value) > (LONGEST if isinstance(value, (str, bytes)) else MOST_TURNS):
            raise _too_long()
        return value

    def call(self, context: Context, function: Any, /, *given: Any, **named: Any) -> Any:
        self._spend(1)
        subject = getattr(getattr(function, "__wrapped__", function), "__self__", None)  # of a method
        if isinstance(subject, (str, bytes, int)):
            _check_growth(function.__name__, subject, (*given, *named.values()))
        return self.checked(super().call(context, function, *given, **named))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "%":
            _check_growth("format", left, ())
        elif operator != "+":
            _check_product(operator, left, right)
        return self.checked(super().call_binop(context, operator, left, right))

    def get_template(self, name: str | Template, *given: Any, **named: Any) -> Template:
        """What `include`, `import` and `extends` call, too."""
        self._spend(1)
        return super().get_template(name, *given, **named)

    def _spend(self, turns: int) -> None:
        self._left -= turns
        if self._left < 0:
            raise RunawayError(f"it takes more than {MOST_TURNS:,} turns")

    def _bounded(self, name: str, filter_: Callable[..., Any]) -> Callable[..., Any]:
        """A filter that pays for what it is given, and whose result is bounded."""
        first = 1 if hasattr(filter_, "jinja_pass_arg") else 0  # before it stands the environment or the like

        @wraps(filter_)
        def bounded(*given: Any, **named: Any) -> Any:
            subject, *others = given[first:]
            size = len(subject) if isinstance(subject, _SIZED) else 0
            self._spend(1 + (size // _CHARACTERS_A_TURN if isinstance(subject, (str, bytes)) else size))
            _check_growth(name, subject, (*others, *named.values()))
            result = filter_(*given, **named)
            return self._counted(result) if isinstance(result, Iterator) else self.checked(result)

        return bounded

    def _counted(self, values: Iterator[Any]) -> Iterator[Any]:
        for value in values:
            self._spend(1)
            yield value


def _check_growth(name: str, subject: Any, others: Iterable[Any]) -> None:
    """Before a filter or a method makes more out of a little than fits into memory."""
    if name in ("format", "format_map") and isinstance(subject, str) and _WIDE.search(subject):
        raise RunawayError("a format in it is wider than any mail needs")
    if name in _GROWING:
        size = len(subject) if isinstance(subject, _SIZED) else 1
        for other in others:
            if isinstance(other, int) and other > LONGEST:
                raise _too_long()
            if isinstance(other, _SIZED) and size * len(other) > 100 * LONGEST:
                raise _too_long()


def _check_product(operator: str, left: Any, right: Any) -> None:
    if isinstance(left, int) and isinstance(right, int):
        one, other = left.bit_length(), right.bit_length()
        if (one * right if operator == "**" else one + other) > _MOST_BITS:
            raise RunawayError("a number in it has more digits than any mail needs")
    for texts, times in ((left, right), (right, left)):
        if isinstance(texts, _SIZED) and isinstance(times, int) and len(texts) * times > LONGEST:
            raise _too_long()


def _too_long() -> RunawayError:
    return RunawayError(f"it is, or makes, a text of more than {LONGEST:,} characters")
