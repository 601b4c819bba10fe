"""Syntax of other engines: their comments, hints, batches, set operators and joins."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import layout, some
from factory.mutations.loud.joins import joins
from factory.mutations.query import Query
from factory.records import Database


def hash_comment(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """MySQL's `# …` at the end of a line, or of the query when it is a single line."""
    at = layout(query)
    notes = {"where": "filter", "group": "one row per group", "order": "sort", "limit": "top {}"}
    sites = []
    for block in at.blocks:
        for name, note in notes.items():
            if name in block.clauses:
                clause = block.clauses[name]
                after = query.text[clause.end : clause.end + 1]
                body = query.text[clause.start : clause.end]
                if after in ("", "\n") and (name != "limit" or body.isdigit()):
                    sites.append((clause.end, note.format(body)))
    for end, note in some(rng, sites):
        wrong = f"# {note}"
        diagnosis = rng.choice(
            (
                f"`{wrong}` is meant as a comment, but `#` doesn't start one in DuckDB.",
                f"The comment `{wrong}` has MySQL's form; standard SQL comments start with `--`.",
                f"The parser reads `{wrong}` as part of the query, because comments begin with `--`, not with `#`.",
            )
        )
        repair = rng.choice(
            (
                f"Remove the comment or write it as `-- {note}`.",
                f"Delete `{wrong}`.",
                "Take the comment out, or start it with `--`.",
            )
        )
        yield Mutation("hash_comment", (Edit(end, end, f"  {wrong}"),), diagnosis, repair)


