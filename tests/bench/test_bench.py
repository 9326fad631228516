"""The dispatcher of the benchmarks; the benchmarks themselves are not run by the tests."""

from importlib.util import find_spec
from types import SimpleNamespace

import pytest

from tests.bench.__main__ import BENCHES, PROOFS, main
from tests.bench.machine import machine_line, model_of


def test_each_named_benchmark_has_its_module_and_each_module_its_name() -> None:
    assert [name for name in (*BENCHES, *PROOFS) if find_spec(f"tests.bench.{name}") is None] == []


def test_list_names_them_all_and_runs_none(capsys: pytest.CaptureFixture[str]) -> None:
    main(["list"])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [*BENCHES, *PROOFS]


def test_an_unknown_name_is_refused_with_the_names_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["speed"])
    assert refused.value.code == 2
    assert "counter" in capsys.readouterr().err


def test_a_benchmark_is_told_its_machine_first(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told_before: list[tuple[str, str]] = []

    def imported(name: str) -> SimpleNamespace:
        return SimpleNamespace(run=lambda: told_before.append((name, capsys.readouterr().out)))

    monkeypatch.setattr("tests.bench.__main__.import_module", imported)
    main(["score", "start"])
    assert [name for name, _ in told_before] == ["tests.bench.score", "tests.bench.start"]
    assert told_before[0][1].startswith(f"machine: {machine_line()}\n")


def test_a_proof_gets_the_options_that_follow_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []
    monkeypatch.setattr("tests.bench.__main__.import_module", lambda name: SimpleNamespace(run=given.append))
    main(["cuts", "--deep", "--seed", "7"])
    assert given == [["--deep", "--seed", "7"]]


def test_a_pi_is_named_as_itself() -> None:
    pi = "processor\t: 0\nBogoMIPS\t: 108.00\n\nRevision\t: c03115\nModel\t\t: Raspberry Pi 4 Model B Rev 1.5\n"
    assert model_of(pi) == "Raspberry Pi 4 Model B Rev 1.5"
    assert model_of("model name\t: Some CPU @ 2.50GHz\nmodel name\t: Some CPU @ 2.50GHz\n") == "Some CPU @ 2.50GHz"
