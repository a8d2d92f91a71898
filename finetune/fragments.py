"""Short authored fragments for turns inside conversations, where whole templates would not fit."""

from __future__ import annotations

from collections.abc import Mapping

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
    ("my wife and me", ("me", "wife")), ("my husband and me", ("me", "husband")),
    ("me and my girlfriend", ("me", "girlfriend")), ("my mum and me", ("me", "mum")),
    ("a couple", 2), ("the two of us", 2), ("three", 3), ("three people", 3), ("the three of us", 3),
    ("3 of us", 3), ("four", 4), ("4 people", 4), ("four friends", 4), ("the four of us", 4), ("five", 5),
    ("five of us", 5), ("a group of six", 6), ("six people", 6), ("eight", 8),
)  # fmt: skip
FAMILIES = (
    ("a family of four", 4), ("a family of five", 5), ("us and our two kids", ("us", "two kids")),
    ("two adults and a child", ("two adults", "child")), ("my wife, me and our twins", ("me", "wife", "twins")),
    ("two grown-ups and three children", ("two grown-ups", "three children")), ("me and my little son", ("me", "little son")),
)  # fmt: skip
SHARES_OF_TWO = (
    ", {stay1} days and {stay2}", ", {stay1} and {stay2} days", ": {stay1} days and {stay2} days", ". {stay1} days, then {stay2}",
    ", {stay1} nights and {stay2} nights", " ({stay1} + {stay2} days)", ", {stay1} days the first and {stay2} the second",
    ", {stay1} days for one, {stay2} for the other", " - {stay1} then {stay2} days", ". {stay1} nights there, {stay2} after that",
)  # fmt: skip
"""Behind two cities. A stay is planned as so many days, whether days or nights are said."""
MUST_SEE_TAILS = (
    " with {must_see}", ", {must_see} included", ", including {must_see}", "; {must_see} must be in it",
    ". {must_see} is promised to my daughter", " and see {must_see}", ", mainly for {must_see}",
    ". We have to see {must_see}", ", and {must_see} please",
)  # fmt: skip
NARROWER: tuple[tuple[str, Mapping[str, bool]], ...] = (
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
SEARCH_TAILS = (
    " near {near}", " around {near}", " close to {near}", ", somewhere by {near}", " not far from {near}",
    " {open_at}", ", and it has to be open {open_at}", " near {near} {open_at}", " near {near}, open {open_at}",
)  # fmt: skip
FOR_WHOM = (
    (" for children", {"good_for_kids": True}), (", we have small kids with us", {"good_for_kids": True}),
    (" that suit a wheelchair", {"step_free": True}), (", without steps please", {"step_free": True}),
    (", free ones if possible", {"free_entry": True}), (" that cost nothing", {"free_entry": True}),
)  # fmt: skip
EATING = (
    ("a {cuisine} restaurant in {city}", "restaurant"), ("a good {cuisine} place", "restaurant"),
    ("where can we eat {cuisine}", "restaurant"), ("where do locals have {cuisine} in {city}", "restaurant"),
    ("we'd like a {cuisine} restaurant", "restaurant"), ("find me some {cuisine} for dinner", "restaurant"),
    ("I feel like {cuisine}, any restaurant", "restaurant"), ("is there a decent {cuisine} restaurant", "restaurant"),
    ("{cuisine} food please, which restaurants are there in {city}", "restaurant"),
    ("a bar", "bar"), ("somewhere for a drink in {city}", "bar"), ("a café with good cake", "cafe"),
    ("where is a nice café", "cafe"), ("coffee", "cafe"), ("a food hall", "food_area"), ("street food in {city}", "food_area"),
)  # fmt: skip
MONEY: tuple[tuple[str, str], ...] = (
    ("euros", "EUR"), ("euro", "EUR"), ("EUR", "EUR"), ("dollars", "USD"), ("US dollars", "USD"), ("bucks", "USD"),
    ("USD", "USD"), ("pounds", "GBP"), ("quid", "GBP"), ("British pounds", "GBP"), ("yen", "JPY"), ("Swiss francs", "CHF"),
    ("francs", "CHF"), ("Czech crowns", "CZK"), ("koruna", "CZK"), ("Turkish lira", "TRY"), ("Canadian dollars", "CAD"),
    ("Aussie dollars", "AUD"), ("Australian dollars", "AUD"), ("rupees", "INR"), ("Swedish kronor", "SEK"),
    ("Danish kroner", "DKK"), ("DKK", "DKK"), ("Norwegian kroner", "NOK"), ("NOK", "NOK"), ("Icelandic króna", "ISK"),
    ("zloty", "PLN"), ("złoty", "PLN"), ("forints", "HUF"), ("forint", "HUF"), ("lei", "RON"), ("yuan", "CNY"), ("RMB", "CNY"),
    ("Hong Kong dollars", "HKD"), ("Taiwan dollars", "TWD"), ("won", "KRW"), ("Korean won", "KRW"), ("baht", "THB"),
    ("Singapore dollars", "SGD"), ("ringgit", "MYR"), ("rupiah", "IDR"), ("Philippine pesos", "PHP"), ("dong", "VND"),
    ("shekels", "ILS"), ("UAE dirhams", "AED"), ("AED", "AED"), ("Egyptian pounds", "EGP"), ("Moroccan dirhams", "MAD"),
    ("rand", "ZAR"), ("Kenyan shillings", "KES"), ("Mexican pesos", "MXN"), ("reais", "BRL"), ("Argentine pesos", "ARS"),
    ("Chilean pesos", "CLP"), ("Colombian pesos", "COP"), ("soles", "PEN"), ("Kiwi dollars", "NZD"), ("NZ dollars", "NZD"),
)  # fmt: skip
"""Money's names and codes."""
CONVERSIONS = (
    "what's {amount} {money} in {target}?", "how much is {amount} {money} in {target}", "{amount} {money} to {target}",
    "convert {amount} {money} into {target} please", "{amount} {money}, what is that in {target}?", "change {amount} {money} to {target} for me",
    "the ticket is {amount} {money}. How many {target} would that be?", "{amount} {money} = ? {target}", "if lunch is {amount} {money} what do we pay in {target}",
    "in {target}, what do {amount} {money} come to?", "tell me in {target}: {amount} {money}", "we were told {amount} {money} a head, is that a lot in {target}?",
)  # fmt: skip
"""Amounts to convert, for the currencies that few authors thought of."""
BOOKING = (
    "book me a flight to {city} please", "can you get us train tickets to {city} {date}?", "I need two flights to {city}",
    "reserve a table at {place}", "get us a table for four {time}", "could you book {place} for {travellers}?",
    "buy the tickets for {place} please", "we need tickets for {place} {time}", "what does a flight to {city} cost?",
    "find me a hotel in {city}", "book the hotel for {days}", "is there a cheap room near {place}?", "rent me a car in {city}",
    "do I need a visa for {city}?",
    "call me a taxi to {place}", "order an Uber from {place}", "please pay for {place}", "can you reserve seats on the train {date}?",
    "put the tickets on my card", "get me travel insurance for {city}", "how long is the flight to {city}?",
    "reserve the slot {time} at {place} for us", "ring {place} and ask whether they take dogs", "cancel my hotel in {city}",
    "I want a refund for the tickets to {place}", "book us in at {lodging}", "check us in for the flight", "arrange a transfer to {lodging}",
)  # fmt: skip
BOOKING_ANSWERS = (
    "Bookings are beyond me, but I can plan the days around them.",
    "I don't book anything. I plan the days, and you can take the plan along.",
    "That I can't do: no tickets, tables or rooms here. Shall we go on with the plan?",
    "I can't buy or reserve, only plan. What else should the days hold?",
)
MUSINGS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        (
            "I was in {city} as a child, it was wonderful", "my sister lives in {city}", "we met in {city}, long ago",
            "I still dream of {place}", "my husband proposed at {place}", "a friend told me about {city}", "I read a novel set in {city}",
            "the food in {city} was the best of my life", "{city} is where my grandmother was born", "I lost my hat at {place} once",
        ),
        (
            "That sounds lovely. Tell me when you'd like to plan something.", "What a memory to have. I'm here when you want to plan.",
            "I like hearing that. Say the word when there is a trip to plan.",
        ),
    ),
    (
        (
            "let me talk to my wife first", "I'll ask the others and come back", "we'll sleep on it", "give me a minute", "I need to think about it",
            "not sure yet, I'll tell you later", "I have to check with my boss", "hold on, the phone is ringing", "back in five minutes", "I can't decide",
        ),
        ("Take your time, I'm here.", "No hurry at all.", "Of course. Come back whenever you like."),
    ),
    (
        (
            "hm, I don't know about this plan", "it doesn't really excite me", "I'm not convinced", "something is missing but I can't say what",
            "{place} was so crowded last time", "people say {city} is expensive",
        ),
        (
            "I see. Say what you would like changed, and I'll do it.", "Fair enough. What would make it better?",
            "I hear you. Which part shall I look at?",
        ),
    ),
    (
        (
            "great, that's how we'll do it", "perfect, we'll take it like this", "yes, exactly like that", "fine by me", "all good, nothing to change",
            "lovely, the kids will be delighted", "that looks like fun", "wonderful, I can hardly wait",
        ),
        ("Glad to hear it. I'm here whenever you want to go on.", "Good. Call on me if anything should change.", "Then it stays as it is."),
    ),
    (
        (
            "how much is 12 per cent of 80?", "what is 240 divided by 6?", "who won the match on Sunday?", "what's the capital of Peru?",
            "is travelling alone dangerous?", "what would you do in my place?",
        ),
        ("I only know about trips, but those I'm happy to plan.", "That is beyond me; days in a city are what I plan."),
    ),
    (
        ("my train was late again today", "it has been raining here for days", "I'm so tired of work", "my cat is called {city}"),
        ("I see! Whenever you feel like getting away, tell me where to.", "A change of scene might help. I'm here for that."),
    ),
    (
        ("I have no idea really, what do others do?", "surprise me, I don't care where"),
        ("Name a city that you have always been curious about, and I'll plan it.", "I need a city to begin with. Which one comes to mind?"),
    ),
)  # fmt: skip
"""What nobody wants anything with, of one mood each, and what the host says to that."""
