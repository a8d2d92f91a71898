"""Small cities, places, requests and random edits for the planner's tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from functools import cache
from random import Random

from hypothesis import strategies as st

from tools.place import Category, City, Coordinates, Diet, Interest, MealKind, Place
from tools.planning import plan
from tools.planning.stays import with_stays
from tools.travel import EstimatedTravelTimes
from tools.trip import DayHours, FreeTime, Itinerary, Pace, Pin, Stay, TripRequest, WalkLimit

ROME = City(
    id="rome",
    name="Rome",
    country="IT",
    coordinates=Coordinates(41.8933, 12.4829),
    timezone="Europe/Rome",
    currency="EUR",
    radius_km=25.0,
)
NAPLES = City(
    id="naples",
    name="Naples",
    country="IT",
    coordinates=Coordinates(40.8500, 14.2600),
    timezone="Europe/Rome",
    currency="EUR",
    radius_km=25.0,
)
LONDON = replace(
    NAPLES,
    id="london",
    name="London",
    country="GB",
    coordinates=Coordinates(51.5, -0.12),
    timezone="Europe/London",
    currency="GBP",
)
FRIDAY = date(2027, 4, 9)
TRAVEL = EstimatedTravelTimes()
LUNCH_AND_DINNER = frozenset({MealKind.LUNCH, MealKind.DINNER})


def sight(
    slug: str,
    *,
    category: Category = Category.MUSEUM,
    north: float = 0.0,
    east: float = 0.0,
    minutes: int = 60,
    hours: str = "Mo-Su 09:00-19:00",
    price: float = 10.0,
    importance: int = 70,
    interests: tuple[Interest, ...] = (),
    step_free: bool = True,
    kids: bool = False,
) -> Place:
    """A sight so many kilometres north and east of Rome's centre."""
    return Place(
        id=f"rome-{slug}",
        name=slug.replace("-", " ").title(),
        category=category,
        coordinates=Coordinates(
            ROME.coordinates.lat + north / 111, ROME.coordinates.lon + east / 83
        ),
        city=ROME.id,
        minutes=minutes,
        hours=hours,
        price=price,
        importance=importance,
        interests=interests,
        step_free=step_free,
        good_for_kids=kids,
        source="Test catalogue",
        as_of="2026-11",
    )


def food(
    slug: str,
    *,
    category: Category = Category.RESTAURANT,
    north: float = 0.0,
    east: float = 0.0,
    minutes: int = 60,
    hours: str = "Mo-Su 12:00-23:00",
    price: float = 20.0,
    importance: int = 50,
    meals: frozenset[MealKind] = LUNCH_AND_DINNER,
    diets: frozenset[Diet] = frozenset(),
    step_free: bool = True,
) -> Place:
    """A place to eat, placed like `sight`."""
    place = sight(
        slug,
        category=category,
        north=north,
        east=east,
        minutes=minutes,
        hours=hours,
        price=price,
        importance=importance,
        step_free=step_free,
    )
    return replace(place, meals=meals, diets=diets, cuisine="roman")


PLACES: tuple[Place, ...] = (
    sight("forum", category=Category.RUINS, north=-0.3, minutes=90, importance=93, price=18),
    sight("arena", category=Category.RUINS, north=-0.5, east=0.8, minutes=120, importance=98),
    sight("temple", category=Category.LANDMARK, north=0.5, east=-0.5, minutes=45, importance=95),
    sight("fountain", category=Category.SQUARE, north=0.9, minutes=30, importance=90, price=0),
    sight("stairs", category=Category.SQUARE, north=1.4, minutes=30, importance=80, price=0),
    sight("basilica", category=Category.WORSHIP, north=1.0, east=-2.4, minutes=90, importance=95),
    sight("gallery", north=2.3, east=0.8, minutes=120, hours="Tu-Su 09:00-19:00", importance=88),
    sight("palace", category=Category.CASTLE, north=1.0, east=-1.4, minutes=90, importance=82),
    sight("garden", category=Category.PARK, north=2.4, minutes=60, price=0, hours="24/7"),
    sight("market", category=Category.MARKET, east=-0.9, hours="Mo-Sa 07:00-14:00", price=0),
    sight("crypt", category=Category.WORSHIP, north=1.5, east=0.6, hours="Mo-Sa 09:00-12:30"),
    sight("tower", category=Category.VIEWPOINT, north=-1.2, east=-1.0, step_free=False),
    food("osteria", north=-0.2, east=-0.8, price=30),
    food("trattoria", north=0.6, east=-0.4, price=22, diets=frozenset({Diet.VEGETARIAN})),
    food("taverna", north=-0.1, east=0.7, price=25, hours="Mo-Su 12:00-15:00,18:30-23:00"),
    food("borgo", category=Category.FOOD_AREA, north=1.0, east=-2.1, price=15),
    food(
        "pinseria", north=1.6, east=-0.2, price=14, diets=frozenset({Diet.VEGAN, Diet.VEGETARIAN})
    ),
    food("stalls", category=Category.FOOD_AREA, north=-1.9, east=-0.7, price=10),
    food("locanda", north=-0.9, east=-1.1, price=35),
    food("enoteca", category=Category.BAR, north=0.2, east=-0.6, price=28),
    food(
        "latteria",
        category=Category.CAFE,
        price=6,
        hours="Mo-Su 07:00-12:00",
        meals=frozenset({MealKind.BREAKFAST}),
    ),
)


