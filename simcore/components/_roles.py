"""What components offer to those that connect to them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What a node offers to those that connect to it. Connections are allowed between roles, never between kinds."""

    CLIENT = "client"
    SCHEDULER = "scheduler"
    RESOLVER = "resolver"
    SERVICE = "service"
    CACHE = "cache"
    SESSIONS = "sessions"
    DATABASE = "database"
    STORE = "store"
    SHARDED = "sharded"
    QUEUE = "queue"
    CONSUMER = "consumer"
    CONTROLLER = "controller"
    OBSERVER = "observer"


#: English names of the roles, for messages such as "cannot connect to a database".
ROLE_TITLES: Mapping[Role, str] = {
    Role.CLIENT: "client",
    Role.RESOLVER: "name resolver",
    Role.SERVICE: "service",
    Role.CACHE: "cache",
    Role.SESSIONS: "session store",
    Role.DATABASE: "database",
    Role.STORE: "key-value store",
    Role.SHARDED: "sharded store",
    Role.QUEUE: "queue",
    Role.CONSUMER: "consumer",
    Role.CONTROLLER: "controller",
    Role.SCHEDULER: "scheduler",
    Role.OBSERVER: "collector of measurements and logs",
}


#: Roles that keep records, and answer reads and writes. Connected nodes of one such role are a cluster: a primary with
#: its replicas, or members that share the keys.
DATA_ROLES: tuple[Role, ...] = (Role.DATABASE, Role.STORE, Role.SHARDED)
