"""The files of deploy/ and the page that leads through them say what is true of this program."""

import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import click
import httpx
import pytest
import yaml
from click.testing import CliRunner

from bot.cli import main
from bot.front import TELEGRAM
from bot.settings import NAMES, BadSetting, Settings, new_key

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PAGE = (ROOT / "docs" / "fr" / "installer.md").read_text(encoding="utf-8")
COMMANDS = "\n".join(re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL))
BEFORE, _, REMOVAL = COMMANDS.partition("systemctl disable --now clairdroit")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
UNIT = (DEPLOY / "clairdroit.service").read_text(encoding="utf-8")
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in [*DEPLOY.iterdir()] if path.is_file()}
OF_COMPOSE = {"CLAIRDROIT_SITE", "CLAIRDROIT_UPSTREAM"}  # Caddy's and compose's own


def needs(program):
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


def given():
    lines = TEXTS["clairdroit.env.example"].splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def ran(*command, **settings):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **settings)
    return done.returncode, done.stdout + done.stderr


# --- names ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*sorted(TEXTS), "installer.md"])
def test_every_setting_that_is_named_exists_and_is_documented(name):
    named = set(re.findall(r"CLAIRDROIT_[A-Z_]+", TEXTS.get(name, PAGE))) - OF_COMPOSE
    assert named <= set(NAMES)
    documented = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert [each for each in named if f"`{each}`" not in documented] == []


def test_the_example_settings_start_the_program_once_there_is_a_key():
    with pytest.raises(BadSetting, match="CLAIRDROIT_KEY is missing"):
        Settings.from_environment(given())
    settings = Settings.from_environment(given() | {"CLAIRDROIT_KEY": new_key()})
    assert settings.database_url.startswith("postgresql+psycopg://")
    assert not settings.telegram_token
    assert not settings.telegram_webhook


def test_the_example_settings_can_be_read_by_a_shell_too():
    assert all(re.fullmatch(r"[A-Z_]+=[\w+:/@?=.-]*", "=".join(pair)) for pair in given().items())


# --- the page ------------------------------------------------------------------------------------------------


def test_every_file_that_the_page_names_exists():
    inside = re.findall(r"(?:/opt/clairdroit/src/|\bdeploy/)[\w./-]*", PAGE)
    ours = {each.removeprefix("/opt/clairdroit/src/").rstrip(".") for each in inside}
    made_on_the_way = {"deploy/clairdroit.env", "deploy/.env", "deploy/calendar-users"}
    assert [each for each in ours - made_on_the_way if each and not (ROOT / each).exists()] == []
    linked = re.findall(r"\]\(([^)]+)\)", PAGE)
    assert [each for each in linked if not (ROOT / "docs" / "fr" / each).exists()] == []


def test_what_is_made_on_the_way_holds_secrets_and_is_never_committed():
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert {"deploy/clairdroit.env", "deploy/.env", "deploy/calendar-users"} <= set(ignored)


def test_every_command_of_the_page_is_one_for_the_shell():
    assert ran("bash", "-n", input=COMMANDS) == (0, "")


def test_every_command_of_ours_exists_with_its_options():
    run = re.findall(r"(?:bin/clairdroit|clairdroit-admin|clairdroit clairdroit) ([a-z][^\n`|)]*)", PAGE)
    run += re.findall(r"ExecStart=\S+ (.*)", UNIT)
    assert len(run) >= 7
    for words in (each.split() for each in run):
        options = {word for word in words if word.startswith("--")}
        usage, known = _usage([word for word in words if re.fullmatch(r"[a-z-]+", word)])
        assert options - {"--help"} <= known, usage


def _usage(words):
    """The help of the deepest command that these words name, and its options."""
    command, context = main, click.Context(main)
    while words and isinstance(command, click.Group) and (deeper := command.get_command(context, words[0])):
        command, words = deeper, words[1:]
    assert not isinstance(command, click.Group), words
    return CliRunner().invoke(command, ["--help"]).output, {
        option for each in command.params for option in each.opts
    }


