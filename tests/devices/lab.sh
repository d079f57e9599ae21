#!/usr/bin/env bash
# Runs a command in a User-mode Linux that has real V4L2 devices, on a machine that has none:
#   /dev/video0, 1 ...    cameras: the kernel's test camera, vivid
#   /dev/video10, 11 ...  virtual cameras: v4l2loopback
# The command sees this machine's files and may change them all, but only what it changes in FOLDER stays.
# The kernel is built once (4 to 5 minutes on 2 processors) from Debian's linux-source-6.1 and is kept in
# $BACKLOT_LAB (else backlot-lab in the user's cache folder). Works as root on Debian 12, x86_64.
#
# Ends as the command does, or with
#   77   this machine can't run the lab; a sentence on standard error says why
#   124  the command took too long
#   125  the kernel, or a module, could not be built or did not start
set -euo pipefail

usage() {
    cat <<END
usage: lab.sh [options] [--] COMMAND [ARGUMENT...]
       lab.sh [-S SUITE] -b          only build
  -c N       cameras, 0 to 8 (1)
  -l N       virtual cameras, 0 to 8 (1)
  -n NAME    label of the virtual cameras (Backlot)
  -V OPTS    more options of the module vivid
  -L OPTS    more options of the module v4l2loopback
  -S SUITE   take v4l2loopback from Debian's bookworm (0.12.7), bookworm-backports (0.13.2) or trixie (0.15.0)
  -d FOLDER  where the command runs, and what it changes stays (.)
  -m N       memory, in GB (3)
  -t SECS    time limit (600)
END
}

say() { printf 'lab: %s\n' "$*" >&2; }
unable() {
    say "this machine can't run it: $*"
    exit 77
}

cameras=1 loops=1 label=Backlot vivid_more='' loop_more='' suite=trixie folder=$PWD memory=3 limit=600 only_build=''
while getopts c:l:n:V:L:S:d:m:t:bh option; do
    case $option in
    c) cameras=$OPTARG ;;
    l) loops=$OPTARG ;;
    n) label=$OPTARG ;;
    V) vivid_more=$OPTARG ;;
    L) loop_more=$OPTARG ;;
    S) suite=$OPTARG ;;
    d) folder=$OPTARG ;;
    m) memory=$OPTARG ;;
    t) limit=$OPTARG ;;
    b) only_build=1 ;;
    h) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
    esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || [ "$only_build" ] || { usage >&2 && exit 2; }
folder=$(realpath "$folder")
[ "$folder" != / ] || { say 'not in /' && exit 2; }

check_machine() {
    [ "$(uname -sm)" = 'Linux x86_64' ] || unable "it is $(uname -sm), and Linux x86_64 is needed"
    # shellcheck disable=SC1091 # that file is the system's
    [ -r /etc/os-release ] && . /etc/os-release
    [ "${ID-}:${VERSION_ID-}" = debian:12 ] || unable "it runs ${PRETTY_NAME:-an unknown system}, and Debian 12 is needed"
    [ "$(id -u)" -eq 0 ] || unable "you are not root, which mounting and loading modules in there takes"
    # 101 is ptrace, and 0 asks to be traced by the parent.
    perl -e 'exit(syscall(101, 0, 0, 0, 0) == 0 ? 0 : 1)' || unable 'a User-mode Linux takes ptrace, which is not permitted here'
}

# --- building ------------------------------------------------------------------------------------------------
# In $home: linux (the kernel), mods/ (its modules), kernel/ and source/ (what building another module takes),
# v4l2loopback-SUITE.ko

need_packages() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

# What differs from the default configuration. HAS_IOMEM, which the media drivers depend on, comes with
# UML_PCI_OVER_VIRTIO; its device id stands for nothing.
configuration() {
    local name
    for name in MODULES MODULE_UNLOAD VIRTIO_UML UML_PCI_OVER_VIRTIO HOSTFS OVERLAY_FS DEVTMPFS TMPFS USER_NS PID_NS SECCOMP \
        HIGH_RES_TIMERS NO_HZ_IDLE FB DEBUG_INFO_NONE MEDIA_SUPPORT_FILTER MEDIA_CAMERA_SUPPORT MEDIA_TEST_SUPPORT \
        V4L_TEST_DRIVERS; do
        echo "CONFIG_$name=y"
    done
    printf 'CONFIG_%s=m\n' MEDIA_SUPPORT VIDEO_VIVID
    printf 'CONFIG_%s\n' 'LOCALVERSION="-lab"' VIDEO_VIVID_MAX_DEVS=8 KERNEL_STACK_ORDER=3 UML_PCI_OVER_VIRTIO_DEVICE_ID=1234
    for name in MEDIA_SUBDRV_AUTOSELECT UML_NET WLAN ETHERNET PPP SLIP EXT4_FS REISERFS_FS ISO9660_FS IOSCHED_BFQ BLK_DEV_NBD; do
        echo "# CONFIG_$name is not set"
    done
}

