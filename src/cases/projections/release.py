"""Which code this is: another release may be able to do what this one cannot."""

from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable

_CODE = ("cases.domain", "cases.projections")


@cache
def running_release() -> str:
    """The package's version and a digest of the code that folds cases and makes rows of them."""
    digest = sha256()
    for package in _CODE:
        _add(digest.update, package, files(package))
    try:
        number = version("cases")
    except PackageNotFoundError:  # run from the source
        number = "0"
    return f"{number}+{digest.hexdigest()[:16]}"


def _add(update: object, name: str, folder: Traversable) -> None:
    for each in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if each.is_dir():
            if each.name != "__pycache__":
                _add(update, f"{name}/{each.name}", each)
        else:
            update(f"{name}/{each.name}\0".encode() + sha256(each.read_bytes()).digest())  # type: ignore[operator]
