"""Stand-ins for packages that another one imports but that the export scripts never call."""

import sys
import types


def provide(name, **members):
    """Makes `import name` give a module of these members only."""
    module = types.ModuleType(name)
    vars(module).update(members)
    sys.modules[name] = module
