"""What a bundle contains, and what it must not contain."""

from __future__ import annotations

import io
import stat
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from functions.web.assembly import assemble
from functions.web.static_files import CONSOLE_FOLDER
from local.bundling.archive import MOMENT
from local.bundling.bytecode import UNCHECKED_HASH, cache_path
from local.bundling.lock import ROOT
from local.bundling.manifest import LICENCES, sha256
from local.bundling.plan import INVOKE_APIS, Bundle, chosen
from local.bundling.problem import BundleError
from local.bundling.pruning import KEPT, module_of
from tests.support.bundles import CACHE, BundleCache, installed, python

GOAL = {False: 3_700_000, True: 4_300_000}
"""Bytes of a synchronization bundle's and of a web bundle's zip, bytecode included."""

WEB_TOP_LEVEL = {"markupsafe", "serverless_wsgi.py", "werkzeug", "web.py"}
CONSOLE = {".css", ".html", ".js"}

TOP_LEVEL = {
    "aws_lambda_powertools",
    "functions",
    "vendored_check.py",
    "pydantic_core",
    "shared",
    "typing_extensions.py",
    "urllib3",
    LICENCES,
    "__pycache__",
}

every_bundle = pytest.mark.parametrize("bundle", chosen(), ids=lambda bundle: bundle.name)


def test_there_are_twelve_bundles_and_sixteen_of_the_web_app() -> None:
    assert len(chosen(kind="sync")) == 12
    assert len(chosen(kind="web")) == 16
    assert len({bundle.name for bundle in chosen()}) == 28


def test_all_providers_come_in_one_bundle_as_the_web_app_only() -> None:
    names = ["web-all-lambda", "web-all-fc", "web-all-scf", "web-all-functiongraph"]
    assert [bundle.name for bundle in chosen(provider="all")] == names
    assert chosen(provider="all", kind="web") == chosen(provider="all")
    with pytest.raises(BundleError, match="only the web app comes with all providers"):
        chosen(provider="all", kind="sync")


@every_bundle
def test_a_bundle_holds_its_packages_its_entries_and_nothing_else(
    bundles: BundleCache, bundle: Bundle
) -> None:
    entries = {module.rpartition(".")[2] + ".py" for module in bundle.operations.values()}
    top = {name.partition("/")[0] for name in bundles.files(bundle)}
    assert top == TOP_LEVEL | (WEB_TOP_LEVEL if bundle.web else entries)


@every_bundle
def test_only_a_web_bundle_holds_what_only_the_web_app_needs(
    bundles: BundleCache, bundle: Bundle
) -> None:
    held = {name.rpartition("/")[0] for name in bundles.files(bundle)}
    of_the_web = {
        "functions/web/chat",
        "functions/web/async_invoke",
        "functions/web",
        "functions/web/console",
    }
    assert of_the_web & held == (of_the_web if bundle.web else set())


@every_bundle
def test_a_bundle_holds_no_stub_test_metadata_or_header(
    bundles: BundleCache, bundle: Bundle
) -> None:
    names = set(bundles.files(bundle)) - {LICENCES}
    console = {name for name in names if name.startswith("functions/web/console/")}
    published = {name for name in names if name.startswith("functions/web/schema_files/")}
    described = {f"{operation}.json" for operation in bundle.operations}
    described |= {"openapi.json", "definitions.json"}
    assert {PurePosixPath(name).name for name in published} == (described if bundle.web else set())
    assert {PurePosixPath(name).suffix for name in console} == (CONSOLE if bundle.web else set())
    assert {PurePosixPath(name).suffix for name in names - console - published} == {
        ".py",
        ".pyc",
        ".so",
    }
    for name in names:
        parts = PurePosixPath(name).parts
        assert not {"tests", "test", "contrib", "event_handler"} & set(parts), name
        assert parts[0] not in {"functions", "shared"} or parts[-1] != "models.py", name
        assert "dist-info" not in name, name


@every_bundle
def test_a_bundle_holds_the_functions_of_its_own_providers_only(
    bundles: BundleCache, bundle: Bundle
) -> None:
    folders = {
        PurePosixPath(name).parts[1]
        for name in bundles.files(bundle)
        if name.startswith("functions/") and name.count("/") > 1
    }
    own = {"alibaba", "tencent", "huawei"} if bundle.provider == "all" else {bundle.provider}
    assert folders - {"__pycache__"} == own | ({"web"} if bundle.web else set())


@every_bundle
def test_every_module_that_is_imported_has_bytecode_that_is_never_compared_with_its_source(
    bundles: BundleCache, bundle: Bundle
) -> None:
    files = bundles.files(bundle)
    modules = [name for name in files if name.endswith(".py")]
    sources = [name for name in modules if module_of(name) not in KEPT]
    assert len(modules) - len(sources) == len(KEPT)
    magic = installed(bundle.minor).magic
    heads = {name: files[cache_path(name, bundle.minor)][:8] for name in sources}
    assert set(heads.values()) == {magic + UNCHECKED_HASH}
    assert len([name for name in files if name.endswith(".pyc")]) == len(sources)


