"""The part of Mermaid's flowchart language that says what there is and what is connected; looks are passed over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_HEADER = re.compile(
    r"^\s*(?:flowchart(?:-elk|-v2)?|graph)\b[ \t]*(?:TB|TD|BT|RL|LR|[<>^v])?[ \t]*;?", re.IGNORECASE
)
_OTHER_DIAGRAM = re.compile(
    r"^\s*(?:sequenceDiagram|classDiagram|stateDiagram|erDiagram|journey|gantt|pie|gitGraph|mindmap|timeline|quadrantChart|"
    r"requirementDiagram|C4\w+|sankey|xychart|block|packet|architecture|kanban|zenuml)\b"
)
_LOOKS = re.compile(r"^(?:style|classDef|class|linkStyle|click|direction|accTitle|accDescr|title)\b")
_SUBGRAPH = re.compile(r"^subgraph\b[ \t]*(.*)$")
#: A hyphen or a point belongs to a name only between letters, for both begin connections.
_NAME = re.compile(r"\w+(?:[-./](?=\w)\w+)*")
#: Longest first.
_SHAPES = (
    ("(((", (")))",)), ("([", ("])",)), ("[[", ("]]",)), ("[(", (")]",)), ("((", ("))",)), ("{{", ("}}",)),
    ("[/", ("/]", "\\]")), ("[\\", ("\\]", "/]")), ("[", ("]",)), ("(", (")",)), ("{", ("}",)), (">", ("]",)),
)  # fmt: skip
_ATTRIBUTES = re.compile(r"@\{(?P<body>(?:\"[^\"]*\"|[^\"}])*)\}")
_ATTRIBUTE = re.compile(r"(\w+)\s*:\s*(?:\"([^\"]*)\"|([^,}\s][^,}]*))")
_CLASS = re.compile(r":::[\w-]+")
_ARROW = re.compile(
    r"(?:[\w-]+@)?(?:<|[xo](?=--|==|-\.))?"
    r"(?:(?P<dash>--+)|(?P<thick>==+)|(?P<dots>-\.+-)|(?P<dotted>-\.)|(?P<hidden>~~~+))(?P<tip>[>xo](?=[\s\w\"|(\[{]|$)|>)?"
)
_TEXT_ENDS = re.compile(r"(?:--+[>xo-]?|==+[>xo=]?|\.+-[>xo]?)")
_ENTITY = re.compile(r"#(\d{1,7}|\w{2,8});")
_NAMED = {"quot": '"', "amp": "&", "lt": "<", "gt": ">", "nbsp": " ", "apos": "'"}
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_ICON = re.compile(r"\bfa[bsrl]?:fa-[\w-]+\s*")
#: Ends of one connection ("a & b & c"), so that a line cannot become a square of them.
_ENDS_MAX = 100


@dataclass(slots=True)
class Mentioned:
    """A node where it is mentioned; a label and a shape only where they are given."""

    key: str
    label: str | None = None
    shape: str = ""


@dataclass(slots=True)
class Line:
    """What one line says."""

    number: int
    text: str
    opens: tuple[str, str] | None = None
    """key and title of a subgraph that begins here"""
    closes: bool = False
    nodes: list[Mentioned] = field(default_factory=list)
    edges: list[tuple[str, str]] = field(default_factory=list)
    labels: int = 0
    is_understood: bool = True


class _SyntaxError(Exception):
    pass


def is_other_diagram(text: str) -> bool:
    """Tell whether a text is a Mermaid diagram of another sort."""
    return _OTHER_DIAGRAM.match(_without_preamble(text)) is not None


def is_flowchart(text: str) -> bool:
    """Tell whether a text is a Mermaid flowchart."""
    return _HEADER.match(_without_preamble(text)) is not None


def title_of(text: str) -> str:
    """Return the title in the front matter."""
    matter = re.match(r"\s*---\n(.*?)\n---", text, re.DOTALL)
    found = re.search(r"^title:[ \t]*[\"']?(.*?)[\"']?[ \t]*$", matter[1], re.MULTILINE) if matter else None
    return found[1] if found else ""


def comments_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield the comment lines with their numbers from 1."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.lstrip().startswith("%%"):
            yield number, line.strip()


def lines_of(text: str) -> Iterator[Line]:
    """Yield what each statement says, comments and looks aside."""
    rest = _without_preamble(text)
    number = text.count("\n") - rest.count("\n") + 1
    header = _HEADER.match(rest)
    if header is not None:
        number += rest[: header.end()].count("\n")
        rest = rest[header.end() :]
    in_directive = False
    for line in rest.split("\n"):
        stripped = line.strip()
        if in_directive or stripped.startswith("%%{"):
            in_directive = "}%%" not in stripped
        elif stripped and not stripped.startswith("%%"):
            for statement in _statements(stripped):
                yield _read(number, statement)
        number += 1


def plain(label: str) -> str:
    """Return what a label shows: entities as characters, no markup."""
    text = _BREAK.sub(" ", _ICON.sub("", label))
    text = _TAG.sub("", text).strip()
    if len(text) > 1 and text.startswith("`") and text.endswith("`"):
        text = text[1:-1].replace("**", "")
    return _ENTITY.sub(_character, text)


def _character(entity: re.Match[str]) -> str:
    word = entity[1]
    if not word.isdigit():
        return _NAMED.get(word, entity[0])
    code = int(word)
    is_character = code < 0x110000 and not 0xD800 <= code < 0xE000
    return chr(code) if is_character else entity[0]


def _without_preamble(text: str) -> str:
    text = re.sub(r"\A\s*---\n.*?\n---[ \t]*(?=\n|\Z)", "", text, count=1, flags=re.DOTALL)
    while True:
        shorter = re.sub(r"\A\s*(?:%%\{.*?\}%%|%%[^\n]*(?=\n|\Z))", "", text, count=1, flags=re.DOTALL)
        if shorter == text:
            return text
        text = shorter


def _statements(line: str) -> Iterator[str]:
    """Divide a line at its semicolons, those in quotes and entities aside."""
    if ";" not in line:
        yield line
        return
    begin, quoted = 0, False
    for at, character in enumerate(line):
        if character == '"':
            quoted = not quoted
        elif character == ";" and not quoted and not re.search(r"#\w+\Z", line[max(begin, at - 10) : at]):
            if line[begin:at].strip():
                yield line[begin:at].strip()
            begin = at + 1
    if line[begin:].strip():
        yield line[begin:].strip()


def _read(number: int, statement: str) -> Line:
    line = Line(number, statement)
    if statement == "end":
        line.closes = True
    elif _LOOKS.match(statement) and not re.match(r"^\w+\s*(?:--|==|-\.|[\[({>@])", statement):
        pass
    elif (subgraph := _SUBGRAPH.match(statement)) is not None:
        line.opens = _subgraph(subgraph[1])
    else:
        try:
            _chain(line)
        except _SyntaxError:
            line.is_understood = False
    return line


def _subgraph(text: str) -> tuple[str, str]:
    """Return key and title of a subgraph: `key`, `key[title]`, `key["title"]`, or a title alone."""
    text = text.strip()
    found = re.match(r"^([^\[\]\"]*?)\s*\[\s*\"?(.*?)\"?\s*\]$", text)
    if found and found[1]:
        return found[1], plain(found[2])
    bare = text.strip('"[]')
    return bare, plain(bare)


def _chain(line: Line) -> None:
    """Read `a & b --> c -- text --> d`."""
    text = line.text
    before, at = _ends(line, text, 0)
    while at < len(text):
        arrow = _ARROW.match(text, at)
        if arrow is None:
            raise _SyntaxError
        at = arrow.end()
        bare = arrow["dash"] == "--" or arrow["thick"] == "==" or arrow["dotted"]
        if bare and not arrow["tip"]:
            end = _TEXT_ENDS.search(text, at)
            if end is None:
                raise _SyntaxError
            line.labels += 1
            at = end.end()
        at = _skip(text, at)
        if text[at : at + 1] == "|":
            closing = text.find("|", at + 1)
            if closing < 0:
                raise _SyntaxError
            line.labels += 1
            at = closing + 1
        after, at = _ends(line, text, _skip(text, at))
        if not arrow["hidden"]:
            line.edges += [(source, target) for source in before for target in after]
        before = after


def _ends(line: Line, text: str, at: int) -> tuple[list[str], int]:
    keys: list[str] = []
    while True:
        at = _node(line, text, _skip(text, at), keys)
        after = _skip(text, at)
        if text[after : after + 1] != "&":
            return keys, after
        if len(keys) >= _ENDS_MAX:
            raise _SyntaxError
        at = after + 1


def _node(line: Line, text: str, at: int, keys: list[str]) -> int:
    name = _NAME.match(text, at)
    if name is None:
        raise _SyntaxError
    node = Mentioned(name[0])
    at = name.end()
    attributes = _ATTRIBUTES.match(text, at)
    if attributes is not None:
        values = {found[1]: found[2] or found[3] or "" for found in _ATTRIBUTE.finditer(attributes["body"])}
        node.label = plain(values["label"]) if "label" in values else None
        node.shape = values.get("shape", "").strip()
        at = attributes.end()
    else:
        at = _shape(node, text, at)
    style = _CLASS.match(text, at)
    line.nodes.append(node)
    keys.append(node.key)
    return style.end() if style else at


def _shape(node: Mentioned, text: str, at: int) -> int:
    for opening, closings in _SHAPES:
        if not text.startswith(opening, at):
            continue
        begin = at + len(opening)
        quote = _skip(text, begin)
        if text[quote : quote + 1] == '"':
            end = text.find('"', quote + 1)
            content, rest = text[quote + 1 : end], _skip(text, end + 1)
            closing = next((mark for mark in closings if text.startswith(mark, rest)), None)
            if end < 0 or closing is None:
                raise _SyntaxError
            after = rest + len(closing)
        else:
            found = [(place, mark) for mark in closings if (place := text.find(mark, begin)) >= 0]
            if not found:
                continue
            end, closing = min(found)
            content, after = text[begin:end], end + len(closing)
        node.label, node.shape = plain(content), opening
        return after
    if text[at : at + 1] in {"[", "(", "{"}:
        raise _SyntaxError
    return at


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
