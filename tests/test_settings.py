import re
from pathlib import Path

import pytest

from bot.settings import IN_MEMORY, NAMES, BadSetting, Settings, data_folder, new_key

KEY = new_key()


def read(**variables):
    return Settings.from_environment(
        {"CLAIRDROIT_KEY": KEY} | {f"CLAIRDROIT_{k}": v for k, v in variables.items()}
    )


def test_a_key_is_all_that_must_be_set(tmp_path):
    settings = read(HOME=str(tmp_path))
    assert [len(key) for key in settings.keys] == [32]
    assert settings.database_url == f"sqlite+aiosqlite:///{tmp_path}/clairdroit.sqlite"
    assert (settings.host, settings.port, settings.state_days, settings.telegram_token) == (
        "127.0.0.1",
        8000,
        30,
        "",
    )


def test_without_an_address_the_database_lies_where_a_users_state_belongs(tmp_path):
    settings = Settings.from_environment({"CLAIRDROIT_KEY": KEY, "XDG_STATE_HOME": str(tmp_path)})
    assert settings.database_url == f"sqlite+aiosqlite:///{tmp_path}/clairdroit/clairdroit.sqlite"


def test_a_missing_key_says_how_to_make_one():
    with pytest.raises(BadSetting, match=r"CLAIRDROIT_KEY is missing.*`clairdroit key`"):
        Settings.from_environment({"CLAIRDROIT_KEY": "  "})


def test_several_keys_the_newest_first():
    older = new_key()
    assert read(KEY=f"{KEY}, {older}").keys == read().keys + read(KEY=older).keys


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("KEY", "c2hvcnQ=", "32 bytes in base64"),
        ("KEY", "not base64!", "32 bytes in base64"),
        ("PORT", "eighty", "from 0 to 65535"),
        ("PORT", "-1", "from 0 to 65535"),
        ("PORT", "٨٠", "from 0 to 65535"),
        ("STATE_TERM", "0", "from 1 to 366"),
        ("LOG_LEVEL", "loud", "DEBUG, INFO"),
        ("ZONE", "Paris", "Europe/Paris"),
        ("DATABASE_URL", "mysql://somewhere", "postgresql"),
        ("CALENDARS", "calendars.yml", "https://"),
        ("TELEGRAM_API_URL", "api.telegram.org", "https://"),
        ("DATA", "/nowhere", "rules, content and locales"),
        ("NLU", "chatgpt", "local, rasa"),
        ("RASA_URL", "127.0.0.1:5005", "https://"),
        ("RASA_URL", "http://rasa.example.org:5005", "CLAIRDROIT_RASA_ELSEWHERE=yes"),
        ("RASA_URL", "http://127.0.0.1.example.org", "Run Rasa here"),
        ("RASA_URL", "http://127.0.0.1@192.0.2.1/", "Run Rasa here"),
        ("RASA_ELSEWHERE", "perhaps", "no, yes"),
        ("TELEGRAM_TOKN", "1:a", "Did you mean CLAIRDROIT_TELEGRAM_TOKEN?"),
    ],
)
def test_a_bad_setting_is_named_with_its_remedy(name, value, remedy):
    with pytest.raises(BadSetting, match=remedy) as refused:
        read(**{name: value})
    assert refused.value.variable == f"CLAIRDROIT_{name}"


def test_rasa_is_asked_only_where_it_is_chosen_and_only_on_this_machine_unless_allowed():
    assert read().rasa == read(RASA_URL="http://localhost:1/").rasa == ""
    assert read(NLU="Rasa").rasa == "http://127.0.0.1:5005"
    assert read(NLU="rasa", RASA_URL="http://[::1]:6/").rasa == "http://[::1]:6"
    assert read(NLU="rasa", RASA_URL="http://nlu:5005", RASA_ELSEWHERE="yes").rasa == "http://nlu:5005"


def test_names_that_are_no_settings_are_left_alone():
    assert read(SOMETHING_ELSE="1") is not None


def test_no_secret_is_shown():
    settings = read(
        TELEGRAM_TOKEN="123:telegram-secret",
        CALENDARS_PASSWORD="calendar-secret",
        DATABASE_URL="postgresql+psycopg://user:database-secret@localhost/x",
    )
    assert settings.telegram_token == "123:telegram-secret"
    shown = repr(settings)
    assert "secret" not in shown
    assert repr(settings.keys[0])[2:10] not in shown
    with pytest.raises(BadSetting) as refused:
        read(DATABASE_URL="oracle://user:database-secret@localhost/x")
    assert "secret" not in str(refused.value)


def test_a_terminal_without_a_key_keeps_nothing():
    one, other = Settings.for_this_terminal({}), Settings.for_this_terminal({})
    assert one.database_url == IN_MEMORY
    assert one.keys != other.keys
    with_key = {"CLAIRDROIT_KEY": KEY, "CLAIRDROIT_HOME": "/kept"}
    assert Settings.for_this_terminal(with_key).database_url.endswith("/kept/clairdroit.sqlite")


def test_the_rules_of_this_repository_are_found_and_a_folder_of_ones_own_replaces_them(tmp_path):
    assert (data_folder({}) / "rules" / "rights").is_dir()
    (tmp_path / "rules").mkdir()
    assert data_folder({"CLAIRDROIT_DATA": str(tmp_path)}) == tmp_path


def test_every_setting_is_documented_and_nothing_else():
    page = (Path(__file__).parents[1] / "docs" / "settings.md").read_text("utf-8")
    rows = "\n".join(line for line in page.splitlines() if line.startswith("| `"))
    assert set(re.findall(r"CLAIRDROIT_\w+", rows)) == set(NAMES)
