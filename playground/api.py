"""The HTTP API at /api/, described at /api/openapi.json."""
# ruff: noqa: ARG001, the framework passes the request to every view

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, Literal, TypeVar

import ninja
import orjson
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from pydantic import Field

from playground import bodies, comparison_shapes, exchange, limits, process, protocol, selectors, services
from playground.answers import Refusal, answer, refusal, refuse
from playground.comparing import BusyError
from playground.differences import difference
from playground.engine import CannotRunError
from playground.library_shapes import LibraryEntry
from playground.middleware import address_of, too_many
from playground.presence import clean_name
from playground.rooms import Room
from playground.shapes import Document, Permission
from playground.translations import translations
from playground.versions import TooManyVersionsError

T = TypeVar("T")

JSON = "application/json"
#: Names of versions, as long as those of scenarios.
NAME_LENGTH_MAX = 80
REVISION_MAX = 2**31 - 1
#: The beginning of each compared run that no measure counts.
WARM_UP_RATIO = 0.1


class JsonParser(Parser):
    """Reads bodies strictly: no NaN, no infinities, no broken text."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the decoded body."""
        if request.content_type != JSON:
            raise refuse(415, "not_json")
        try:
            return orjson.loads(request.body)
        except orjson.JSONDecodeError as error:
            raise refuse(400, "bad_json", line=error.lineno, column=error.colno) from None


api = ninja.NinjaAPI(
    title="Architecture Playground",
    version="1",
    docs_url=None,  # its page loads scripts from other sites
    parser=JsonParser(),
)


class NewDocument(ninja.Schema):
    """A document to store."""

    document: Any = Field(description="A scenario document; see the catalog for kinds and parameters.")


class Foreign(ninja.Schema):
    """A drawing of any program: a text, or a decoded scenario of any version."""

    drawing: Any = Field(description="A scenario, a Mermaid flowchart or a docker-compose file.")


class ChangedDocument(NewDocument):
    """A document to store in place of the given revision."""

    revision: int = Field(ge=0)


class ComparedDocuments(ninja.Schema):
    """Two designs and how long and how often each is run."""

    first: Any = Field(description="A scenario document.")
    second: Any = Field(description="Another, or the same with a change.")
    seed: int = Field(ge=0, le=protocol.SEED_MAX, description="Of the first pair of runs; the others follow.")
    duration_s: float = Field(
        gt=0, le=limits.COMPARISON_DURATION_S_MAX, description="Simulated, of each run."
    )
    runs: int = Field(ge=1, le=limits.COMPARISON_SEEDS_MAX, description="Of each design.")


class WantedLink(ninja.Schema):
    """What a new link should permit."""

    permission: Permission


class VersionName(ninja.Schema):
    """What to call a version; without a name it is thinned out with the others as it ages."""

    name: str = Field(max_length=NAME_LENGTH_MAX)


Token = Annotated[str, Field(max_length=100)]
Revision = Annotated[int, Field(ge=0, le=REVISION_MAX)]
REFUSED = dict.fromkeys((400, 403, 404, 409, 413, 415, 422, 429, 503), bodies.ErrorBody)


@cache
def _catalog() -> bytes:
    return orjson.dumps(process.engine.catalog())


@cache
def _library() -> dict[str, bytes]:
    return {entry["id"]: orjson.dumps(entry) for entry in process.engine.library()}


@cache
def _korean_titles() -> dict[str, str]:
    """Return the English titles of kinds by the Korean ones, which drawings may use as well."""
    korean = translations("ko")
    titles = [kind["title"] for kind in process.engine.catalog()["kinds"]]
    return {korean[title]: title for title in titles if title in korean}


@api.get("/catalog", response=bodies.Catalog)
async def read_catalog(request: HttpRequest) -> HttpResponse:
    """Everything about component kinds, faults and limits."""
    return HttpResponse(await asyncio.to_thread(_catalog), content_type=JSON)


@api.get("/library", response=list[LibraryEntry])
async def read_library(request: HttpRequest) -> HttpResponse:
    """The scenarios of the library."""
    entries = await asyncio.to_thread(_library)
    return HttpResponse(b"[" + b",".join(entries.values()) + b"]", content_type=JSON)


@api.get("/library/{entry_id}", response={200: LibraryEntry, **REFUSED})
async def read_library_entry(request: HttpRequest, entry_id: str) -> HttpResponse:
    """One scenario of the library, for a document that was opened from it."""
    entries = await asyncio.to_thread(_library)
    if entry_id not in entries:
        raise refuse(404, "not_found")
    return HttpResponse(entries[entry_id], content_type=JSON)


@api.get("/messages/{language}", response=dict[str, str])
async def read_messages(request: HttpRequest, language: Literal["en", "ko"]) -> HttpResponse:
    """The translations of all texts of the engine and the server; what is missing stays English."""
    return answer(await asyncio.to_thread(translations, language))


