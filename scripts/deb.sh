#!/usr/bin/env bash
# Makes a Debian package of what was built: the program with the panel, its desktop entry, icon, service, manual pages and
# completions, and the options of v4l2loopback, all as 'backlot install' and 'make install' write them.
# usage: scripts/deb.sh [--program FILE] [--output FOLDER]
#   --program FILE     the program [default: target/release/backlot]
#   --output FOLDER    where the package goes [default: target/debian]
# DEBFULLNAME, DEBEMAIL  who answers for the package [default: the author of the last commit]
# SOURCE_DATE_EPOCH      the time of all that is in it [default: that of the last commit]
set -euo pipefail

. "$(dirname "$0")/common.sh"

program='' output=''
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || die "$1 wants a value: usage: scripts/deb.sh [--program FILE] [--output FOLDER]"
    case $1 in
    --program) program=$(whole "$2") ;;
    --output) output=$(whole "$2") ;;
    *) die "unknown option '$1': usage: scripts/deb.sh [--program FILE] [--output FOLDER]" ;;
    esac
    shift 2
done
cd "$(dirname "$0")/.."
target=$(whole "${CARGO_TARGET_DIR:-target}")
program=${program:-$target/release/backlot}
output=${output:-$target/debian}

command -v dpkg-deb >/dev/null || die 'dpkg-deb is missing, which makes the package: install dpkg'
[ -x "$program" ] || die "$program is missing: run 'make build' first"
[ -f panel/dist/index.html ] || die "panel/dist is missing, and a package always has the control panel: run 'make build' first"
for file in panel/dist/assets/*.js; do
    grep -qF "$(basename "$file")" "$program" ||
        die "$program was built without the control panel of panel/dist, and a package always has it: run 'make build' first"
done

version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)-1
architecture=$(dpkg --print-architecture)
last() { git log -1 --format="$1" 2>/dev/null || true; }
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(last %ct)}
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(stat -c %Y CHANGELOG.md)}
name=${DEBFULLNAME:-$(last %an)} address=${DEBEMAIL:-$(last %ae)}
[ -n "$name" ] && [ -n "$address" ] || die 'nobody answers for the package: set DEBFULLNAME and DEBEMAIL'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022
stage=$work/stage

# As 'make install', with Debian's places.
place_program() {
    local share=$stage/usr/share
    mkdir -p "$work/built/release"
    cp "$program" "$work/built/release/backlot"
    if command -v strip >/dev/null; then
        strip --strip-all --remove-section=.comment --remove-section=.note "$work/built/release/backlot"
    fi
    CARGO_TARGET_DIR=$work/built DESTDIR=$stage PREFIX=/usr scripts/install.sh >/dev/null
    mkdir -p "$share/zsh/vendor-completions"
    mv "$share/zsh/site-functions/_backlot" "$share/zsh/vendor-completions/_backlot"
    rmdir "$share/zsh/site-functions"
    gzip -9n "$share"/man/man1/*.1
}

place_documents() {
    local doc=$stage/usr/share/doc/backlot
    rm "$doc"/LICENSE-*
    { sed 's/^$/./; s/^/ /' LICENSE-MIT | tail -n +5; } >"$work/mit"
    sed -e "/^@MIT@/{r $work/mit" -e 'd}' packaging/copyright >"$doc/copyright"
    install -D -m 644 packaging/lintian-overrides "$stage/usr/share/lintian/overrides/backlot"
    gzip -9n "$doc/third-party.txt"
    gzip -9nc CHANGELOG.md >"$doc/changelog.gz"
    printf 'backlot (%s) unstable; urgency=medium\n\n  * What is new is in changelog.gz.\n\n -- %s <%s>  %s\n' \
        "$version" "$name" "$address" "$(date -Rud "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$doc/changelog.Debian.gz"
}

# As 'backlot install' writes them on a system where it is in /usr/bin: for both kinds of WirePlumber.
place_settings() {
    local kind file from=users/me/.config lib=$stage/usr/lib share=$stage/usr/share/wireplumber
    for kind in main.lua.d/50-v4l2-config.lua wireplumber.conf; do
        mkdir -p "$work/$kind/usr/share/wireplumber/$(dirname "$kind")"
        touch "$work/$kind/usr/share/wireplumber/$kind"
        env -u SUDO_USER HOME=/users/me XDG_CONFIG_HOME=/users/me/.config "$stage/usr/bin/backlot" install --yes \
            --root "$work/$kind" >/dev/null
    done
    for file in modprobe.d modules-load.d; do
        packaged "$work/wireplumber.conf/etc/$file/backlot.conf" "$lib/$file/backlot.conf" "/etc/$file"
    done
    packaged "$work/wireplumber.conf/$from/systemd/user/backlot.service" "$lib/systemd/user/backlot.service" /etc/systemd/user
    for file in main.lua.d/51-backlot.lua wireplumber.conf.d/51-backlot.conf; do
        kind=wireplumber.conf
        case $file in *.lua) kind=main.lua.d/50-v4l2-config.lua ;; esac
        packaged "$work/$kind/$from/wireplumber/$file" "$share/$file" "/etc/wireplumber/$(dirname "$file")"
    done
}

packaged() { # FILE PLACE FOLDER: the first line says whose it is, and what goes before it
    mkdir -p "$(dirname "$2")"
    sed -E -e "1s|^(#\|--) .*|\1 From the package 'backlot'. A file of the same name in $3 goes before this one.|" \
        -e "s|$stage/usr/bin/|/usr/bin/|" "$1" >"$2"
}

dependencies() {
    if command -v dpkg-shlibdeps >/dev/null; then
        mkdir -p "$work/debian"
        printf 'Source: backlot\n\nPackage: backlot\nArchitecture: any\n' >"$work/debian/control"
        (cd "$work" && dpkg-shlibdeps -O "$stage/usr/bin/backlot") | sed 's/^shlibs:Depends=//'
    else
        echo 'libc6 (>= 2.36), libgcc-s1'
    fi
}

control() {
    local control=$stage/DEBIAN
    mkdir -p "$control"
    cat >"$control/control" <<END
Package: backlot
Version: $version
Architecture: $architecture
Maintainer: $name <$address>
Installed-Size: $(du -k --apparent-size -s "$stage/usr" | cut -f1)
Depends: $(dependencies)
Recommends: v4l2loopback-dkms, ffmpeg, libpipewire-0.3-0t64 | libpipewire-0.3-0, xdg-utils, pkexec | policykit-1
Section: video
Priority: optional
Description: virtual camera that puts you on another set
 Backlot cuts you out of your webcam's picture with a small neural network and
 puts you on another set: an image, a video, the blurred room, a hologram in
 hyperspace. It needs no green screen, no GPU and no cloud.
 .
 It guards the room behind you: a picture goes out only with a plausible matte,
 otherwise viewers see a shield. The camera opens when somebody watches, and
 closes after the last viewer has left.
END
    # What is loaded already stays as it is.
    cat >"$control/postinst" <<'END'
#!/bin/sh
set -e
if [ "$1" = configure ] && [ ! -d /sys/module/v4l2loopback ]; then
    modprobe -q v4l2loopback 2>/dev/null || true
fi
# An upgrade ends nobody's call.
if [ "$1" = configure ] && [ -n "$2" ]; then
    for file in /proc/[0-9]*/exe; do
        if [ "$(readlink "$file" 2>/dev/null)" = '/usr/bin/backlot (deleted)' ]; then
            echo "backlot: it runs, and goes on as it was: restart for the new version, with 'systemctl --user restart backlot'"
            break
        fi
    done
fi
END
    chmod 755 "$control/postinst"
    (cd "$stage" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)
}

place_program
place_documents
place_settings
control
find "$stage" -print0 | xargs -0 touch --no-dereference --date="@$SOURCE_DATE_EPOCH"
mkdir -p "$output"
package=$output/backlot_${version}_$architecture.deb
DPKG_DEB_COMPRESSOR_TYPE=${DPKG_DEB_COMPRESSOR_TYPE:-xz} dpkg-deb --root-owner-group --build "$stage" "$package" >/dev/null
say "the package is $package: 'sudo apt install $package' installs it"
