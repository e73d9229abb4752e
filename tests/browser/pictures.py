"""Whether a page still looks as it did: pictures compared by the mean colours of small blocks, half as large as the page.

Blocks even out how glyphs and curves are smoothed, which differs between machines; a panel that moved, a word that
changed its place or a colour that is another one changes the mean of many blocks.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from playwright.sync_api import Page

#: A block is so many pixels of the halved picture wide and high.
BLOCK = 8
#: Steps of 255 that the mean of a block may differ in a colour.
STEPS_MAX = 12

COMPARE = f"""async ([actual, golden]) => {{
  const load = async (text) => {{
    const image = new Image();
    image.src = 'data:image/png;base64,' + text;
    await image.decode();
    return image;
  }};
  const drawn = (image, share) => {{
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(image.width * share);
    canvas.height = Math.round(image.height * share);
    const pen = canvas.getContext('2d');
    pen.imageSmoothingQuality = 'high';
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    return {{ canvas, pen }};
  }};
  const means = ({{ canvas, pen }}) => {{
    const {{ data }} = pen.getImageData(0, 0, canvas.width, canvas.height);
    const blocks = [];
    for (let top = 0; top < canvas.height; top += {BLOCK}) {{
      for (let left = 0; left < canvas.width; left += {BLOCK}) {{
        const sum = [0, 0, 0];
        let count = 0;
        for (let y = top; y < Math.min(top + {BLOCK}, canvas.height); y++) {{
          for (let x = left; x < Math.min(left + {BLOCK}, canvas.width); x++) {{
            count += 1;
            for (let i = 0; i < 3; i++) sum[i] += data[4 * (y * canvas.width + x) + i];
          }}
        }}
        blocks.push({{ left, top, mean: sum.map((value) => value / count) }});
      }}
    }}
    return blocks;
  }};
  const now = drawn(await load(actual), 0.5);
  const picture = now.canvas.toDataURL('image/png');
  if (golden === null) return {{ picture, size: null, changed: [] }};
  const then = drawn(await load(golden), 1);
  const size = [then.canvas.width, then.canvas.height];
  const same = size[0] === now.canvas.width && size[1] === now.canvas.height;
  if (!same) return {{ picture, size, changed: [] }};
  const before = means(then);
  const changed = means(now).filter((block, at) =>
    block.mean.some((value, i) => Math.abs(value - before[at].mean[i]) > {STEPS_MAX}));
  now.pen.strokeStyle = '#f0f';
  for (const {{ left, top }} of changed) now.pen.strokeRect(left + 0.5, top + 0.5, {BLOCK} - 1, {BLOCK} - 1);
  return {{ picture, size: null, changed: changed.length, marked: now.canvas.toDataURL('image/png') }};
}}"""


@dataclass(frozen=True, slots=True)
class Compared:
    """A picture of a page at half its size, and what sets it apart from an earlier one."""

    png: bytes
    #: the same with every changed block framed; None when the pictures are not of one size
    marked_png: bytes | None
    changed_blocks: int
    #: of the earlier picture in pixels, when it is another
    other_size: tuple[int, int] | None


def compare(bench: Page, screenshot: bytes, golden: bytes | None) -> Compared:
    """Halve a screenshot and compare it with an earlier halved one, on any page of a browser."""
    texts = [None if it is None else base64.b64encode(it).decode() for it in (screenshot, golden)]
    found = bench.evaluate(COMPARE, texts)
    marked = found.get("marked")
    size = found["size"]
    return Compared(
        png=_decoded(found["picture"]),
        marked_png=_decoded(marked) if marked else None,
        changed_blocks=found["changed"] if marked else 0,
        other_size=(size[0], size[1]) if size else None,
    )


def _decoded(url: str) -> bytes:
    return base64.b64decode(re.sub("^data:image/png;base64,", "", url))
