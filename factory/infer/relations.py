"""How a person speaks of a foreign key, what kind of table each is, and which points lie in which areas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from factory.infer.keys import Link
from factory.infer.nouns import Named
from factory.infer.words import LEXICON, is_person, label_of
from factory.metadata import LiveColumn, LiveTable
from factory.records import Relation, Role, SpatialLink

_VERBS: Mapping[str, Mapping[str, Sequence[str]]] = LEXICON["verbs"]
_PLACES = frozenset(LEXICON["roles"]["place"]) | {"store", "branch", "hotel", "airport", "station", "warehouse", "port"}


def relation_of(link: Link, tables: Mapping[str, Named], *, only: bool) -> Relation:
    """`only`: no other column of the child refers to this parent, and its name adds nothing to the parent's."""
    parent, child = tables[link.parent], tables[link.child]
    if link.role and link.parent != link.child and not only:
        role = _role_label(link, parent)
        verb, negative = f"are the {role} of", f"are not the {role} of"
        inverse = f"whose {role} is among the"
    else:
        verb, negative, inverse = _verb(parent, child)
    return Relation(link.child, link.column, link.parent, link.parent_column, verb, negative, inverse)


def _role_label(link: Link, parent: Named) -> str:
    role = label_of(link.role)
    # An inspector is an employee; an origin is no airport until one says so.
    return role if is_person(link.role) else f"{role} {parent.label}"


def _verb(parent: Named, child: Named) -> tuple[str, str, str]:
    known = _VERBS.get(child.noun[-1], {})
    for noun in dict.fromkeys((parent.label, parent.noun[-1], "person" if is_person(parent.noun) else "", "")):
        if noun in known:
            verb, negative, inverse = known[noun]
            return verb, negative, inverse
    return "have", "do not have", "in" if parent.noun[-1] in _PLACES else "of"


def kind_of(
    table: LiveTable, named: Named, roles: Mapping[str, Role], links: Sequence[Link]
) -> str:
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
    found = [(t.name, c) for t in tables for c in t.columns if c.geometry and c.extent]
    for table, point in found:
        for other, zone in found:
            areas = zone.geometry in ("POLYGON", "MULTIPOLYGON")
            if point.geometry == "POINT" and areas and table != other and _overlap(point, zone):
                yield SpatialLink(table, point.name, other, zone.name)


def _overlap(a: LiveColumn, b: LiveColumn) -> bool:
    assert a.extent
    assert b.extent
    return (
        a.extent[0] <= b.extent[2]
        and b.extent[0] <= a.extent[2]
        and a.extent[1] <= b.extent[3]
        and b.extent[1] <= a.extent[3]
    )
