"""The gallery in the repository is whole and small, and its index is the one that would be written now."""

from __future__ import annotations

from tests.gallery.__main__ import BYTES_MAX, FOLDER, index
from tests.gallery.states import STATES

FOLDER_BYTES_MAX = 4_000_000


def test_every_state_has_a_small_picture_and_no_other_is_left() -> None:
    sizes = {path.stem: path.stat().st_size for path in FOLDER.glob("*.jpg")}
    assert set(sizes) == {state.name for state in STATES}
    assert {name: size for name, size in sizes.items() if not 5_000 < size <= BYTES_MAX} == {}
    assert sum(sizes.values()) <= FOLDER_BYTES_MAX


def test_the_index_is_up_to_date() -> None:
    """Run `python -m tests.gallery` when this fails."""
    assert (FOLDER / "README.md").read_text(encoding="utf-8") == index()


def test_both_languages_and_themes_and_every_size_are_shown() -> None:
    assert {(state.language, state.dark) for state in STATES} == {
        (language, dark) for language in ("en", "ko") for dark in (False, True)
    }
    assert {state.size[0] for state in STATES} == {390, 1440, 1920}
