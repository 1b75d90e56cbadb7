"""Tunisian names for Faker, which has none."""

from __future__ import annotations

from faker.providers import BaseProvider

_FIRST_NAMES = (
    "Amel", "Amine", "Anis", "Asma", "Bilel", "Chaima", "Dorra", "Emna", "Farah", "Fares", "Ghassen", "Habib", "Hajer",
    "Hedi", "Ines", "Iyed", "Khalil", "Lamia", "Leila", "Malek", "Mariem", "Mehdi", "Mohamed", "Nadia", "Nizar", "Olfa",
    "Rania", "Rim", "Salma", "Sami", "Sarra", "Selim", "Slim", "Sonia", "Wassim", "Yassine", "Youssef", "Zeineb",
)  # fmt: skip
_LAST_NAMES = (
    "Abidi", "Ayari", "Baccouche", "Belhadj", "Ben Amor", "Ben Salah", "Bouazizi", "Chaabane", "Chebbi", "Dridi", "Ferjani",
    "Gharbi", "Guesmi", "Hamdi", "Hammami", "Jaziri", "Jebali", "Jlassi", "Karoui", "Khelifi", "Laabidi", "Mabrouk", "Maaloul",
    "Mansouri", "Mejri", "Mzoughi", "Nasri", "Ouertani", "Rezgui", "Riahi", "Saidi", "Sassi", "Slimani", "Trabelsi", "Zouari",
)  # fmt: skip


class TunisianNames(BaseProvider):
    def first_name(self) -> str:
        return str(self.random_element(_FIRST_NAMES))

    def last_name(self) -> str:
        return str(self.random_element(_LAST_NAMES))

    def name(self) -> str:
        return f"{self.first_name()} {self.last_name()}"


def people_of(seed: int) -> TunisianNames:
    """Names from the seed. No other provider of Faker is loaded: all of them cost 0.1 s and 40 MB."""
    from faker import Generator

    generator = Generator()
    generator.seed_instance(seed)
    return TunisianNames(generator)
