"""What one thinks about places before writing SQL: read off the query, so that it can't say anything else."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.intents.english import capped, listed
from factory.intents.geo.draws import REACHES
from factory.reasoning import Context
from recipes.geo_join.systems import as_stored, geometries, mixed, projected, system

_MEASURES = {
    "ST_DISTANCE": "distance",
    "ST_DISTANCE_SPHEROID": "distance",
    "ST_DWITHIN": "distance",
    "ST_BUFFER": "distance",
    "ST_AREA": "area",
    "ST_LENGTH": "length",
    "ST_PERIMETER": "length",
}
_PREDICATES = {
    "ST_CONTAINS": "{} contains {}",
    "ST_WITHIN": "{} lies within {}",
    "ST_INTERSECTS": "{} and {} share at least one point",
    "ST_TOUCHES": "{} and {} meet at their borders, be it in a corner, and share no inside",
    "ST_CROSSES": "{} runs both inside and outside of {}",
}
_GEOGRAPHY = "GEOGRAPHY"
# Size in meters, name, and how far a limit may be off to be taken for one: degrees are rounded.
_LIMIT_UNITS = ((1, "meters", 1e-6), (1000, "kilometers", 1e-6), (111_320, "degrees", 2e-3))


def thoughts(tree: exp.Expr, context: Context) -> list[str]:
    """Coordinate system, predicate, joins and units, as sentences in this order."""
    called = [(_name(node), node) for node in tree.walk() if _name(node).startswith(("ST_", _GEOGRAPHY))]
    return [
        *_system(tree, called, context),
        *_predicate(called, context),
        *_pairs(tree, called, context),
        *_units(tree, called, context),
    ]


def _name(node: exp.Expr) -> str:
    if isinstance(node, exp.Anonymous):
        return node.name.upper()
    return node.sql_name() if isinstance(node, exp.Func) else ""


def _arguments(node: exp.Expr) -> list[exp.Expr]:
    return list(node.expressions) if isinstance(node, exp.Anonymous) else list(node.iter_expressions())


Called = list[tuple[str, exp.Expr]]


def _system(tree: exp.Expr, called: Called, context: Context) -> Iterator[str]:
    names = {name for name, _ in called}
    measured = sorted({_MEASURES[name] for name in names if name in _MEASURES})
    transforms = [_arguments(node) for name, node in called if name == "ST_TRANSFORM"]
    labels = [_arguments(node) for name, node in called if name == "ST_SETCRS"]
    stored = projected(tree, context.database)
    if transforms:
        if stored:
            yield from mixed(stored, transforms, context)
        else:
            target = next(a.name for a in reversed(transforms[0]) if isinstance(a, exp.Literal))
            said = system(target)
            yield context.say(
                47,
                f"The coordinates are degrees, so project them to {said} before measuring.",
                f"Degrees are no unit of length: transform to {said} first.",
                f"To measure, the geometries go from EPSG:4326 to {said}.",
            )
        if all(len(arguments) == 4 for arguments in transforms):
            told, here = context.code(exp.true()), "in EPSG:4326" if stored else "here"
            yield context.say(
                53,
                f"The longitude comes first {here}, hence {told} as the fourth argument of `ST_Transform`.",
                f"`ST_Transform` gets {told} as its fourth argument, since x is the longitude {here}.",
            )
    elif "ST_DISTANCE_SPHEROID" in names:
        yield "Geodesic distances: `ST_Distance_Spheroid` gives meters on the WGS 84 ellipsoid."
        if "ST_FLIPCOORDINATES" in names:
            yield "It reads the latitude first and the data have the longitude first, hence `ST_FlipCoordinates`."
        if any(cast.to.sql() == "GEOMETRY" for cast in tree.find_all(exp.Cast)):
            yield "It takes no type that names a coordinate system, so cast to `GEOMETRY` first."
    elif labels:
        yield f"The geometries have to be in {system(labels[0][-1].name)}, which `ST_SetCRS` sees to."
    elif _GEOGRAPHY in names:
        yield f"As `geography` the geometries give the {listed(measured) or 'answer'} in meters."
    elif stored and all(column in stored for column in geometries(tree, context.database)):
        yield from as_stored(stored, context)
    elif measured:
        yield f"The {listed(measured)} can be taken from the coordinates as they are stored."
    elif names & _PREDICATES.keys():
        yield context.say(
            47,
            "Nothing is measured, so the coordinates stay in EPSG:4326.",
            "What lies where needs no projection: stay in degrees.",
            "No length or area is asked for, hence no transformation.",
        )
    axes = [f"`{code}` is the {said}" for code, said in (("ST_X", "longitude"), ("ST_Y", "latitude")) if code in names]
    if axes:
        yield f"{listed(axes)}."
    for name, node in called:
        if name in ("ST_POINT", "ST_MAKEENVELOPE"):
            yield f"The {'place' if name == 'ST_POINT' else 'rectangle'} is {context.code(node)}."
            break


def _predicate(called: Called, context: Context) -> Iterator[str]:
    said: list[str] = []
    for name, node in called:
        if name in _PREDICATES and len(_arguments(node)) == 2:
            first, second = (context.code(argument) for argument in _arguments(node))
            told = (
                f"`{node.name if isinstance(node, exp.Anonymous) else name}`: {_PREDICATES[name].format(first, second)}"
            )
            said += [told] if told not in said and len(told) < 200 else []
    if said:
        yield f"{context.say(59, 'The predicate is', 'Test with', 'Use')} {listed(said)}."


def _pairs(tree: exp.Expr, called: Called, context: Context) -> Iterator[str]:
    """Why the tables are joined the way round that they are."""
    names = {name for name, _ in called}
    for join in tree.find_all(exp.Join):
        select = join.parent
        if not isinstance(select, exp.Select) or not isinstance(join.this, (exp.Table, exp.Lateral)):
            continue
        start = select.args["from_"].this.alias_or_name
        other = join.this.alias_or_name
        if join.side == "LEFT" and any(_name(n).startswith("ST_") for n in (join.args.get("on") or join).walk()):
            yield context.say(
                61,
                f"`{start}` comes first in the join, so that each of its rows stays, with or without `{other}`.",
                f"Left join from `{start}`: its rows must not get lost where no `{other}` fits.",
            )
            return
        if "on" not in join.args and names & {"ST_DISTANCE", "ST_DISTANCE_SPHEROID"}:
            yield f"Every `{start}` has to be compared with every `{other}`, since any could be the closest."
            return


def _units(tree: exp.Expr, called: Called, context: Context) -> Iterator[str]:
    names = {name for name, _ in called}
    metric = bool(projected(tree, context.database)) or bool(
        names
        & {"ST_TRANSFORM", "ST_DISTANCE_SPHEROID", "ST_DISTANCESPHERE", "ST_DISTANCESPHEROID", "ST_SETCRS", _GEOGRAPHY}
    )
    said: list[str] = []
    for node in tree.find_all(exp.Div):
        inside = {_MEASURES.get(_name(n), "") for n in node.this.walk()} - {""}
        if not isinstance(node.expression, exp.Literal) or not (inside or _metres(node.this)):
            continue
        squared = inside == {"area"}
        told = _divided(node.expression.name, squared=squared) if metric else ""
        said += [told] if told and told not in said else []
    for compared in tree.find_all(exp.LT, exp.LTE, exp.GT, exp.GTE):
        if isinstance(compared.expression, exp.Literal) and _name(compared.this).startswith("ST_DISTANCE"):
            said.append(_limit(compared.expression.name, metric=metric))
    for name, call in called:
        arguments = _arguments(call)
        at = {"ST_DWITHIN": 2, "ST_BUFFER": 1}.get(name)
        if at and len(arguments) > at and isinstance(arguments[at], exp.Literal):
            said.append(_limit(arguments[at].name, metric=metric))
    yield from dict.fromkeys(said)


def _metres(node: exp.Expr) -> bool:
    return any(isinstance(n, exp.Column) and n.name == "metres" for n in node.walk())


def _divided(divisor: str, *, squared: bool) -> str:
    units = {"1000000": "square kilometers", "2589988.110336": "square miles"} if squared else {}
    units |= {} if squared else {"1000": "kilometers", "1609.344": "miles"}
    if divisor not in units:
        return "" if divisor == "3600.0" else f"Divide the result by {divisor}."
    return f"{'Square meters' if squared else 'Meters'} / {divisor} are {units[divisor]}."


def _limit(text: str, *, metric: bool) -> str:
    """What the number in a comparison is meant to be: a distance that people name, in meters or another unit."""
    value = float(text)
    for size, unit, share in _LIMIT_UNITS if metric else ():
        for reach in REACHES:
            if abs(value * size - reach.metres) <= share * reach.metres:
                same = unit == "kilometers" and reach.said.endswith("km")
                return f"The limit is {reach.said}." if same else f"{capped(reach.said)} is {text} {unit}."
    return f"The limit is {text} meters." if metric and value >= 100 else f"The limit is {text}."
