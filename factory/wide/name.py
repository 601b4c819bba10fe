"""The name of a wide catalog, which says all that makes it again: `airline+hr+retail@17x120`."""

from __future__ import annotations

import re
from dataclasses import dataclass

SMALLEST, LARGEST = 20, 500
_NAME = re.compile(r"(?P<domains>[a-z]\w*(?:\+[a-z]\w*)*)@(?P<number>\d+)x(?P<size>\d+)")


@dataclass(frozen=True, slots=True)
class WideName:
    """`size` is the number of tables and views. A domain that stands twice is there in two variants."""

    domains: tuple[str, ...]
    number: int
    size: int

    def __str__(self) -> str:
        return f"{'+'.join(self.domains)}@{self.number}x{self.size}"


def wide_name(name: str) -> WideName | None:
    """None for the name of anything but a wide catalog."""
    found = _NAME.fullmatch(name)
    return found and WideName(tuple(found["domains"].split("+")), int(found["number"]), int(found["size"]))


def domains_in(name: str) -> list[str]:
    """The domains behind the name of any database: several of a wide catalog, else one."""
    return list(dict.fromkeys(name.partition("@")[0].split("+")))
