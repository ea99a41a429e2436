"""Where the code puts SQL together, and out of what: each part followed back to where it comes from.

A part is safe where it is a constant, a number, what `identifier` or `literal` of common/quoting.py returned, or made
of such parts: by joining, by a local name, by a function whose every return is safe, by an argument that is safe at
every call. Whatever else is put into SQL is found, as (module, expression).
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("common", "ingest", "dashboard", "bench", "docs")
ASKING = {"execute", "executemany", "sql", "from_query"}
"""Methods whose first argument is SQL."""
QUOTING = {"identifier", "literal"}
NUMBERS = {"len", "int", "float", "round", "sum", "range"}
OF_TEXT = {"strip", "rstrip", "lower", "upper", "removeprefix", "removesuffix", "split", "items", "values", "keys"}
"""Methods whose result is as safe as what they are called on."""
OF_ARGUMENTS = {"sorted", "list", "tuple", "set", "dict", "zip", "enumerate", "reversed", "map", "next", "iter", "max",
                "min", "replace", "join", "format", "fromkeys"}  # fmt: skip
"""Functions and methods whose result is as safe as what they are given and called on."""
Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


@dataclass
class Module:
    """One file: its tree, what encloses each node, and the names it has from elsewhere."""

    path: Path
    tree: ast.Module
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    imported: dict[str, str] = field(default_factory=dict)
    """The module that each name of another module is from, such as ingest.warehouse.load."""
    modules: dict[str, str] = field(default_factory=dict)
    """What each of these names is as a module, should it be one: other than its name where it is imported `as`."""

    @property
    def name(self) -> str:
        """The path from the project's root."""
        return self.path.relative_to(ROOT).as_posix() if self.path.is_relative_to(ROOT) else self.path.name

    @property
    def dotted(self) -> str:
        """The name under which other modules import it."""
        return self.name.removesuffix(".py").replace("/", ".")

    def enclosing(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield what encloses a node, from within outwards."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def function_of(self, node: ast.AST) -> ast.AST | None:
        """Return the innermost function around a node."""
        return next((each for each in self.enclosing(node) if isinstance(each, ast.FunctionDef | ast.Lambda)), None)


Found = Iterator[tuple[Module, ast.AST]]


class Code:
    """All modules, with what the walk must find again: functions and constants by name, and calls."""

    def __init__(self, paths: list[Path]) -> None:
        self.modules = [Module(path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths]
        self.functions: dict[str, list[tuple[Module, ast.FunctionDef]]] = defaultdict(list)
        self.calls: dict[str, list[tuple[Module, ast.Call]]] = defaultdict(list)
        self.constants: dict[str, list[tuple[Module, ast.expr]]] = defaultdict(list)
        self._judging: set[object] = set()
        self._is_whole = False
        self._of_kind: dict[type[ast.AST], Callable[[Module, ast.AST], Found]] = {
            ast.Call: self._of_call, ast.Name: self._of_name, ast.FormattedValue: self._of_formatted,
            ast.Attribute: self._of_attribute,
        }  # fmt: skip
        for module in self.modules:
            self._read(module)

    def _read(self, module: Module) -> None:
        for node in ast.walk(module.tree):
            module.parents |= dict.fromkeys(ast.iter_child_nodes(node), node)
            if isinstance(node, ast.FunctionDef):
                self.functions[node.name].append((module, node))
            elif isinstance(node, ast.Call):
                self.calls[called(node)].append((module, node))
            elif isinstance(node, ast.ImportFrom):
                module.imported |= {each.asname or each.name: node.module or "" for each in node.names}
                module.modules |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
        for node in module.tree.body:
            for target, value in assignments(node):
                for name in names_in(target):
                    self.constants[name] += [(module, each) for each in matching(target, value, name)]

    def unsafe(self) -> Found:
        """Yield each part of SQL that is not known to be safe."""
        for name in sorted(ASKING):
            for module, call in self.calls[name]:
                if isinstance(call.func, ast.Attribute) and call.args:
                    yield from self.parts(module, call.args[0])

    def parts(self, module: Module, node: ast.AST) -> Found:
        """Yield what is not safe in an expression; nothing where all of it is."""
        if isinstance(node, ast.Constant | ast.Compare | ast.UnaryOp):
            return
        inner = within(node, self._is_whole)
        if type(node) in self._of_kind:
            yield from self._of_kind[type(node)](module, node)
        elif inner is None:
            yield module, node
        else:
            with self._whole(isinstance(node, ast.Subscript)):
                for each in inner:
                    yield from self.parts(module, each)

    def _of_formatted(self, module: Module, node: ast.AST) -> Found:
        assert isinstance(node, ast.FormattedValue)
        spec = node.format_spec
        told = ast.unparse(spec) if spec else ""
        if not told.rstrip("'\"").endswith(("d", "f", "g")):  # {share:.3f} writes a number or nothing
            yield from self.parts(module, node.value)

    def _of_call(self, module: Module, node: ast.AST) -> Found:
        assert isinstance(node, ast.Call)
        name, method = called(node), isinstance(node.func, ast.Attribute)
        if name in QUOTING | NUMBERS or is_map_of_quoting(node):
            return
        if name in OF_TEXT | OF_ARGUMENTS or (name == "get" and method):
            with self._whole(name in {"items", "values", "get"}):
                for each in made_of(node):
                    yield from self.parts(module, each)
        elif found := self._function(module, node):
            yield from self._of_returns(*found)
        else:
            yield module, node

    def _function(self, module: Module, call: ast.Call) -> tuple[Module, ast.FunctionDef] | None:
        """Return the function of ours that is called, found by its name and where that is from."""
        found = [(each, function) for each, function in self.functions[called(call)] if is_of(each, module, call)]
        return found[0] if len(found) == 1 else None

    def _of_returns(self, module: Module, function: ast.FunctionDef) -> Found:
        with self._once(function) as is_first:
            for node in ast.walk(function) if is_first else ():
                if isinstance(node, ast.Return) and node.value and module.function_of(node) is function:
                    yield from self.parts(module, node.value)

    def _of_name(self, module: Module, node: ast.AST) -> Found:
        assert isinstance(node, ast.Name)
        for place in module.enclosing(node):
            bound = list(self._bound_in(module, place, node.id))
            if bound:
                with self._once((place, node.id)) as is_first:
                    for value in bound if is_first else ():
                        yield from self.parts(module, value)
                return
            if isinstance(place, ast.FunctionDef) and (argument := argument_of(place, node.id)):
                yield from self._of_argument(module, place, node, argument)
                return
        yield from self._of_constant(module, node)

    def _of_constant(self, module: Module, name: ast.Name) -> Found:
        told = self.constants.get(name.id, [])
        here = [(each, value) for each, value in told if each is module]
        origin = module.imported.get(name.id, "-")
        values = here or [(each, value) for each, value in told if is_named(each, origin)]
        if not values:
            yield module, name
        for of_module, value in values:
            with self._once(value) as is_first:
                if is_first:
                    yield from self.parts(of_module, value)

    def _of_attribute(self, module: Module, node: ast.AST) -> Found:
        """A constant of another module, by that module's name; no other attribute is known to be safe."""
        assert isinstance(node, ast.Attribute)
        base = node.value.id if isinstance(node.value, ast.Name) else ""
        origin = module.modules.get(base, "-")
        values = [(each, value) for each, value in self.constants.get(node.attr, []) if is_named(each, origin)]
        if not values:
            yield module, node
        for of_module, value in values:
            yield from self.parts(of_module, value)

    def _bound_in(self, module: Module, place: ast.AST, name: str) -> Iterator[ast.expr]:
        """Yield what a name is bound to in a comprehension or function: assignments, loops, appends."""
        if isinstance(place, Comprehension):
            yield from (each.iter for each in place.generators if name in names_in(each.target))
        if isinstance(place, ast.FunctionDef):
            for node in ast.walk(place):
                if module.function_of(node) is place:
                    yield from bindings(node, name)

    def _of_argument(
        self, module: Module, function: ast.FunctionDef, name: ast.Name, argument: tuple[int, ast.arg]
    ) -> Found:
        place, declared = argument
        if declared.annotation and ast.unparse(declared.annotation) in {"int", "float", "bool", "date"}:
            return
        calls = [(each, call) for each, call in self.calls[function.name] if is_of(module, each, call)]
        if not calls:
            yield module, name
            return
        at = place - isinstance(module.parents.get(function), ast.ClassDef)
        with self._once((function, name.id)) as is_first:
            for of_module, call in calls if is_first else ():
                given = [keyword.value for keyword in call.keywords if keyword.arg == name.id]
                for value in given + call.args[at : at + 1] if at >= 0 else given:
                    yield from self.parts(of_module, value)

    @contextmanager
    def _whole(self, is_whole: bool) -> Iterator[None]:
        """Look at the values of a dictionary too: going through it gives its keys alone."""
        before, self._is_whole = self._is_whole, self._is_whole or is_whole
        try:
            yield
        finally:
            self._is_whole = before

    @contextmanager
    def _once(self, what: object) -> Iterator[bool]:
        """Say whether this is not being judged already: what is made of itself is as safe as its other parts."""
        is_first = what not in self._judging
        self._judging.add(what)
        try:
            yield is_first
        finally:
            if is_first:
                self._judging.discard(what)


PARTS: dict[type[ast.AST], tuple[str, ...]] = {
    ast.JoinedStr: ("values",), ast.BoolOp: ("values",), ast.BinOp: ("left", "right"), ast.IfExp: ("body", "orelse"),
    ast.List: ("elts",), ast.Tuple: ("elts",), ast.Set: ("elts",), ast.Dict: ("keys", "values"),
    ast.DictComp: ("key", "value"), ast.ListComp: ("elt",), ast.SetComp: ("elt",), ast.GeneratorExp: ("elt",),
    ast.Starred: ("value",), ast.Subscript: ("value",), ast.NamedExpr: ("value",),
}  # fmt: skip
"""What a text or collection is made of: the fields of its node that hold its parts."""


def within(node: ast.AST, is_whole: bool) -> list[ast.AST] | None:
    """Return the parts of a text or collection, of a dictionary its keys alone unless it is whole; None for others."""
    if type(node) not in PARTS or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)):  # that of paths
        return None
    fields = PARTS[type(node)]
    if isinstance(node, ast.Dict | ast.DictComp) and not is_whole:
        fields = fields[:1]
    found = [getattr(node, field) for field in fields]
    return [each for part in found for each in (part if isinstance(part, list) else [part]) if each is not None]


