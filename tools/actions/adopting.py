"""A trip from a JSON file becomes the trip of a conversation: nothing in it is taken on trust.

What the file says of cities, places and ways is put aside for what is known here, and the plan is
re-checked. Only what the travellers themselves decided is the file's: when, where to, and wishes.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from pydantic import ValidationError

from tools.actions import saying
from tools.actions.naming import find_in
from tools.actions.trips import advance, at_version
from tools.arguments import PlanDays
from tools.check import check
from tools.errors import DataError, InputError, InvalidRequestError, UnknownPlaceError
from tools.names import listed, quote
from tools.outcome import Trip
from tools.place import City, Place
from tools.planning import validate
from tools.services import TravelServices
from tools.trip import Day, Itinerary, LeftOut, Leg, Stay, Transfer, TripRequest, Visit

MAX_BYTES = 2_000_000
"""A trip of three weeks has a tenth of it."""
MAX_WORDS = 500
"""Characters of a note, a reason or a lodging's name."""
MAX_NOTES = 60
"""Notes, and things left out."""
OF_THE_PAST = "This trip is past"
"""How the note on a trip that is over begins."""
OF_OTHER_FACTS = "The file had other facts"
"""How the note on places that are known otherwise here begins."""
_MOST_NAMES = 3


def adopt(services: TravelServices, text: str) -> Itinerary:
    """The trip in a JSON file that was exported here or written after `docs/itinerary.schema.json`.

    Cities and places are the store's own, whatever the file says of them; notes tell where that
    made a difference, and that a trip is past.

    Args:
        services: where cities and places are looked up.
        text: the file's.

    Raises:
        DataError: too large, not JSON, another schema or version, or a plan that can't be done or
            breaks its own wishes; the sentence says what is wrong first.
        UnknownPlaceError: a city or place that the store does not have.
        InvalidRequestError: numbers or dates that no trip can have.
        ServiceUnavailableError: travel times that an outside service does not give.
    """
    if len(text.encode(errors="surrogatepass")) > MAX_BYTES:
        raise DataError(f"The file is larger than {MAX_BYTES // 1_000_000} MB, as no trip is.")
    read = Itinerary.from_json(text.removeprefix("\ufeff"))
    _check_words(read)
    request = _request(services, read.request)
    validate(request)
    places = _places(services, read)
    itinerary = replace(
        read,
        request=request,
        days=tuple(
            _day(services, request, number, day, places)
            for number, day in enumerate(read.days, start=1)
        ),
        transfers=tuple(_transfer(services, request, one) for one in read.transfers),
        left_out=tuple(filter(None, (_left_out(services, request, e) for e in read.left_out))),
    )
    violations = check(itinerary, services.travel, services.transfers)
    if violations:
        first = violations[0].message.rstrip(".")
        others = len(violations) - 1
        more = f", and {others} more {'fault' if others == 1 else 'faults'}" if others else ""
        raise DataError(f"The trip in the file does not hold: {first}{more}.")
    _check_wishes(_trip_of(services, Trip(), itinerary).wishes)
    return replace(itinerary, notes=_notes(services, read, itinerary, places))


def adopt_into(services: TravelServices, trip: Trip, text: str) -> Trip:
    """The trip with the file's as its present version; the one before can be gone back to.

    Raises:
        TravelError: as `adopt`; the trip stays as it is.
    """
    return _trip_of(services, trip, adopt(services, text))


def _trip_of(services: TravelServices, trip: Trip, itinerary: Itinerary) -> Trip:
    request = itinerary.request
    said = PlanDays(
        pace=request.pace, travellers=request.travellers, start_date=request.start.isoformat()
    )
    changed = replace(advance(trip, itinerary), wishes=said)
    return at_version(services, changed, len(changed.past))  # all other wishes


# -- what is known here ----------------------------------------------------------------------


def _request(services: TravelServices, request: TripRequest) -> TripRequest:
    cities = {city.id: city for city in services.store.cities()}
    unknown = [stay.city.name for stay in request.all_stays if stay.city.id not in cities]
    if unknown:
        raise UnknownPlaceError(f"The trip leads to {_named(unknown)}, which I have no places of.")

    def known(stay: Stay) -> Stay:
        return replace(stay, city=cities[stay.city.id])

    if not request.stays:
        return replace(request, city=cities[request.city.id])
    stays = tuple(map(known, request.stays))
    first = stays[0]
    return replace(
        request,
        city=first.city,
        lodging=first.lodging,
        lodging_name=first.lodging_name,
        stays=stays,
    )


