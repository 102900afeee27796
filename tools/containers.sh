#!/bin/bash
# Builds deploy/Containerfile and runs deploy/compose.yaml, unchanged, on a Debian 12 that can pull no images.
#   tools/containers.sh [FOLDER]        as root; 5 minutes, 3 GB below FOLDER, ports 80 and 443 free; removes FOLDER
#   apt-get install podman crun netavark aardvark-dns mmdebstrap python3-venv curl openssl
# Stands in for: docker.io/library/{python:3.11-slim-bookworm,postgres:15-bookworm,caddy:2} by images of those names made
# of Debian's packages (so PostgreSQL, Caddy and Python are Debian's builds, Caddy 2.6); Docker and its compose by
# podman and podman-compose; a certificate of Let's Encrypt by one of Caddy's own, for clairdroit.localhost. Podman's
# timers for health checks need systemd: they are run by hand. pip and TLS inside use this machine's settings.
set -euo pipefail
work=${1:-/var/tmp/clairdroit-containers}
if [ -e /sys/fs/cgroup/unified ] && [ -z "${OWN_MOUNTS:-}" ]; then # crun takes no hybrid hierarchy: hide it from us
  OWN_MOUNTS=1 exec unshare --mount "$0" "$@"
fi
[ -z "${OWN_MOUNTS:-}" ] || umount /sys/fs/cgroup/unified
cd "$(dirname "$0")/.."
said() { printf '%4ds  %s\n' $SECONDS "$*"; }
fail() { echo "FAILED: $*" >&2; exit 1; }
[ ! -e "$work" ] || fail "$work exists: name another folder"
for port in 80 443; do ! (: < /dev/tcp/127.0.0.1/$port) 2> /dev/null || fail "port $port is taken"; done
mkdir -p "$work"/{src,images}
git ls-files -z -- . ':!docs' ':!tests' ':!benchmarks' | xargs -0 cp --parents -t "$work/src"
export CONTAINERS_STORAGE_CONF=$work/storage.conf CONTAINERS_CONF=$work/containers.conf
printf '[storage]\ndriver = "overlay"\ngraphroot = "%s/store"\nrunroot = "%s/run"\n' "$work" "$work" > "$work/storage.conf"
printf '[engine]\nruntime = "here"\ncgroup_manager = "cgroupfs"\n[engine.runtimes]\nhere = ["%s/runtime"]\n[network]\nnetwork_backend = "netavark"\n' "$work" > "$work/containers.conf"
cat > "$work/runtime" << 'END'
#!/usr/bin/python3
# crun, without the limits that podman raises and only CAP_SYS_RESOURCE may; RLIMIT_CORE, which compose.yaml sets, stays.
import json, os, pathlib, sys
for option, name in (("--bundle", "config.json"), ("--process", "")):
    if option in sys.argv:
        file = pathlib.Path(sys.argv[sys.argv.index(option) + 1], name)
        process = (spec := json.loads(file.read_text())).get("process", spec)
        process["rlimits"] = [each for each in process.get("rlimits") or [] if each["type"] == "RLIMIT_CORE"]
        file.write_text(json.dumps(spec))
os.execv("/usr/bin/crun", ["crun", *sys.argv[1:]])
END
chmod +x "$work/runtime"
python3 -m venv "$work/venv" && "$work/venv/bin/pip" --quiet install podman-compose==1.6.0
compose() { "$work/venv/bin/podman-compose" --podman-build-args='--network host' --file "$work/src/deploy/compose.yaml" "$@" >> "$work/log" 2>&1; }
ended() {
  [ -n "${worked:-}" ] || { tail -n 30 "$work/log"; podman logs --tail 9 clairdroit_clairdroit_1 || true; } >&2
  compose --profile calendars down --volumes || true
  podman system reset --force > "$work/reset" 2>&1 || true
  rm -rf "$work"
} && trap ended EXIT
mmdebstrap --quiet --dpkgopt='path-exclude=/usr/share/doc/*' --variant=minbase --include=ca-certificates bookworm "$work/images/debian.tar" &&
  podman import --quiet "$work/images/debian.tar" localhost/debian > /dev/null
cp /etc/ssl/certs/ca-certificates.crt "$work/images/"; cat /etc/pip.conf > "$work/images/pip.conf" 2> /dev/null || true
cat > "$work/images/entrypoint" << 'END'
#!/bin/bash
# As the image's: the database and its owner at the first start, by a server that listens to its socket only.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  initdb --username="$POSTGRES_USER" --pwfile=<(echo "$POSTGRES_PASSWORD")
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  pg_ctl -o '-c listen_addresses=' -w start
  psql --username "$POSTGRES_USER" --dbname postgres --command "CREATE DATABASE \"$POSTGRES_DB\""
  pg_ctl -m fast -w stop
