from __future__ import annotations

import argparse
import re
from dataclasses import fields
from pathlib import Path

import pytest

from service.article import MAX_SENTENCES
from service.flags import add_flags, table
from service.setting import BadSetting, declared_in
from service.settings import Settings

README = Path(__file__).resolve().parent.parent / "README.md"


def parse(*arguments: str) -> Settings:
    parser = argparse.ArgumentParser()
    add_flags(parser)
    return Settings.read({"OVERCLAIM_MAX_CALLS": "7", "PATH": "/bin"}, vars(parser.parse_args(arguments)))


def test_the_readme_tells_every_setting_as_it_is_declared() -> None:
    told = re.search(r"<!-- settings -->\n(.*?)\n<!-- /settings -->", README.read_text(), re.DOTALL)
    if not told:
        pytest.skip("README.md has no <!-- settings --> table yet")
    assert told[1].strip() == table(), "paste what `service.flags.table()` gives"


def test_a_flag_outranks_the_environment_which_outranks_the_default() -> None:
    assert Settings().max_calls == 32
    assert parse().max_calls == 7
    assert parse("--max-calls", "9").max_calls == 9


def test_a_server_takes_as_many_sentences_as_the_contract_says_unless_it_is_told_otherwise() -> None:
    assert Settings().max_sentences == MAX_SENTENCES


def test_every_setting_has_a_variable_a_flag_and_a_sentence() -> None:
    assert [each.name for each in declared_in(Settings)] == [each.name for each in fields(Settings)]
    for each in declared_in(Settings):
        assert each.variable == f"OVERCLAIM_{each.name.upper()}"
        assert each.flag == "--" + each.name.replace("_", "-")
        assert each.doc.endswith(".")


def test_every_default_can_be_written_as_documented() -> None:
    for each in declared_in(Settings):
        # Some are told in words: what is found when the server starts has no other form.
        if shown := re.fullmatch("`([^`]+)`", each.shown):
            assert each.parse(shown[1]) == each.default


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("OVERCLAIM_MAX_CALLS", "0", "OVERCLAIM_MAX_CALLS must be a whole number from 1 to 10,000"),
        ("OVERCLAIM_MAX_CALLS", "many", "OVERCLAIM_MAX_CALLS must be a whole number from 1 to 10,000"),
        ("OVERCLAIM_MAX_CALLS", "²", "OVERCLAIM_MAX_CALLS must be a whole number from 1 to 10,000"),
        ("OVERCLAIM_LISTEN", "8423", "OVERCLAIM_LISTEN must be HOST:PORT"),
        ("OVERCLAIM_LISTEN", "localhost:99999", "OVERCLAIM_LISTEN must be HOST:PORT"),
        ("OVERCLAIM_LISTEN", "::1:8423", "OVERCLAIM_LISTEN must be HOST:PORT"),
        ("OVERCLAIM_INSECURE_LISTEN", "perhaps", "OVERCLAIM_INSECURE_LISTEN must be yes or no"),
        ("OVERCLAIM_LOG_FORMAT", "xml", "OVERCLAIM_LOG_FORMAT must be one of console, json"),
        ("OVERCLAIM_MODEL", "", "OVERCLAIM_MODEL must be a path"),
    ],
)
def test_a_variable_that_cannot_be_is_named_and_not_quoted(variable: str, value: str, message: str) -> None:
    with pytest.raises(BadSetting, match=re.escape(message)) as caught:
        Settings.read({variable: value})
    if value:
        assert f" {value}" not in str(caught.value).partition(" must be ")[0]


def test_a_flag_that_cannot_be_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse("--stream-window", "1000")
    assert "argument --stream-window: must be a whole number from 1 to 100" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["127.0.0.1:1", "[::1]:8423", "localhost:0", "host.example:65535"])
def test_addresses_of_every_kind_are_read(address: str) -> None:
    assert Settings.read({"OVERCLAIM_LISTEN": address}).listen == address


def test_a_bare_flag_says_yes_and_a_value_can_say_no() -> None:
    assert parse("--insecure-listen").insecure_listen is True
    assert parse("--insecure-listen", "no").insecure_listen is False
    assert parse().insecure_listen is False