def _places(services: TravelServices, read: Itinerary) -> dict[str, Place]:
    """The store's places by id: those visited, must-sees and pins."""
    names = {visit.place.id: visit.place.name for visit in read.visits}
    wished = (*read.request.must_see, *(pin.place_id for pin in read.request.pins))
    names |= {id: id for id in wished if id not in names}
    places, unknown = {}, []
    for id, name in names.items():
        try:
            places[id] = services.store.place(id)
        except UnknownPlaceError:
            unknown.append(name)
    if unknown:
        what = "a place" if len(unknown) == 1 else "places"
        raise UnknownPlaceError(f"The trip has {what} that I do not know: {_named(unknown)}.")
    return places


def _day(
    services: TravelServices, request: TripRequest, number: int, day: Day, places: dict[str, Place]
) -> Day:
    pinned = {pin.place_id for pin in request.pins}
    visits = tuple(
        replace(visit, place=places[visit.place.id], pinned=visit.place.id in pinned)
        for visit in day.visits
    )
    return replace(day, visits=visits, legs=_legs(services, request, number, day, visits))


def _legs(
    services: TravelServices,
    request: TripRequest,
    number: int,
    day: Day,
    visits: tuple[Visit, ...],
) -> tuple[Leg, ...]:
    """The day's legs with their true metres; whether their minutes are enough, `check` judges."""
    base = request.stay_on(number).base
    stops = [base, *(visit.place.coordinates for visit in visits), base]
    ways = list(pairwise(stops)) if visits else []
    if len(ways) != len(day.legs):
        return day.legs
    return tuple(
        replace(leg, metres=services.travel.by(leg.mode, *ends).metres)
        for leg, ends in zip(day.legs, ways, strict=True)
    )


def _transfer(services: TravelServices, request: TripRequest, one: Transfer) -> Transfer:
    cities: dict[str, City] = {city.id: city for city in request.cities}
    origin, destination = cities[one.origin.id], cities[one.destination.id]
    way = services.transfers.between(origin, destination)
    return replace(
        one, origin=origin, destination=destination, carrier=way.carrier, metres=way.metres
    )


def _left_out(services: TravelServices, request: TripRequest, one: LeftOut) -> LeftOut | None:
    """With those names alone that are known: they are offered to be added. None where a wish could
    be none of these.
    """

    def known(name: str) -> bool:
        try:
            find_in(services, request.cities, name)
        except InputError:
            return False
        return True

    could_be = tuple(filter(known, one.could_be))
    return None if one.could_be and not could_be else replace(one, could_be=could_be)


# -- what is the file's own ------------------------------------------------------------------


def _check_words(read: Itinerary) -> None:
    """Refuses what would flood a page: notes and reasons are sentences."""
    told = [*read.notes]
    for one in read.left_out:
        told += one.what, one.reason, *one.could_be
    told += [stay.lodging_name for stay in read.request.all_stays]
    if any(len(words) > MAX_WORDS for words in told):
        raise DataError(f"A note, reason or lodging in the file is over {MAX_WORDS} characters.")
    lists = (read.notes, read.left_out, *(one.could_be for one in read.left_out))
    if any(len(one) > MAX_NOTES for one in lists):
        raise DataError(f"The file has over {MAX_NOTES} notes, or things left out.")


def _check_wishes(wishes: PlanDays) -> None:
    """Refuses wishes that no conversation could have come to, hence none could keep."""
    try:
        PlanDays.model_validate(wishes.model_dump())
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = str(first["loc"][0]).replace("_", " ")
        raise InvalidRequestError(
            f"The {field} in the file can't be the wishes of a trip: {first['msg']}."
        ) from error


def _notes(
    services: TravelServices, read: Itinerary, itinerary: Itinerary, places: dict[str, Place]
) -> tuple[str, ...]:
    notes = [n for n in itinerary.notes if not n.startswith((OF_THE_PAST, OF_OTHER_FACTS))]
    known = [places[visit.place.id] for visit in read.visits]
    others = [p.name for p, v in zip(known, read.visits, strict=True) if p != v.place]
    if others:
        notes.append(f"{OF_OTHER_FACTS} of {_named(others)}; those known here are used.")
    last = itinerary.request.dates[-1]
    if last < services.today(itinerary.request.all_stays[-1].city):
        notes.append(f"{OF_THE_PAST}: it ended on {saying.on(last)}.")
    return tuple(notes)


def _named(names: list[str]) -> str:
    """Up to three of the names in quotes, and how many more there are."""
    distinct = list(dict.fromkeys(names))
    quoted = [quote(name) for name in distinct[:_MOST_NAMES]]
    more = len(distinct) - _MOST_NAMES
    return listed([*quoted, f"{more} more"] if more > 0 else quoted)
