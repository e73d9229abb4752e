"""docker-compose files: services become components, and what they depend on or name as a host becomes connections.

Read are the image or the build, `depends_on`, `links`, hosts in `environment` and `command`, `ports`, `networks` and the
number of copies. Everything else is named in a remark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from simcore.components.base import Role
from simcore.diagnostics import Diagnostic
from simcore.importing.messages import remark
from simcore.importing.sketch import GroupPart, Part, Settled, Sketch, settle, short, too_large
from simcore.importing.vocabulary import (
    Match,
    candidates,
    group_kind,
    image_candidates,
    kind_of,
    kind_with_role,
    unknown,
)
from simcore.importing.yaml_values import read_yaml
from simcore.scenario.messages import Words, echo

#: As text; a file of a hundred services has a tenth of it.
COMPOSE_LENGTH_MAX = 100_000
_READ = frozenset(
    {
        "image", "build", "depends_on", "links", "environment", "ports", "deploy", "scale", "networks", "container_name",
        "hostname", "expose", "command",
    }
)  # fmt: skip
#: Services are what answers; people and what scales others stand around them.
_NO_SERVICE = (Role.CLIENT, Role.CONTROLLER)
_NAMES_A_HOST = re.compile(
    r"HOST|SERVER|ADDR|URL|URI|ENDPOINT|BROKER|NODES|UPSTREAM|BACKEND|PEER|SEED|MASTER|PRIMARY|SERVICE", re.IGNORECASE
)  # fmt: skip
_HOST = re.compile(r"(?:://|@|(?<![\w./-]))([A-Za-z0-9][\w.-]*)(?=:\d|/|$|[\s,;\"'?])")
_WITH_PORT = re.compile(r"(?:://|@)[A-Za-z0-9]|[\w-]:\d")
_DEFAULT_NETWORK = "default"
_PEOPLE = "\0people"
_COPIES_MAX = 1_000_000


@dataclass(slots=True)
class _Service:
    """A service as the file has it."""

    key: str
    fields: dict[str, Any]
    networks: tuple[str, ...]
    depends: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def is_compose(text: str) -> bool:
    """Tell whether a text looks like a compose file."""
    return re.search(r"^[\"']?services[\"']?\s*:", text, re.MULTILINE) is not None


def read_compose(text: str) -> tuple[Sketch | None, Settled | None, list[Diagnostic]]:
    """Return the sketch of a compose file and what became of it, or the reason why there is none."""
    if len(text) > COMPOSE_LENGTH_MAX:
        return None, None, [remark("I002", limit=COMPOSE_LENGTH_MAX)]
    values, problem = read_yaml(text)
    if problem is not None:
        return None, None, [problem]
    listed = values.get("services") if isinstance(values, dict) else None
    if not isinstance(listed, dict) or not listed:
        return None, None, [remark("I007")]
    sketch = Sketch(name=_text(values.get("name")))
    services = _services(listed, sketch)
    if not services:
        return None, None, [remark("I007")]
    _draw_groups(sketch, services, values.get("networks"))
    _draw_edges(sketch, services)
    problem = too_large(sketch)
    if problem is not None:
        return None, None, [problem]
    _say_what_is_left_out(sketch, services)
    settled = settle(sketch)
    settled = _add_people(sketch, settled, services)
    _place_in_groups(sketch, settled, services)
    return sketch, settled, [*sketch.remarks, *settled.remarks]


def _services(listed: dict[str, Any], sketch: Sketch) -> dict[str, _Service]:
    services: dict[str, _Service] = {}
    for key, fields in listed.items():
        name = short(key)
        if not name or not isinstance(fields, dict):
            sketch.remarks.append(remark("I027", name=echo(key)))
            continue
        services[key] = _Service(key, fields, _networks(fields.get("networks")))
        image = _text(fields.get("image"))
        sketch.parts[key] = Part(
            name, _candidates(key, image), image=echo(image) if image else None, copies=_copies(fields)
        )
    return services


def _candidates(key: str, image: str) -> tuple[Match, ...]:
    found = [*image_candidates(image), *candidates(key)] if image else [*candidates(key)]
    if image and image_candidates(image):
        found = list(image_candidates(image))
    fitting = [match for match in found if kind_of(match).role not in _NO_SERVICE]
    known = tuple(dict.fromkeys(fitting))
    if image and known and known[0] in image_candidates(image):
        return known
    # A name is a weaker sign than an image: what is called "worker" may answer questions.
    return (*known, *([] if unknown().kind in {match.kind for match in known} else [unknown()]))


def _copies(fields: dict[str, Any]) -> int:
    deploy = fields.get("deploy")
    replicas = deploy.get("replicas") if isinstance(deploy, dict) else None
    text = _text(replicas if replicas is not None else fields.get("scale"))
    return min(int(text), _COPIES_MAX) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _draw_groups(sketch: Sketch, services: dict[str, _Service], declared: Any) -> None:
    used = dict.fromkeys(name for service in services.values() for name in service.networks)
    titles = declared if isinstance(declared, dict) else {}
    for network in used:
        if network != _DEFAULT_NETWORK and short(network):
            details = titles.get(network)
            given = _text(details.get("name")) if isinstance(details, dict) else ""
            sketch.groups[network] = GroupPart(short(given) or short(network), group_kind(""))


def _draw_edges(sketch: Sketch, services: dict[str, _Service]) -> None:
    hosts = _hosts(services)
    for service in services.values():
        for name in _listed(service.fields.get("depends_on")):
            _add(sketch, services, service, name, hosts)
        for link in _listed(service.fields.get("links")):
            _add(sketch, services, service, link.split(":", 1)[0], hosts)
        for key, value in _settings(service.fields):
            service.names += [hosts[host] for host in _hosts_in(key, value) if host in hosts]
    for service in services.values():
        for target in dict.fromkeys(service.names):
            if target == service.key or target in service.depends:
                continue
            if not _share_network(service, services[target]):
                continue
            if service.key in services[target].depends:
                sketch.remarks.append(remark("I044", source=service.key, target=target))
                continue
            sketch.edges.append((service.key, target))


def _add(
    sketch: Sketch, services: dict[str, _Service], service: _Service, name: str, hosts: dict[str, str]
) -> None:
    target = hosts.get(name.casefold())
    if target is None:
        sketch.remarks.append(remark("I043", source=service.key, target=echo(name)))
    elif not _share_network(service, services[target]):
        sketch.remarks.append(remark("I042", source=service.key, target=target))
    elif target not in service.depends:
        service.depends.append(target)
        sketch.edges.append((service.key, target))


def _hosts(services: dict[str, _Service]) -> dict[str, str]:
    """Return the services by every name that they answer to; their own names count most."""
    hosts: dict[str, str] = {}
    for service in services.values():
        for link in _listed(service.fields.get("links")):
            target, _, alias = link.partition(":")
            if alias and target in services:
                hosts[alias.casefold()] = target
        networks = service.fields.get("networks")
        for details in networks.values() if isinstance(networks, dict) else ():
            aliases = details.get("aliases") if isinstance(details, dict) else None
            hosts |= {name.casefold(): service.key for name in _listed(aliases)}
        for name in ("hostname", "container_name"):
            if _text(service.fields.get(name)):
                hosts[_text(service.fields[name]).casefold()] = service.key
    return hosts | {key.casefold(): key for key in services}


def _settings(fields: dict[str, Any]) -> Iterator[tuple[str, str]]:
    environment = fields.get("environment")
    if isinstance(environment, dict):
        yield from ((key, _text(value)) for key, value in environment.items())
    else:
        for item in _listed(environment):
            key, _, value = item.partition("=")
            yield key, value
    command = fields.get("command")
    yield from (("", part) for part in (_listed(command) if isinstance(command, list) else [_text(command)]))


def _hosts_in(key: str, value: str) -> Iterator[str]:
    """Yield what may be names of hosts in the value of a setting."""
    value = value[:2000]
    if _WITH_PORT.search(value):
        yield from (match[1].casefold() for match in _HOST.finditer(value))
    elif _NAMES_A_HOST.search(key):
        yield from (part.strip().casefold() for part in value.split(","))


def _share_network(one: _Service, other: _Service) -> bool:
    return not set(one.networks).isdisjoint(other.networks)


def _add_people(sketch: Sketch, settled: Settled, services: dict[str, _Service]) -> Settled:
    """Put people in front of the services that publish ports, where people may be."""
    people = Match(kind_with_role(Role.CLIENT))
    front = []
    for key, service in services.items():
        if not _listed(service.fields.get("ports")):
            continue
        match = settled.chosen[key]
        if kind_of(match).role in kind_of(people).connects_to:
            front.append(key)
        else:
            title = kind_of(match).title
            sketch.remarks.append(remark("I025", name=sketch.parts[key].name, title=title))
    if not front:
        return settled
    sketch.parts = {_PEOPLE: Part(kind_of(people).title, (people,)), **sketch.parts}
    names = Words(sketch.parts[key].name for key in front)
    sketch.remarks.append(remark("I026", names=names))
    settled.chosen[_PEOPLE] = people
    settled.edges[:0] = [(_PEOPLE, key) for key in front]
    return settled


def _place_in_groups(sketch: Sketch, settled: Settled, services: dict[str, _Service]) -> None:
    """Put each service into a network; one of several networks stands where most of those are whom it calls."""
    for key, service in services.items():
        mine = [name for name in service.networks if name in sketch.groups]
        if not mine:
            continue
        callees = [target for source, target in settled.edges if source == key]

        def friends(network: str, callees: list[str] = callees) -> int:
            return sum(network in services[other].networks for other in callees if other in services)

        home = max(reversed(mine), key=friends)
        sketch.parts[key].group = home
        if len(mine) > 1:
            name = sketch.parts[key].name
            sketch.remarks.append(remark("I060", name=name, group=sketch.groups[home].name))
    inhabited = {part.group for part in sketch.parts.values()}
    sketch.groups = {key: group for key, group in sketch.groups.items() if key in inhabited}


def _say_what_is_left_out(sketch: Sketch, services: dict[str, _Service]) -> None:
    users: dict[str, list[str]] = {}
    for key, service in services.items():
        for setting in service.fields:
            if setting not in _READ and not setting.startswith("x-"):
                users.setdefault(setting, []).append(sketch.parts[key].name)
    sketch.remarks += [
        remark("I024", setting=echo(setting), names=Words(names)) for setting, names in users.items()
    ]


def _networks(value: Any) -> tuple[str, ...]:
    names = list(value) if isinstance(value, dict) else _listed(value)
    return tuple(names) or (_DEFAULT_NETWORK,)


def _listed(value: Any) -> list[str]:
    """Return the texts of a list, or the keys of a mapping; what is neither text nor number has none."""
    if isinstance(value, dict):
        return [key for key in value if key]
    if isinstance(value, list):
        return [text for item in value if (text := _text(item) or _published(item))]
    return [value] if isinstance(value, str) and value else []


def _published(item: Any) -> str:
    """Return the port of the long form; a text, so that whoever only asks whether there is one finds it."""
    return _text(item.get("published") or item.get("target")) if isinstance(item, dict) else ""


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
