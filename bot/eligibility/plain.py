"""An expression as an editor's reader sees it: names replaced by what they are called in French."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bot.eligibility.expressions import Syntax
from bot.eligibility.rights import Joint, Leaf, Tree

_STRENGTH: Final = {"if": 0, "or": 1, "and": 2, "not": 3, "in": 4, "+": 5, "-": 5, "*": 6, "/": 6, "neg": 7}
_COMPARED: Final = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}
_TIMES: Final = {"*": "×", "/": "÷", "-": "−"}
_COMPARISON: Final = 4
_ATOM: Final = 9


class Speaker:
    """Says expressions with `named` for names and `words` for and, or, not, if, else, in, min, max.

    `named` takes a name and the name it is compared with: "none" is another choice of every fact.
    """

    def __init__(self, named: Callable[[str, str], str], words: Mapping[str, str]) -> None:
        self._named = named
        self._words = words

    def say(self, tree: Syntax, beside: str = "") -> str:
        match tree.op:
            case "number":
                return tree.value.replace(".", ",")
            case "name":
                return self._named(tree.value, beside)
            case "lookup":
                return f"{self._named(tree.value, '')} [{self.say(tree.args[0])}]"
            case "call":
                arguments = " ; ".join(self.say(arg) for arg in tree.args)
                return f"{self._words.get(tree.value, tree.value)} ({arguments})"
            case "in":
                fact, *choices = tree.args
                named = ", ".join(self.say(choice, fact.value) for choice in choices)
                return f"{self.say(fact)} {self._words['in']} ({named})"
            case _:
                return self._joined(tree)

    def _joined(self, tree: Syntax) -> str:
        parts = [self._inside(arg, tree) for arg in tree.args]
        match tree.op:
            case "and" | "or":
                return f" {self._words[tree.op]} ".join(parts)
            case "not":
                return f"{self._words['not']} ({parts[0]})"
            case "neg":
                return f"− {parts[0]}"
            case "if":
                condition, yes, no = parts
                return f"{yes} {self._words['if']} {condition}, {self._words['else']} {no}"
        sign = _COMPARED.get(tree.op) or _TIMES.get(tree.op, tree.op)
        return f"{parts[0]} {sign} {parts[1]}"

    def _inside(self, part: Syntax, whole: Syntax) -> str:
        said = self.say(part, _beside(part, whole))
        if whole.op == "not":
            return said
        weak = _strength(part) < _strength(whole)
        if whole.op in "-/" and part is whole.args[-1]:
            weak = _strength(part) <= _strength(whole)
        return f"({said})" if weak else said

    def lines(self, tree: Tree, indent: str = "") -> list[str]:
        """A condition's test, one line a part; lists of parts are indented under how they are joined."""
        if isinstance(tree, Leaf):
            return [indent + self.say(tree.syntax)]
        return [
            indent + self._words[tree.how],
            *(line for part in tree.parts for line in self._item(part, indent)),
        ]

    def _item(self, part: Tree, indent: str) -> list[str]:
        first, *rest = self.lines(part, "") if isinstance(part, Joint) else [self.say(part.syntax)]
        return [f"{indent}  – {first}", *(f"{indent}    {line}" for line in rest)]


def _beside(part: Syntax, whole: Syntax) -> str:
    """The name on the other side of a comparison."""
    others = [arg.value for arg in whole.args if arg is not part and arg.op == "name"]
    return others[0] if whole.op in _COMPARED and others else ""


def _strength(tree: Syntax) -> int:
    if tree.op in _COMPARED:
        return _COMPARISON
    return _STRENGTH.get(tree.op, _ATOM)