# The camera offers every rate at every size (else 12.5 frames a second at 1280x720), ticks are as in Debian's
# kernel, because vivid counts frames by them, and there is room for the registers of processors with AMX.
adapt_source() {
    sed -i 's/2 \* (VIVID_WEBCAM_SIZES - [^)]*)/VIVID_WEBCAM_IVALS/' drivers/media/test-drivers/vivid/vivid-vid-cap.c
    sed -i '/^config HZ$/,/default/s/default 100/default 250/' arch/um/Kconfig
    sed -i 's/HOST_FP_SIZE, 2696/HOST_FP_SIZE, 12288/' arch/x86/um/user-offsets.c
}

build_kernel() {
    local make=(nice make -C "$home/source" ARCH=um "O=$home/kernel" "-j$(nproc)")
    need_packages build-essential linux-source-6.1 flex bison bc xz-utils kmod
    rm -rf "$home/source" "$home/kernel" "$home/mods"
    mkdir "$home/source" "$home/kernel"
    tar xf /usr/src/linux-source-6.1.tar.xz -C "$home/source" --strip-components=1
    (cd "$home/source" && adapt_source)
    configuration >"$home/fragment"
    "${make[@]}" defconfig
    (cd "$home/kernel" && ARCH=um "$home/source/scripts/kconfig/merge_config.sh" -O . .config "$home/fragment")
    grep -q '^CONFIG_VIDEO_VIVID=m' "$home/kernel/.config"
    "${make[@]}" linux modules
    "${make[@]}" "INSTALL_MOD_PATH=$home/mods" INSTALL_MOD_STRIP=1 modules_install
    mv "$home/kernel/linux" "$home/linux.new"
    drop_what_modules_do_not_take
    mv "$home/linux.new" "$home/linux"
}

drop_what_modules_do_not_take() {
    (cd "$home/source" && find . -mindepth 1 -maxdepth 1 -type d ! -name arch ! -name include ! -name scripts -exec rm -rf {} +)
    (cd "$home/source/arch" && find . -mindepth 1 -maxdepth 1 ! -name um ! -name x86 -exec rm -rf {} +)
    find "$home/kernel" -path "$home/kernel/scripts" -prune -o \
        \( -name '*.o' -o -name '*.a' -o -name '*.ko' -o -name '*.cmd' -o -name 'vmlinux*' -o -name '.tmp_*' \) -exec rm -f {} +
}

# The package of $suite, from the mirror that apt uses, without touching apt's own lists.
download_loopback() {
    local mirror apt
    # shellcheck disable=SC2016 # it is apt that puts something there
    mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' | awk '$2 == "bookworm" { print $1; exit }')
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror:?no mirror of Debian is configured} $suite main" >list
    mkdir -p lists/partial archives/partial
    apt=(apt-get -o "Dir::Etc::SourceList=$PWD/list" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$PWD/lists"
        -o "Dir::Cache=$PWD" -o APT::Sandbox::User=root)
    "${apt[@]}" update
    "${apt[@]}" download v4l2loopback-dkms
}

build_loopback() {
    local work
    need_packages build-essential kmod
    work=$(mktemp -d "$home/loopback.XXXXXX")
    (cd "$work" && download_loopback && dpkg-deb -x ./*.deb deb && cp deb/usr/src/v4l2loopback-*/*.[ch] .)
    echo 'obj-m := v4l2loopback.o' >"$work/Kbuild"
    make -C "$home/kernel" ARCH=um "M=$work" modules
    strip --strip-debug "$work/v4l2loopback.ko"
    mv "$work/v4l2loopback.ko" "$loopback"
    rm -rf "$work"
}

# A function to itself, for 'set -e' does not hold in a condition.
build_missing() (
    set -e
    flock 9
    [ -x "$home/linux" ] || { say 'building a kernel, once: 4 to 5 minutes' && build_kernel >"$home/build.log" 2>&1; }
    [ -f "$loopback" ] || { say "building v4l2loopback of $suite" && build_loopback >"$home/build.log" 2>&1; }
) 9>"$home/lock" </dev/null

check_machine
home=${BACKLOT_LAB:-${XDG_CACHE_HOME:-$HOME/.cache}/backlot-lab}
mkdir -p "$home"
home=$(realpath "$home")
loopback=$home/v4l2loopback-$suite.ko
set +e
build_missing
built=$?
set -e
if [ "$built" -ne 0 ]; then
    say "building failed; the end of $home/build.log:"
    tail -n 20 "$home/build.log" >&2
    exit 125
fi
[ -z "$only_build" ] || exit 0

# --- running -------------------------------------------------------------------------------------------------

run=$(mktemp -d "${TMPDIR:-/tmp}/backlot-lab.XXXXXX")
trap 'rm -rf "$run"' EXIT

repeated() { # WORD N: WORD,WORD,...
    local i text=''
    for ((i = 0; i < $2; i++)); do text+=${text:+,}$1; done
    echo "$text"
}
counted() { # FIRST N: FIRST,FIRST+1,...
    [ "$2" -eq 0 ] || seq -s, "$1" $(($1 + $2 - 1))
}
labels=$label
for ((i = 1; i < loops; i++)); do labels+=",$label $((i + 1))"; done

