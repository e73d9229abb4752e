"""The HTTP API with the real engine: what it stores, who may, and what it refuses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from django.test import AsyncClient

from playground import limits, process, protocol, selectors
from playground.models import Link, Scenario
from playground.rooms import Rooms
from playground.runner import Runner
from playground.writer import Writer
from tests.playground.conftest import Browser

pytestmark = pytest.mark.django_db(transaction=True)

EMPTY: dict[str, Any] = {"version": 1, "name": "Empty", "seed": 1, "nodes": [], "edges": []}


class Api:
    """A browser on a page of this server."""

    def __init__(self) -> None:
        self.client = AsyncClient(headers={"Origin": "http://testserver"})

    async def get(self, path: str, **headers: str) -> Any:
        return await self.client.get(path, headers=headers)

    async def send(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        raw = body if isinstance(body, bytes) else orjson.dumps(body)
        return await self.client.generic(method, path, raw, "application/json", headers=headers)

    async def post(self, path: str, body: object = None, **headers: str) -> Any:
        return await self.send("POST", path, body, **headers)

    async def create(self, document: dict[str, Any] = EMPTY) -> Any:
        answer = await self.post("/api/scenarios", {"document": document})
        assert answer.status_code == 201, answer.content
        return answer.json()


@pytest.fixture
async def api(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Api]:
    """The API on rooms with the real engine."""
    made = Rooms(
        engine=process.engine,
        runner=Runner(threads=1),
        writer=Writer(),
        load=selectors.load_document,
        find_access=selectors.find_access,
        clock=lambda: 0.0,
    )
    monkeypatch.setattr(process, "rooms", lambda: made)
    yield Api()
    made.close()


def code_of(answer: Any) -> str:
    """Return the code of a refusal, after checking that it says something."""
    error = answer.json()["error"]
    assert error["message"]
    assert error["text"]
    assert "{" not in error["text"]
    return str(error["code"])


async def test_a_scenario_is_stored_and_found_by_its_links(api: Api) -> None:
    links = await api.create()
    assert links["edit_url"] == f"/s/{links['edit_token']}"
    edit = (await api.get(f"/api/scenarios/{links['edit_token']}")).json()
    assert edit["document"]["name"] == "Empty"
    assert edit["revision"] == 1
    assert edit["permission"] == "edit"
    assert edit["view_token"] == links["view_token"]
    view = (await api.get(f"/api/scenarios/{links['view_token']}")).json()
    assert view["permission"] == "view"
    assert view["view_token"] is None
    assert view["document"] == edit["document"]


async def test_tokens_are_long_random_and_stored_only_as_hashes(api: Api) -> None:
    links = [await api.create() for _ in range(5)]
    tokens = {token for made in links for token in (made["edit_token"], made["view_token"])}
    assert len(tokens) == 10
    assert all(len(token) >= 22 for token in tokens)  # 22 characters of base64 are 132 bits
    stored = [link async for link in Link.objects.all()]
    assert not tokens & {link.token_hash for link in stored}
    assert {link.token_hash for link in stored} == {selectors.hash_token(token) for token in tokens}


async def test_saving_raises_the_revision(api: Api) -> None:
    token = (await api.create())["edit_token"]
    saved = await api.send(
        "PUT", f"/api/scenarios/{token}", {"document": {**EMPTY, "name": "B"}, "revision": 1}
    )
    assert saved.json() == {"revision": 2, "diagnostics": []}
    assert (await Scenario.objects.aget()).document["name"] == "B"
    assert (await Scenario.objects.aget()).revision == 2


async def test_of_two_who_save_the_same_revision_one_is_told_of_the_other(api: Api) -> None:
    token = (await api.create())["edit_token"]
    path = f"/api/scenarios/{token}"
    answers = await asyncio.gather(
        *(api.send("PUT", path, {"document": {**EMPTY, "name": name}, "revision": 1}) for name in ("A", "B"))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    conflict = next(answer for answer in answers if answer.status_code == 409)
    assert code_of(conflict) == "conflict"
    winner = "A" if answers[0].status_code == 200 else "B"
    assert conflict.json()["document"]["name"] == winner
    assert conflict.json()["revision"] == 2
    assert (await Scenario.objects.aget()).document["name"] == winner


async def test_saving_over_http_reaches_open_sockets(api: Api) -> None:
    token = (await api.create())["edit_token"]
    browser = Browser(token)
    await browser.connect()
    await browser.say("hello", protocol=1)
    await browser.hear("welcome")
    await api.send("PUT", f"/api/scenarios/{token}", {"document": {**EMPTY, "name": "B"}, "revision": 1})
    welcome = await browser.hear("welcome")
    assert welcome["document"]["name"] == "B"
    assert welcome["revision"] == 2
    await browser.leave()


async def test_a_fork_is_a_copy_of_ones_own(api: Api) -> None:
    links = await api.create()
    fork = await api.post(f"/api/scenarios/{links['view_token']}/fork")
    assert fork.status_code == 201
    token = fork.json()["edit_token"]
    await api.send("PUT", f"/api/scenarios/{token}", {"document": {**EMPTY, "name": "Mine"}, "revision": 1})
    original = (await api.get(f"/api/scenarios/{links['edit_token']}")).json()
    assert original["document"]["name"] == "Empty"
    assert original["revision"] == 1


async def test_links_are_made_and_revoked_at_once(api: Api) -> None:
    links = await api.create()
    made = await api.post(f"/api/scenarios/{links['edit_token']}/links", {"permission": "view"})
    assert made.status_code == 201
    token = made.json()["token"]
    browser = Browser(token)
    await browser.connect()
    await browser.say("hello", protocol=1)
    await browser.hear("welcome")
    revoked = await api.send("DELETE", f"/api/scenarios/{links['edit_token']}/links/{token}")
    assert revoked.status_code == 204
    assert await browser.closed_with() == protocol.CLOSE_UNKNOWN_LINK
    assert (await api.get(f"/api/scenarios/{token}")).status_code == 404
    again = await api.send("DELETE", f"/api/scenarios/{links['edit_token']}/links/{token}")
    assert code_of(again) == "not_found"
    await browser.leave()


async def test_a_revoked_view_link_is_not_shown_again(api: Api) -> None:
    links = await api.create()
    await api.send("DELETE", f"/api/scenarios/{links['edit_token']}/links/{links['view_token']}")
    assert (await api.get(f"/api/scenarios/{links['edit_token']}")).json()["view_token"] is None


async def test_links_of_other_scenarios_cannot_be_revoked(api: Api) -> None:
    mine, other = await api.create(), await api.create()
    path = f"/api/scenarios/{mine['edit_token']}/links/{other['view_token']}"
    assert (await api.send("DELETE", path)).status_code == 404
    assert (await api.get(f"/api/scenarios/{other['view_token']}")).status_code == 200


async def test_the_number_of_links_is_bounded(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.services.LINKS_PER_SCENARIO_MAX", 3)
    token = (await api.create())["edit_token"]
    path = f"/api/scenarios/{token}/links"
    assert (await api.post(path, {"permission": "view"})).status_code == 201
    assert code_of(await api.post(path, {"permission": "view"})) == "too_many_links"


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
async def test_a_view_link_changes_nothing(api: Api, method: str) -> None:
    token = (await api.create())["view_token"]
    path = f"/api/scenarios/{token}"
    paths = {"PUT": path, "POST": f"{path}/links", "DELETE": f"{path}/links/{token}"}
    body = {"document": EMPTY, "revision": 1, "permission": "edit"}
    answer = await api.send(method, paths[method], body)
    assert answer.status_code == 403
    assert code_of(answer) == "view_only"


@pytest.mark.parametrize("token", ["a" * 32, "short", "..%2f", "x" * 90])
async def test_unknown_and_forged_tokens_find_nothing(api: Api, token: str) -> None:
    answer = await api.get(f"/api/scenarios/{token}")
    assert answer.status_code == 404
    assert code_of(answer) == "not_found"


# Bad input


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "bad_json"),
        (b"", 422, "bad_request"),
        (b"\xff\xfe", 400, "bad_json"),
        (b'{"document": {"seed": NaN}}', 400, "bad_json"),
        (b'{"document": {"seed": Infinity}}', 400, "bad_json"),
        (b"[" * 100_000, 400, "bad_json"),
        (b"[]", 422, "bad_request"),
        (b"{}", 422, "bad_request"),
        (b'{"document": null}', 422, "bad_document"),
        (b'{"document": []}', 422, "bad_document"),
        (b'{"document": "x"}', 422, "bad_document"),
        (b'{"document": {}}', 422, "bad_document"),
        (b'{"document": {"version": 99, "nodes": [], "edges": []}}', 422, "bad_document"),
        (b'{"document": {"version": 1, "nodes": [], "edges": [], "extra": 1}}', 422, "bad_document"),
        (b'{"document": {"version": 1, "seed": -1, "nodes": [], "edges": []}}', 422, "bad_document"),
        (b'{"document": {"version": 1, "seed": 1e400, "nodes": [], "edges": []}}', 400, "bad_json"),
    ],
)
async def test_bad_bodies_are_refused_with_a_reason(api: Api, body: bytes, status: int, code: str) -> None:
    for path in ("/api/scenarios", "/api/check"):
        answer = await api.post(path, body)
        if path == "/api/check" and code == "bad_document":
            assert answer.status_code == 200
            assert answer.json()["analysis"] is None
            diagnostics = answer.json()["diagnostics"]
        else:
            assert answer.status_code == status, answer.content
            assert code_of(answer) == code
            diagnostics = answer.json().get("diagnostics", [])
        if code == "bad_document":
            assert diagnostics
            assert all(diagnostic["text"] for diagnostic in diagnostics)
    assert await Scenario.objects.acount() == 0


def with_nodes(*nodes: dict[str, Any], edges: Any = ()) -> dict[str, Any]:
    return {**EMPTY, "nodes": list(nodes), "edges": list(edges)}


def node(kind: str, node_id: str = "n", parameters: Any = None) -> dict[str, Any]:
    return {"id": node_id, "kind": kind, "name": node_id, "x": 0, "y": 0, "parameters": parameters or {}}


async def kinds_with(api: Api, parameter_type: str) -> tuple[str, str]:
    """Return some kind and one of its parameters of this type."""
    for kind in (await api.get("/api/catalog")).json()["kinds"]:
        for parameter in kind["parameters"]:
            if parameter["type"] == parameter_type:
                return kind["kind"], parameter["name"]
    raise AssertionError(parameter_type)


async def test_wrong_drawings_are_refused_at_the_place_that_is_wrong(api: Api) -> None:
    kind, name = await kinds_with(api, "float")
    edge = {"id": "e", "source": "n", "target": "nowhere", "parameters": {}}
    wrong = {
        "unknown kind": with_nodes(node("teapot")),
        "edge to nowhere": with_nodes(node(kind), edges=[edge]),
        "negative number": with_nodes(node(kind, parameters={name: -1e9})),
        "text for a number": with_nodes(node(kind, parameters={name: "many"})),
        "unknown parameter": with_nodes(node(kind, parameters={"no_such_thing": 1})),
        "two of the same name": with_nodes(node(kind), node(kind)),
        "ten thousand nodes": with_nodes(*(node(kind, f"n{number}") for number in range(10_000))),
    }
    for what, document in wrong.items():
        answer = await api.post("/api/scenarios", {"document": document})
        assert answer.status_code == 422, what
        assert code_of(answer) == "bad_document", what
        (first, *_) = [item for item in answer.json()["diagnostics"] if item["severity"] == "error"]
        assert first["text"], what
    assert await Scenario.objects.acount() == 0


async def test_refusals_speak_the_readers_language(api: Api, korean: None) -> None:
    answer = await api.get(f"/api/scenarios/{'a' * 32}", **{"Accept-Language": "ko"})
    error = answer.json()["error"]
    assert error["message"].isascii()
    assert not error["text"].isascii()


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
async def test_only_json_is_read(api: Api, content_type: str) -> None:
    answer = await api.client.generic(
        "POST", "/api/scenarios", orjson.dumps({"document": EMPTY}), content_type
    )
    assert answer.status_code == 415
    assert code_of(answer) == "not_json"


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://elsewhere"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
     {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://testserver.elsewhere"}],
)  # fmt: skip
async def test_pages_of_other_sites_change_nothing(api: Api, headers: dict[str, str]) -> None:
    answer = await api.post("/api/scenarios", {"document": EMPTY}, **headers)
    assert answer.status_code == 403
    assert code_of(answer) == "foreign_origin"
    assert await Scenario.objects.acount() == 0


async def test_creating_is_rationed(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    limiter = limits.Limiter(limits.Rate(per_s=0.5, burst=2), clock=lambda: 0.0)
    monkeypatch.setattr(process, "creations_of_addresses", limiter)
    await api.create()
    await api.create()
    answer = await api.post("/api/scenarios", {"document": EMPTY})
    assert answer.status_code == 429
    assert code_of(answer) == "too_many_requests"
    assert answer.headers["Retry-After"] == "2"


async def test_requests_are_rationed(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    limiter = limits.Limiter(limits.Rate(per_s=1, burst=1), clock=lambda: 0.0)
    monkeypatch.setattr(process, "reads_of_addresses", limiter)
    assert (await api.get("/api/messages/en")).status_code == 200
    assert code_of(await api.get("/api/messages/en")) == "too_many_requests"


async def test_unknown_addresses_and_methods_answer_in_json(api: Api) -> None:
    assert code_of(await api.get("/api/nothing")) == "not_found"
    assert (await api.send("PATCH", "/api/scenarios", {})).status_code == 405
    assert (await api.get("/api/messages/xx")).status_code == 422


# Reading


async def test_the_catalog_the_library_and_the_texts_are_served(api: Api) -> None:
    catalog = (await api.get("/api/catalog")).json()
    assert catalog["kinds"]
    library = (await api.get("/api/library")).json()
    for entry in library:
        check = (await api.post("/api/check", {"document": entry["document"]})).json()
        assert not [item for item in check["diagnostics"] if item["severity"] == "error"], entry["id"]
    assert (await api.get("/api/messages/ko")).json()
    assert (await api.get(f"/api/library/{library[-1]['id']}")).json() == library[-1]
    assert code_of(await api.get("/api/library/nothing-like-it")) == "not_found"


async def test_the_api_describes_itself(api: Api) -> None:
    schema = (await api.get("/api/openapi.json")).json()
    assert set(schema["paths"]) == {
        "/api/catalog",
        "/api/library",
        "/api/library/{entry_id}",
        "/api/messages/{language}",
        "/api/check",
        "/api/compare",
        "/api/import",
        "/api/mermaid",
        "/api/scenarios",
        "/api/scenarios/{token}",
        "/api/scenarios/{token}/fork",
        "/api/scenarios/{token}/links",
        "/api/scenarios/{token}/links/{revoked}",
        "/api/scenarios/{token}/versions",
        "/api/scenarios/{token}/versions/{revision}",
    }
    assert "StoredScenario" in schema["components"]["schemas"]


async def test_a_drawing_of_another_program_is_read_and_nothing_stored(api: Api) -> None:
    answer = await api.post("/api/import", {"drawing": "flowchart LR\n 사용자 --> a[웹 서버] --> b[(DB)]"})
    assert answer.status_code == 200
    read = answer.json()
    assert read["source"] == "mermaid"
    assert not read["is_placed"]
    assert len(read["document"]["edges"]) == 2
    assert await Scenario.objects.acount() == 0


async def test_what_cannot_be_read_is_an_answer_with_reasons(api: Api) -> None:
    for drawing in ("nothing", "services: [", {"version": 99}, 5, None, "[]"):
        answer = await api.post("/api/import", {"drawing": drawing})
        assert answer.status_code == 200, drawing
        assert answer.json()["document"] is None
        assert answer.json()["remarks"][0]["message"]


async def test_a_document_goes_to_a_flowchart_and_back(api: Api) -> None:
    links = await api.create()
    document = (await api.get(f"/api/scenarios/{links['view_token']}")).json()["document"]
    kind = process.engine.catalog()["kinds"][0]["kind"]
    node = {"id": "a", "kind": kind, "name": '"A" & B', "x": 3, "y": 4}
    document = {**document, "nodes": [node], "notes": "line\nline"}
    text = (await api.post("/api/mermaid", {"document": document})).json()["text"]
    read = (await api.post("/api/import", {"drawing": text})).json()
    assert read["is_placed"]
    assert read["document"] == {**document, "nodes": [{**node, "parameters": {}}]}
    assert code_of(await api.post("/api/mermaid", {"document": {"nodes": 5}})) == "bad_document"
