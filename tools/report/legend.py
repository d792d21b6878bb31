"""What the legend of a figure shows."""

from . import canvas


def swatch(entry, where=""):
    """What the legend shows beside a label: the line or the marker as drawn, or a patch of its colour. `where`:
    attributes that place it inside another SVG."""
    colour = f"var(--series-{entry.colour % canvas.SERIES_COUNT})"
    if entry.kind == "heat":
        shape = f'<rect width="18" height="10" rx="1" fill="var(--heat-{entry.colour})" stroke="var(--edge)"/>'
    elif entry.kind == "patch":
        shape = f'<rect width="18" height="10" rx="1" fill="{colour}"/>'
    else:
        dash = ("", ' stroke-dasharray="4 2"', ' stroke-dasharray="1 1.5"')[entry.dash % 3]
        line = f'<path d="M0 5H18" stroke="{colour}" stroke-width="2.5"{dash}/>'
        marker = f'<path d="{MARKER_PATHS[canvas.marker_of(entry.colour)]}" fill="{colour}"/>'
        shape = {"line": line, "points": marker}.get(entry.kind, line + marker)
    return f'<svg viewBox="0 0 18 10" aria-hidden="true"{where}>{shape}</svg>'


# The markers of canvas.MARKERS around (9, 5).
MARKER_PATHS = {
    "o": "M5 5a4 4 0 1 0 8 0a4 4 0 1 0 -8 0", "s": "M5.5 1.5h7v7h-7z", "^": "M9 1l4.2 8h-8.4z",
    "D": "M9 .2L13.8 5L9 9.8L4.2 5z", "v": "M9 9l4.2 -8h-8.4z", "<": "M5 5l8 -4.2v8.4z", ">": "M13 5l-8 -4.2v8.4z",
    "h": "M9 .5l4 2.2v4.6l-4 2.2l-4 -2.2v-4.6z",
}