def test_whoever_removes_all_as_the_page_says_removes_what_the_page_made():
    made = set(re.findall(r"[ =](/(?:etc|opt|usr/local|var/lib)/[\w./-]+)$", BEFORE, re.MULTILINE))
    removed = [path for line in re.findall(r"^rm (.*)$", REMOVAL, re.MULTILINE) for path in line.split()]
    assert len(made) >= 6
    assert [path for path in made if not any(f"{path}/".startswith(f"{each}/") for each in removed)] == []
    for word in ("dropdb clairdroit", "dropuser clairdroit", "deluser --system clairdroit"):
        assert word in REMOVAL


def test_the_address_that_telegram_calls_is_ours():
    assert f"https://droits.example.org{TELEGRAM}" in PAGE
    assert TELEGRAM == "/telegram"


@needs("dpkg-query")
def test_the_packages_of_the_page_are_debians():
    [line] = re.findall(r"apt-get install --yes (.*)", COMMANDS)
    code, said = ran("apt-cache", "policy", *line.split())
    if not said:
        pytest.skip("apt has no lists here")
    assert code == 0
    assert {name for name in line.split() if f"{name}:" not in said} == set()


# --- systemd -------------------------------------------------------------------------------------------------


@needs("systemd-analyze")
def test_systemd_takes_the_unit_and_finds_it_confined(tmp_path):
    unit = tmp_path / "clairdroit.service"
    unit.write_text(UNIT.replace("/opt/clairdroit/venv/bin/clairdroit", "/bin/true"))
    assert ran("systemd-analyze", "verify", unit) == (0, "")
    _, said = ran("systemd-analyze", "security", "--offline=true", unit)
    [exposure] = re.findall(r"exposure level for clairdroit.service: ([\d.]+)", said)
    assert float(exposure) <= 2.0


def test_the_unit_gives_turns_under_way_the_time_to_end():
    assert int(re.search(r"TimeoutStopSec=(\d+)", UNIT)[1]) > 10
    assert "User=clairdroit" in UNIT


# --- Caddy ---------------------------------------------------------------------------------------------------


@needs("caddy")
def test_caddy_takes_its_file_as_the_page_makes_it(tmp_path):
    [made] = re.findall(r"^(sed .* /opt/clairdroit/src/deploy/Caddyfile) >", COMMANDS, re.MULTILINE)
    _, text = ran("bash", "-c", made.replace("/opt/clairdroit/src", str(ROOT)))
    assert "droits.example.org {" in text
    file = tmp_path / "Caddyfile"
    file.write_text(text)
    where = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    assert ran("caddy", "validate", "--config", file, "--adapter", "caddyfile", env=where)[0] == 0


def test_nobody_outside_reads_figures_and_nobody_logs_visits():
    assert "@inside path /readyz /metrics" in TEXTS["Caddyfile"]
    assert not re.search(r"^\s*log\b", TEXTS["Caddyfile"], re.MULTILINE)


# --- containers ----------------------------------------------------------------------------------------------


