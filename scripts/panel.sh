#!/usr/bin/env bash
# Builds the control panel's page: panel/dist, which the program's build takes in. Does nothing where it is built
# already. Without Node 18.20 or later it says so, and the program shows a page that says how to get the panel.
# usage: scripts/panel.sh [--test] [--program FILE [--pictures FOLDER]]
#   --test          also checks its types, and tests it in Chromium and (where that is) in Firefox, before a stand-in of
#                   the program
#   --program FILE  tests it before the program itself, with the presenter as the camera
#   --pictures FOLDER  makes pictures of it there for the README instead
set -euo pipefail

say() { printf 'panel: %s\n' "$*"; }
die() {
    printf 'panel: %s\n' "$*" >&2
    exit 1
}

for_tests='' program='' pictures=''
while [ $# -gt 0 ]; do
    case $1 in
    --test) for_tests=yes ;;
    --program)
        [ $# -ge 2 ] || die '--program wants a file'
        program=$2
        shift
        ;;
    --pictures)
        [ $# -ge 2 ] || die '--pictures wants a folder'
        pictures=$2
        shift
        ;;
    *) die "unknown option '$1': usage: scripts/panel.sh [--test] [--program FILE [--pictures FOLDER]]" ;;
    esac
    shift
done
case $program in '' | /*) ;; *) program=$PWD/$program ;; esac
case $pictures in '' | /*) ;; *) pictures=$PWD/$pictures ;; esac
cd "$(dirname "$0")/../panel"

has_node() {
    command -v npm >/dev/null 2>&1 &&
        node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 18 || (a == 18 && b >= 20) ? 0 : 1)' 2>/dev/null
}

if ! has_node; then
    text='the page needs Node 18.20 or later with npm, which is missing here'
    [ -z "$for_tests$program" ] || die "$text"
    say "$text: the program is built without it"
    exit 0
fi

# What npm wrote last says which lock it followed.
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    say 'fetching what builds the page with npm'
    npm ci --no-audit --no-fund --loglevel=error || die "npm could not fetch what builds the page: see above"
    touch node_modules/.package-lock.json
fi

newer=$(find . -path ./node_modules -prune -o -path ./dist -prune -o -path ./tests -prune -o -path ./mock -prune \
    -o -path ./src/protocol/generated.ts -o -type f -newer dist/index.html -print -quit 2>/dev/null || echo all)
if [ ! -f dist/index.html ] || [ -n "$newer" ]; then
    npm run --silent build
fi

if [ -n "$for_tests" ]; then
    npm run --silent check
    npm run --silent test
    npm run --silent firefox
fi

# In folders of its own, so that it meets no settings and no other running program.
before_program() {
    local work pid file
    for file in dist/assets/*.js; do
        grep -qF "$(basename "$file")" "$program" || die "$program was built with another page: build it again"
    done
    work=$(mktemp -d)
    mkdir -m 700 "$work/run"
    export HOME=$work XDG_RUNTIME_DIR=$work/run XDG_CONFIG_HOME=$work/config XDG_STATE_HOME=$work/state XDG_DATA_HOME=$work/data
    "$program" run --camera "presenter${pictures:+:hair=long,seed=3}" --output none --quiet >"$work/log" 2>&1 &
    pid=$!
    # A test kills it, which is no news.
    disown "$pid"
    # shellcheck disable=SC2064 # the process and the folder of now are meant
    trap "'$program' quit >/dev/null 2>&1 || kill $pid 2>/dev/null || true; sleep 0.5; rm -rf '$work'" EXIT
    for _ in $(seq 100); do
        "$program" panel --print >/dev/null 2>&1 && break
        sleep 0.1
    done
    if [ -n "$pictures" ]; then
        BACKLOT_PANEL_URL=$(address) npm run --silent pictures -- --readme "$pictures"
        return
    fi
    # A test ends the program and starts it again: another one of the same.
    BACKLOT_PROGRAM=$program BACKLOT_PANEL_URL=$(address) npm run --silent test
    BACKLOT_PANEL_URL=$(address) npm run --silent firefox
    ask_at_random
}

# Whatever openapi.json allows, and what it doesn't, where schemathesis is (PyPI); without what has no end or ends the
# program, what writes files where it is told to, and pictures of one of several things, which it can't describe.
ask_at_random() {
    local entry host port
    if ! command -v schemathesis >/dev/null || ! command -v curl >/dev/null; then
        say "there is no schemathesis here, so the HTTP interface isn't asked at random"
        return
    fi
    entry=$(address)
    host=$(cut -d/ -f3 <<<"$entry")
    port=${host##*:}
    here() { curl -sS -H "Host: $host" "http://127.0.0.1:$port$1" "${@:2}"; }
    BACKLOT_COOKIE=$(here "/${entry#http://*/}" -i | tr -d '\r' | sed -n 's/^set-cookie: backlot-panel=\([^;]*\).*/\1/Ip')
    export BACKLOT_COOKIE
    # shellcheck disable=SC2016 # schemathesis reads the variable
    printf '[auth.openapi.cookie]\napi_key = "${BACKLOT_COOKIE}"\n' >"$HOME/schemathesis.toml"
    (cd "$HOME" && schemathesis --config-file schemathesis.toml run "$OLDPWD/openapi.json" --url "http://127.0.0.1:$port" \
        -H "Host: $host" -H "Origin: http://$host" --seed 1 --max-examples 20 --request-timeout 60 \
        --exclude-path-regex '/(events|preview|quit|install|panel|record|stop-recording|snapshot|thumbnail)$')
}

# One that is good for one browser.
address() { "$program" panel --print || die "the program serves no panel: $(cat "$XDG_RUNTIME_DIR/../log")"; }

[ -z "$program" ] || before_program
