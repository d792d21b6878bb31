"""Matplotlib set up for figures inside a page: its SVG takes colours and fonts from the page's style sheet, so that
one figure serves light and dark, and the text stays text. One unit of a figure is one pixel at its design width."""

import io
import re
import textwrap
from dataclasses import dataclass, field

import matplotlib
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.textpath import text_to_path

from .tidy_svg import tidied

WIDTH = 312  # what a phone of 360 pixels leaves for a figure
FONT_SIZE = 11
NAME_WIDTH = 38  # letters
SERIES_COUNT = 8
HEAT_STEPS = 7
DASHES = ("solid", (0, (4, 2)), (0, (1, 1.5)))
MARKERS = ("o", "s", "^", "D", "v", "<", ">", "h")

# Colours that stand for variables of the style sheet: replaced in the finished SVG.
INK, MUTED, GRID, PANEL = "#010101", "#010102", "#010103", "#010104"
SERIES = [f"#0202{number:02x}" for number in range(SERIES_COUNT)]
HEAT = [f"#0303{number:02x}" for number in range(HEAT_STEPS)]
HEAT_INK = [f"#0404{number:02x}" for number in range(HEAT_STEPS)]
VARIABLES = {INK: "--ink", MUTED: "--muted", GRID: "--grid", PANEL: "--panel"}
VARIABLES |= {colour: f"--series-{number}" for number, colour in enumerate(SERIES)}
VARIABLES |= {colour: f"--heat-{number}" for number, colour in enumerate(HEAT)}
VARIABLES |= {colour: f"--heat-ink-{number}" for number, colour in enumerate(HEAT_INK)}

STYLE = {
    "font.family": "DejaVu Sans", "font.size": FONT_SIZE, "axes.labelsize": FONT_SIZE,
    "xtick.labelsize": FONT_SIZE, "ytick.labelsize": FONT_SIZE,
    "text.color": INK, "axes.labelcolor": MUTED, "xtick.color": MUTED, "ytick.color": MUTED,
    "axes.edgecolor": MUTED, "axes.facecolor": "none", "figure.facecolor": "none", "axes.linewidth": 0.8,
    "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True,
    "xtick.major.size": 3, "xtick.major.pad": 7, "ytick.major.size": 0, "ytick.major.pad": 4,
    "grid.color": GRID, "grid.linewidth": 1, "hatch.color": MUTED, "hatch.linewidth": 0.8,
    "svg.fonttype": "none", "svg.hashsalt": "rookery", "figure.dpi": 72, "lines.linewidth": 2,
    "lines.markersize": 5.5, "axes.unicode_minus": True,
}

# Nothing of the user's own set-up or fonts: figures that are committed must come out the same on every machine.
matplotlib.rcdefaults()
matplotlib.rcParams.update(STYLE)
fontManager.ttflist = [font for font in fontManager.ttflist if font.fname.startswith(matplotlib.get_data_path())]

@dataclass(frozen=True)
class LegendEntry:
    label: str
    colour: int  # of SERIES, or of HEAT
    kind: str = "marked line"  # or "line", "points", "patch", "heat"
    dash: int = 0


@dataclass
class Drawing:
    """A figure and the words around it. The legend stands outside the SVG, where it covers nothing and wraps."""

    title: str
    svg: str
    alt: str
    subtitle: str = ""
    legend: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    finding: str = ""  # what this host gives, in a sentence
    published: list = field(default_factory=list)
    cells: list = field(default_factory=list)  # that it shows, or would show if they had been measured


def blank(height):
    """(figure, axes) in the page's style, as wide as a page's figure; the height is in pixels."""
    figure = Figure(figsize=(WIDTH / 72, height / 72), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.03, h_pad=0.03)
    return figure, figure.subplots()


def blank_to_the_edge(height):
    """The same without room for ticks and labels: the axes are the whole figure."""
    figure = Figure(figsize=(WIDTH / 72, height / 72))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    return figure, axes


def begin_at_zero(axes, which):
    """Up to the highest mark and half a mark more."""
    end = getattr(axes.dataLim, f"{which}1")
    getattr(axes, f"set_{which}lim")(0, end * 1.05 if end > 0 else 1)


def begin_near(axes, which):
    """As begin_at_zero(), unless all marks would then stand together in a corner: only then around them. Whether so."""
    begin, end = (getattr(axes.dataLim, f"{which}{number}") for number in (0, 1))
    if not 0 < begin < end or begin < 0.8 * end:
        begin_at_zero(axes, which)
        return False
    margin = 0.1 * (end - begin)
    getattr(axes, f"set_{which}lim")(begin - margin, end + margin)
    return True


def width_of(words, size=FONT_SIZE, weight="normal"):
    """Pixels that the words take in matplotlib's own font, which is wider than most that a page would have."""
    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    return text_to_path.get_text_width_height_descent(words, font, ismath=False)[0]


def name_x(axes, words):
    """Under the axis, in as many lines as it needs."""
    axes.set_xlabel("\n".join(textwrap.wrap(words, NAME_WIDTH)))


def colour_of(number):
    return SERIES[number % SERIES_COUNT]


def dash_of(number):
    return DASHES[number // SERIES_COUNT % len(DASHES)]


def marker_of(number):
    return MARKERS[number % len(MARKERS)]


def to_svg(figure, alt):
    """The figure as an element to put into a page."""
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    return in_page(tidied(text.getvalue(), alt))


def in_page(svg):
    return re.sub(r"#0[1-4]0[1-4][0-9a-f]{2}", lambda found: f"var({VARIABLES[found[0]]})", svg)


def with_own_names(svg, prefix):
    """Names inside a figure, made unlike those of the page's other figures."""
    svg = re.sub(r'\bid="', f'id="{prefix}-', svg)
    svg = re.sub(r'href="#', f'href="#{prefix}-', svg)
    return svg.replace("url(#", f"url(#{prefix}-")