@api.post("/check", response={200: bodies.Check, **REFUSED})
async def check_document(request: HttpRequest, body: NewDocument) -> HttpResponse:
    """What is wrong with a document, and what can be said before running it."""
    return answer(await asyncio.to_thread(process.engine.check, body.document))


@api.post("/compare", response={200: comparison_shapes.ComparisonLine, **REFUSED})
async def compare_documents(request: HttpRequest, body: ComparedDocuments) -> StreamingHttpResponse:
    """Run two designs on the same seeds; lines of JSON tell of the progress and, in the end, what differs."""
    seeds = [(body.seed + number) % (protocol.SEED_MAX + 1) for number in range(body.runs)]
    try:
        comparison = await asyncio.to_thread(
            process.engine.compare,
            body.first,
            body.second,
            seeds=seeds,
            duration_s=body.duration_s,
            warm_up_s=body.duration_s * WARM_UP_RATIO,
        )
        lines = process.comparisons().begin(comparison)
    except CannotRunError as error:
        bad = refuse(422, "cannot_compare", count=len(error.diagnostics))
        bad.body["diagnostics"] = error.diagnostics
        raise bad from None
    except BusyError:
        raise refuse(503, "busy_comparing", count=limits.COMPARISONS_MAX) from None
    return StreamingHttpResponse(lines, content_type="application/x-ndjson")


@api.post("/import", response={200: exchange.Imported, **REFUSED})
async def import_drawing(request: HttpRequest, body: Foreign) -> HttpResponse:
    """Read a foreign drawing; nothing is stored. What cannot be read is no refusal but an answer that says why."""
    titles = await asyncio.to_thread(_korean_titles)
    return answer(await asyncio.to_thread(process.engine.import_drawing, body.drawing, titles))


@api.post("/mermaid", response={200: exchange.Flowchart, **REFUSED})
async def draw_flowchart(request: HttpRequest, body: NewDocument) -> HttpResponse:
    """Write a document as a Mermaid flowchart, which can be imported again without loss."""
    document = await _normalized(body.document)
    made: exchange.Flowchart = {"text": await asyncio.to_thread(process.engine.flowchart, document)}
    return answer(made)


@api.post("/scenarios", response={201: bodies.ScenarioLinks, **REFUSED})
async def create_scenario(request: HttpRequest, body: NewDocument) -> HttpResponse:
    """Store a new scenario; the answer holds its links, which are shown only now."""
    return await _create(request, await _normalized(body.document))


@api.get("/scenarios/{token}", response={200: bodies.StoredScenario, **REFUSED})
async def read_scenario(request: HttpRequest, token: Token) -> HttpResponse:
    """A scenario as it is now."""
    access, room = await _open(token)
    view_token = None
    if access.permission == "edit":
        derived = services.derive_view_token(token)
        view_token = derived if await process.rooms().find_access(derived) else None
    check = await asyncio.to_thread(process.engine.check, room.session.document)
    body: bodies.StoredScenario = {
        "document": room.session.document,
        "revision": room.session.revision,
        "permission": access.permission,
        "diagnostics": check["diagnostics"],
        "view_token": view_token,
    }
    return answer(body)


@api.put("/scenarios/{token}", response={200: bodies.Saved, **REFUSED})
async def replace_scenario(request: HttpRequest, token: Token, body: ChangedDocument) -> HttpResponse:
    """Store a document in place of a revision; refused with the newer document when that is not the newest."""
    document = await _normalized(body.document)
    access, room = await _open(token)
    _require_edit(access)
    if body.revision != room.session.revision:
        conflict = refuse(409, "conflict")
        conflict.body["document"] = room.session.document
        conflict.body["revision"] = room.session.revision
        raise conflict
    revision = room.replace_document(document)
    if not await room.is_stored(revision):
        raise refuse(503, "not_saved")
    saved: bodies.Saved = {"revision": revision, "diagnostics": []}
    return answer(saved)


@api.post("/scenarios/{token}/fork", response={201: bodies.ScenarioLinks, **REFUSED})
async def fork_scenario(request: HttpRequest, token: Token) -> HttpResponse:
    """Store a copy that the asker owns."""
    _, room = await _open(token)
    return await _create(request, room.session.document)


@api.post("/scenarios/{token}/links", response={201: bodies.NewLink, **REFUSED})
async def create_link(request: HttpRequest, token: Token, body: WantedLink) -> HttpResponse:
    """Make another link to a scenario."""
    access = await _access(token)
    _require_edit(access)
    try:
        made = await process.rooms().write(lambda: services.create_link(access.scenario_id, body.permission))
    except services.TooManyLinksError:
        raise refuse(409, "too_many_links", limit=limits.LINKS_PER_SCENARIO_MAX) from None
    link: bodies.NewLink = {"token": made, "url": f"/s/{made}", "permission": body.permission}
    return answer(link, status=201)


