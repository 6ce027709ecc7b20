#!/bin/sh
# Install Hushgate into a virtual environment that holds nothing else, not even pip: `deploy/build.sh /opt/hushgate`.
# Every package is pinned by hash; the tools that build are elsewhere and are thrown away.
set -eu
target=$1
cd "$(dirname "$0")/.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
pip="$tools/bin/python -m pip --disable-pip-version-check"
python3 -m venv "$tools"
$pip install --quiet --no-cache-dir --require-hashes -r deploy/build.lock
$pip wheel --quiet --no-deps --no-build-isolation --wheel-dir "$tools/wheels" .
python3 -m venv --without-pip "$target"
$pip --python "$target/bin/python" install --quiet --no-cache-dir --require-hashes -r deploy/image.lock
$pip --python "$target/bin/python" install --quiet --no-cache-dir --no-deps --no-index "$tools"/wheels/hushgate-*.whl
