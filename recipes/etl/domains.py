"""The places that ETL data comes from. A split shares these out, so they own their values, never a row its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Domain:
    """`records` names the rows of its tables: singular and plural; `extras` are further columns with their values."""

    name: str
    records: tuple[tuple[str, str], ...]
    extras: tuple[tuple[str, tuple[str, ...]], ...]


def _domain(name: str, records: str, *extras: str) -> Domain:
    nouns = [tuple(pair.split("/")) for pair in records.split()]
    lists = [extra.split(":") for extra in extras]
    return Domain(
        f"etl_{name}",
        tuple((one, many) for one, many in nouns),
        tuple((column, tuple(values.split(","))) for column, values in lists),
    )


DOMAINS = (
    _domain(
        "hotel",
        "guest/guests stay/stays inquiry/inquiries",
        "room_type:single,double,suite",
        "floor:1,2,3,4",
    ),
    _domain(
        "webshop",
        "order/orders buyer/buyers listing/listings",
        "channel:app,web,phone",
        "basket:small,large",
    ),
    _domain(
        "clinic",
        "patient/patients visit/visits referral/referrals",
        "ward:A,B,C,D",
        "insurer:public,private",
    ),
    _domain(
        "library",
        "member/members loan/loans donation/donations",
        "branch:North,Harbour,Old Town",
        "shelf:K1,K7",
    ),
    _domain(
        "freight",
        "shipment/shipments consignee/consignees claim/claims",
        "mode:road,rail,sea,air",
        "priority:1,2",
    ),
    _domain(
        "telecom",
        "subscriber/subscribers ticket/tickets contract/contracts",
        "plan:basic,plus,pro",
        "zone:1,2,3",
    ),
    _domain(
        "charity",
        "donor/donors pledge/pledges volunteer/volunteers",
        "campaign:spring,winter",
        "tier:A,B,C",
    ),
    _domain(
        "museum",
        "visitor/visitors exhibit/exhibits lender/lenders",
        "wing:east,west",
        "hall:1,2,3,4,5",
    ),
    _domain(
        "bank",
        "client/clients transfer/transfers dispute/disputes",
        "desk:retail,private",
        "risk:low,mid,high",
    ),
    _domain(
        "festival",
        "attendee/attendees booking/bookings vendor/vendors",
        "stage:main,tent,club",
        "day:fri,sat,sun",
    ),
    _domain(
        "university",
        "student/students application/applications alumnus/alumni",
        "faculty:arts,law,science",
        "term:1,2",
    ),
    _domain(
        "newsroom",
        "reader/readers comment/comments letter/letters",
        "section:city,sport,culture",
        "edition:am,pm",
    ),
)
BY_NAME = {domain.name: (number, domain) for number, domain in enumerate(DOMAINS)}
