"""Wherever the power fails, what was said holds; and a program of which that is not true is found out."""

from pathlib import Path
from typing import Any

import pytest

from tests.cuts.harness import Trial, first_finding, tried
from tests.cuts.trials.every import PLANTED, TRIALS, Planted


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.name)
def test_no_cut_leaves_what_may_not_be(trial: type[Trial[Any]], shim: Path, stage: Path) -> None:
    report = tried(trial(), shim, stage)
    assert [str(finding) for finding in report.findings[:5]] == []
    assert report.inconsistent == 0
    assert report.cuts >= 15
    assert report.states > 5 * report.cuts
    assert report.different > 5


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: f"{planted.trial.name}, {planted.fault}")
def test_a_planted_fault_is_found(planted: Planted, shim: Path, stage: Path) -> None:
    assert first_finding(planted.trial(), shim, stage, planted.fault, planted.found) is not None


def test_every_trial_was_proved_to_be_able_to_fail() -> None:
    assert {planted.trial for planted in PLANTED} == set(TRIALS)
