"""Short authored fragments for turns inside conversations, where whole templates would not fit."""

from __future__ import annotations

DAY_ANSWERS = (
    "{days}", "{days} please", "let's say {days}", "{days} I think", "make it {days}", "about {days}",
    "we have {days}", "I've got {days}", "probably {days}", "{days}, no more", "{days} should do",
    "hmm, {days}?", "say {days}", "{days} in all", "just {days}", "{days}!", "we'd stay {days}",
    "I can take {days} off", "{days} starting {date}", "{days}, from {date}", "{days} and easy pace",
)  # fmt: skip
CITY_ANSWERS = (
    "{city}", "{city} please", "{city}!", "to {city}", "we were thinking of {city}", "how about {city}",
    "{city} I guess", "let's do {city}", "{city}, {days}", "{city} for {days}", "I'd love {city}",
    "maybe {city}", "{city} it is", "we fancy {city}", "{city}. {days}.", "my heart says {city}",
    "{city}, we leave {date}", "take us to {city}", "somewhere warm... {city}!", "{city} then",
    "To {city}, and for {days}.", "{city}, and we have {days} for it",
)  # fmt: skip
DATE_QUESTIONS = (
    "When does it begin?", "Lovely. Which day do you arrive?", "From when?", "What is the first day?",
    "Do you have dates already?", "When would that be?", "Which dates shall I take?",
)  # fmt: skip
DATE_ANSWERS = (
    "{date}", "{date} please", "we'd start {date}", "from {date}", "{date}, and {budget} is what we have",
    "{date} I think", "we arrive {date}", "it has to be {date}", "let's take {date}, {pace} days",
    "{date}, back home {end_date}", "we land {date} and want {interests}", "around {date}",
)  # fmt: skip
PLAN_THERE = (
    "good, plan me {days} there", "then make it {days} there", "nice, {days} there please, {pace}",
    "ok let's go there for {days}", "sounds great. {days} there, and {must_see} has to be in it",
    "can you plan {days} there then?", "that settles it: {days} there from {date}",
    "I want to go there, {days}, {interests}", "plan a trip there", "perfect, we take {days} there for {budget}",
    "{days} there, please. {must_see} is a must.", "alright, {days} then, {pace} please",
)  # fmt: skip
PARTIES = (
    ("one", 1), ("just me", 1), ("myself", 1), ("one person", 1), ("two", 2), ("2", 2), ("two people", 2),
    ("my wife and me", 2), ("my husband and me", 2), ("me and my girlfriend", 2), ("my mum and me", 2),
    ("a couple", 2), ("the two of us", 2), ("three", 3), ("three people", 3), ("the three of us", 3),
    ("3 of us", 3), ("four", 4), ("4 people", 4), ("four friends", 4), ("the four of us", 4), ("five", 5),
    ("five of us", 5), ("a group of six", 6), ("six people", 6), ("eight", 8),
)  # fmt: skip
FAMILIES = (
    ("a family of four", 4), ("a family of five", 5), ("us and our two kids", 4), ("two adults and a child", 3),
    ("my wife, me and our twins", 4), ("two grown-ups and three children", 5), ("me and my little son", 2),
)  # fmt: skip
MUST_SEE_TAILS = (
    " with {must_see}", ", {must_see} included", ", including {must_see}", "; {must_see} must be in it",
    ". {must_see} is promised to my daughter", " and see {must_see}", ", mainly for {must_see}",
    ". We have to see {must_see}", ", and {must_see} please",
)  # fmt: skip
NARROWER = (
    ("and are there free ones?", {"free_entry": True}), ("which of them cost nothing?", {"free_entry": True}),
    ("without a ticket, I mean", {"free_entry": True}), ("any that don't charge?", {"free_entry": True}),
    ("and with kids?", {"good_for_kids": True}), ("which would a six year old enjoy?", {"good_for_kids": True}),
    ("ones that the little ones like, please", {"good_for_kids": True}),
    ("which can I do in a wheelchair?", {"step_free": True}), ("my gran can't climb steps, which then?", {"step_free": True}),
    ("and close to {near}?", {}), ("something nearer to {near}", {}), ("which are open {open_at}?", {}),
)  # fmt: skip
SHOW = (
    "show me the plan", "let me see it again", "can I see the whole trip", "what does it look like now?",
    "print the days for me once more", "where are we with the plan?", "read me the itinerary", "show the schedule please",
    "what's on each day?", "give me the overview again", "I'd like to look at all days", "pull the plan up again",
    "so what have we got", "display the trip", "run me through the days",
)  # fmt: skip
POINTING = (
    ("remove_place", "actually take it out again"), ("remove_place", "no, drop that one"),
    ("remove_place", "hmm, I don't want it after all"), ("remove_place", "get rid of that"),
    ("remove_place", "on second thoughts leave it out"), ("remove_place", "skip it"),
    ("move_place", "put it on {day} instead"), ("move_place", "can that go to {day}?"),
    ("move_place", "better on {day}"), ("move_place", "make it {time_bare} rather"),
    ("move_place", "I'd do that one {time}"), ("move_place", "shift it to {day} please"),
    ("pin_place", "keep it there whatever happens"), ("pin_place", "great, lock it in"),
    ("pin_place", "don't move that one any more"), ("pin_place", "that stays, no matter what"),
    ("replace_place", "something else instead of it please"), ("replace_place", "swap it for {replacement}"),
    ("replace_place", "could it be {category} instead?"), ("replace_place", "rather {replacement} than that"),
)  # fmt: skip
GENERIC_REPLIES = {
    "off_topic": (
        "That is outside what I know. Trips, day by day, are my trade.",
        "I can't help with that one, but I can plan days in a city.",
        "I only know travel plans. Which city shall we look at?",
        "Not my field, I'm afraid. Ask me for a few days somewhere instead.",
    ),
    "thanks": (
        "You're welcome! Tell me if anything should change.",
        "My pleasure. Have a lovely time.",
        "Gladly done. I'm here if plans shift.",
    ),
    "greeting": (
        "Hello! Which city are you dreaming of, and for how many days?",
        "Hi there! Where would you like to go?",
        "Good to see you. Shall we plan a few days somewhere?",
    ),
    "help": (
        "Tell me a city and how many days, and I plan them hour by hour. Then we change what you like.",
        "I plan days in a city: sights, meals and ways between. Where would you like to go?",
        "Name a city, a length and what you enjoy; I'll do the rest. You can change anything after.",
    ),
    "ask_destination": (
        "Gladly! Which city would you like to see?",
        "Happy to plan that. Where would you like to go?",
        "Good idea. Which city do you have in mind?",
        "With pleasure. Where to?",
    ),
}
"""For messages whose author wrote no answer."""
