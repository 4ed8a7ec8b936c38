"""Names as they are compared: whoever writes a name, and however, means the same person.

A name is compared word by word, so that the order of given and family names doesn't matter. A word
is compared without case and without marks on its letters, which get lost between registers,
passports and keyboards. Other spellings of a name from another script are other names.
"""

import re
import unicodedata
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")
# Signs that stand inside words: names are written with and without them.
_INSIDE: Final = dict.fromkeys(map(ord, "'`\u00b4\u2018\u2019\u02b9\u02bb\u02bc\u02be\u02bf"))
# Letters that are no letter with a mark to Unicode, and are written as these where there are none.
_LETTERS: Final = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ŧ": "t", "ŋ": "n", "ı": "i", "ə": "a"}
    | {"æ": "ae", "œ": "oe", "þ": "th"}
)


def words(name: str) -> frozenset[str]:
    """The words of a name as they are compared; none where it has no letter and no digit."""
    bare = unicodedata.normalize("NFKD", name.translate(_INSIDE))
    # Once more: folding the case of a letter may bring a mark of its own.
    folded = unicodedata.normalize("NFKD", bare.casefold()).translate(_LETTERS)
    kept = (sign for sign in folded if unicodedata.category(sign) not in {"Mn", "Cf"})
    return frozenset(_WORD.findall("".join(kept)))
