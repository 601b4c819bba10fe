"""How a person speaks of a foreign key, what kind of table each is, and which points lie in which areas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from factory.infer.extents import Extent, degrees
from factory.infer.links import Link
from factory.infer.nouns import Named
from factory.infer.words import LEXICON, is_person, label_of
from factory.metadata import LiveTable
from factory.records import Relation, Role, SpatialLink

_VERBS: Mapping[str, Mapping[str, Sequence[str]]] = LEXICON["verbs"]
_LIKE: Mapping[str, Sequence[str]] = LEXICON["like"]
_KIN: Mapping[str, Sequence[str]] = LEXICON["kin"]["verbs"]
_DAYS = frozenset({"date", "day", "calendar", "time"})
_AREAS = frozenset(LEXICON["roles"]["place"])
_SITES = frozenset({*_LIKE["site"], *_LIKE["store"], "store", "airport", "branch", "harbor", "port", "station"})


def relation_of(link: Link, tables: Mapping[str, Named]) -> Relation:
    """A reference whose name says more than its parent's ("origin airport") is spoken of by that name."""
    parent, child = tables[link.parent], tables[link.child]
    kin = [_KIN[word] for word in (label_of(link.role), *link.role[-1:]) if word in _KIN]
    if link.parent == link.child and kin:
        verb, negative, inverse = kin[0]
    elif link.role:
        role = _role_label(link, parent)
        verb, negative = f"are the {role} of", f"are not the {role} of"
        inverse = f"with {_article(role)} on" if parent.noun[-1] in _DAYS else f"whose {role} is among the"
    else:
        verb, negative, inverse = _verb(parent, child)
    return Relation(link.child, link.column, link.parent, link.parent_column, verb, negative, inverse)


def _role_label(link: Link, parent: Named) -> str:
    role = label_of(link.role)
    # An inspector is an employee; an origin is no airport until one says so.
    return role if is_person(link.role) and is_person(parent.noun) else f"{role} {parent.label}"


def _article(noun: str) -> str:
    return f"an {noun}" if noun[:1] in "aeio" else f"a {noun}"


def _verb(parent: Named, child: Named) -> tuple[str, str, str]:
    known = _VERBS.get(child.noun[-1], {})
    alike = [first for first, others in _LIKE.items() if parent.noun[-1] in others or parent.label in others]
    for noun in (parent.label, parent.noun[-1], *alike, ""):
        if noun in known:
            verb, negative, inverse = known[noun]
            return verb, negative, inverse
    at = "at" if parent.noun[-1] in _SITES else "in" if parent.noun[-1] in _AREAS else "of"
    return "have", "do not have", at


def kind_of(table: LiveTable, named: Named, roles: Mapping[str, Role], links: Sequence[Link]) -> str:
    """dimension | fact | bridge: as an affix says, else by references, moments and measures."""
    if named.mark:
        return named.mark
    references = {link.column for link in links if link.child == table.name}
    rest = [r for name, r in roles.items() if name not in references and r != "key"]
    if len(references) > 1 and len(rest) <= 2 and "name" not in rest:
        return "bridge"
    happens = "timestamp" in rest or "measure" in rest
    return "fact" if references and happens and "name" not in rest else "dimension"


def spatial_links(tables: Sequence[LiveTable]) -> Iterator[SpatialLink]:
    """Point columns and the polygon columns of other tables whose extents overlap."""
    columns = [(t.name, c, degrees(c)) for t in tables for c in t.columns if c.geometry]
    found = [(table, column, extent) for table, column, extent in columns if extent]
    for table, point, where in found:
        for other, zone, around in found:
            areas = zone.geometry in ("POLYGON", "MULTIPOLYGON")
            if point.geometry == "POINT" and areas and table != other and _overlap(where, around):
                yield SpatialLink(table, point.name, other, zone.name)


def _overlap(a: Extent, b: Extent) -> bool:
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]