@api.delete("/scenarios/{token}/links/{revoked}", response={204: None, **REFUSED})
async def revoke_link(request: HttpRequest, token: Token, revoked: Token) -> HttpResponse:
    """End a link for good, and at once for those who came through it."""
    access = await _access(token)
    _require_edit(access)
    link_id = await process.rooms().write(lambda: services.revoke_link(access.scenario_id, token=revoked))
    if link_id is None:
        raise refuse(404, "not_found")
    room = process.rooms().find(access.scenario_id)
    if room is not None:
        room.revoke_link(link_id)
    return HttpResponse(status=204)


@api.get("/scenarios/{token}/versions", response={200: list[bodies.VersionEntry], **REFUSED})
async def read_versions(request: HttpRequest, token: Token) -> HttpResponse:
    """What is now and the versions before it, the newest first."""
    access = await _access(token)
    return answer(await process.rooms().write(lambda: selectors.list_versions(access.scenario_id)))


@api.get("/scenarios/{token}/versions/{revision}", response={200: bodies.StoredVersion, **REFUSED})
async def read_version(request: HttpRequest, token: Token, revision: Revision) -> HttpResponse:
    """A version's document, and what going back to it would change."""
    access, room = await _open(token)
    found = await process.rooms().write(lambda: selectors.find_version(access.scenario_id, revision))
    if found is None:
        raise refuse(404, "not_found")
    document = await asyncio.to_thread(process.engine.newest, found)
    body: bodies.StoredVersion = {
        "revision": revision,
        "document": document,
        "difference": difference(room.session.document, document),
    }
    return answer(body)


@api.post("/scenarios/{token}/versions", response={201: bodies.KeptVersion, **REFUSED})
async def keep_version(request: HttpRequest, token: Token, body: VersionName) -> HttpResponse:
    """Keep the scenario as it is now as a version."""
    access, room = await _open(token)
    _require_edit(access)
    if not await room.is_stored(room.session.revision):
        raise refuse(503, "not_saved")
    revision = await _naming(
        lambda: services.keep_version(
            access.scenario_id, name=clean_name(body.name, length_max=NAME_LENGTH_MAX)
        )
    )
    kept: bodies.KeptVersion = {"revision": revision}
    return answer(kept, status=201)


@api.put("/scenarios/{token}/versions/{revision}", response={204: None, **REFUSED})
async def name_version(
    request: HttpRequest, token: Token, revision: Revision, body: VersionName
) -> HttpResponse:
    """Name a version, or take its name away."""
    access = await _access(token)
    _require_edit(access)
    name = clean_name(body.name, length_max=NAME_LENGTH_MAX)
    if not await _naming(lambda: services.name_version(access.scenario_id, revision, name=name)):
        raise refuse(404, "not_found")
    return HttpResponse(status=204)


async def _naming(work: Callable[[], T]) -> T:
    try:
        return await process.rooms().write(work)
    except TooManyVersionsError:
        raise refuse(409, "too_many_versions", limit=limits.VERSIONS_NAMED_MAX) from None


async def _access(token: str) -> selectors.Access:
    access = await process.rooms().find_access(token)
    if access is None:
        raise refuse(404, "not_found")
    return access


async def _open(token: str) -> tuple[selectors.Access, Room]:
    access = await _access(token)
    return access, await process.rooms().open(access.scenario_id)


def _require_edit(access: selectors.Access) -> None:
    if access.permission != "edit":
        raise refuse(403, "view_only")


async def _normalized(document: object) -> Document:
    """Return a document in full. Refuses what cannot be represented, with the reasons."""
    normalized, diagnostics = await asyncio.to_thread(process.engine.normalize, document)
    if normalized is None:
        bad = refuse(422, "bad_document", count=len(diagnostics))
        bad.body["diagnostics"] = diagnostics
        raise bad
    return normalized


async def _create(request: HttpRequest, document: Document) -> HttpResponse:
    wait_s = process.creations_of_addresses.take(address_of(request))
    if wait_s > 0:
        return too_many(wait_s)
    edit_token, view_token = await process.rooms().write(lambda: services.create_scenario(document))
    links: bodies.ScenarioLinks = {
        "edit_token": edit_token,
        "view_token": view_token,
        "edit_url": f"/s/{edit_token}",
        "view_url": f"/s/{view_token}",
    }
    return answer(links, status=201)


@api.exception_handler(Refusal)
def _answer_refusal(request: HttpRequest, error: Refusal) -> HttpResponse:
    return answer(error.body, status=error.status)


@api.exception_handler(HttpError)
def _answer_unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    # The framework wraps whatever a parser raises.
    cause = error.__cause__
    return (
        answer(cause.body, status=cause.status) if isinstance(cause, Refusal) else refusal(400, "bad_address")
    )


@api.exception_handler(ValidationError)
def _answer_unexpected(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0]
    place = ".".join(str(part) for part in first["loc"][2:]) or str(first["loc"][-1])
    return refusal(422, "bad_request", field=place)
