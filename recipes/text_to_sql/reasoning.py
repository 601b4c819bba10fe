"""How a person gets from a question to this query: read off the query's tree, so that it can't say anything else.

The steps stand in the order in which one thinks: tables, joins, filters, groups, aggregates, order, cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from factory.intents.english import capped, choose, listed
from factory.intents.style import Style, render
from factory.records import Database
from recipes.text_to_sql.phrases import Code, below, codes, condition, conjuncts, own, window

_SETS = {
    exp.Union: "put one below the other",
    exp.Intersect: "keep only what is in both",
    exp.Except: "take the second away from the first",
}


def reasoning(tree: exp.Expr, database: Database, style: Style, voice: int) -> str:
    """Numbered steps, one a line. `voice` picks the wording; the same voice words another query alike."""
    inline = Style(lower=style.lower)

    def code(node: exp.Expr) -> str:
        return f"`{render(node, inline)}`"

    steps = _Reader(database, voice, code).query(tree)
    return "\n".join(f"{n}. {step}" for n, step in enumerate(steps, start=1))


@dataclass(frozen=True)
class _Reader:
    database: Database
    voice: int
    code: Code

    def say(self, salt: int, *options: str) -> str:
        return choose(self.voice // salt, *options)

    def query(self, tree: exp.Expr) -> list[str]:
        """The sentences of a whole query, a named part of it in one."""
        steps: list[str] = []
        ctes = tree.args["with_"].expressions if tree.args.get("with_") else []
        for n, cte in enumerate(ctes):
            lead = "First" if n == 0 else "Then"
            about = self.say(3, f"{lead} `{cte.alias}`", f"{lead} build `{cte.alias}`", f"{lead} a CTE `{cte.alias}`")
            steps.append(f"{about}: {' '.join(self.query(cte.this))}")
        while isinstance(tree, (exp.Subquery, exp.Paren)):
            tree = tree.this
        if isinstance(tree, exp.SetOperation):
            return steps + self._set(tree)
        if not isinstance(tree, exp.Select):
            return [*steps, f"Take {self.code(tree)}."]
        return steps + list(self._select(tree))

    def _set(self, tree: exp.SetOperation) -> list[str]:
        first, second = (" ".join(self.query(side)) for side in (tree.left, tree.right))
        how = next(text for kind, text in _SETS.items() if isinstance(tree, kind))
        name = f"{tree.key.upper()}{' ALL' if tree.args.get('distinct') is False else ''}"
        repeats = ", repeats included" if name.endswith("ALL") else ", without repeats"
        return [f"One list: {first}", f"Another: {second}", f"Then {how}{repeats}: `{name}`.", *self._end(tree)]

    def _select(self, select: exp.Select) -> Iterator[str]:
        for source in self._sources(select):
            if isinstance(source, exp.Subquery):
                name = f"`{source.alias}`" if source.alias else "a derived table"
                about = self.say(3, f"First {name}", f"First build {name}", f"Start inside, with {name}")
                yield f"{about}: {' '.join(self.query(source.this))}"
        joins = select.args.get("joins") or []
        yield from self._tables(select)
        yield from self._joins(select)
        if where := select.args.get("where"):
            yield self._filter(conjuncts(where.this), {j.this.alias_or_name for j in joins if j.side == "LEFT"})
        yield from self._groups(select)
        yield from self._windows(select)
        yield from self._output(select)
        yield from self._end(select)

    def _sources(self, select: exp.Select) -> list[exp.Expr]:
        start = select.args.get("from_")
        return ([start.this] if start else []) + [join.this for join in select.args.get("joins") or []]

    def _tables(self, select: exp.Select) -> Iterator[str]:
        sources = self._sources(select)
        tables = [s for s in sources if isinstance(s, exp.Table)]
        if not tables:
            return
        keys = {id(c) for join in select.args.get("joins") or [] for c in own(join, exp.Column)}
        used: dict[str, list[str]] = {t.alias_or_name: [] for t in tables}
        for column in own(select, exp.Column):
            assert isinstance(column, exp.Column)
            owner = column.table or (tables[0].alias_or_name if len(sources) == 1 else "")
            if owner in used and id(column) not in keys and self._real(tables, owner, column.name, len(sources)):
                name = self.code(exp.Column(this=column.this.copy()))
                used[owner] += [name] if name not in used[owner] else []
        if len(sources) == 1:
            name, has = self._named(tables[0]), listed(next(iter(used.values())))
            if not has:
                yield self.say(5, f"The rows are in {name}.", f"This is about the rows of {name}.", f"Start at {name}.")
                return
            yield self.say(
                5,
                f"{name} has {has}.",
                f"All of it is in {name}: {has}.",
                f"Only {name} is needed, with {has}.",
                f"Read {name}; it holds {has}.",
            )
            return
        parts = []
        for table in tables:
            names = used[table.alias_or_name]
            parts.append(f"{self._named(table)} " + (f"for {listed(names)}" if names else self._link(select, table)))
        yield f"{self.say(5, 'Tables', 'What is needed', 'Where it lies')}: {'; '.join(parts)}."

    def _link(self, select: exp.Select, table: exp.Table) -> str:
        """Why a table is there of which no column is shown or filtered."""
        name = table.alias_or_name
        others = sum(
            any(c.table == name for c in own(join, exp.Column) if isinstance(c, exp.Column))
            for join in select.args.get("joins") or []
        )
        return "to get from one to the other" if others > 1 else "for its rows"

    def _real(self, tables: list[exp.Table], owner: str, column: str, sources: int) -> bool:
        """A bare name may be an output's alias; a table that is no table of the database has any column."""
        name = next(t.name for t in tables if t.alias_or_name == owner)
        known = self.database.by_name.get(name)
        return sources > 1 or known is None or column in known.by_name

    def _named(self, table: exp.Table) -> str:
        alias = table.alias
        name = self.code(exp.Table(this=table.this.copy()))
        return f"{name} (`{alias}`)" if alias and alias != table.name else name

    def _joins(self, select: exp.Select) -> Iterator[str]:
        parts = []
        for join in select.args.get("joins") or []:
            name = f"`{join.this.alias_or_name}`" if join.this.alias_or_name else self.code(join.this)
            side = f"{join.side or join.kind} join".strip().lower()
            on, using = join.args.get("on"), join.args.get("using")
            if on is not None:
                parts_on = listed([condition(part, self.code) for part in conjuncts(on)])
                how = f"{side} {name} on {parts_on}"
            elif using:
                how = f"{side} {name} using {codes(using, self.code)}"
            else:
                how = f"{side} {name}"
            if join.side == "LEFT":
                how += self.say(7, ", which keeps rows without a match", ", so that no row gets lost")
            parts.append(how)
        if parts:
            yield f"{capped(', then '.join(parts))}."

    def _filter(self, parts: list[exp.Expr], optional: set[str]) -> str:
        """`optional` are sources of left joins: a NULL there means that there was no match."""
        words = []
        for part in parts:
            lost = isinstance(part, exp.Is) and isinstance(part.expression, exp.Null)
            unmatched = lost and isinstance(part.this, exp.Column) and part.this.table in optional
            words.append(condition(part, self.code) + (" (no match)" if unmatched else ""))
        said = listed(words)
        return self.say(11, f"Keep rows where {said}.", f"Filter: {said}.", f"Only rows where {said} count.")

    def _groups(self, select: exp.Select) -> Iterator[str]:
        group = select.args.get("group")
        if group is not None and group.expressions:
            keys = [self._position(select, e) for e in group.expressions]
            said = listed([self._called(select, key) for key in keys])
            them = "it" if len(keys) == 1 else "them"
            yield self.say(
                13, f"Group by {said}.", f"One row per {said}, so group by {them}.", f"Make groups by {said}."
            )
        elif group is not None:
            yield "Group by everything that isn't aggregated."
        aggregates = [e for e in select.expressions if self._aggregated(e)]
        if aggregates:
            said = listed([self._with_name(e) for e in aggregates])
            one = "For each group" if group is not None else "Over all these rows"
            yield self.say(17, f"{one} compute {said}.", f"{one} take {said}.", f"Aggregate: {said}.")
        if having := select.args.get("having"):
            said = listed([condition(part, self.code) for part in conjuncts(having.this)])
            yield self.say(
                19,
                f"Keep groups with {said}.",
                f"Only groups with {said} stay.",
                f"Keep only groups with {said}.",
            )

    def _position(self, select: exp.Select, key: exp.Expr) -> exp.Expr:
        """GROUP BY 1 is the first output."""
        if isinstance(key, exp.Literal) and not key.is_string and int(key.this) <= len(select.expressions):
            output: exp.Expr = select.expressions[int(key.this) - 1]
            return output.unalias()
        return key

    def _called(self, select: exp.Select, value: exp.Expr) -> str:
        """The SQL and, if an output is just that, its name."""
        same = (o for o in select.expressions if isinstance(o, exp.Alias) and o.this == value)
        output = next(same, None)
        return self._with_name(output) if output is not None else self.code(value)

    def _aggregated(self, output: exp.Expr) -> bool:
        return any(True for _ in own(output, exp.AggFunc)) and not any(True for _ in own(output, exp.Window))

    def _with_name(self, output: exp.Expr) -> str:
        if isinstance(output, exp.Alias):
            return f"{self.code(output.this)} as {self.code(exp.Column(this=output.args['alias'].copy()))}"
        return self.code(output)

    def _windows(self, select: exp.Select) -> Iterator[str]:
        for output in select.expressions:
            inner = output.unalias()
            windows = list(own(inner, exp.Window))
            for found in windows:
                assert isinstance(found, exp.Window)
                name = output.alias if found is inner else ""
                yield window(found, name, self.voice // 23, self.code)
            if windows and windows[0] is not inner:
                short = output.transform(lambda n: n.this if isinstance(n, exp.Window) else n)
                yield f"From that, {self._with_name(short)}."
        if qualify := select.args.get("qualify"):
            for found in own(qualify.this, exp.Window):
                assert isinstance(found, exp.Window)
                yield window(found, "", self.voice // 23, self.code)
            short = qualify.this.transform(lambda n: n.this if isinstance(n, exp.Window) else n)
            said = listed([condition(part, self.code) for part in conjuncts(short)])
            yield self.say(29, f"Then keep rows with {said}: `QUALIFY`.", f"`QUALIFY` keeps rows with {said}.")

    def _output(self, select: exp.Select) -> Iterator[str]:
        group = select.args.get("group")
        keys = [self._position(select, e) for e in group.expressions] if group is not None else []
        computed, shown, scalar, plain = [], [], [], False
        for output in select.expressions:
            inner = output.unalias()
            name = self.code(exp.Column(this=output.args["alias"].copy())) if isinstance(output, exp.Alias) else ""
            if isinstance(inner, exp.Subquery):
                scalar.append(below(inner, self.code) + (f" as {name}" if name else ""))
            elif isinstance(inner, (exp.Column, exp.Star)):
                plain = True
                name = self._with_name(output)
            elif inner not in keys and not self._aggregated(output) and not any(True for _ in own(inner, exp.Window)):
                computed.append(self._with_name(output))
            shown.append(name or self.code(inner))
        distinct = select.args.get("distinct")
        if scalar:
            yield f"Look up {listed(scalar)}."
        if computed:
            yield f"{self.say(31, 'Compute', 'Work out', 'Derive')} {listed(computed)}."
        if distinct is not None:
            on = distinct.args.get("on")
            if on is not None:
                yield f"Keep one row per {codes(on.expressions, self.code)}: `DISTINCT ON`."
            else:
                yield self.say(37, "Each combination counts once: `DISTINCT`.", "Drop repeats with `DISTINCT`.")
        if plain or len(shown) > 1:
            yield f"{self.say(41, 'Return', 'Show', 'Output')} {listed(shown)}."

    def _end(self, tree: exp.Expr) -> Iterator[str]:
        order, limit, offset = (tree.args.get(key) for key in ("order", "limit", "offset"))
        parts = []
        if order is not None:
            keys = [f"{self._short(tree, o.this)} {_direction(o)}" for o in order.expressions]
            parts.append(f"{self.say(43, 'sort by', 'order by')} {listed(keys)}")
        if offset is not None:
            parts.append(f"skip {self.code(offset.expression)}")
        if limit is not None:
            count = limit.expression.sql() if isinstance(limit, exp.Limit) else self.code(limit)
            parts.append("keep the first row" if count == "1" else f"keep the first {count}")
        if parts:
            yield f"{capped(listed(parts))}."

    def _short(self, tree: exp.Expr, value: exp.Expr) -> str:
        """The name of the output that is just this, if it is longer than a column."""
        if isinstance(tree, exp.Select) and not isinstance(value, exp.Column):
            value = self._position(tree, value)
            for output in tree.expressions:
                if isinstance(output, exp.Alias) and output.this == value:
                    return self.code(exp.Column(this=output.args["alias"].copy()))
        return self.code(value)


def _direction(ordered: exp.Expr) -> str:
    said = "descending" if ordered.args.get("desc") else "ascending"
    if ordered.args.get("nulls_first") is True and ordered.args.get("explicit_nulls"):
        said += ", NULLs first"
    return said
