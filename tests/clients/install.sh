#!/usr/bin/env bash
# Install the clients that `make clients` drives, in pinned versions, into .clients/. What a machine cannot install is said here and skipped there.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
place=$(cd "$here/../.." && pwd)/.clients
python=${PYTHON:-python3}
limit=300 # seconds for each part

# part NAME SOURCES... -- COMMAND...: run the command unless the part is newer than what it is made from.
part() {
    local name=$1 sources=() source
    shift
    while [ "$1" != -- ]; do sources+=("$1"); shift; done
    shift
    mkdir -p "$place/$name"
    if [ -e "$place/$name/.installed" ]; then
        local fresh=yes
        for source in "${sources[@]}"; do [ "$source" -nt "$place/$name/.installed" ] && fresh=no; done
        [ $fresh = yes ] && return
    fi
    if timeout $limit "$@" "$place/$name" >"$place/$name.log" 2>&1; then
        touch "$place/$name/.installed"
    else
        echo "clients: $name could not be installed here and is skipped; .clients/$name.log says why" >&2
    fi
}

environment() { # REQUIREMENTS FOLDER
    "$python" -m venv "$2" && "$2/bin/python" -m pip --disable-pip-version-check install --quiet --require-hashes -r "$1"
}

modules() { # FOLDER
    cp "$here/package.json" "$here/package-lock.json" "$1/" &&
        cd "$1" && npm install --no-save --no-audit --no-fund &&
        for setup in @anthropic-ai/claude-code/install.cjs opencode-ai/postinstall.mjs; do
            (cd "node_modules/$(dirname "$setup")" && node "$(basename "$setup")") || true # some npm run no scripts of packages
        done
}

export -f environment modules
export here python
mkdir -p "$place"
part python "$here/requirements.txt" -- bash -c 'environment "$here/requirements.txt" "$0"'
part aider "$here/aider.txt" -- bash -c 'environment "$here/aider.txt" "$0"'
if command -v npm >/dev/null; then
    part node "$here/package.json" "$here/package-lock.json" -- bash -c 'modules "$0"'
else
    echo "clients: there is no npm, so the JavaScript clients, Claude Code, Codex and opencode are skipped" >&2
fi
