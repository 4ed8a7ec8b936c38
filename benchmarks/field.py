"""Everybody who is measured at appending, in the order of turns."""

from benchmarks.bare import BareRow, BareTables
from benchmarks.contestants import Contestant
from benchmarks.library import Library, LibraryFunctions
from benchmarks.message_db import MessageDb
from benchmarks.ours import Ours, OursOpening, OursSequenced
from benchmarks.uma import UmaDb

CONTESTANTS: tuple[type[Contestant], ...] = (
    BareRow,
    BareTables,
    Ours,
    OursSequenced,
    OursOpening,
    Library,
    LibraryFunctions,
    MessageDb,
    UmaDb,
)
FIELD = {contestant.name: contestant for contestant in CONTESTANTS}