@every_bundle
def test_no_path_of_the_machine_that_built_it_is_in_a_bundle(
    bundles: BundleCache, bundle: Bundle
) -> None:
    interpreter = Path(python(bundle.minor))
    here = [ROOT, CACHE, bundles.folder, interpreter.parents[1], Path(tempfile.gettempdir(), "tmp")]
    for name, content in bundles.files(bundle).items():
        for path in here:
            assert str(path).encode() not in content, (name, path)


@every_bundle
def test_a_native_module_is_the_one_of_the_platforms_python(
    bundles: BundleCache, bundle: Bundle
) -> None:
    native = [name for name in bundles.files(bundle) if name.endswith(".so")]
    end = f".cpython-3{bundle.minor}-x86_64-linux-gnu.so"
    assert native == [f"pydantic_core/_pydantic_core{end}"]


@every_bundle
def test_a_zip_is_no_larger_than_the_goal(bundles: BundleCache, bundle: Bundle) -> None:
    assert bundles.build(bundle).size <= GOAL[bundle.web]


@every_bundle
def test_a_zip_is_sorted_and_has_fixed_times_and_modes(
    bundles: BundleCache, bundle: Bundle
) -> None:
    with zipfile.ZipFile(bundles.build(bundle).path) as archive:
        items = archive.infolist()
        assert archive.testzip() is None
    assert [item.filename for item in items] == sorted(item.filename for item in items)
    assert {item.date_time for item in items} == {MOMENT}
    for item in items:
        mode = stat.S_IMODE(item.external_attr >> 16)
        assert mode == (0o755 if item.filename.endswith(".so") else 0o644)


@every_bundle
def test_a_manifest_states_every_file_with_its_size_and_digest(
    bundles: BundleCache, bundle: Bundle
) -> None:
    manifest = bundles.document(bundle, "manifest")
    stated = {item["path"]: (item["size"], item["sha256"]) for item in manifest["files"]}
    files = bundles.files(bundle)
    assert stated == {name: (len(content), sha256(content)) for name, content in files.items()}


@every_bundle
def test_a_manifest_states_the_zip_its_python_and_its_handlers(
    bundles: BundleCache, bundle: Bundle
) -> None:
    manifest = bundles.document(bundle, "manifest")
    archive = bundles.build(bundle).path.read_bytes()
    assert manifest["zip"]["sha256"] == sha256(archive)
    assert manifest["zip"]["size"] == len(archive)
    assert manifest["python"] == f"3.{bundle.minor}"
    assert manifest["bytecode"] is True
    assert manifest["built_with"]["python"] == installed(bundle.minor).version
    assert set(manifest["handlers"]) == ({"web"} if bundle.web else set(bundle.operations))
    for handler in manifest["handlers"].values():
        assert handler.removesuffix(".handler") + ".py" in bundles.files(bundle)


@every_bundle
def test_the_licences_of_everything_that_ships_are_in_the_bundle(
    bundles: BundleCache, bundle: Bundle
) -> None:
    text = bundles.files(bundle)[LICENCES].decode()
    assert "Apache License" in text
    for item in bundles.document(bundle, "manifest")["distributions"]:
        assert f"{item['name']} {item['version']}" in text


def test_an_entry_is_thin_and_absolute(bundles: BundleCache) -> None:
    entry = bundles.files(Bundle("tencent", "scf"))["sync_machines.py"].decode()
    assert 2 <= len(entry.splitlines()) <= 6
    assert "from functions.tencent.sync_machines import handler" in entry
    assert "from ." not in entry


def test_a_zip_that_is_written_can_be_read_from_its_bytes_alone(bundles: BundleCache) -> None:
    bundle = Bundle("huawei", "functiongraph")
    archive = zipfile.ZipFile(io.BytesIO(bundles.build(bundle).path.read_bytes()))
    assert archive.comment == b""
    assert len(archive.namelist()) == len(set(archive.namelist()))


@every_bundle
def test_a_web_bundle_holds_the_assembled_console_and_not_its_source(
    bundles: BundleCache, bundle: Bundle
) -> None:
    held = {
        name.removeprefix("functions/web/console/"): content
        for name, content in bundles.files(bundle).items()
        if name.startswith(("functions/web/console/", "functions/web/assembly/"))
    }
    assert held == (assemble(CONSOLE_FOLDER) if bundle.web else {})


@every_bundle
def test_a_web_bundle_invokes_itself_on_its_own_platforms_only(
    bundles: BundleCache, bundle: Bundle
) -> None:
    folder = "functions/web/async_invoke/"
    held = {
        name.removeprefix(folder).removesuffix(".py")
        for name in bundles.files(bundle)
        if name.startswith(folder) and name.endswith(".py")
    }
    own = {"aws"} if bundle.platform == "lambda" else {"fc", "scf", "functiongraph"}
    assert held & set(INVOKE_APIS) == (own if bundle.web else set())
