"""The words of the expression language: text to a syntax tree. Small and total; no Python is evaluated.

expression  := or ["if" or "else" expression]
or          := and {"or" and}        and := not {"and" not}        not := ["not"] comparison
comparison  := sum [("<" | "<=" | ">" | ">=" | "==" | "!=") sum | "in" "{" name {"," name} "}"]
sum         := term {("+" | "-") term}        term := factor {("*" | "/") factor}
factor      := number | name | name "[" expression "]" | name "(" expression {"," expression} ")"
             | "(" expression ")" | "-" factor
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NoReturn

_TOKEN: Final = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_][A-Za-z0-9_]*)|(<=|>=|==|!=|[-+*/<>()\[\]{},]))")
_COMPARISONS: Final = ("<", "<=", ">", ">=", "==", "!=")
_DEEPEST: Final = 50
LONGEST: Final = 2_000


class BadExpression(Exception):  # noqa: N818 - an editor's mistake
    """What is wrong at which character of the text, and what would be right."""

    def __init__(self, at: int, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.at, self.what, self.remedy = at, what, remedy


@dataclass(frozen=True, slots=True)
class Syntax:
    """A node as written: `op` with its operands, or a number or name in `value`; `at` is its first character."""

    op: str
    at: int
    args: tuple[Syntax, ...] = ()
    value: str = ""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # number, name, sign, end
    text: str
    at: int


def parse(text: str) -> Syntax:
    """The syntax tree of an expression. Raises `BadExpression`."""
    if len(text) > LONGEST:
        raise BadExpression(LONGEST, "this expression is too long", "give its parts names under 'let'")
    parser = _Parser(_tokens(text))
    tree = parser.expression()
    if parser.now.kind != "end":
        parser.fail(f"{parser.now.text!r} is not expected here", "is an operator missing before it?")
    return tree


def _tokens(text: str) -> list[_Token]:
    tokens, position = [], 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            start = position + len(text[position:]) - len(text[position:].lstrip())
            raise BadExpression(start, f"{text[start]!r} means nothing here", _hint(text[start:]))
        kind = ("number", "name", "sign")[(match.lastindex or 1) - 1]
        tokens.append(_Token(kind, match.group(match.lastindex or 1), match.start(match.lastindex or 1)))
        position = match.end()
    return [*tokens, _Token("end", "the end", len(text))]


def _hint(rest: str) -> str:
    hints = {"=": "compare with == ", "&": "write 'and'", "|": "write 'or'", "!": "write 'not' or !=",
             "≥": "write >=", "≤": "write <=", "%": "write a rate as 0.61", "'": "names stand without quotes",
             '"': "names stand without quotes"}  # fmt: skip
    return hints.get(rest[0], "use names, numbers, + - * / ( ) and or not < <= > >= == in")


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    @property
    def now(self) -> _Token:
        return self._tokens[self._next]

    def fail(self, what: str, remedy: str = "") -> NoReturn:
        raise BadExpression(self.now.at, what, remedy)

    def _is(self, *texts: str) -> bool:
        return self.now.kind in ("sign", "name") and self.now.text in texts

    def _take(self) -> _Token:
        token = self.now
        self._next += token.kind != "end"
        return token

    def _expect(self, text: str) -> None:
        if not self._is(text):
            self.fail(f"{text!r} is expected before {self.now.text!r}")
        self._take()

    def expression(self) -> Syntax:
        self._depth += 1
        if self._depth > _DEEPEST:
            self.fail("brackets are nested too deeply", "give the inner parts names under 'let'")
        tree = self._or()
        if self._is("if"):
            at = self._take().at
            condition = self._or()
            self._expect("else")
            tree = Syntax("if", at, (condition, tree, self.expression()))
        self._depth -= 1
        return tree

    def _chain(self, word: str, part: str) -> Syntax:
        first: Syntax = getattr(self, part)()
        parts = [first]
        while self._is(word):
            self._take()
            parts.append(getattr(self, part)())
        return first if len(parts) == 1 else Syntax(word, first.at, tuple(parts))

    def _or(self) -> Syntax:
        return self._chain("or", "_and")

    def _and(self) -> Syntax:
        return self._chain("and", "_not")

    def _not(self) -> Syntax:
        if not self._is("not"):
            return self._comparison()
        at = self._take().at
        self._depth += 1
        if self._depth > _DEEPEST:
            self.fail("'not' is nested too deeply", "say it without so many 'not'")
        tree = Syntax("not", at, (self._not(),))
        self._depth -= 1
        return tree

    def _comparison(self) -> Syntax:
        left = self._sum()
        if self._is("in"):
            return self._membership(left)
        if not self._is(*_COMPARISONS):
            return left
        sign = self._take()
        tree = Syntax(sign.text, sign.at, (left, self._sum()))
        if self._is(*_COMPARISONS):
            self.fail("two comparisons in a row", "write 'a < b and b < c'")
        return tree

    def _membership(self, left: Syntax) -> Syntax:
        at = self._take().at
        self._expect("{")
        names = [self._choice()]
        while self._is(","):
            self._take()
            names.append(self._choice())
        self._expect("}")
        return Syntax("in", at, (left, *names))

    def _choice(self) -> Syntax:
        if self.now.kind != "name":
            self.fail(f"a choice's name is expected, not {self.now.text!r}")
        token = self._take()
        return Syntax("name", token.at, value=token.text)

    def _arithmetic(self, signs: tuple[str, str], part: str) -> Syntax:
        tree: Syntax = getattr(self, part)()
        while self._is(*signs):
            sign = self._take()
            tree = Syntax(sign.text, sign.at, (tree, getattr(self, part)()))
        return tree

    def _sum(self) -> Syntax:
        return self._arithmetic(("+", "-"), "_term")

    def _term(self) -> Syntax:
        return self._arithmetic(("*", "/"), "_factor")

    def _factor(self) -> Syntax:
        token = self._take()
        if token.kind == "number":
            return Syntax("number", token.at, value=token.text)
        if token.kind == "sign" and token.text == "-":
            return Syntax("neg", token.at, (self._deeper(),))
        if token.kind == "sign" and token.text == "(":
            tree = self.expression()
            self._expect(")")
            return tree
        if token.kind == "name" and token.text not in ("and", "or", "not", "if", "else", "in"):
            return self._named(token)
        raise BadExpression(token.at, f"a number or a name is expected, not {token.text!r}")

    def _deeper(self) -> Syntax:
        self._depth += 1
        if self._depth > _DEEPEST:
            self.fail("too many signs in a row")
        tree = self._factor()
        self._depth -= 1
        return tree

    def _named(self, token: _Token) -> Syntax:
        if self._is("["):
            self._take()
            tree = Syntax("lookup", token.at, (self.expression(),), token.text)
            self._expect("]")
            return tree
        if self._is("("):
            self._take()
            args = [self.expression()]
            while self._is(","):
                self._take()
                args.append(self.expression())
            self._expect(")")
            return Syntax("call", token.at, tuple(args), token.text)
        return Syntax("name", token.at, value=token.text)
