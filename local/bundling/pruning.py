"""Which files of which packages ship: what the handlers import, and nothing else.

A test runs every handler from its bundle and compares what was imported with what
ships, in both directions.
"""

from __future__ import annotations

from collections.abc import Mapping

DISTRIBUTIONS = (
    "aws-lambda-powertools",
    "pydantic-core",  # the validator; the models of pydantic itself are not used
    "typing-extensions",  # pydantic-core names it, for whoever imports it by its name
    "urllib3",
)
"""The packages that ship, under the names that the lock file has for them."""

WEB_DISTRIBUTIONS = ("markupsafe", "serverless-wsgi", "werkzeug")
"""What the web app takes beside them."""

OF_THE_WEB = ("chat", "deferral")
"""What of ``shared`` only the web app imports."""

MODELS = (
    "functions/*/models.py",
    "shared/*/models.py",
    "shared/models/documents.py",
    "shared/models/parameters.py",
)
"""The pydantic models: a function imports what is compiled from them."""

NOT_SHIPPED = ("client/credentials/profiles", "command_line.py")
"""What of ``shared`` a function does not need: it has no profile files and no command line."""

POWERTOOLS = (
    "aws_lambda_powertools",
    "aws_lambda_powertools.logging",
    "aws_lambda_powertools.logging.buffer",
    "aws_lambda_powertools.logging.buffer.cache",
    "aws_lambda_powertools.logging.buffer.config",
    "aws_lambda_powertools.logging.buffer.functions",
    "aws_lambda_powertools.logging.constants",
    "aws_lambda_powertools.logging.exceptions",
    "aws_lambda_powertools.logging.filters",
    "aws_lambda_powertools.logging.formatter",
    "aws_lambda_powertools.logging.lambda_context",
    "aws_lambda_powertools.logging.logger",
    "aws_lambda_powertools.metrics",
    "aws_lambda_powertools.metrics.base",
    "aws_lambda_powertools.metrics.exceptions",
    "aws_lambda_powertools.metrics.functions",
    "aws_lambda_powertools.metrics.metrics",
    "aws_lambda_powertools.metrics.provider",
    "aws_lambda_powertools.metrics.provider.base",
    "aws_lambda_powertools.metrics.provider.cloudwatch_emf",
    "aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch",
    "aws_lambda_powertools.metrics.provider.cloudwatch_emf.constants",
    "aws_lambda_powertools.metrics.provider.cloudwatch_emf.exceptions",
    "aws_lambda_powertools.metrics.provider.cloudwatch_emf.metric_properties",
    "aws_lambda_powertools.metrics.provider.cold_start",
    "aws_lambda_powertools.package_logger",
    "aws_lambda_powertools.shared",
    "aws_lambda_powertools.shared.constants",
    "aws_lambda_powertools.shared.functions",
    "aws_lambda_powertools.shared.user_agent",
    "aws_lambda_powertools.shared.version",
    # The package's own __init__ imports these two, whatever one wants from it.
    "aws_lambda_powertools.utilities",
    "aws_lambda_powertools.warnings",
)
"""The modules of Powertools that an import of its Logger and Metrics brings in."""

LEFT_OUT = (
    "markupsafe/_speedups",  # for whole pages: werkzeug only escapes a word in its error pages
    "urllib3/contrib/",  # PyOpenSSL, SOCKS and browsers: each needs a package that does not ship
    "urllib3/http2/connection.py",  # needs h2
    "werkzeug/local.py",  # for applications with contexts of their own; werkzeug never imports it
    # Of the development server, which werkzeug imports only when it is started; its __init__ finds
    # a stub in place of the server itself.
    "werkzeug/_reloader.py",
    "werkzeug/debug/",
    "werkzeug/middleware/",
    "werkzeug/serving.py",
    "werkzeug/testapp.py",
)
"""What the packages that ship whole hold beyond what is imported."""

KEPT = ("pydantic_core", "pydantic_core.core_schema", "typing_extensions")
"""The modules that ship although no handler imports them: pydantic-core's compiled module is
loaded around its package, which must be whole for whoever imports it by its name; the package
needs the last one. They ship without bytecode, which would be larger than they are."""

LOADABLE = (".py", ".so")
"""Everything else in a wheel (stubs, markers, metadata, headers) no handler reads."""


def module_of(path: str) -> str:
    """Return the dotted name of the module in a file, e.g. of ``urllib3/util/__init__.py``."""
    return path.rpartition(".")[0].replace("/", ".").removesuffix(".__init__")


def ships(path: str) -> bool:
    """Whether a file of a wheel goes into a bundle.

    Parameters
    ----------
    path: as in the wheel, with slashes.
    """
    top = path.partition("/")[0]
    if not path.endswith(LOADABLE) or top.endswith((".dist-info", ".data")):
        return False
    if top == "aws_lambda_powertools":
        return module_of(path) in POWERTOOLS
    return not path.startswith(LEFT_OUT)


def to_compile(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of a wheel whose bytecode ships too: those that a handler may import."""
    return {path: content for path, content in files.items() if module_of(path) not in KEPT}


def pruned(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of a wheel that go into a bundle."""
    return {path: content for path, content in files.items() if ships(path)}
