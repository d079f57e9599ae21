#!/usr/bin/env bash
# Puts what was built where programs belong: the program, its desktop entry, icon and description for software centres, its
# manual pages, its completions, and the licences.
# usage: scripts/install.sh [--uninstall]
# PREFIX   the folder that it goes to: /usr/local for root, ~/.local for everybody else
# DESTDIR  a folder that stands for the system's root, for those who make packages
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'install: %s\n' "$*"; }
die() {
    printf 'install: %s\n' "$*" >&2
    exit 1
}

built=${CARGO_TARGET_DIR:-target}/release/backlot
if [ -z "${PREFIX:-}" ]; then
    if [ "$(id -u)" -eq 0 ]; then
        PREFIX=/usr/local
    else
        [ -n "${HOME:-}" ] || die 'there is no home to install to: set HOME, or PREFIX'
        PREFIX=$HOME/.local
    fi
fi
case $PREFIX in
/*) ;;
*) die "PREFIX is '$PREFIX': it has to be a whole path, as /usr/local" ;;
esac
to=${DESTDIR:-}$PREFIX
man=$to/share/man/man1
doc=$to/share/doc/backlot
bash=$to/share/bash-completion/completions/backlot
zsh=$to/share/zsh/site-functions/_backlot
fish=$to/share/fish/vendor_completions.d/backlot.fish
entry=$to/share/applications/backlot.desktop
icon=$to/share/icons/hicolor/scalable/apps/backlot.svg
metainfo=$to/share/metainfo/org.backlot.Backlot.metainfo.xml

# A program that runs can't be written, but it can be replaced.
put() { # MODE FILE PLACE
    mkdir -p "$(dirname "$3")"
    install -m "$1" "$2" "$3.new"
    mv -f "$3.new" "$3"
}

# Desktops that were started before ~/.local/bin was there don't find the program by its name.
desktop_entry() {
    local program=backlot
    case $PREFIX in
    /usr | /usr/local | *[!A-Za-z0-9/._+-]*) ;;
    *) program=$PREFIX/bin/backlot ;;
    esac
    sed "s|^Exec=backlot|Exec=$program|" packaging/backlot.desktop
}

put_all() {
    local work shell place page
    [ -x "$built" ] || die "$built is missing: run 'make build' first"
    work=$(mktemp -d)
    # shellcheck disable=SC2064 # the folder of now is meant
    trap "rm -rf '$work'" EXIT
    "$built" man --folder "$work/man"
    for shell in bash zsh fish; do
        "$built" completions "$shell" >"$work/$shell"
    done
    "$built" licences >"$work/third-party.txt"
    # Pages of commands that are gone do not stay behind.
    rm -f "$man"/backlot.1 "$man"/backlot-*.1
    for page in "$work"/man/*.1; do
        put 644 "$page" "$man/$(basename "$page")"
    done
    for shell in bash zsh fish; do
        place=${!shell}
        put 644 "$work/$shell" "$place"
    done
    desktop_entry >"$work/entry"
    put 644 "$work/entry" "$entry"
    put 644 panel/public/icon.svg "$icon"
    put 644 packaging/org.backlot.Backlot.metainfo.xml "$metainfo"
    put 644 LICENSE-MIT "$doc/LICENSE-MIT"
    put 644 LICENSE-APACHE "$doc/LICENSE-APACHE"
    put 644 "$work/third-party.txt" "$doc/third-party.txt"
    put 755 "$built" "$to/bin/backlot"
    say "backlot is in $to/bin, with its desktop entry, manual pages, completions and licences in $to/share"
}

# What a shell would start, and what it would not find.
advise() {
    local found
    [ -z "${DESTDIR:-}" ] || return 0
    case :$PATH: in
    *":$PREFIX/bin:"*)
        found=$(command -v backlot || true)
        if [ "$found" != "$PREFIX/bin/backlot" ]; then
            say "'backlot' still starts $found, which comes first in PATH"
        fi
        ;;
    *)
        say "$PREFIX/bin is not in your PATH, so your shell does not find backlot there yet"
        if [ "$PREFIX" = "${HOME:-}/.local" ]; then
            say 'most systems add it when you log in again, now that it is there; until then:'
        fi
        # shellcheck disable=SC2016 # it is for the reader's shell
        printf '  export PATH="%s:$PATH"\n' "$PREFIX/bin"
        ;;
    esac
    say "'backlot doctor' tells what else other programs need, 'backlot install' starts it at login"
}

remove_all() {
    local service=${XDG_CONFIG_HOME:-${HOME:-}/.config}/systemd/user/backlot.service
    if [ -z "${DESTDIR:-}" ] && grep -qsF "$PREFIX/bin/backlot" "$service"; then
        die "the service of 'backlot install' starts what is to be removed: run 'backlot install --uninstall' first"
    fi
    rm -f "$to/bin/backlot" "$man"/backlot.1 "$man"/backlot-*.1 "$bash" "$zsh" "$fish" "$entry" "$icon" "$metainfo"
    rm -f "$doc/LICENSE-MIT" "$doc/LICENSE-APACHE" "$doc/third-party.txt"
    [ ! -d "$doc" ] || rmdir --ignore-fail-on-non-empty "$doc"
    say "backlot is gone from $to ('backlot install --uninstall' takes back what that wrote; your settings stay)"
}

case ${1:-} in
'')
    put_all
    advise
    ;;
--uninstall) remove_all ;;
*) die "unknown option '$1': usage: scripts/install.sh [--uninstall]" ;;
esac
