"""A database's TOML file → Spec."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime, time
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs

import factory
from factory.check_nested import sql_type
from factory.check_spec import check_spec
from factory.exceptions import BadSpec, UnknownName
from factory.spec import ColumnSpec, RelationSpec, SpatialSpec, Spec, TableSpec

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

SCHEMAS = Path(factory.__file__).parent.parent / "schemas"


def spec_names() -> list[str]:
    """Names of the databases that come with the factory, sorted."""
    return sorted(path.stem for path in (SCHEMAS / "databases").glob("*.toml"))


def spec_text(name: str) -> str:
    """The TOML of `retail`, or of the database that `retail@17` is a variant of. Raises UnknownName."""
    base = name.partition("@")[0]
    if base not in spec_names():
        raise UnknownName("database", base, spec_names())
    return (SCHEMAS / "databases" / f"{base}.toml").read_text(encoding="utf-8")


def load_spec(name_or_path: str | Path) -> Spec:
    """Variant 0 of a database, by name or by the path of its TOML file (anything that ends in `.toml`).

    A reference column's `null` is the share of its relation, so that `null > 0` means nullable everywhere.

    Raises UnknownName for a name without a file and BadSpec (file, key path, what is wrong) for a bad file.
    """
    path = Path(name_or_path)
    if path.suffix != ".toml":
        if str(name_or_path) not in spec_names():
            raise UnknownName("database", str(name_or_path), spec_names())
        path = SCHEMAS / "databases" / f"{name_or_path}.toml"
    try:
        stamp = path.stat().st_mtime_ns
    except FileNotFoundError:
        raise BadSpec(f"{_shown(path)}: no such file") from None
    return _load(path, stamp)


@lru_cache(maxsize=64)
def _load(path: Path, _stamp: int) -> Spec:
    where = _shown(path)
    try:
        raw = _dates_as_text(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSpec(f"{where}: not valid TOML: {error}") from None
    _validate(raw, where)
    if raw["name"] != path.stem:
        raise BadSpec(f"{where}: name: '{raw['name']}' must be the file's name, '{path.stem}'")
    spec = _spec(raw, where)
    check_spec(spec, where)
    return spec


def _shown(path: Path) -> str:
    resolved = path.resolve()
    root = SCHEMAS.resolve().parent
    return str(resolved.relative_to(root)) if resolved.is_relative_to(root) else str(path)


def _dates_as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _dates_as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_dates_as_text(item) for item in value]
    return value.isoformat() if isinstance(value, date | datetime | time) else value


@cache
def _schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / "records/database.schema.json").read_text("utf-8"))
    return found


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(_schema())


def _validate(raw: Mapping[str, Any], where: str) -> None:
    """The fast validator says whether the file fits, the one of Python what doesn't."""
    if _validator().is_valid(raw):
        return
    from jsonschema import Draft202012Validator  # slow to import, and only needed here
    from jsonschema.exceptions import best_match

    error = best_match(Draft202012Validator(_schema()).iter_errors(raw))
    if error is not None:
        while error.parent is not None and "gen" in error.parent.absolute_path:
            error = error.parent  # the branch that came closest says less than the list of generators
        raise BadSpec(f"{where}: {_key_path(error)}: {_explain(error)}")


def _key_path(error: ValidationError) -> str:
    text = ""
    for part in error.absolute_path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text or "top level"


def _explain(error: ValidationError) -> str:
    if error.validator == "oneOf":
        gen: Any = error.instance
        branches: Any = error.validator_value
        return _explain_generator(gen, branches)
    if error.validator == "not":
        return "not allowed here (a reference takes no gen, a layer table no rows)"
    if error.validator == "pattern":
        return f"{error.instance!r} does not match {error.validator_value}"
    return str(error.message)


def _explain_generator(gen: Mapping[str, Any], branches: list[dict[str, Any]]) -> str:
    by_kind = {branch["title"]: branch for branch in branches}
    found = [kind for kind in by_kind if kind in gen]
    if len(found) != 1:
        has = " and ".join(found) or "none"
        return f"needs exactly one generator and has {has}. Generators: {', '.join(by_kind)}"
    kind = found[0]
    if kind == "after":
        return f"'after' takes exactly one of days, hours, minutes; has {', '.join(gen)}"
    missing = [key for key in by_kind[kind]["required"] if key not in gen]
    if missing:
        return f"'{kind}' needs {', '.join(missing)}"
    return f"'{kind}' takes {', '.join(by_kind[kind]['propertyNames']['enum'])}; has {', '.join(gen)}"


