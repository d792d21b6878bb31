"""Numbers as people read them: three digits, and a unit that suits their size."""

from dataclasses import dataclass

STEPS = {
    "s": ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")),
    "B": ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B")),
}


MOST_PLACES = 4


@dataclass(frozen=True)
class Scale:
    """A unit that one axis or column uses throughout."""

    factor: float
    unit: str

    def value(self, number):
        return number / self.factor

    def text(self, number):
        return digits(number / self.factor)

    def with_unit(self, number):
        return f"{self.text(number)} {self.unit}".rstrip()


def digits(number):
    """Three significant digits without an exponent; thousands are separated."""
    size = abs(number)
    if size >= 1000:
        return f"{number:,.0f}"
    if size == 0:
        return "0"
    places = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3 if size >= 0.1 else MOST_PLACES
    return f"{number:.{places}f}" if places < MOST_PLACES else f"{number:.{places}f}".rstrip("0").rstrip(".") or "0"


def compact(number):
    """Two digits, for where there is little room: 0.29, 2.9, 29, 290, 2.9k, 29k."""
    size = abs(number)
    if size >= 999.5:
        return f"{compact(number / 1000)}k"
    return f"{number:.0f}" if size >= 9.95 else f"{number:.1f}" if size >= 0.95 else f"{number:.2f}"


def scale_for(unit, numbers):
    """The unit in which the largest of the numbers is at least 1."""
    largest = max((abs(number) for number in numbers), default=1.0)
    steps = STEPS.get(unit, ((1.0, unit),))
    for factor, name in steps:
        if largest >= factor:
            return Scale(factor, name)
    return Scale(*steps[-1])


def with_unit(unit, number):
    return scale_for(unit, [number]).with_unit(number)


def hours_and_minutes(seconds):
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 600:
        minutes, rest = divmod(round(seconds), 60)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d} min"
