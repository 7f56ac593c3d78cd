"""GitHub's own description of its GraphQL API: those of its types that the stand-in answers with, to the letter."""

from __future__ import annotations

from functools import cache
from typing import Any

from graphql import GraphQLSchema, build_schema, parse, print_ast
from graphql.language import (
    REMOVE,
    DirectiveDefinitionNode,
    DirectiveNode,
    FieldDefinitionNode,
    InputValueDefinitionNode,
    NamedTypeNode,
    Node,
    TypeDefinitionNode,
    TypeNode,
    Visitor,
    VisitorAction,
    visit,
)

from support.github.description import Published, UnavailableError, go_without, stored

TYPES = frozenset({
    "Query", "Repository", "Issue", "IssueState", "IssueComment", "IssueCommentConnection", "Label", "LabelConnection",
    "PageInfo", "Actor", "User", "Bot", "Organization",
})
SCALARS = frozenset({"Int", "String", "Boolean", "ID", "Float", "DateTime", "BigInt", "URI"})


def _trimmed(content: bytes) -> bytes:
    """The kept types, with those of their fields and arguments that lead to kept types."""
    return print_ast(visit(parse(content.decode(), no_location=True), _Trimming())).encode()


class _Trimming(Visitor):
    def enter(self, node: Node, _key: Any, _parent: Any, path: list[str | int], _ancestors: Any) -> VisitorAction | None:
        if isinstance(node, FieldDefinitionNode | InputValueDefinitionNode):
            return None if _named(node.type) in TYPES | SCALARS else REMOVE
        if isinstance(node, TypeDefinitionNode):
            return None if node.name.value in TYPES | SCALARS else REMOVE
        if isinstance(node, NamedTypeNode) and "interfaces" in path:
            return None if node.name.value in TYPES else REMOVE
        return REMOVE if isinstance(node, DirectiveNode | DirectiveDefinitionNode) else None


def _named(type_: TypeNode) -> str:
    while not isinstance(type_, NamedTypeNode):
        type_ = type_.type
    return str(type_.name.value)


GRAPHQL = Published(
    "@octokit/graphql-schema@15.26.1",
    "4450c2d8ca5105de00c5246f51e04855e054ee88cdfd2c437c02d477b89560e4"
    "9e10ade065aa91d8c18ecac8f8661db18f6458e5f400513f8eaaaee1593ada30",
    "package/schema.graphql", _trimmed,
)


@cache
def graphql_schema() -> GraphQLSchema:
    """Skips the test where it cannot be fetched; in CI that is a failure."""
    try:
        return build_schema(stored(GRAPHQL).read_text(encoding="utf-8"), assume_valid=True)
    except UnavailableError as error:
        go_without(str(error))
