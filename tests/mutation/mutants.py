"""Makes mutants of a module: its source with one small change each, as somebody tired or hostile might make it.

1. A comparison is turned round or moved by one; ``in`` and ``is`` are negated.
2. ``and`` and ``or`` change places, and each operand is left out; ``not`` is dropped.
3. A condition is always true, or never; a filter of a comprehension is dropped; a loop runs over nothing.
4. A number grows by one, a truth value flips, a text gets another letter.
5. A sum becomes a difference, a union an intersection; ``all`` and ``any``, ``min`` and ``max`` change places.
6. A refusal (``raise``) or a bare call is left out; a value is not returned; ``break`` and ``continue`` change places.

Left alone: docstrings, annotations, casts, and words for people (a text with blanks, what an error says).
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Change = tuple[str, Callable[[ast.AST], ast.AST | None]]
"""What is written in place of the node, and the function that makes it; None takes a statement out."""

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
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
SUMS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
NAMES = {"all": "any", "any": "all", "min": "max", "max": "min"}
WORDS_ONLY = frozenset({"cure", "title", "__all__"})


@dataclass(frozen=True)
class Mutant:
    """One changed module.

    Attributes:
        key: function, line as it stands and line as it becomes; it stays the same when other lines move.
        tree: the whole module, changed.
    """

    key: str
    tree: ast.Module


def mutants(source: str) -> Iterator[Mutant]:
    """Yield every mutant of a module's source; two that read alike get a number."""
    tree = ast.parse(source)
    seen: dict[str, int] = {}
    for place, (where, node) in enumerate(_nodes(tree)):
        for told, make in _changes(node):
            changed = copy.deepcopy(tree)
            _, twin = list(_nodes(changed))[place]
            before = _line(twin)
            _put(changed, twin, make(twin))
            key = f"{where}: {before}  =>  {told}"
            seen[key] = seen.get(key, 0) + 1
            number = f"  #{seen[key]}" if seen[key] > 1 else ""
            yield Mutant(key + number, ast.fix_missing_locations(changed))


