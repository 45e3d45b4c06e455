"""Documents in Markdown: their links, their anchors and their blocks of code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

FENCE = re.compile(r" *```(\w*)")
NOT_RUN = re.compile(r"<!-- not run: (.+) -->")
LINK = re.compile(r"\]\(([^()\s]+)\)|^\[[^\]]+\]: (\S+)|(?:src|href)=\"([^\"]+)\"", re.MULTILINE)
HEADING = re.compile(r"#{1,6} +(.+?) *#*$")
INLINE_CODE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the number of its first line, and why it is not run."""

    language: str
    line: int
    text: str
    not_run: str | None


class Document:
    """A Markdown file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.prose: list[str] = []
        self.blocks: list[Block] = []
        self._split(path.read_text(encoding="utf-8").splitlines())

    def _split(self, lines: list[str]) -> None:
        """Put the lines into ``prose`` and ``blocks``."""
        numbered = iter(enumerate(lines, 1))
        for number, line in numbered:
            if not (fence := FENCE.fullmatch(line)):
                self.prose.append(line)
                continue
            inside = []
            for _, code in numbered:
                if code.strip() == "```":
                    break
                inside.append(code)
            else:
                raise AssertionError(f"{self.path}:{number}: this block has no end")
            before = NOT_RUN.fullmatch(self.prose[-1].strip()) if self.prose else None
            text, reason = "\n".join(inside), before and before[1]
            self.blocks.append(Block(fence[1], number + 1, text, reason))

    def links(self) -> Iterator[str]:
        """Targets of the links and pictures of the document."""
        text = INLINE_CODE.sub("", "\n".join(self.prose))
        for match in LINK.finditer(text):
            yield next(filter(None, match.groups()))

    def code_words(self) -> Iterator[str]:
        """The inline code of the prose."""
        return (match[1] for match in INLINE_CODE.finditer("\n".join(self.prose)))

    @cached_property
    def anchors(self) -> set[str]:
        """GitHub's anchors of the headings; the second of two equal headings gets ``-1``."""
        names, seen = set(), {}
        for line in self.prose:
            if heading := HEADING.fullmatch(line):
                name = anchor(heading[1])
                count = seen[name] = seen.get(name, -1) + 1
                names.add(f"{name}-{count}" if count else name)
        return names


def anchor(heading: str) -> str:
    """GitHub's anchor of a heading: lower case, hyphens for spaces, no punctuation."""
    shown = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
