#!/usr/bin/env bash
# Installs, runs, upgrades and removes what the project packages, in clean roots.
# usage: tests/packages/run.sh [--quick] [--program FILE] [CASE...]
#   --quick          only what takes seconds: the package and the descriptions, without roots
#   --program FILE   the program [default: target/release/backlot]
#   CASE             only cases whose names begin so; --list prints them
# BACKLOT_ROOTS      where clean roots are kept between runs [default: the user's cache folder]
# What a case needs and isn't there is named, and the case left out; if all were, it ends with 77.
set -uo pipefail

list=(deb.lintian desktop.valid pkgbuild.read flatpak.read rpm.built deb.bookworm deb.trixie tarball.bullseye tarball.trixie tarball.older images.serve)
quick=(deb.lintian desktop.valid pkgbuild.read flatpak.read)

die() {
    printf 'packages: %s\n' "$*" >&2
    exit 2
}
whole() { case $1 in /*) printf '%s' "$1" ;; *) printf '%s/%s' "$PWD" "$1" ;; esac; }

program='' chosen=()
while [ $# -gt 0 ]; do
    case $1 in
    --quick) chosen+=("${quick[@]}") ;;
    --list)
        printf '%s\n' "${list[@]}"
        exit 0
        ;;
    --program)
        [ $# -ge 2 ] || die '--program wants a file'
        program=$(whole "$2")
        shift
        ;;
    -*) die "unknown option '$1': usage: tests/packages/run.sh [--quick] [--program FILE] [CASE...]" ;;
    *)
        for case in "${list[@]}"; do
            case $case in "$1"*) chosen+=("$case") ;; esac
        done
        [ ${#chosen[@]} -gt 0 ] || die "no case is called '$1': --list prints them"
        ;;
    esac
    shift
done
cd "$(dirname "$0")/../.." || exit 2
program=${program:-$(whole "${CARGO_TARGET_DIR:-target}")/release/backlot}
[ -x "$program" ] || die "$program is missing: run 'make build' first"
[ ${#chosen[@]} -gt 0 ] || chosen=("${list[@]}")
roots=${BACKLOT_ROOTS:-${XDG_CACHE_HOME:-$HOME/.cache}/backlot-roots}
# Signed by somebody, whoever makes the last commit.
export DEBFULLNAME='Backlot tests' DEBEMAIL=tests@backlot.invalid SOURCE_DATE_EPOCH=1700000000
work=$(mktemp -d)
chmod 711 "$work"
trap 'rm -rf --one-file-system "$work"' EXIT

# --- how a case ends: its last line is why -------------------------------------------------------------------

LEFT_OUT=77
left_out() {
    echo "$*"
    exit $LEFT_OUT
}
check() { # WHAT COMMAND...
    local what=$1
    shift
    "$@" || {
        echo "$what"
        exit 1
    }
}
holds() { # TEXT PART: the text has the part
    case $1 in
    *"$2"*) ;;
    *)
        printf '%s\n' "$1"
        echo "'$2' isn't in what is above"
        exit 1
        ;;
    esac
}
needs() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || left_out "there is no $tool here"
    done
}

# --- clean roots -----------------------------------------------------------------------------------------------

root() { # SUITE: prints the folder of a new copy
    needs mmdebstrap unshare
    [ "$(id -u)" -eq 0 ] || left_out 'roots take root'
    local kept=$roots/$1.tar
    if [ ! -f "$kept" ]; then
        mkdir -p "$roots"
        mmdebstrap --variant=minbase --quiet "$1" "$kept.part.tar" >&2 || left_out "mmdebstrap could not make a root of $1"
        mv "$kept.part.tar" "$kept"
    fi
    mkdir -p "$work/$1"
    tar -xf "$kept" -C "$work/$1" --exclude='./dev/*'
    mkdir -p "$work/$1/run/user/1000"
    chroot "$work/$1" useradd --create-home --home-dir /me --uid 1000 me
    chown 1000:1000 "$work/$1/run/user/1000"
    cp crates/files/tests/data/three-frames.nut "$work/$1/film.nut"
    printf '%s' "$work/$1"
}

# Runs a script in a root, with /proc and /dev, without a network, and ends all that it started.
inside() { # ROOT SCRIPT
    timeout --kill-after 5 180 unshare --mount --pid --net --fork --kill-child bash -c '
        mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && ip link set lo up 2>/dev/null
        exec chroot "$1" /bin/sh -c "$2"' inside "$1" "$2" 2>&1
}

as_user='setpriv --reuid=1000 --regid=1000 --clear-groups env HOME=/me XDG_RUNTIME_DIR=/run/user/1000'

# Every file of a root but those that record what was installed.
listing() {
    (cd "$1" && find . -xdev \( -path ./proc -o -path ./dev -o -path ./run -o -path ./tmp -o -path ./me -o -path ./var/lib/dpkg \
        -o -path ./var/log -o -path ./var/cache -o -path ./var/lib/apt \) -prune -o -print) | LC_ALL=C sort
}

# What a program that was installed has to do anywhere, as a user. Pictures need no other program.
try_it='
    cd "$HOME"
    backlot --version
    backlot snapshot --camera presenter -o me.png
    test -s me.png && echo "a picture was made"
    backlot doctor
    backlot snapshot --camera pipewire -o other.png
    backlot render /film.nut -o out.mp4
    true'

# --- the Debian package ------------------------------------------------------------------------------------------

package() { # FOLDER: prints the package's file
    scripts/deb.sh --program "$program" --output "$1" >"$1.log" 2>&1 || {
        cat "$1.log"
        left_out 'no package was made'
    }
    printf '%s' "$1"/*.deb
}

deb.lintian() {
    needs dpkg-deb lintian
    local made said
    made=$(package "$work/deb") || left_out "$made"
    said=$(lintian --fail-on error,warning "$made" 2>&1) || {
        printf '%s\n' "$said" 'lintian finds something'
        exit 1
    }
}

# The same package with a higher number.
newer() { # PACKAGE FOLDER
    dpkg-deb --raw-extract "$1" "$2"
    sed -i 's/^Version: .*/&.1/' "$2/DEBIAN/control"
    dpkg-deb --root-owner-group --build "$2" "$2.deb" >/dev/null
}