def test_containers_write_nowhere_but_in_volumes_and_have_no_privileges():
    for name, service in COMPOSE["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
    assert [name for name, each in COMPOSE["services"].items() if "cap_add" in each] == ["caddy"]


def test_only_caddy_is_reached_from_outside():
    services = COMPOSE["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["caddy"]
    assert services["database"]["networks"] == services["radicale"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert services["radicale"]["profiles"] == ["calendars"]


def test_two_processes_wait_for_their_database():
    ours = COMPOSE["services"]["clairdroit"]
    assert ours["command"] == ["clairdroit", "serve", "--processes", "2"]
    assert ours["depends_on"]["database"]["condition"] == "service_healthy"


def test_the_database_is_not_healthy_while_it_is_only_being_set_up():
    """The image sets it up with a server that listens to its socket alone."""
    assert "--host=127.0.0.1" in COMPOSE["services"]["database"]["healthcheck"]["test"]


def test_podman_looks_after_our_health_as_docker_does():
    """Podman builds images of a format that has no HEALTHCHECK: compose.yaml says the same again."""
    [(options, command)] = re.findall(
        r"^HEALTHCHECK (.*?) CMD (\[.*?\])$", TEXTS["Containerfile"].replace("\\\n", ""), re.MULTILINE
    )
    said = COMPOSE["services"]["clairdroit"]["healthcheck"]
    assert said.pop("test") == ["CMD", *yaml.safe_load(command)]
    assert said == {
        name.replace("-", "_"): value for name, value in re.findall(r"--([a-z-]+)=(\S+)", options)
    }


def test_the_compose_of_debian_12_takes_the_file():
    """Its docker-compose 1.29 refuses a `name`; that is in deploy/.env."""
    assert {key for key in COMPOSE if not key.startswith("x-")} == {"services", "networks", "volumes"}
    assert "COMPOSE_PROJECT_NAME=clairdroit" in COMMANDS


def test_the_trial_run_stands_in_for_every_image_that_is_pulled():
    trial = (ROOT / "tools" / "containers.sh").read_text(encoding="utf-8")
    pulled = set(re.findall(r"\bdocker\.io/library/[\w.:-]+", TEXTS["Containerfile"] + TEXTS["compose.yaml"]))
    assert pulled == set(re.findall(r"^made (\S+)", trial, re.MULTILINE))
    assert ran("bash", "-n", ROOT / "tools" / "containers.sh") == (0, "")


def test_every_volume_and_file_that_compose_mounts_is_there():
    mounted = [each for service in COMPOSE["services"].values() for each in service.get("volumes", [])]
    sources = {each.split(":")[0] for each in mounted}
    files = {each for each in sources if each.startswith("./")} - {"./calendar-users"}
    assert all((DEPLOY / each).is_file() for each in files)
    assert {each for each in sources if not each.startswith("./")} == set(COMPOSE["volumes"])


def test_the_container_file_copies_what_is_there_ignores_the_rest_and_is_not_root():
    file, allowed = TEXTS["Containerfile"], (ROOT / ".dockerignore").read_text(encoding="utf-8")
    copied = {
        source for line in re.findall(r"^COPY (?!--)(.*) \S+$", file, re.MULTILINE) for source in line.split()
    }
    assert all((ROOT / each).exists() for each in copied)
    assert {line[1:] for line in allowed.splitlines() if line.startswith("!")} == copied
    stages = re.split(r"^FROM .* AS ", file, flags=re.MULTILINE)[1:]
    assert {stage.split()[0] for stage in stages if "USER 10001:10001" in stage} == {"radicale", "clairdroit"}
    assert {each["build"]["target"] for each in COMPOSE["services"].values() if "build" in each} == {
        "radicale",
        "clairdroit",
    }


@pytest.fixture
def calendars(tmp_path):
    """Radicale with our files, at another place; the address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = TEXTS["radicale.conf"].replace("0.0.0.0:5232", f"127.0.0.1:{port}")
    config = config.replace("/var/lib/radicale", f"{tmp_path}/data").replace("/etc/radicale", str(tmp_path))
    (tmp_path / "config").write_text(config)
    (tmp_path / "rights").write_text(TEXTS["radicale.rights"])
    _, hashed = ran("openssl", "passwd", "-6", "secret")
    users = ("clairdroit", "ccas-joigny", "caf-joigny")
    (tmp_path / "users").write_text("".join(f"{user}:{hashed}" for user in users))
    command = [sys.executable, "-m", "radicale", "--config", str(tmp_path / "config")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


@needs("openssl")
def test_each_partner_has_its_own_calendar_and_sees_no_other(calendars):
    place = f"{calendars}/clairdroit/ccas-joigny/"

    def asked(method, user, password="secret"):
        client = httpx.Client(auth=(user, password), transport=httpx.HTTPTransport(retries=5), timeout=10)
        with client:
            return client.request(method, place).status_code

    assert _once_up(lambda: asked("MKCALENDAR", "clairdroit")) == 201
    assert asked("PROPFIND", "ccas-joigny") == 207
    assert asked("PROPFIND", "caf-joigny") == 403
    assert asked("DELETE", "caf-joigny") == 403
    assert asked("PROPFIND", "ccas-joigny", "wrong") == 401


def _once_up(ask):
    for _ in range(100):
        try:
            return ask()
        except httpx.ConnectError:
            time.sleep(0.1)
    raise AssertionError("Radicale does not start")
