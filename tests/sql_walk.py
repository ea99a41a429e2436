"""Where the code puts SQL together, and out of what: each part followed back to where it comes from.

A part is safe where it is a constant, a number, what `identifier` or `literal` of common/foreign.py returned, or made
of such parts: by joining, by a local name, by a function whose every return is safe, by an argument that is safe at
every call. Whatever else is put into SQL is found.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("common", "ingest", "dashboard", "bench", "docs")
ASKING = {"execute", "executemany", "sql", "from_query"}
QUOTING = {"identifier", "literal"}
NUMBERS = {"len", "int", "float", "round", "sum", "max", "min"}
# Of a safe text, these are safe too.
TEXT_METHODS = {"strip", "rstrip", "lstrip", "lower", "upper", "removeprefix", "removesuffix", "split", "items",
                "values", "keys", "copy", "format_map"}  # fmt: skip
WRAPPERS = {"sorted", "list", "tuple", "set", "dict", "zip", "enumerate", "reversed", "frozenset", "map", "next", "iter",
            "partial", "cache"}  # fmt: skip
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


@dataclass
class Module:
    """One file: its tree, what encloses each node, and its module-level names."""

    path: Path
    tree: ast.Module
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    def function_of(self, node: ast.AST) -> Function | None:
        while node in self.parents:
            node = self.parents[node]
            if isinstance(node, Function):
                return node
        return None

    def enclosing(self, node: ast.AST) -> Iterator[ast.AST]:
        while node in self.parents:
            node = self.parents[node]
            yield node


class Code:
    """All modules, with what the walk must find again: functions by name, and their calls."""

    def __init__(self, paths: list[Path]) -> None:
        self.modules: list[Module] = []
        self.functions: dict[str, list[tuple[Module, ast.FunctionDef]]] = defaultdict(list)
        self.calls: dict[str, list[tuple[Module, ast.Call]]] = defaultdict(list)
        self.constants: dict[str, list[tuple[Module, ast.expr]]] = defaultdict(list)
        for path in paths:
            module = Module(path, ast.parse(path.read_text(encoding="utf-8")))
            self.modules.append(module)
            for node in ast.walk(module.tree):
                module.parents |= dict.fromkeys(ast.iter_child_nodes(node), node)
                if isinstance(node, ast.FunctionDef):
                    self.functions[node.name].append((module, node))
                elif isinstance(node, ast.Call):
                    self.calls[called(node)].append((module, node))
            for node in module.tree.body:
                for target, value in assignments(node):
                    if isinstance(target, ast.Name):
                        self.constants[target.id].append((module, value))
        self._judging: set[tuple[int, str]] = set()

    def unsafe(self) -> Iterator[tuple[Module, ast.AST]]:
        """Yield each part of SQL that is not known to be safe."""
        for name in sorted(ASKING):
            for module, call in self.calls[name]:
                if isinstance(call.func, ast.Attribute) and call.args:
                    yield from self.parts(module, call.args[0])

    def parts(self, module: Module, node: ast.AST) -> Iterator[tuple[Module, ast.AST]]:
        """Yield what is not safe in an expression; nothing where all of it is."""
        match node:
            case ast.Constant() | ast.Compare() | ast.UnaryOp():
                return
            case ast.JoinedStr(values=values):
                for value in values:
                    if isinstance(value, ast.FormattedValue) and not is_number_format(value):
                        yield from self.parts(module, value.value)
            case ast.BinOp(left=left, right=right):
                yield from self.parts(module, left)
                yield from self.parts(module, right)
            case ast.BoolOp(values=values):
                for value in values:
                    yield from self.parts(module, value)
            case ast.IfExp(body=body, orelse=orelse):
                yield from self.parts(module, body)
                yield from self.parts(module, orelse)
            case ast.List(elts=elts) | ast.Tuple(elts=elts) | ast.Set(elts=elts):
                for each in elts:
                    yield from self.parts(module, each)
            case ast.Dict(keys=keys, values=values):
                for each in (*keys, *values):
                    if each is not None:
                        yield from self.parts(module, each)
            case ast.ListComp(elt=elt) | ast.SetComp(elt=elt) | ast.GeneratorExp(elt=elt):
                yield from self.parts(module, elt)
            case ast.DictComp(key=key, value=value):
                yield from self.parts(module, key)
                yield from self.parts(module, value)
            case ast.Starred(value=value) | ast.Subscript(value=value) | ast.NamedExpr(value=value):
                yield from self.parts(module, value)
            case ast.Call():
                yield from self.of_call(module, node)
            case ast.Name():
                yield from self.of_name(module, node)
            case _:
                yield module, node

    def of_call(self, module: Module, call: ast.Call) -> Iterator[tuple[Module, ast.AST]]:
        name = called(call)
        if name in QUOTING | NUMBERS:
            return
        if name == "map" and isinstance(call.args[0], ast.Name) and call.args[0].id in QUOTING:
            return
        if isinstance(call.func, ast.Attribute) and name in {"join", "replace"}:
            yield from self.parts(module, call.func.value)
            for argument in call.args:
                yield from self.parts(module, argument)
        elif isinstance(call.func, ast.Attribute) and name in TEXT_METHODS:
            yield from self.parts(module, call.func.value)
        elif isinstance(call.func, ast.Name) and name in WRAPPERS:
            for argument in call.args:
                yield from self.parts(module, argument)
        elif len(self.functions[name]) == 1 and isinstance(call.func, ast.Name):
            yield from self.of_returns(*self.functions[name][0])
        else:
            yield module, call

    def of_returns(self, module: Module, function: ast.FunctionDef) -> Iterator[tuple[Module, ast.AST]]:
        mark = (id(function), "")
        if mark in self._judging:
            return
        self._judging.add(mark)
        for node in ast.walk(function):
            if isinstance(node, ast.Return) and node.value and module.function_of(node) is function:
                yield from self.parts(module, node.value)
        self._judging.discard(mark)

    def of_name(self, module: Module, name: ast.Name) -> Iterator[tuple[Module, ast.AST]]:
        for place in module.enclosing(name):
            if isinstance(place, Comprehension):
                for generator in place.generators:
                    if name.id in names_in(generator.target):
                        yield from self.parts(module, generator.iter)
                        return
            if isinstance(place, ast.FunctionDef):
                found = list(self.bound_in(module, place, name.id))
                if found:
                    yield from self.of_local(module, place, name.id, found)
                    return
                argument = argument_of(place, name.id)
                if argument is not None:
                    yield from self.of_argument(module, place, name, argument)
                    return
        constants = self.constants.get(name.id, [])
        if not constants:
            yield module, name
        for of_module, value in constants if name.id not in QUOTING else ():
            mark = (id(value), "")
            if mark not in self._judging:
                self._judging.add(mark)
                yield from self.parts(of_module, value)
                self._judging.discard(mark)

    def of_local(
        self, module: Module, function: ast.FunctionDef, name: str, found: list[ast.expr]
    ) -> Iterator[tuple[Module, ast.AST]]:
        mark = (id(function), name)
        if mark not in self._judging:
            self._judging.add(mark)
            for value in found:
                yield from self.parts(module, value)
            self._judging.discard(mark)

    def bound_in(self, module: Module, function: ast.FunctionDef, name: str) -> Iterator[ast.expr]:
        """Yield what a name is bound to in a function: assignments, loops, appends."""
        for node in ast.walk(function):
            if module.function_of(node) is not function:
                continue
            for target, value in assignments(node):
                yield from matching(target, value, name)
            if isinstance(node, ast.For) and name in names_in(node.target):
                yield from matching(node.target, node.iter, name, is_loop=True)
            if isinstance(node, ast.withitem) and node.optional_vars and name in names_in(node.optional_vars):
                yield node.context_expr
            is_append = isinstance(node, ast.Call) and called(node) in {"append", "extend", "add"}
            if is_append and isinstance(node.func, ast.Attribute) and names_in(node.func.value) == {name}:
                yield from node.args

    def of_argument(
        self, module: Module, function: ast.FunctionDef, name: ast.Name, argument: tuple[int, ast.arg]
    ) -> Iterator[tuple[Module, ast.AST]]:
        place, declared = argument
        if isinstance(declared.annotation, ast.Name) and declared.annotation.id in {"int", "float", "bool", "date"}:
            return
        mark = (id(function), name.id)
        if mark in self._judging:
            return
        calls = self.calls[function.name]
        if not calls or len(self.functions[function.name]) > 1:
            yield module, name
            return
        self._judging.add(mark)
        is_method = isinstance(module.parents.get(function), ast.ClassDef)
        for of_module, call in calls:
            given = [keyword.value for keyword in call.keywords if keyword.arg == name.id]
            at = place - 1 if is_method else place
            given += [call.args[at]] if 0 <= at < len(call.args) else []
            for value in given:
                yield from self.parts(of_module, value)
        self._judging.discard(mark)


def called(call: ast.Call) -> str:
    """Return the last part of what is called."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def names_in(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def assignments(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((target, value) for target in targets)
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.AugAssign(target=target, value=value):
            yield target, value
        case ast.NamedExpr(target=target, value=value):
            yield target, value