in_debian() { # SUITE
    needs dpkg-deb
    local made here before after said
    made=$(package "$work/deb") || left_out "$made"
    here=$(root "$1") || left_out "$here"
    newer "$made" "$work/newer"
    cp "$made" "$here/tmp/backlot.deb"
    cp "$work/newer.deb" "$here/tmp/newer.deb"
    before=$(listing "$here")
    said=$(inside "$here" 'dpkg --install /tmp/backlot.deb') || {
        printf '%s\n' "$said" 'it could not be installed'
        exit 1
    }
    said=$(inside "$here" "$as_user sh -c '$try_it'")
    for part in 'backlot 0.' 'a picture was made' 'PipeWire is not installed' 'v4l2loopback' "libpipewire-0.3.so.0, isn't installed" ffmpeg; do
        holds "$said" "$part"
    done
    # An upgrade while it runs.
    said=$(inside "$here" "
        $as_user backlot run --camera presenter --output none >/tmp/run.log 2>&1 &
        for i in \$(seq 100); do $as_user backlot status >/dev/null 2>&1 && break; sleep 0.2; done
        $as_user backlot status
        dpkg --install /tmp/newer.deb
        $as_user backlot status
        $as_user backlot quit && echo 'it was still there'
        sleep 1
        cat /tmp/run.log")
    for part in 'goes on as it was: restart for the new version' 'Backlot was replaced while it runs' 'it was still there'; do
        holds "$said" "$part"
    done
    # Bad surroundings: one sentence, or it does without.
    said=$(inside "$here" "
        $as_user env XDG_CONFIG_HOME=/nowhere XDG_RUNTIME_DIR=/nowhere XDG_STATE_HOME=/nowhere sh -c 'backlot validate; backlot snapshot --camera presenter -o /me/again.png --force && echo without folders'
        mount -t tmpfs -o ro tmpfs /me
        $as_user sh -c 'cd / && backlot snapshot --camera presenter -o /tmp/read-only.png && echo with a home that is read-only'")
    holds "$said" 'without folders'
    holds "$said" 'with a home that is read-only'
    case $said in *panicked*) check "$said" false ;; esac
    said=$(inside "$here" 'dpkg --purge backlot') || check "$said" false
    after=$(listing "$here")
    check "$(diff <(printf '%s\n' "$before") <(printf '%s\n' "$after"))" [ "$before" = "$after" ]
}
deb.bookworm() { in_debian bookworm; }
deb.trixie() { in_debian trixie; }

# --- descriptions ------------------------------------------------------------------------------------------------

desktop.valid() {
    needs desktop-file-validate appstreamcli
    check 'the desktop entry is not valid' desktop-file-validate packaging/backlot.desktop
    check 'the description for software centres is not valid' appstreamcli validate --no-net packaging/org.backlot.Backlot.metainfo.xml
    if command -v xmllint >/dev/null; then check 'the icon is no SVG' xmllint --noout panel/public/icon.svg; fi
}

pkgbuild.read() {
    needs bash makepkg
    local said
    check 'the shell does not take it' bash -n packaging/PKGBUILD
    mkdir "$work/arch"
    cp packaging/PKGBUILD "$work/arch/"
    chmod -R a+rwX "$work" "$work/arch"
    # Only pacman's name is wanted where nothing is built, and makepkg doesn't run as root.
    local as=()
    [ "$(id -u)" -ne 0 ] || as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    said=$(cd "$work/arch" && "${as[@]}" env HOME="$work/arch" PACMAN=true makepkg --printsrcinfo 2>&1) || check "$said" false
    holds "$said" "pkgver = $(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)"
}

flatpak.read() {
    needs flatpak-builder
    local said
    said=$(cd "$work" && flatpak-builder --show-manifest "$OLDPWD/packaging/org.backlot.Backlot.yml" 2>&1) || check "$said" false
    holds "$said" '"id" : "org.backlot.Backlot"'
}

rpm.built() {
    needs rpmbuild rpmlint rpm2cpio
    local top=$work/rpm version said
    version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
    mkdir -p "$top/SOURCES" "$work/backlot-$version"
    git ls-files -z packaging scripts panel/public 'LICENSE-*' README.md CHANGELOG.md |
        tar --null -T - -c | tar -x -C "$work/backlot-$version"
    tar -C "$work" -cJf "$top/SOURCES/backlot-$version.tar.xz" "backlot-$version"
    said=$(rpmbuild -bb --nodeps --without build --define "_topdir $top" --define "program $program" packaging/backlot.spec 2>&1) || {
        printf '%s\n' "$said" | tail -n 20
        echo 'rpmbuild fails'
        exit 1
    }
    said=$(rpmlint --config tests/packages/rpmlint.toml "$top"/RPMS/*/*.rpm 2>&1) || {
        printf '%s\n' "$said" 'rpmlint finds something'
        exit 1
    }
    said=$(rpm --query --package --list "$top"/RPMS/*/*.rpm)
    for part in /usr/bin/backlot man1/backlot-run.1 org.backlot.Backlot.metainfo.xml; do holds "$said" "$part"; done
}

# --- the tarball ---------------------------------------------------------------------------------------------------

in_older() { # SUITE
    local archive=target/tarball/*.tar.xz here said
    # shellcheck disable=SC2086 # the pattern is meant
    set -- "$1" $archive
    [ -f "$2" ] || left_out "there is no tarball: 'make tarball' makes it"
    here=$(root "$1") || left_out "$here"
    tar -xf "$2" -C "$here/usr" --strip-components 1
    said=$(inside "$here" "$as_user sh -c '$try_it'")
    for part in 'backlot 0.' 'a picture was made' "libpipewire-0.3.so.0, isn't installed"; do holds "$said" "$part"; done
}
tarball.bullseye() { in_older bullseye; }
tarball.trixie() { in_older trixie; }

# A processor of 2008, without AVX and SSE4.2, by emulation.
tarball.older() {
    needs qemu-x86_64-static
    local said
    said=$(cd "$work" && qemu-x86_64-static -cpu Penryn "$program" snapshot --camera presenter --size 320x180 -o older.png 2>&1) ||
        check "$said" false
    check 'no picture was made' [ -s "$work/older.png" ]
}

# --- images --------------------------------------------------------------------------------------------------------

# The files of an OCI archive's image.
unpack() { # ARCHIVE FOLDER
    local at=$work/oci layer
    mkdir -p "$at" "$2"
    tar -xf "$1" -C "$at"
    python3 - "$at" <<'END' | while read -r layer; do tar -xf "$at/blobs/sha256/$layer" -C "$2"; done
import json, sys
blob = lambda digest: json.load(open(f"{sys.argv[1]}/blobs/{digest.replace(':', '/')}"))
index = json.load(open(f"{sys.argv[1]}/index.json"))
for layer in blob(index["manifests"][0]["digest"])["layers"]:
    print(layer["digest"].removeprefix("sha256:"))
END
}

images.serve() {
    needs buildah python3 curl unshare setpriv
    [ "$(id -u)" -eq 0 ] || left_out 'changing a root takes root'
    local said size
    said=$(scripts/images.sh --program "$program" --root /nonexistent --output "$work/images" 2>&1) || check "$said" false
    unpack "$work/images/backlot-serve.tar" "$work/image"
    size=$(du -sm --apparent-size "$work/image" | cut -f1)
    check "it has $size MB, and 60 are allowed" [ "$size" -lt 60 ]
    # As a container runs it: nothing can be written, no rights, no network but its own 127.0.0.1, no home, no device.
    "$program" snapshot --camera presenter -o "$work/me.png" >/dev/null || check 'no picture was made' false
    said=$(timeout --kill-after 5 120 unshare --mount --pid --net --fork --kill-child bash -c '
        ip link set lo up
        mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"
        box="chroot $1 /usr/bin/backlot"
        none="setpriv --reuid=65532 --regid=65532 --clear-groups --no-new-privs --bounding-set=-all,+sys_chroot --inh-caps=-all,+sys_chroot --ambient-caps=-all,+sys_chroot"
        export HOME=/work
        $none $box serve &
        for i in $(seq 100); do curl -fs -o /dev/null localhost:9000/v2/health/ready && break; sleep 0.2; done
        curl -fs --data-binary @"$2" localhost:9000 | wc -c
        $none $box run --camera presenter --output /dev/video10 --duration 1
        $none $box run --camera /dev/video0 --output none --duration 1
        $none $box snapshot --camera /dev/video0 -o /tmp/me.png' images "$work/image" "$work/me.png" 2>&1) || true
    holds "$said" 921600
    holds "$said" /dev/video10
    case $said in *panicked*) check "$said" false ;; esac
}

# --- all of them ---------------------------------------------------------------------------------------------------

failed=0 passed=0
for case in "${chosen[@]}"; do
    why=$(
        set -e
        work=$work/$case
        mkdir "$work"
        "$case" 2>&1
    )
    status=$?
    case $status in
    0) printf 'ok        %s\n' "$case" && passed=$((passed + 1)) ;;
    "$LEFT_OUT") printf 'left out  %s: %s\n' "$case" "${why##*$'\n'}" ;;
    *) printf 'FAILED    %s\n%s\n' "$case" "$why" && failed=$((failed + 1)) ;;
    esac
    rm -rf --one-file-system "${work:?}/$case"
done
[ "$failed" -eq 0 ] || exit 1
[ "$passed" -gt 0 ] || exit 77