def _nodes(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    yield from _walk(tree, "module")


def _walk(node: ast.AST, where: str) -> Iterator[tuple[str, ast.AST]]:
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "bases"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or _is_words(node, child):
                continue
            here = child.name if isinstance(child, ast.FunctionDef | ast.ClassDef) else where
            inside = here if where in (here, "module") else f"{where}.{here}"
            yield inside, child
            yield from _walk(child, inside)


def _is_words(parent: ast.AST, child: ast.AST) -> bool:
    """Return whether a node is a docstring, or words that a person reads and no program."""
    if isinstance(parent, ast.Expr) and isinstance(child, ast.Constant) and isinstance(child.value, str):
        return True
    if isinstance(child, ast.Assign) and all(
        isinstance(one, ast.Name) and one.id in WORDS_ONLY for one in child.targets
    ):
        return True
    if isinstance(parent, ast.JoinedStr) and isinstance(child, ast.Constant):
        return True
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id == "cast":
        return isinstance(child, ast.Constant)
    return isinstance(parent, ast.Call) and isinstance(child, ast.JoinedStr | ast.Constant) and _raised(parent)


def _raised(call: ast.Call) -> bool:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    return name.endswith(("Error", "Finding"))


def _line(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:110]


def _changes(node: ast.AST) -> Iterator[Change]:
    for kind, make in MAKERS.items():
        if isinstance(node, kind):
            yield from make(node)


def _comparisons(node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.Compare)
    for place, operator in enumerate(node.ops):
        for other in COMPARISONS.get(type(operator), ()):

            def make(twin: ast.AST, place: int = place, other: type[ast.cmpop] = other) -> ast.AST:
                assert isinstance(twin, ast.Compare)
                twin.ops[place] = other()
                return twin

            yield _told(node, make), make


def _told(node: ast.AST, make: Callable[[ast.AST], ast.AST | None]) -> str:
    made = make(copy.deepcopy(node))
    return "nothing" if made is None else _line(made)


def _junctions(node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.BoolOp)

    def swap(twin: ast.AST) -> ast.AST:
        assert isinstance(twin, ast.BoolOp)
        twin.op = ast.Or() if isinstance(twin.op, ast.And) else ast.And()
        return twin

    yield _told(node, swap), swap
    for place in range(len(node.values)):

        def leave_out(twin: ast.AST, place: int = place) -> ast.AST:
            assert isinstance(twin, ast.BoolOp)
            rest = twin.values[:place] + twin.values[place + 1 :]
            return rest[0] if len(rest) == 1 else ast.BoolOp(twin.op, rest)

        yield _told(node, leave_out), leave_out


def _negations(node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.UnaryOp)
    if isinstance(node.op, ast.Not):
        yield _told(node.operand, lambda twin: twin), lambda twin: getattr(twin, "operand", twin)


def _conditions(_node: ast.AST) -> Iterator[Change]:
    for truth in (True, False):

        def make(twin: ast.AST, *, truth: bool = truth) -> ast.AST:
            setattr(twin, "test", ast.Constant(truth))  # noqa: B010 - several kinds of node have it
            return twin

        yield f"if {truth}", make


def _filters(node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.comprehension)
    for place in range(len(node.ifs)):

        def make(twin: ast.AST, place: int = place) -> ast.AST:
            assert isinstance(twin, ast.comprehension)
            del twin.ifs[place]
            return twin

        yield f"no filter {place + 1}", make
    yield "over nothing", _over_nothing


def _loops(_node: ast.AST) -> Iterator[Change]:
    yield "over nothing", _over_nothing


def _over_nothing(twin: ast.AST) -> ast.AST:
    setattr(twin, "iter", ast.Tuple([], ast.Load()))  # noqa: B010 - loops and comprehensions have it
    return twin


def _constants(node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.Constant)
    value = node.value
    other: object = None
    if isinstance(value, bool):
        other = not value
    elif isinstance(value, int):
        other = value + 1
    elif isinstance(value, str) and " " not in value:
        other = f"{value}X"
    if other is not None:
        yield repr(other), lambda _twin: ast.Constant(other)


def _sums(node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.BinOp)
    other = SUMS.get(type(node.op))
    if other is not None:

        def make(twin: ast.AST) -> ast.AST:
            assert isinstance(twin, ast.BinOp)
            twin.op = other()
            return twin

        yield _told(node, make), make


def _names(node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.Name)
    if node.id in NAMES:
        yield NAMES[node.id], lambda _twin: ast.Name(NAMES[node.id], ast.Load())


def _refusals(_node: ast.AST) -> Iterator[Change]:
    yield "nothing", lambda _twin: ast.Pass()


def _bare_calls(node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.Expr)
    if isinstance(node.value, ast.Call):
        yield "nothing", lambda _twin: ast.Pass()


def _returns(node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.Return)
    # False in place of None is told apart by nobody who asks for the truth; the flip of a constant asks the question.
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value in (None, False)):
        yield "return None", lambda _twin: ast.Return(ast.Constant(None))


MAKERS: dict[type[ast.AST], Callable[[ast.AST], Iterator[Change]]] = {
    ast.Compare: _comparisons,
    ast.BoolOp: _junctions,
    ast.UnaryOp: _negations,
    ast.If: _conditions,
    ast.IfExp: _conditions,
    ast.comprehension: _filters,
    ast.For: _loops,
    ast.Constant: _constants,
    ast.BinOp: _sums,
    ast.Name: _names,
    ast.Raise: _refusals,
    ast.Expr: _bare_calls,
    ast.Return: _returns,
    ast.Break: lambda _node: iter([("continue", lambda _twin: ast.Continue())]),
    ast.Continue: lambda _node: iter([("break", lambda _twin: ast.Break())]),
}


class _Put(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST | None) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST | None:
        return self.new if node is self.old else self.generic_visit(node)


def _put(tree: ast.Module, old: ast.AST, new: ast.AST | None) -> None:
    if new is not old:
        _Put(old, new).visit(tree)
