"""A figure as a file of its own: what the page writes around it is in the picture too. It brings its own background and
its colours for light and dark, so that it can be read on any page, whichever of the two that has."""

import re
from html import escape
from pathlib import Path

from . import canvas, legend
from .tidy_svg import SVG

COLOURS = Path(__file__).with_name("colours.css")
MARGIN, SCALE = 12, 1.4  # pixels around all; of the picture's size on a page that has room for it
TITLE, LINE, LEGEND_LINE = 19, 15, 16  # pixels from a line of text to the next
SWATCH, BETWEEN = 23, 12
STYLE = """text{fill:var(--ink);font:11px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,\
"DejaVu Sans",sans-serif}.muted{fill:var(--muted)}.title{font-size:13px;font-weight:600}*{stroke-linejoin:round}"""


def picture_of(drawing):
    """The text of an SVG file."""
    top, parts = MARGIN, []
    for part, height in (lines_of(drawing.title, "title", TITLE), lines_of(drawing.subtitle, "muted", LINE),
                         legend_of(drawing.legend), figure_of(drawing.svg),
                         *(lines_of(note, "muted", LINE) for note in drawing.notes)):
        parts.append(f'<g transform="translate({MARGIN} {top})">{part}</g>\n')
        top += height
    width, height = canvas.WIDTH + 2 * MARGIN, top + MARGIN - 4
    body = canvas.with_own_names("".join(parts), "f")
    return (f'<svg xmlns="{SVG}" viewBox="0 0 {width} {height}" width="{width * SCALE:.0f}" '
            f'height="{height * SCALE:.0f}" role="img" aria-label="{escape(drawing.alt)}">\n'
            f"<style>{style_for(body)}</style>\n"
            f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="6" fill="var(--panel)" '
            f'stroke="var(--edge)"/>\n{body}</svg>\n')


def style_for(body):
    """Of the page's colours those that are used."""
    used = set(re.findall(r"var\((--[a-z0-9-]+)\)", body + STYLE)) | {"--panel", "--edge"}
    light, dark = (":root{" + "".join(f"{name}:{value};" for name, value in found if name in used) + "}"
                   for found in colours())
    return f"{light}\n@media (prefers-color-scheme:dark){{{dark}}}\n{STYLE}"


def colours():
    """[(name, value)] of light, then of dark."""
    light, _, dark = COLOURS.read_text(encoding="utf-8").partition("@media")
    return [re.findall(r"(--[a-z0-9-]+): (#[0-9a-f]+);", scheme) for scheme in (light, dark)]


def lines_of(words, kind, step):
    """(lines of text, their height)."""
    size, weight = (13, "bold") if kind == "title" else (canvas.FONT_SIZE, "normal")
    lines = wrapped(words, canvas.WIDTH, size, weight) if words else []
    return "".join(f'<text class="{kind}" y="{number * step + 11}">{escape(line)}</text>'
                   for number, line in enumerate(lines)), len(lines) * step + 2 * bool(lines)


def wrapped(words, width, size=canvas.FONT_SIZE, weight="normal"):
    """Lines that are no wider than that; what has no spaces is cut."""
    lines, line = [], ""
    for word in words.split():
        longer = f"{line} {word}".strip()
        while canvas.width_of(longer, size, weight) > width:
            fits = line or cut(longer, width, size, weight)
            lines.append(fits)
            longer, line = (word if line else longer[len(fits):]), ""
        line = longer
    return [*lines, line]


def cut(word, width, size, weight):
    return next(word[:end] for end in range(len(word), 0, -1)
                if end == 1 or canvas.width_of(word[:end], size, weight) <= width)


def legend_of(entries):
    """(swatches with their labels, as many beside each other as there is room for, their height)."""
    parts, left, top = [], 0, 4
    for entry in entries:
        lines = wrapped(entry.label, canvas.WIDTH - SWATCH)
        width = SWATCH + max(canvas.width_of(line) for line in lines)
        if left and left + width > canvas.WIDTH:
            left, top = 0, top + LEGEND_LINE
        parts.append(legend.swatch(entry, f' x="{left:.1f}" y="{top + 2}" width="18" height="10"'))
        parts += [f'<text x="{left + SWATCH:.1f}" y="{top + 11 + number * LEGEND_LINE}">{escape(line)}</text>'
                  for number, line in enumerate(lines)]
        left, top = left + width + BETWEEN, top + (len(lines) - 1) * LEGEND_LINE
    return "".join(parts), top + LEGEND_LINE if entries else 0


def figure_of(svg):
    """(the drawing as a part of the picture, its height)."""
    width, height = (float(number) for number in re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups())
    place = f'<svg y="8" width="{width:g}" height="{height:g}" '
    inner = re.sub(r' (role|aria-label)="[^"]*"', "", svg.partition(">")[0])
    return inner.replace("<svg ", place, 1) + ">" + svg.partition(">")[2], round(height) + 14
