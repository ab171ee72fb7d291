"""The zips of Function Compute, SCF and FunctionGraph, run as these platforms run them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from local.bundling.plan import Bundle, chosen
from local.bundling.pruning import DISTRIBUTIONS, KEPT, POWERTOOLS, module_of
from local.contexts import function_compute
from local.demo import DIRECT
from local.emulator import Emulator
from local.gateway import CONTEXTS
from local.http_events import TRIGGERS, Http
from tests.support.bundle_runner import PLATFORMS, BundleRun, BundleRunner
from tests.support.bundles import BundleCache, listing, make_writable, unpack

ON_PLATFORMS = [bundle for bundle in chosen(kind="sync") if bundle.platform in PLATFORMS]
ONE_EACH = [bundle for bundle in ON_PLATFORMS if bundle.provider == "tencent"]
"""The entries of all providers are alike: these tests need one of each platform only."""

DONE = {"succeeded", "accepted", "running", "unchanged"}

on_every_platform = pytest.mark.parametrize("bundle", ON_PLATFORMS, ids=lambda bundle: bundle.name)


def parameters(operation: str) -> dict[str, object]:
    return {name: value for name, value in DIRECT[operation].items() if name != "wait_seconds"}


def calls(bundle: Bundle) -> list[tuple[str, Mapping[str, object], bool]]:
    return [
        (module.rpartition(".")[2], parameters(operation), timer)
        for operation, module in bundle.operations.items()
        for timer in (False, True)
    ]


@pytest.fixture
def player(zips: BundleCache, bundle: Bundle, emulator: Emulator, tmp_path: Path) -> BundleRunner:
    # A role's keys are temporary on every platform.
    environ = emulator.environment(temporary=True)
    return BundleRunner(bundle, zips.unpack(bundle), tmp_path, environ)


@on_every_platform
def test_direct_and_timer_events_are_answered_from_the_zip_alone(
    player: BundleRunner, bundle: Bundle, emulator: Emulator
) -> None:
    played = player.call(*calls(bundle))
    assert all("result" in outcome for outcome in played.outcomes), played.outcomes
    results = played.results
    assert {result["status"] for result in results} <= DONE
    assert [result["trigger"] for result in results] == ["direct", "timer"] * len(bundle.operations)
    assert all(request.accepted for request in emulator.received)
    assert len(emulator.received) >= len(results)


@on_every_platform
def test_a_run_writes_nothing_into_the_bundle(player: BundleRunner, bundle: Bundle) -> None:
    before = listing(player.root)
    player.call(*calls(bundle)[:1])
    assert listing(player.root) == before


@pytest.mark.parametrize("bundle", [Bundle("tencent", "scf")], ids=lambda bundle: bundle.name)
def test_the_bytecode_is_what_runs(
    zips: BundleCache, bundle: Bundle, emulator: Emulator, tmp_path: Path
) -> None:
    root = tmp_path / "without-sources"
    files = {
        name: b"raise SystemExit('read from source')"
        if name.endswith(".py") and "/" in name
        else content
        for name, content in zips.files(bundle).items()
    }
    unpack(files, root)
    player = BundleRunner(bundle, root, tmp_path, emulator.environment())
    [result] = player.call(("sync_machines", {"sync": False}, False)).results
    make_writable(root)
    assert result["status"] != "failed"


@pytest.mark.parametrize("bundle", [Bundle("huawei", "fc")], ids=lambda bundle: bundle.name)
def test_one_process_keeps_its_connection(player: BundleRunner, emulator: Emulator) -> None:
    player.call(*[("sync_dev_servers", {}, True)] * 3)
    served = emulator.received.of("modelarts")
    assert len(served) >= 3
    assert len({request.connection for request in served}) == 1


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_http_event_is_answered_from_the_zip_alone(
    zips: BundleCache, platform: str, emulator: Emulator, tmp_path: Path
) -> None:
    bundle = Bundle("tencent", platform)
    environ = {**emulator.environment(), "HTTP_BEARER_TOKENS": "exampleBearerToken"}
    player = BundleRunner(bundle, zips.unpack(bundle), tmp_path, environ)
    call = CONTEXTS[platform]("sync_machines", {}, environ, timer=False)
    headers = {"Authorization": "Bearer exampleBearerToken", "Content-Type": "application/json"}
    event = TRIGGERS[platform](Http(headers=headers, body=b'{"sync": false}'))
    [reply] = player.run([("sync_machines", event, call)]).results
    assert reply["statusCode"] == 200
    assert '"operation":"tencent.cwp.SyncMachines"' in reply["body"].replace(": ", ":")


@pytest.mark.parametrize("name", ["shared", "functions", "urllib3", "pydantic_core"])
@pytest.mark.parametrize("bundle", ONE_EACH, ids=lambda bundle: bundle.name)
def test_a_foreign_package_before_the_bundle_is_refused_with_both_paths(
    player: BundleRunner, tmp_path: Path, name: str
) -> None:
    stranger = tmp_path / "stranger" / name / "__init__.py"
    stranger.parent.mkdir(parents=True)
    stranger.write_text("raise SystemExit('the stranger ran')")
    player.path_first = [tmp_path / "stranger"]
    [outcome] = player.call(("sync_machines", {}, False)).outcomes
    assert outcome["error"] == "ImportError"
    assert str(stranger) in outcome["message"]
    assert str(player.root / name / "__init__.py") in outcome["message"]


@pytest.mark.parametrize("bundle", [Bundle("alibaba", "fc")], ids=lambda bundle: bundle.name)
def test_an_old_urllib3_that_the_platform_has_loaded_is_refused(
    player: BundleRunner, tmp_path: Path
) -> None:
    preinstalled = tmp_path / "urllib3" / "__init__.py"
    preinstalled.parent.mkdir()
    preinstalled.touch()
    player.preloaded = {"urllib3": str(preinstalled)}
    [outcome] = player.call(("synchronize_app", {"app_id": "ci-example-app"}, False)).outcomes
    assert outcome["error"] == "ImportError"
    assert str(preinstalled) in outcome["message"]


@pytest.fixture(scope="module", params=["fc", "lambda"])
def everything(
    request: pytest.FixtureRequest, zips: BundleCache, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Bundle, BundleRun]]:
    """Every way through a handler: all triggers, metrics, refusals, a chat that is not there."""
    bundle = Bundle("tencent", request.param)
    with Emulator() as emulator:
        environ = {
            **emulator.environment(),
            "METRICS": "emf",
            "NOTIFY": '[{"kind": "slack", "url": "http://127.0.0.1:1/", "on": ["always"]}]',
        }
        folder = tmp_path_factory.mktemp("everything")
        player = BundleRunner(bundle, zips.unpack(bundle), folder, environ, platform="fc")
        direct, timer, refused = (
            function_compute("sync_machines", parameters, environ, timer=timer)
            for parameters, timer in (({}, False), ({}, True), ({"nonsense": 1}, True))
        )
        events = (direct.event, timer.event, refused.event, TRIGGERS["fc"](Http(body=b"{}")))
        yield bundle, player.run([("sync_machines", event, direct) for event in events])


def test_what_ships_of_powertools_is_what_is_imported(everything: tuple[Bundle, BundleRun]) -> None:
    _, played = everything
    imported = {name for name in played.modules if name.partition(".")[0] == POWERTOOLS[0]}
    assert imported == set(POWERTOOLS)


def test_what_ships_of_the_other_packages_is_what_is_imported(
    everything: tuple[Bundle, BundleRun], zips: BundleCache
) -> None:
    bundle, played = everything
    tops = {name.replace("-", "_") for name in DISTRIBUTIONS}
    shipped = {
        module_of(name).partition(".cpython-")[0]
        for name in zips.files(bundle)
        if name.endswith((".py", ".so")) and name.partition("/")[0].removesuffix(".py") in tops
    }
    imported = {name for name in played.modules if name.partition(".")[0] in tops}
    assert shipped - imported == set(KEPT)
    assert imported - shipped == set()


def test_nothing_but_the_standard_library_comes_from_outside_the_bundle(
    everything: tuple[Bundle, BundleRun],
) -> None:
    _, played = everything
    assert played.foreign == []