# What is needed in there, as shell variables. Tests load the modules again, with the same options.
{
    printf 'folder=%q\n' "$folder"
    printf 'export LAB_MODULES=%q LAB_LOOPBACK=%q LAB_SUITE=%q\n' "$home/mods" "$loopback" "$suite"
    [ "$cameras" -eq 0 ] || printf 'export LAB_VIVID=%q\n' "n_devs=$cameras node_types=$(repeated 1 "$cameras") num_inputs=$(repeated 1 "$cameras") input_types=$(repeated 0 "$cameras") vid_cap_nr=$(counted 0 "$cameras") $vivid_more"
    [ "$loops" -eq 0 ] || printf 'export LAB_LOOP=%q\n' "devices=$loops video_nr=$(counted 10 "$loops") exclusive_caps=$(repeated 1 "$loops") card_label=\"$labels\" $loop_more"
} >"$run/vars"
{
    export -p
    echo ". $(printf %q "$run/vars")"
    # shellcheck disable=SC2016 # it is for the other shell
    echo 'cd "$folder" || exit'
    printf '%q ' "$@"
    echo
} >"$run/command"

# The first process in there. It makes all files writable, and forgets what is written but in the folder.
cat >"$run/init" <<'END'
#!/bin/bash
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
run=${0%/*}
. "$run/vars"
if [ "${1-}" != again ]; then
    mount -t tmpfs tmpfs /mnt
    mkdir /mnt/{upper,work,root}
    mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root
    cd /mnt/root
    mount -t proc proc proc
    mount -t sysfs sysfs sys
    mount -t devtmpfs devtmpfs dev
    mount -t tmpfs tmpfs run
    mkdir -p dev/pts dev/shm
    mount -t devpts -o ptmxmode=666 devpts dev/pts
    mount -t tmpfs -o mode=1777 tmpfs dev/shm
    mkdir -p "./$run" "./$folder"
    mount -t hostfs -o "$run" none "./$run"
    mount -t hostfs -o "$folder" none "./$folder"
    pivot_root . mnt
    exec "$0" again
fi
load() {
    ln -sfn /proc/self/fd /dev/fd
    ip link set lo up
    modprobe -d "$LAB_MODULES" videodev || return
    [ -z "${LAB_VIVID-}" ] || modprobe -d "$LAB_MODULES" vivid $LAB_VIVID || return
    [ -z "${LAB_LOOP-}" ] || insmod "$LAB_LOOPBACK" $LAB_LOOP
}
if load >/dev/console 2>&1; then
    stty -F /dev/ttyS0 raw
    stty -F /dev/ttyS1 raw
    : >"$run/started"
    setsid bash "$run/command" </dev/null >/dev/ttyS0 2>/dev/ttyS1
    echo $? >"$run/status"
    # Waits until all has been printed.
    stty -F /dev/ttyS0 raw
    stty -F /dev/ttyS1 raw
    sync
fi
poweroff -f
END
chmod +x "$run/init"

# Its memory is a file, best one that is in memory; but in containers that place is often too small.
backing=/dev/shm
free=$(df --output=avail -BG /dev/shm 2>/dev/null | tail -n 1 | tr -dc 0-9) || free=0
[ "${free:-0}" -ge "$memory" ] || backing=${TMPDIR:-/tmp}

# The first console takes the kernel's messages, two serial lines what the command prints: through pipes, for the
# kernel can't wait at files.
boot() {
    exec 4> >(cat) 5> >(cat >&2)
    TMPDIR=$backing timeout -k 10 "$limit" "$home/linux" umid="${run##*.}" uml_dir="$run/" mem="${memory}G" \
        root=/dev/root rootfstype=hostfs hostfs=/ ro init="$run/init" quiet \
        con=null con0=null,fd:1 ssl=null ssl0=null,fd:4 ssl1=null,fd:5 </dev/null > >(cat >"$run/kernel.log") 2>&1 &
    kernel=$!
    exec 4>&- 5>&-
}

# A start may hang, in the unmapping of what a module needed only once, and another one does not.
start_or_retry() {
    local attempt second
    for attempt in 1 2 3; do
        boot
        for ((second = 0; second < 60; second++)); do
            [ ! -e "$run/started" ] && kill -0 "$kernel" 2>/dev/null || return 0
            sleep 1
        done
        say "the kernel does not start (attempt $attempt)"
        # What runs in it are its children: they would stay, with our pipes in their hands.
        local processes
        processes=$(pgrep -d, -P "$kernel") || true
        [ -z "$processes" ] || pkill -KILL -P "$processes" || true
        pkill -KILL -P "$kernel" || kill -KILL "$kernel" 2>/dev/null || true
        wait "$kernel" 2>/dev/null || true
    done
}

status=0
start_or_retry
wait "$kernel" || status=$?
wait
if [ -s "$run/status" ]; then
    exit "$(cat "$run/status")"
fi
[ "$status" -ne 124 ] || { say "stopped after $limit s" && exit 124; }
cat "$run/kernel.log" >&2
say 'the kernel did not get as far as the command: see above'
exit 125
