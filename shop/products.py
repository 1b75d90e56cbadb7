"""What the shop sells. Prices are in millimes (1 DT = 1000) and are the shop's own: no page may change them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Product:
    """Its name and description stand in ``texts.py`` under its key, its picture in ``static/<key>.svg``."""

    key: str
    price: int

    @property
    def picture(self) -> str:
        return f"{self.key}.svg"


PRODUCTS = (Product("olive-oil", 12_500), Product("bowl", 64_100))
