"""Products are kinds with other numbers: each of them is allowed, is known from somewhere, and can be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcore import presets as package
from simcore.components import kinds
from simcore.components._crowds import DEVICES
from simcore.params import parameter_specs
from simcore.presets import CONFIDENCE, Preset, presets
from tests.every_kind.surroundings import around, controls
from tests.scenarios import measured, start

PRODUCTS = [(kind, preset) for kind in sorted(kinds()) for preset in presets(kind)]
IDS = [f"{kind} {preset.name}" for kind, preset in PRODUCTS]


def test_every_file_belongs_to_a_kind() -> None:
    files = {path.stem for path in Path(package.__file__).parent.glob("*.json")}
    assert files <= set(kinds())
    assert len(files) >= 8


def test_a_name_means_one_product() -> None:
    names = [preset.name.casefold() for _, preset in PRODUCTS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("kind", "preset"), PRODUCTS, ids=IDS)
def test_every_figure_is_allowed_and_comes_from_somewhere(kind: str, preset: Preset) -> None:
    defaults = {spec.name: spec.default for spec in parameter_specs(kinds()[kind])}
    kinds()[kind].model_validate(preset.values, strict=True)
    assert any(defaults[name] != value for name, value in preset.values.items()), (
        "the same as no product at all"
    )
    for figure in preset.figures.values():
        assert figure.source
        assert figure.confidence in CONFIDENCE
        assert (figure.confidence == "D") >= figure.source.startswith("Our suggestion")


def test_sorts_of_devices_are_what_their_source_says() -> None:
    """Half of a round trip, and the rates in both directions, as the source that people see puts them in words."""
    source = next(spec.source for spec in parameter_specs(kinds()["users"]) if spec.name == "device_mix")
    for device in DEVICES.values():
        words = f"{device.delay_s * 2000:g} ms, {device.download_bps / 1e6:g}/{device.upload_bps / 1e6:g}"
        assert words in source, device.title


@pytest.mark.parametrize(("kind", "preset"), PRODUCTS, ids=IDS)
def test_every_product_works(kind: str, preset: Preset) -> None:
    simulation = start(around(kind, preset.values))
    summary = measured(simulation, 10.0)
    assert simulation.check_state() == []
    assert controls(kind) or summary["totals"]["completed"] > 0