def matching(target: ast.expr, value: ast.expr, name: str, *, is_loop: bool = False) -> Iterator[ast.expr]:
    """Yield what a name is bound to where a target is assigned a value, part by part where both are written so."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and not is_loop:
        if len(target.elts) == len(value.elts):
            for part, of_value in zip(target.elts, value.elts, strict=True):
                yield from matching(part, of_value, name)
            return
    if isinstance(target, ast.Subscript | ast.Attribute):
        if isinstance(target.value, ast.Name) and target.value.id == name:
            yield value
    elif name in names_in(target):
        yield value


def argument_of(function: ast.FunctionDef, name: str) -> tuple[int, ast.arg] | None:
    arguments = [*function.args.posonlyargs, *function.args.args]
    for place, each in enumerate(arguments):
        if each.arg == name:
            return place, each
    return next(((-1, each) for each in function.args.kwonlyargs if each.arg == name), None)


def is_number_format(value: ast.FormattedValue) -> bool:
    """Whether only a number can be written so: {count:d}, {share:.3f}."""
    spec = value.format_spec
    told = spec.values[0].value if isinstance(spec, ast.JoinedStr) and spec.values else ""
    return str(told)[-1:] in ("d", "f", "g", "e")


def code() -> Code:
    return Code(sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")))