def moved_to(city: City, places: tuple[Place, ...] = PLACES) -> tuple[Place, ...]:
    """The same places around another city's centre."""
    north = city.coordinates.lat - ROME.coordinates.lat
    east = city.coordinates.lon - ROME.coordinates.lon
    return tuple(
        replace(
            p,
            id=p.id.replace("rome-", f"{city.id}-"),
            name=f"{p.name} of {city.name}",
            city=city.id,
            coordinates=Coordinates(p.coordinates.lat + north, p.coordinates.lon + east),
        )
        for p in places
    )


@cache
def toured() -> Itinerary:
    """Two days in Rome, one in Naples and two in London, where money and clocks are others."""
    return plan(
        with_stays(
            request(must_see=("rome-arena", "london-arena"), budget=900.0),
            [Stay(ROME, 2), Stay(NAPLES, 1), Stay(LONDON, 2)],
        ),
        (*PLACES, *moved_to(NAPLES), *moved_to(LONDON)),
        TRAVEL,
        iterations=120,
    )


def by_id(place_id: str) -> Place:
    """The place of `PLACES` with that id."""
    return next(place for place in PLACES if place.id == place_id)


def request(days: int = 2, **wishes: object) -> TripRequest:
    """A request for Rome from a Friday on."""
    return replace(TripRequest(ROME, FRIDAY, days), **wishes)  # type: ignore[arg-type]


def planned(
    wish: TripRequest | None = None,
    places: tuple[Place, ...] = PLACES,
    iterations: int = 60,
    seed: int = 0,
) -> Itinerary:
    """A repeatable plan."""
    return plan(wish or request(), places, TRAVEL, iterations=iterations, seed=seed)


# -- hypothesis ------------------------------------------------------------------------------

HOURS = (
    "24/7",
    "",
    "Mo-Su 09:00-18:00",
    "Tu-Su 10:00-17:00; PH off",
    "Mo-Sa 09:00-12:30,15:30-19:00",
    "Mo-Fr 08:00-10:00",
    "Sa,Su 11:00-16:00",
    "Mo-Su 12:00-14:30,19:00-23:00",
    "Mo-Su 18:00-02:00",
    "We off; Mo-Su 09:17-17:43",
    "Apr-Oct Mo-Su 09:00-19:00; Nov-Mar Mo-Su 09:00-16:30",
    "off",
)
_SIGHTS = tuple(c for c in Category if not c.is_food)
_FOODS = tuple(c for c in Category if c.is_food)


def dense_city(seed: int) -> tuple[Place, ...]:
    """A city of 12 to 30 sights and 8 to 16 food places, most of them easy to fit."""
    dice = Random(seed)
    found = [
        sight(
            f"sight-{n}",
            category=dice.choice(_SIGHTS),
            north=dice.gauss(0, 2),
            east=dice.gauss(0, 2),
            minutes=dice.choice((20, 30, 45, 60, 90, 120, 180)),
            hours=dice.choice((*HOURS, "24/7", "Mo-Su 09:00-19:00", "Tu-Su 10:00-18:00")),
            price=dice.choice((0.0, 0.0, 7.5, 18.0)),
            importance=dice.randint(20, 100),
            step_free=dice.random() < 0.7,
            kids=dice.random() < 0.5,
            interests=tuple(dice.sample(list(Interest), 2)),
        )
        for n in range(dice.randint(12, 30))
    ]
    found += [
        food(
            f"food-{n}",
            category=dice.choice(_FOODS),
            north=dice.gauss(0, 2),
            east=dice.gauss(0, 2),
            minutes=dice.choice((30, 45, 60, 90)),
            hours=dice.choice(("Mo-Su 12:00-23:00", "Mo-Su 12:00-14:30,19:00-23:00", "We off")),
            price=dice.choice((8.0, 15.0, 25.5, 60.0)),
            diets=frozenset(dice.sample(list(Diet), 2)),
            step_free=dice.random() < 0.7,
        )
        for n in range(dice.randint(8, 16))
    ]
    return tuple(found)


