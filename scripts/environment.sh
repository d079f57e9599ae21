# For scripts that need Python's packages: to be sourced.

# Makes an environment in a folder with what a list names, unless it is there: environment LIST FOLDER
environment() {
    local packages=$1 place=$2
    cmp --silent "$packages" "$place/installed" && return
    printf 'installing %s into %s\n' "$packages" "$place"
    python3 -m venv --clear "$place"
    "$place/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: \
        --requirement "$packages"
    cp "$packages" "$place/installed"
}
