"""What the library is made of: scenarios, and lessons with their techniques and what was measured of them."""

from __future__ import annotations

from typing_extensions import TypedDict

from playground.shapes import Document, DocumentChange


class LessonClaim(TypedDict):
    """What was measured without and with a lesson's technique, of the whole run, a component, or a request class."""

    measure: str
    title: str
    unit: str
    node_id: str | None
    request_class: str | None
    from_s: float
    until_s: float
    without: float
    technique: float
    published: float | None
    published_source: str | None


class LessonSource(TypedDict):
    """Where a story can be read."""

    title: str
    url: str


class LessonTechnique(TypedDict):
    """Changes that cure a lesson's problem, under a title, and what they change."""

    title: str
    changes: list[DocumentChange]
    claims: list[LessonClaim]


class LessonHappening(TypedDict):
    """Changes that are part of a lesson's story, under a title, and when the measured runs make them."""

    title: str
    changes: list[DocumentChange]
    at_s: float


class Lesson(TypedDict):
    """What a scenario teaches: techniques, of which each cures its problem, and where its story can be read."""

    topic: str
    happening: LessonHappening | None
    techniques: list[LessonTechnique]
    sources: list[LessonSource]


class LibraryEntry(TypedDict):
    """A scenario of the library; texts are English message keys. Starters have no lesson."""

    id: str
    shelf: str
    shelf_title: str
    title: str
    summary: str
    document: Document
    lesson: Lesson | None
