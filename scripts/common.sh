# What several scripts need: to be sourced.

say() { printf '%s: %s\n' "$(basename "$0" .sh)" "$*"; }
die() {
    printf '%s: %s\n' "$(basename "$0" .sh)" "$*" >&2
    exit 1
}
# A path from the root, of one from here.
whole() { case $1 in /*) printf '%s' "$1" ;; *) printf '%s/%s' "$PWD" "$1" ;; esac; }

# Makes an environment in a folder with what a list names, unless it is there: environment LIST FOLDER
environment() {
    local packages=$1 place=$2
    cmp --silent "$packages" "$place/installed" && return
    say "installing $packages into $place"
    python3 -m venv --clear "$place"
    "$place/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: \
        --requirement "$packages"
    cp "$packages" "$place/installed"
}
