"""Cities of a plan of which the store has no places: the others are planned, and it is told."""

from __future__ import annotations

from tools.actions.naming import UncoveredCityError, city_named
from tools.arguments import PlanDays
from tools.errors import InputError
from tools.names import listed
from tools.services import TravelServices


def without_uncovered(services: TravelServices, said: PlanDays) -> tuple[PlanDays, tuple[str, ...]]:
    """What was said without such cities, and their days.

    Who passes through Cairo on the way home to Kano wants Cairo planned, and who would have seen
    Kano, too, loses less by a trip to Cairo than by none.

    Args:
        services: where to look.
        said: with several cities.

    Returns:
        As it was, and nothing to tell, where all cities are known, or none is, or a name can't be
        read: then the plan says why it can't be.
    """
    names = [name for name in (said.destination, *(said.more_destinations or ())) if name]
    if said.destination is None or len(names) < 2:
        return said, ()
    left: list[int] = []
    unknown: list[str] = []
    for at, name in enumerate(names):
        try:
            city_named(services, name)
        except UncoveredCityError as error:
            unknown.append(error.city)
        except InputError:  # the plan will say what is wrong with it
            return said, ()
        else:
            left.append(at)
    if not unknown or not left:
        return said, ()
    each = said.days_each if said.days_each and len(said.days_each) == len(names) else None
    days = [each[at] for at in left] if each else None
    first, *others = (names[at] for at in left)
    course = {
        "destination": first,
        "more_destinations": others or None,
        "days_each": days if others else None,
        **({"days": sum(days)} if days else {}),
    }
    names = [*dict.fromkeys(unknown)]
    told = f"I know no places of {listed(names)} yet, so the plan does without."
    return said.model_copy(update=course), (told,)
