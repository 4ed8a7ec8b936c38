"""The text of a statement follows the shape of what it is given."""

import pytest

from cases.app.store import shapes
from cases.app.store.shapes import shaped


def test_rows_are_numbered_and_parts_are_kept_when_named() -> None:
    text = shaped("append", frozenset({"later"}), (("fact", 2), ("access", 1))).decode()
    assert "%(sealed_1)b" in text
    assert "%(sealed_2)b::bytea)\n           ) as f" in text
    assert "sealed_3" not in text
    assert "head.version" in text
    for absent in ("new_key", "turned", "new_identity", "--", "{n}"):
        assert absent not in text
    opening = shaped("append", frozenset({"first", "identities"}), (("fact", 1), ("access", 1)))
    assert b"new_key" in opening
    assert b"new_identity" in opening
    assert b"head.version" not in opening


def test_a_block_without_an_end_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no end"):
        shapes._block(iter(["select 1"]))
