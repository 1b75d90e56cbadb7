"""People's names, as others may see them."""


def mask_name(name: str) -> str:
    """``Amina Ben Salah`` as ``Amina B S``: enough to know somebody again, too little to find out who it is."""
    first, *others = name.split()
    return " ".join([first, *(other[0] for other in others)])