fi
exec "$@" -c 'listen_addresses=*'
END
chmod +x "$work/images/entrypoint"
add() { echo "RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends $* && apt-get clean && rm -rf /var/lib/apt/lists/*"; }
made() {
  podman build --quiet --network host --tag "$1" --file - "$work/images" > /dev/null 2>> "$work/log"
  said "$(podman image inspect --format '{{.RepoTags}} {{.Size}} bytes' "$1")"
}
made docker.io/library/python:3.11-slim-bookworm << END
FROM localhost/debian
$(add python3-venv)
RUN ln -s /usr/bin/python3 /usr/local/bin/python
COPY pip.conf /etc/pip.conf
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
END
made docker.io/library/postgres:15-bookworm << END
FROM localhost/debian
$(add postgresql-15)
RUN rm -r /var/lib/postgresql/15 /etc/postgresql/15 && install -d -o postgres -m 0700 /var/lib/postgresql/data && install -d -o postgres -m 3777 /var/run/postgresql
COPY entrypoint /usr/local/bin/docker-entrypoint.sh
ENV PATH=/usr/lib/postgresql/15/bin:/usr/local/bin:/usr/bin:/bin PGDATA=/var/lib/postgresql/data LANG=C.UTF-8
VOLUME /var/lib/postgresql/data
ENTRYPOINT ["docker-entrypoint.sh"]
STOPSIGNAL SIGINT
CMD ["postgres"]
END
made docker.io/library/caddy:2 << END
FROM localhost/debian
$(add caddy libcap2-bin)
RUN mkdir /config /data /srv/caddy && setcap cap_net_bind_service=+ep /usr/bin/caddy
ENV XDG_CONFIG_HOME=/config XDG_DATA_HOME=/data
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
END
# --- as docs/fr/installer.md says, at clairdroit.localhost
cd "$work/src/deploy"
printf 'COMPOSE_PROJECT_NAME=clairdroit\nCLAIRDROIT_SITE=clairdroit.localhost\nPOSTGRES_PASSWORD=%s\n' "$(openssl rand -hex 24)" > .env
printf '\nagenda.localhost {\n\treverse_proxy radicale:5232\n}\n' >> Caddyfile
cp clairdroit.env.example clairdroit.env; printf 'clairdroit:%s\n' "$(openssl passwd -6 secret)" > calendar-users
compose --profile calendars build && said "built, $(podman image inspect --format '{{.Size}}' clairdroit_clairdroit) bytes"
key=$("$work/venv/bin/podman-compose" --file compose.yaml run -T --rm --no-deps clairdroit clairdroit key 2>> "$work/log" | tail -n 1)
sed -i "s|^CLAIRDROIT_KEY=.*|CLAIRDROIT_KEY=$key|" clairdroit.env
ask() { curl --silent --insecure --max-time 20 --write-out '%{http_code}' "$@"; }
up() { for _ in {1..90}; do [[ $(ask https://clairdroit.localhost/ -o "$work/page" -c "$work/jar") = 200 ]] && return; sleep 0.5; done; fail "$1"; }
pressed() { # ACTION, as the page's form sends it
  local fields; fields=$(grep -oP 'type="hidden" name="\K[^"]+" value="[^"]*' "$work/page" | sed 's/" value="/=/' | sort -u | paste -sd '&')
  ask https://clairdroit.localhost/ -b "$work/jar" -H 'Origin: https://clairdroit.localhost' -o /dev/null --data "action=$1&$fields"
}
compose --profile calendars up --detach && up 'the page never came' && said "talks: $(podman stats --no-stream --format '{{.Name}} {{.MemUsage}}' | tr '\n' ' ')"
[[ $(pressed go) = 303 ]] || fail 'a button pressed'
[[ $(ask https://clairdroit.localhost/readyz -o /dev/null) = 404 ]] || fail 'readyz is hidden'
[[ $(ask https://agenda.localhost/clairdroit/ccas-joigny/ -u clairdroit:secret -X MKCALENDAR -o /dev/null) = 201 ]] || fail 'a calendar'
for each in database clairdroit; do podman healthcheck run clairdroit_${each}_1 || fail "the health of $each"; done
for each in database:0000000000000000 clairdroit:0000000000000000 radicale:0000000000000000 caddy:0000000000000400; do
  inside=$(podman exec "clairdroit_${each%:*}_1" sh -c 'grep -E "CapBnd|NoNewPrivs|core" /proc/1/status /proc/1/limits; touch /here 2>&1' || true)
  [[ $inside = *CapBnd*${each#*:}*NoNewPrivs*1*core*\ 0\ *Read-only* ]] || fail "the confinement of $each: $inside"
done
podman restart clairdroit_database_1 >> "$work/log" 2>&1 && sleep 3 && up 'not after a restart of the database' && [[ $(pressed go) = 303 ]] || fail 'a turn after it'
started=$SECONDS; podman stop --time 30 clairdroit_clairdroit_1 >> "$work/log" 2>&1
[[ $((SECONDS - started)) -le 10 && $(podman inspect --format '{{.State.ExitCode}}' clairdroit_clairdroit_1) = 0 ]] || fail 'its end'
worked=yes; said 'healthy, confined, over a restart of the database, and ended in time'
