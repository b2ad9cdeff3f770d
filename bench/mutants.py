"""Every small lie that one can tell in a Python module, one at a time, as a changed syntax tree.

Separate from the run so that what is tried can be read without how it is tried. Words for people (titles,
citations, messages) are left alone: no rule reads them.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list"}
_MEMBERS = {
    "DENY": "DEFER",
    "DEFER": "DENY",
    "POLICY": "STATUTE",
    "STATUTE": "POLICY",
    "CONTRACT": "POLICY",
    "NEVER": "BEYOND_HORIZON",
    "BEYOND_HORIZON": "NEVER",
}
_FOR_PEOPLE = frozenset({"Text", "Citation"})
_NOT_RUN = frozenset({"annotation", "returns", "decorator_list"})

Step = tuple[str, int | None]
"""A field of a node, and the place in it where it is a list."""


@dataclass(frozen=True)
class Mutant:
    """One change: where, and the smallest expression or statement around it before and after."""

    path: str
    number: int
    line: int
    before: str
    after: str
    steps: tuple[Step, ...]
    node: ast.AST

    @property
    def key(self) -> str:
        return f"{self.path}:{self.line} #{self.number}"

    def tree(self, source: str) -> ast.Module:
        """The module's tree with the change made in it."""
        changed = ast.parse(source)
        _put(changed, self.steps, self.node)
        return ast.fix_missing_locations(changed)


def mutants(path: str, source: str) -> list[Mutant]:
    """All mutants of one module, in order of line."""
    tree = ast.parse(source)
    found: list[Mutant] = []
    for steps in _places(tree, ()):
        node = _at(tree, steps)
        for after in _changes(node, in_function=_inside_function(tree, steps)):
            line = getattr(node, "lineno", 0)
            found.append(Mutant(path, len(found), line, ast.unparse(node), ast.unparse(after), steps, after))
    return found


def _places(node: ast.AST, steps: tuple[Step, ...]) -> Iterator[tuple[Step, ...]]:
    """Paths to the nodes worth changing, outermost first."""
    yield steps
    for name, value in ast.iter_fields(node):
        if name in _NOT_RUN or _is_for_people(node, name):
            continue
        for index, child in enumerate(value) if isinstance(value, list) else ((None, value),):
            if isinstance(child, ast.AST) and not _is_left_alone(child):
                yield from _places(child, (*steps, (name, index)))


def _is_for_people(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in _FOR_PEOPLE
    return isinstance(node, ast.Raise) or (isinstance(node, ast.Subscript) and name == "slice")


def _is_left_alone(node: ast.AST) -> bool:
    """Docstrings, composed texts, and the list of a package's public names."""
    if isinstance(node, ast.Assign):
        return ast.unparse(node.targets[0]) == "__all__"
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _at(node: ast.AST, steps: tuple[Step, ...]) -> ast.AST:
    for name, index in steps:
        value = getattr(node, name)
        node = value if index is None else value[index]
    return node


def _put(tree: ast.AST, steps: tuple[Step, ...], after: ast.AST) -> None:
    parent, (name, index) = _at(tree, steps[:-1]), steps[-1]
    if index is None:
        setattr(parent, name, after)
    else:
        getattr(parent, name)[index] = after


def _inside_function(tree: ast.Module, steps: tuple[Step, ...]) -> bool:
    walked = (_at(tree, steps[:count]) for count in range(len(steps)))
    return any(isinstance(node, ast.FunctionDef | ast.Lambda) for node in walked)


def _changes(node: ast.AST, *, in_function: bool) -> Iterator[ast.AST]:
    match node:
        case ast.Compare():
            for index, operator in enumerate(node.ops):
                for other in _COMPARISONS[type(operator)]:
                    ops = [*node.ops[:index], other(), *node.ops[index + 1 :]]
                    yield ast.Compare(node.left, ops, node.comparators)
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
            if len(node.values) > 2:
                for index in range(len(node.values)):
                    yield ast.BoolOp(node.op, [*node.values[:index], *node.values[index + 1 :]])
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.BinOp() if type(node.op) in _ARITHMETIC:
            yield ast.BinOp(node.left, _ARITHMETIC[type(node.op)](), node.right)
        case ast.If() | ast.IfExp() if not isinstance(node.test, ast.Compare | ast.UnaryOp | ast.BoolOp):
            changed = copy.copy(node)
            changed.test = ast.UnaryOp(ast.Not(), node.test)
            yield changed
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1)
            yield ast.Constant(value - 1)
        case ast.Constant(value=str(value)) if in_function and value:
            yield ast.Constant(f"{value}-changed")
        case ast.Name(id=name) if name in _NAMES:
            yield ast.Name(_NAMES[name], node.ctx)
        case ast.Attribute(attr=member) if member in _MEMBERS:
            yield ast.Attribute(node.value, _MEMBERS[member], node.ctx)
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.Raise():
            yield ast.Pass()
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()):
            yield ast.Pass()
        case ast.Set() | ast.List() | ast.Tuple() if isinstance(node, ast.Set) or isinstance(node.ctx, ast.Load):
            yield from _with_one_element_less(node)
        case ast.Dict() if len(node.keys) > 1:
            for index in range(len(node.keys)):
                yield ast.Dict(
                    [*node.keys[:index], *node.keys[index + 1 :]], [*node.values[:index], *node.values[index + 1 :]]
                )
        case ast.Call(keywords=[_, *_]):
            for index, word in enumerate(node.keywords):
                if word.arg not in (None, "reads", "confidence", "maxsize"):
                    yield ast.Call(node.func, node.args, [*node.keywords[:index], *node.keywords[index + 1 :]])


def _with_one_element_less(node: ast.Set | ast.List | ast.Tuple) -> Iterator[ast.AST]:
    for index in range(len(node.elts)) if len(node.elts) > 1 else ():
        changed = copy.copy(node)
        changed.elts = [*node.elts[:index], *node.elts[index + 1 :]]
        yield changed