_km = st.floats(-4, 4)


@st.composite
def places(draw: st.DrawFn) -> tuple[Place, ...]:
    """A city of 0 to 14 sights and 0 to 9 food places, some of them hard to fit."""
    found = []
    for n in range(draw(st.integers(0, 14))):
        place = sight(
            f"sight-{n}",
            category=draw(st.sampled_from(_SIGHTS)),
            north=draw(_km),
            east=draw(_km),
            minutes=draw(st.integers(15, 360)),
            hours=draw(st.sampled_from(HOURS)),
            price=draw(st.sampled_from((0.0, 0.1, 7.5, 18.0, 33.33))),
            importance=draw(st.integers(1, 100)),
            step_free=draw(st.booleans()),
            kids=draw(st.booleans()),
            interests=tuple(draw(st.lists(st.sampled_from(Interest), max_size=3, unique=True))),
        )
        found.append(place)
    for n in range(draw(st.integers(0, 9))):
        place = food(
            f"food-{n}",
            category=draw(st.sampled_from(_FOODS)),
            north=draw(_km),
            east=draw(_km),
            minutes=draw(st.integers(15, 150)),
            hours=draw(st.sampled_from(HOURS)),
            price=draw(st.sampled_from((3.0, 12.0, 25.5, 60.0))),
            importance=draw(st.integers(1, 100)),
            meals=draw(st.frozensets(st.sampled_from(MealKind), min_size=1)),
            diets=draw(st.frozensets(st.sampled_from(Diet), max_size=3)),
            step_free=draw(st.booleans()),
        )
        found.append(place)
    return tuple(found)


@st.composite
def requests(draw: st.DrawFn, city: tuple[Place, ...]) -> TripRequest:
    """Any valid request over the places of a city, contradictory wishes included."""
    ids = [p.id for p in city] or ["rome-nowhere"]
    some = st.lists(st.sampled_from([*ids, "rome-nowhere"]), max_size=3, unique=True)
    days = draw(st.sampled_from((2, 3, 1, 4)))
    pins = draw(
        st.lists(
            st.builds(
                Pin,
                st.sampled_from(ids),
                st.none() | st.integers(1, days + 1),
                st.none() | st.builds(time, st.integers(7, 21), st.sampled_from((0, 12, 30))),
            ),
            max_size=2,
        )
    )
    clock = st.builds(time, st.integers(7, 22), st.sampled_from((0, 7, 30)))
    spans = st.tuples(clock, clock).filter(lambda span: span[0] < span[1])
    request = TripRequest(
        city=ROME,
        start=draw(st.dates(date(2026, 12, 20), date(2027, 12, 31))),
        days=days,
        pace=draw(st.sampled_from(Pace)),
        interests=tuple(draw(st.lists(st.sampled_from(Interest), max_size=3, unique=True))),
        budget=draw(st.none() | st.floats(1, 600)),
        travellers=draw(st.integers(1, 5)),
        must_see=tuple(draw(some)),
        avoid=tuple(draw(some)),
        avoid_categories=tuple(
            draw(st.lists(st.sampled_from([c.value for c in Category]), max_size=2, unique=True))
        ),
        pins=tuple(pins),
        diets=tuple(draw(st.lists(st.sampled_from(Diet), max_size=1))),
        step_free=draw(st.booleans()),
        good_for_kids=draw(st.booleans()),
        lodging=draw(st.none() | st.just(Coordinates(41.91, 12.50))),
        day_start=draw(st.builds(time, st.integers(6, 12), st.sampled_from((0, 7, 30)))),
        day_end=draw(st.builds(time, st.integers(13, 23), st.sampled_from((0, 23, 59)))),
    )
    if draw(st.booleans()):  # half of the requests are the plain ones above
        return request
    free = draw(st.lists(st.tuples(st.none() | st.integers(1, days), spans), max_size=2))
    own = draw(st.none() | st.tuples(st.integers(1, days), spans))
    limit = st.builds(WalkLimit, st.none() | st.integers(1, 40), st.none() | st.integers(300, 9000))
    return replace(
        request,
        hours=() if own is None else (DayHours(own[0], *own[1]),),
        free=tuple(FreeTime(day, *span) for day, span in free),
        arrive_at=draw(st.none() | clock),
        leave_at=draw(st.none() | clock),
        walk=draw(st.none() | limit),
        most_of=tuple(
            draw(
                st.lists(
                    st.tuples(st.sampled_from([c.value for c in _SIGHTS]), st.integers(0, 2)),
                    max_size=2,
                    unique_by=lambda of: of[0],
                )
            )
        ),
    )
