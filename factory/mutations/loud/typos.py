"""Keywords as fingers get them wrong: letters swapped, dropped, doubled, or from the neighbouring key."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import layout, some
from factory.mutations.layout.spelling import HOW, misspell
from factory.mutations.query import Query
from factory.records import Database

_CORE = frozenset({TokenType.SELECT, TokenType.FROM, TokenType.WHERE})
_JOINS = frozenset(
    {
        TokenType.JOIN,
        TokenType.ON,
        TokenType.USING,
        TokenType.LEFT,
        TokenType.INNER,
        TokenType.RIGHT,
        TokenType.FULL,
    }
)
_SIDES = _JOINS - {TokenType.JOIN, TokenType.ON, TokenType.USING}
_GROUPS = frozenset(
    {
        TokenType.GROUP_BY,
        TokenType.ORDER_BY,
        TokenType.PARTITION_BY,
        TokenType.HAVING,
        TokenType.LIMIT,
        TokenType.DESC,
        TokenType.QUALIFY,
    }
)
_OTHERS = frozenset(
    {
        TokenType.AND,
        TokenType.OR,
        TokenType.NOT,
        TokenType.IN,
        TokenType.LIKE,
        TokenType.BETWEEN,
        TokenType.IS,
        TokenType.NULL,
        TokenType.CASE,
        TokenType.WHEN,
        TokenType.THEN,
        TokenType.ELSE,
        TokenType.END,
        TokenType.ALIAS,
        TokenType.DISTINCT,
        TokenType.UNION,
        TokenType.EXCEPT,
        TokenType.INTERSECT,
        TokenType.EXISTS,
        TokenType.OVER,
        TokenType.WITH,
        TokenType.INTERVAL,
    }
)


def _misspell_phrase(phrase: str, rng: Random) -> tuple[str, str]:
    """Like `misspell`, for keywords of one or two words (GROUP BY); the space between them may go too."""
    words = phrase.split()
    if len(words) == 1:
        return misspell(phrase, rng)
    if rng.random() < 0.2:
        return "".join(words), HOW["glue"]
    first = words[0] if rng.random() < 0.8 else words[-1]
    typo, how = misspell(first, rng)
    return phrase.replace(first, typo, 1), how


def _typos(operator: str, kinds: frozenset[TokenType], query: Query, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for i, kind in enumerate(at.kinds):
        if kind not in kinds:
            continue
        # After a table without an alias, a misspelled LEFT would be read as the alias.
        if kind in _SIDES and at.kinds[i - 2] in (TokenType.FROM, TokenType.JOIN, TokenType.COMMA):
            continue
        sites.append(i)
    for i in some(rng, sites):
        start, end = at.starts[i], at.ends[i]
        word = query.text[start:end]
        typo, how = _misspell_phrase(word, rng)
        word = " ".join(word.split())
        diagnosis = rng.choice(
            (
                f"`{typo}` is not a SQL keyword: it is `{word}` with {how}.",
                f"The keyword `{word}` is misspelled as `{typo}`, which the engine doesn't know as a keyword.",
                f"There is a typo in the query: `{typo}` should read `{word}`. As it is ({how}), the engine "
                "doesn't recognise the keyword.",
                f"`{typo}` is a typo of `{word}`: {how}, so the engine takes it for an ordinary name.",
            )
        )
        repair = rng.choice(
            (
                f"Write `{word}` instead of `{typo}`.",
                f"Correct the spelling of `{typo}` to `{word}`.",
                f"Replace `{typo}` by the keyword `{word}`.",
            )
        )
        yield Mutation(operator, (Edit(start, end, typo),), diagnosis, repair)


def core_keyword_typo(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    return _typos("core_keyword_typo", _CORE, query, rng)


def join_keyword_typo(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    return _typos("join_keyword_typo", _JOINS, query, rng)


def grouping_keyword_typo(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    return _typos("grouping_keyword_typo", _GROUPS, query, rng)


def expression_keyword_typo(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    return _typos("expression_keyword_typo", _OTHERS, query, rng)


OPERATORS: tuple[Operator, ...] = (
    Operator(core_keyword_typo, "syntax", "keyword.typo", "text", "SELECT, FROM or WHERE is misspelled"),
    Operator(join_keyword_typo, "syntax", "keyword.typo", "text", "JOIN, its side, ON or USING is misspelled"),
    Operator(
        grouping_keyword_typo,
        "syntax",
        "keyword.typo",
        "text",
        "GROUP BY, HAVING, ORDER BY, DESC, PARTITION BY or LIMIT is misspelled",
    ),
    Operator(
        expression_keyword_typo,
        "syntax",
        "keyword.typo",
        "text",
        "A keyword within an expression (AND, IN, BETWEEN, CASE, AS, DISTINCT …) is misspelled",
    ),
)
