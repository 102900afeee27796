"""What `clairdroit bench` prints."""

import pytest
from click.testing import CliRunner

from benchmarks.figures import Figure, percentile, table
from bot.commands import bench as command


def test_a_missed_aim_says_by_how_much():
    lines = table(
        [
            Figure("memory", 171.4, "MiB", 150),
            Figure("start", 0.61, "s", 2),
            Figure("turn, p50", 4.2, "ms", note="2.1 × the bare handler"),
        ]
    ).splitlines()
    assert lines[0].split() == ["memory", "171", "MiB", "≤", "150", "MiB", "MISSED", "by", "21.4"]
    assert lines[1].split() == ["start", "0.61", "s", "≤", "2", "s", "met"]
    assert lines[2].split() == ["turn,", "p50", "4.20", "ms", "2.1", "×", "the", "bare", "handler"]


def test_percentiles():
    assert percentile([1.0], 95) == 1.0
    assert percentile([float(number) for number in range(1, 101)], 50) == pytest.approx(50.5)
    assert percentile([float(number) for number in range(1, 101)], 95) == pytest.approx(95.05)


def test_only_benchmarks_that_exist_can_be_named():
    result = CliRunner().invoke(command.bench, ["speed"])
    assert result.exit_code == 2
    assert "page, appointments, turns" in result.output


def test_outside_a_checkout_it_says_plainly_what_it_needs(monkeypatch, tmp_path):
    monkeypatch.setattr(command.bot, "__file__", str(tmp_path / "bot" / "__init__.py"))
    result = CliRunner().invoke(command.bench, [])
    assert result.exit_code == 1
    assert "source checkout" in result.output
