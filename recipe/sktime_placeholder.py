"""Print the module that makes skrnn's forecasters known to sktime's registry.

    python recipe/sktime_placeholder.py > sktime/forecasting/skrnn.py

It is to be offered to sktime at each release. If skrnn is installed, sktime replaces each class of
the module by the one of the same name in skrnn. If it is not, the registry still shows its
parameters and tags.
"""

import inspect

from skrnn.forecasting import AutoRNNForecaster, RNNForecaster

HEAD = '''"""Forecasters of the package skrnn: recurrent networks."""

from sktime.forecasting.base._delegate import _DelegatedForecaster
from sktime.utils.dependencies import _placeholder_record
'''
CLASS = '''

@_placeholder_record("skrnn.forecasting")
class {name}(_DelegatedForecaster):
    """{summary}

    The parameters are described in the documentation of skrnn.
    """

    _tags = {{
{tags}
    }}

    def __init__(
        self,
{parameters}
    ):
{assignments}

        super().__init__()
'''


def placeholder(forecaster):
    """Return the source of a class with the parameters and tags of a forecaster."""
    parameters = list(inspect.signature(forecaster).parameters.values())
    words = [f"{parameter.name}={parameter.default!r}" for parameter in parameters]
    kinds = [parameter.kind for parameter in parameters]
    if inspect.Parameter.KEYWORD_ONLY in kinds:
        words.insert(kinds.index(inspect.Parameter.KEYWORD_ONLY), "*")
    tags = {**forecaster._tags, "python_dependencies": "skrnn>=0.2.0"}
    return CLASS.format(
        name=forecaster.__name__,
        summary=inspect.getdoc(forecaster).partition("\n")[0],
        tags="\n".join(f"        {name!r}: {value!r}," for name, value in tags.items()),
        parameters="\n".join(f"        {word}," for word in words),
        assignments="\n".join(f"        self.{p.name} = {p.name}" for p in parameters),
    )


def module():
    """Return the source of the module."""
    return HEAD + "".join(map(placeholder, (AutoRNNForecaster, RNNForecaster)))


if __name__ == "__main__":
    print(module(), end="")