def called(call: ast.Call) -> str:
    """Return the last part of what is called."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def is_named(module: Module, dotted: str) -> bool:
    """Whether a module is imported under this name, be it whole or from within its folder."""
    return module.dotted == dotted or module.dotted.rpartition(".")[2] == dotted


def is_of(of_function: Module, of_call: Module, call: ast.Call) -> bool:
    """Whether a call in one module is of the function of its name in another."""
    match call.func:
        case ast.Name(id=name):
            return of_function is of_call or is_named(of_function, of_call.imported.get(name, "-"))
        case ast.Attribute(value=ast.Name(id="self")):
            return of_function is of_call
        case ast.Attribute(value=ast.Name(id=base)):
            return is_named(of_function, of_call.modules.get(base, "-"))
    return False


def made_of(call: ast.Call) -> list[ast.expr]:
    """Return what the result of a call of OF_TEXT, OF_ARGUMENTS or ``get`` is made of."""
    name, found = called(call), []
    if isinstance(call.func, ast.Attribute) and name != "fromkeys":
        found.append(call.func.value)
    found += call.args[1:] if name == "get" else call.args if name in OF_ARGUMENTS else []
    return found + ([keyword.value for keyword in call.keywords] if name == "format" else [])


def is_map_of_quoting(call: ast.Call) -> bool:
    """Whether it is map(identifier, …)."""
    first = call.args[0] if call.args else None
    return called(call) == "map" and isinstance(first, ast.Name) and first.id in QUOTING


def names_in(node: ast.AST) -> set[str]:
    """Return every name in an expression."""
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def bindings(node: ast.AST, name: str) -> Iterator[ast.expr]:
    """Yield what this one statement or call binds a name to, or puts into the collection of that name."""
    for target, value in assignments(node):
        yield from matching(target, value, name)
    match node:
        case ast.For(target=target, iter=value) if name in names_in(target):
            yield value
        case ast.withitem(context_expr=value, optional_vars=ast.expr() as target) if name in names_in(target):
            yield value
        case ast.Call(func=ast.Attribute(attr="append" | "extend" | "add", value=ast.Name(id=told))) if told == name:
            yield from node.args


def assignments(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield (target, value) of an assignment of any kind."""
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((target, value) for target in targets)
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.AugAssign(target=target, value=value):
            yield target, value
        case ast.NamedExpr(target=target, value=value):
            yield target, value


def matching(target: ast.expr, value: ast.expr, name: str) -> Iterator[ast.expr]:
    """Yield what a name is bound to where a target is assigned a value, part by part where both are written so."""
    both = (target, value)
    if all(isinstance(each, ast.Tuple) for each in both) and len(target.elts) == len(value.elts):  # type: ignore[attr-defined]
        for part, of_value in zip(target.elts, value.elts, strict=True):  # type: ignore[attr-defined]
            yield from matching(part, of_value, name)
    elif isinstance(target, ast.Subscript):
        yield from [value] if names_in(target.value) == {name} else []
    elif name in names_in(target):
        yield value


def argument_of(function: ast.FunctionDef, name: str) -> tuple[int, ast.arg] | None:
    """Return an argument of a function with its place; the place is -2 where it is given by its name alone."""
    for place, each in enumerate([*function.args.posonlyargs, *function.args.args]):
        if each.arg == name:
            return place, each
    return next(((-2, each) for each in function.args.kwonlyargs if each.arg == name), None)


@cache
def code() -> Code:
    """Return all of the project's code."""
    return Code(sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")))
