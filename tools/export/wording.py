"""Words that all exports share."""

from __future__ import annotations

from tools.names import listed
from tools.trip import Carrier, Itinerary, Leg, Mode, Money, Stay, Transfer, Visit


def money(amount: Money) -> str:
    """`18 EUR`, `12.50 EUR`, `29,400 JPY`."""
    text = f"{amount.amount:,.2f}".removesuffix(".00")
    return f"{text} {amount.currency}"


def title(visit: Visit) -> str:
    """The place's name, with the meal in front if it is one."""
    if visit.meal is None:
        return visit.place.name
    return f"{visit.meal.value.capitalize()}: {visit.place.name}"


def way(leg: Leg) -> str:
    """`12 min on foot (850 m)`, `20 min by public transport (2.9 km)`."""
    how = "on foot" if leg.mode is Mode.WALK else "by public transport"
    metres = f"{leg.metres} m" if leg.metres < 1000 else f"{leg.metres / 1000:.1f} km"
    return f"{leg.minutes} min {how} ({metres})"


def attribution(itinerary: Itinerary) -> str:
    """Where the facts of the visited places come from, and as of when."""
    sources: dict[str, str] = {}
    for visit in itinerary.visits:
        place = visit.place
        if place.source:
            sources[place.source] = max(sources.get(place.source, ""), place.as_of)
    told = [f"{s} (as of {when})" if when else s for s, when in sorted(sources.items())]
    return "Planned by Tripwright. " + (
        f"Places: {'; '.join(told)}." if told else "Check hours and prices before you go."
    )


def base_name(stay: Stay) -> str:
    """What the place where a stay's days start and end is called."""
    if stay.lodging is None:
        return f"{stay.city.name}, centre"
    return stay.lodging_name or "Lodging"


def cities(itinerary: Itinerary) -> str:
    """`Rome`, `Rome and Florence`, `Rome, Florence and Venice`."""
    return listed(list(dict.fromkeys(city.name for city in itinerary.request.cities)))


def transfer(way: Transfer) -> str:
    """`Rome to Florence by train or coach, about 2 h 50 min door to door (290 km)`."""
    how = "plane" if way.carrier is Carrier.AIR else "train or coach"
    hours, minutes = divmod(way.minutes, 60)
    lasts = " ".join(
        filter(None, (f"{hours} h" if hours else "", f"{minutes} min" * bool(minutes)))
    )
    return (
        f"{way.origin.name} to {way.destination.name} by {how}, about {lasts} door to door "
        f"({round(way.metres / 1000)} km)"
    )
