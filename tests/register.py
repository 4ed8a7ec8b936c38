"""An invented country: as many municipalities as Finland has, each in a welfare area and an
employment area. Codes and names are made up and mean nothing."""

from collections.abc import Iterator
from typing import Final

HEADING: Final = (
    "id,kind,code,name_fi,name_sv,name_en,welfare_area,employment_area,valid_from,valid_until"
)
MUNICIPALITIES: Final = 308
WELFARE_AREAS: Final = 21
EMPLOYMENT_AREAS: Final = 45


def country(valid_from: str = "2025-01-01") -> Iterator[str]:
    """The lines of a CSV file, the heading first. Areas are written as their codes."""
    yield HEADING
    for n in range(1, WELFARE_AREAS + 1):
        yield f"hva-{n},WELFARE_AREA,{n:02},Alue {n},Område {n},Area {n},,,{valid_from},"
    for n in range(1, EMPLOYMENT_AREAS + 1):
        yield f"tya-{n},EMPLOYMENT_AUTHORITY,{n:03},Työ {n},Arbete {n},Work {n},,,{valid_from},"
    for n in range(1, MUNICIPALITIES + 1):
        welfare, employment = n % WELFARE_AREAS + 1, n % EMPLOYMENT_AREAS + 1
        yield (
            f",MUNICIPALITY,{n:03},Kunta {n},Kommun {n},Municipality {n},"
            f"{welfare:02},{employment:03},{valid_from},"
        )
