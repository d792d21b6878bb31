"""The cells that a search may ask for: every combination of the keys' values but the excluded ones."""

from itertools import product


def is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


class Space:
    def __init__(self, values, exclude):
        """`values`: key → its values as text. `exclude`: patterns, key → values; a cell that fits one is left out."""
        self.values = {key: sorted(some, key=float) if all(map(is_number, some)) else list(some)
                       for key, some in values.items()}
        self.exclude = exclude
        self.cells = [cell for cell in self.combinations() if self.is_allowed(cell)]
        self.searched = [key for key, some in self.values.items() if len(some) > 1]

    def combinations(self):
        return (dict(zip(self.values, combination)) for combination in product(*self.values.values()))

    def is_allowed(self, cell):
        return not any(all(cell.get(key) in values for key, values in pattern.items()) for pattern in self.exclude)

    def suggest(self, trial):
        """The cell that a trial of Optuna's proposes; it may be an excluded one. Numbers are given by rank, so that
        the sampler knows which are neighbours."""
        cell = {key: some[0] for key, some in self.values.items()}
        for key in self.searched:
            values = self.values[key]
            if all(map(is_number, values)):
                cell[key] = values[trial.suggest_int(key, 0, len(values) - 1)]
            else:
                cell[key] = trial.suggest_categorical(key, values)
        return cell

    def parameters(self, cell):
        """A cell as suggest() would have to be answered to give it."""
        return {key: self.values[key].index(cell[key]) if all(map(is_number, self.values[key])) else cell[key]
                for key in self.searched}


def identity(cell):
    return tuple(sorted(cell.items()))


def distance(one, other):
    """How many keys differ."""
    return sum(one[key] != other[key] for key in one)