def nolock_hint(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for use in query.table_uses:
        if at.is_base(use):
            i = at.index(use.start)
            last = i
            if i + 1 < len(at.kinds) and at.kinds[i + 1] is TokenType.ALIAS:
                last = i + 2
            elif i + 1 < len(at.kinds) and at.kinds[i + 1] is TokenType.VAR:
                last = i + 1
            sites.append((at.ends[last], use.node.name))
    for end, table in some(rng, sites):
        hint = at.keyword("WITH (NOLOCK)")
        diagnosis = rng.choice(
            (
                f"`{hint}` is a table hint of SQL Server; DuckDB has no such hints.",
                f"The parser stops at `{hint}` after `{table}`, a locking hint that only SQL Server knows.",
                f"DuckDB doesn't accept `{hint}`: its readers need no locking hints.",
            )
        )
        repair = rng.choice(
            (f"Remove `{hint}`.", f"Delete the hint after `{table}`.", f"Drop `{hint}` from the query.")
        )
        yield Mutation("nolock_hint", (Edit(end, end, f" {hint}"),), diagnosis, repair)


def batch_separator(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    body = query.text.rstrip()
    end = len(body)
    word = layout(query).keyword("GO")
    text = f"\n{word}" if body.endswith(";") else f";\n{word}"
    diagnosis = rng.choice(
        (
            f"`{word}` is the batch separator of SQL Server's tools, not a SQL statement.",
            f"The last line, `{word}`, isn't SQL: only SQL Server's clients understand it.",
            f"DuckDB tries to run `{word}` as a statement of its own and can't parse it.",
        )
    )
    repair = rng.choice((f"Remove `{word}`.", "Delete the last line.", f"End the query without `{word}`."))
    yield Mutation("batch_separator", (Edit(end, end, text),), diagnosis, repair)


def select_into(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    main = next((b for b in at.blocks if b.kind == "main"), None)
    if main is None or "from" not in main.clauses or main.in_set:
        return
    start = main.clauses["from"].keyword
    word, target = at.keyword("INTO"), rng.choice(("#result", "#temp", "result", "temp_result"))
    gap = query.text[at.ends[at.index(start) - 1] : start]
    diagnosis = rng.choice(
        (
            f"`{word} {target}` would store the result in a table, and DuckDB doesn't support `SELECT INTO`.",
            f"The query asks for rows but says `{word} {target}`, a form of SQL Server that DuckDB rejects.",
            f"`SELECT … {word} {target}` doesn't exist in DuckDB; nothing has to be stored here anyway.",
        )
    )
    repair = rng.choice(
        (
            f"Remove `{word} {target}`.",
            f"Delete the `{word}` clause.",
            f"Leave out `{word} {target}` and select the rows.",
        )
    )
    yield Mutation("select_into", (Edit(start, start, f"{word} {target}{gap}"),), diagnosis, repair)


def minus_operator(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for i in some(rng, [i for i, kind in enumerate(at.kinds) if kind is TokenType.EXCEPT]):
        right, wrong = query.text[at.starts[i] : at.ends[i]], at.keyword("MINUS")
        diagnosis = rng.choice(
            (
                f"`{wrong}` is Oracle's name of the set difference; DuckDB calls it `{right}`.",
                f"DuckDB has no set operation `{wrong}`.",
                f"`{wrong}` isn't a keyword in DuckDB, so the second `{at.keyword('SELECT')}` comes unexpectedly.",
            )
        )
        repair = rng.choice(
            (f"Use `{right}`.", f"Write `{right}` instead of `{wrong}`.", f"Replace `{wrong}` by `{right}`.")
        )
        yield Mutation("minus_operator", (Edit(at.starts[i], at.ends[i], wrong),), diagnosis, repair)


def plus_concatenation(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    chains: dict[int, list[int]] = {}
    for block in at.blocks:
        for item in at.items(block):
            found = [i for i in range(at.index(item.start), at.index(item.end)) if at.kinds[i] is TokenType.DPIPE]
            if found:
                chains[item.start] = found
    for found in some(rng, list(chains.values())):
        sign = rng.choice(("+", "+", "&"))
        engine = "SQL Server" if sign == "+" else "Access"
        edits = tuple(Edit(at.starts[i], at.ends[i], sign) for i in found)
        diagnosis = rng.choice(
            (
                f"`{sign}` doesn't join strings in DuckDB, as it does in {engine}; concatenation is `||`.",
                f"The strings are put together with `{sign}`, which works on numbers only.",
                f"There is no `{sign}` for text in DuckDB, hence no function that matches its arguments.",
            )
        )
        repair = rng.choice(("Concatenate with `||`.", f"Replace `{sign}` by `||`.", f"Use `||` instead of `{sign}`."))
        yield Mutation("plus_concatenation", edits, diagnosis, repair)


def oracle_outer_join(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """A LEFT JOIN on one equality as Oracle's comma join with (+), in a block that joins only once."""
    at = layout(query)
    found = joins(at)
    for join in found:
        block = at.block_at(at.starts[join.first])
        if block is None or at.kinds[join.first] is not TokenType.LEFT or at.kinds[join.on] is not TokenType.ON:
            continue
        i = join.on + 1
        simple = join.end == i + 7 and at.kinds[i + 1] is TokenType.DOT and at.kinds[i + 3] is TokenType.EQ
        alone = sum(at.block_at(at.starts[other.first]) is block for other in found) == 1
        where = block.clauses.get("where")
        if not (simple and alone and where) or at.kinds[join.on - 1] is not TokenType.VAR:
            continue
        alias = query.text[at.starts[join.on - 1] : at.ends[join.on - 1]]
        left, right = query.text[at.starts[i] : at.ends[i + 2]], query.text[at.starts[i + 4] : at.ends[i + 6]]
        marked = f"{left}(+) = {right}" if left.startswith(f"{alias}.") else f"{left} = {right}(+)"
        edits = (
            Edit(at.ends[join.first - 1], at.ends[join.join], ","),
            Edit(at.ends[join.on - 1], at.ends[join.end - 1], ""),
            Edit(where.start, where.start, f"{marked} {at.keyword('AND')} "),
        )
        words = query.text[at.starts[join.first] : at.ends[join.join]]
        condition = query.text[at.starts[join.on] : at.ends[join.end - 1]]
        diagnosis = rng.choice(
            (
                "`(+)` is Oracle's old mark of an outer join; DuckDB doesn't know it and stops at the `)`.",
                f"The outer join is written as `{marked}`, which only Oracle understands.",
                f"DuckDB has no `(+)`: an outer join must be spelled out as `{words}`.",
            )
        )
        repair = rng.choice(
            (
                f"Use `{words}` with `{condition}`.",
                f"Write the join as `{words} … {condition}`.",
                f"Turn it into a `{words}` with the condition `{condition}`.",
            )
        )
        yield Mutation("oracle_outer_join", edits, diagnosis, repair)


def unique_rows(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for i in some(rng, [i for i, kind in enumerate(at.kinds) if kind is TokenType.DISTINCT]):
        right, wrong = query.text[at.starts[i] : at.ends[i]], at.keyword("UNIQUE")
        diagnosis = rng.choice(
            (
                f"`{wrong}` is Oracle's synonym of `{right}`; DuckDB knows only the latter.",
                f"DuckDB uses `{wrong}` for constraints, not for removing duplicates.",
                f"The parser doesn't accept `{wrong}` here: duplicates are removed with `{right}`.",
            )
        )
        repair = rng.choice(
            (f"Use `{right}`.", f"Write `{right}` instead of `{wrong}`.", f"Replace `{wrong}` by `{right}`.")
        )
        yield Mutation("unique_rows", (Edit(at.starts[i], at.ends[i], wrong),), diagnosis, repair)


OPERATORS: tuple[Operator, ...] = (
    Operator(hash_comment, "dialect", "comment.mark", "text", "A comment that starts with # (MySQL)"),
    Operator(nolock_hint, "dialect", "hint.unknown", "text", "WITH (NOLOCK) after a table (SQL Server)"),
    Operator(batch_separator, "dialect", "statement.separator", "text", "GO after the query (SQL Server)"),
    Operator(select_into, "dialect", "clause.other_engine", "text", "SELECT … INTO"),
    Operator(minus_operator, "dialect", "set_operator.other_engine", "text", "MINUS for EXCEPT (Oracle)"),
    Operator(plus_concatenation, "dialect", "operator.other_engine", "text", "+ or & between strings"),
    Operator(oracle_outer_join, "dialect", "join.other_engine", "text", "An outer join with (+) (Oracle)"),
    Operator(unique_rows, "dialect", "keyword.other_engine", "text", "UNIQUE for DISTINCT (Oracle)"),
)