@cache
def _plural(noun: str) -> str:
    if noun.endswith("ID"):
        return noun + "s"
    import inflect  # takes longer to import than everything else together

    return str(inflect.engine().plural_noun(noun) or noun)


def _labels(name: str, raw: Mapping[str, Any]) -> tuple[str, str]:
    if "label" in raw:
        return raw["label"][0], raw["label"][1]
    words = name.split("_")
    noun = " ".join([*words[:-1], "ID"] if words[-1] == "id" else words)
    return noun, _plural(noun)


def _given(kind: type, raw: Mapping[str, Any]) -> dict[str, Any]:
    known = {field.name for field in fields(kind)}
    return {key: tuple(v) if isinstance(v, list) else v for key, v in raw.items() if key in known}


def _column(name: str, raw: Mapping[str, Any]) -> ColumnSpec:
    label, plural = _labels(name, raw)
    given = {**_given(ColumnSpec, raw), "base": name, "name": name, "label": label, "plural": plural}
    if "parts" in raw or "items" in raw:
        given |= _nested(raw)
    return ColumnSpec(**given)


def _nested(raw: Mapping[str, Any]) -> dict[str, Any]:
    """A nested column is a text to whoever knows nothing of its parts."""
    inner = raw.get("parts", {})
    parts = tuple(_column(key, part) for key, part in inner.items())
    return {"type": sql_type(raw["type"], inner), "role": "text", "parts": parts}


def _table(raw: Mapping[str, Any], null: Mapping[str, float], where: str, at: int) -> TableSpec:
    name = raw["name"]
    columns = []
    for base, column in raw["columns"].items():
        share = max(column.get("null", 0.0), null.get(f"{name}.{base}", 0.0))
        columns.append(_column(base, {**column, "null": share}))
    key = tuple(raw.get("key") or (c.base for c in columns if c.role == "key"))
    if "key" not in raw and len(key) != 1:
        raise BadSpec(f"{where}: table[{at}]: '{name}' needs a key: one column with role \"key\", or key = [columns]")
    label, plural = raw["label"]
    given = {**_given(TableSpec, raw), "base": name, "label": label, "plural": plural, "key": key}
    return TableSpec(**{**given, "columns": tuple(columns)})


def _relation(raw: Mapping[str, Any], keys: Mapping[str, tuple[str, ...]], where: str, at: int) -> RelationSpec:
    child, child_column = raw["child"].split(".")
    key = keys.get(raw["parent"])
    if key is None:
        known = ", ".join(keys)
        raise BadSpec(f"{where}: relation[{at}].parent: no table '{raw['parent']}'. Tables: {known}")
    if len(key) != 1:
        raise BadSpec(f"{where}: relation[{at}].parent: '{raw['parent']}' has a composite key; give it its own")
    ends = {"child": child, "child_column": child_column, "parent_column": key[0]}
    return RelationSpec(**{**_given(RelationSpec, raw), **ends})


def _spec(raw: Mapping[str, Any], where: str) -> Spec:
    null = {r["child"]: r.get("null", 0.0) for r in raw.get("relation", ())}
    tables = tuple(_table(table, null, where, at) for at, table in enumerate(raw["table"]))
    keys = {table.base: table.key for table in tables}
    try:
        start, end = (date.fromisoformat(day) for day in raw["period"])
    except ValueError as error:
        raise BadSpec(f"{where}: period: {error}") from None
    return Spec(
        name=raw["name"],
        title=raw["title"],
        description=raw["description"],
        start=start,
        end=end,
        tables=tables,
        relations=tuple(_relation(r, keys, where, at) for at, r in enumerate(raw.get("relation", ()))),
        spatial=tuple(SpatialSpec(*s["point"].split("."), *s["zone"].split(".")) for s in raw.get("spatial", ())),
    )
