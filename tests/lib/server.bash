# server.bash: a server of the test's own: systemd as process 1, with the real
# docker.service, haproxy.service and cron.service of Debian, over a root that is
# made once by mmdebstrap (build/roots/server). Needs common.bash and a file that
# says "# host": making the root needs the mirror.
#
#   server_start          up in about 2 s; what a test changes there is in memory
#   on COMMAND...         runs it there
#   server_stop
#
# It lives in namespaces of its own, without an uplink. All of it ends with the
# test file, however that ends: the kernel kills it with its parent.
# shellcheck shell=bash

source "$ROOT/tests/lib/mirror.bash"
SERVER=$ROOT/build/roots/server
# what a server has before lbgen comes; the libraries, so that apt needs no network
SERVER_PACKAGES=systemd,systemd-sysv,dbus,cron,docker.io,iptables,haproxy,ca-certificates,curl,socat,procps,iproute2,bash-completion,zsh,libcurl4,libjansson4,libinih1,libc-ares2,libssl3

# server_root : makes the root, once
server_root() {
    local tmp mark mirror
    mark=$(printf '%s' "$SERVER_PACKAGES" | sha256sum | cut -c1-16)
    mkdir -p "$ROOT/build/roots"
    exec 8>"$ROOT/build/roots/server.lock"
    flock 8
    if [ "$(cat "$SERVER/.made" 2>/dev/null)" != "$mark" ]; then
        mirror=$(debian_mirror) || return 1
        tmp=$(mktemp -d "$ROOT/build/roots/.server.XXXXXX")
        chmod 755 "$tmp"
        TMPDIR=$tmp mmdebstrap --quiet --variant=minbase --mode=root --include="$SERVER_PACKAGES" \
            --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Apt::Install-Recommends "false"' \
            --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
            --dpkgopt='path-exclude=/usr/share/locale/*' \
            bookworm "$tmp/root" "$mirror" >"$tmp/log" 2>&1 8>&- ||
            { tail -5 "$tmp/log"; rm -rf "$tmp"; return 1; }
        rm -f "$tmp"/root/etc/dpkg/dpkg.cfg.d/99mmdebstrap "$tmp"/root/etc/apt/apt.conf.d/99mmdebstrap
        server_prepare "$tmp/root"
        echo "$mark" >"$tmp/root/.made"
        rm -rf "$SERVER"
        mv "$tmp/root" "$SERVER"
        rm -rf "$tmp"
    fi
    exec 8>&-
}

# server_prepare ROOT : nothing that touches the kernel or the clock, which are
# the machine's; the journal in memory
server_prepare() {
    local u
    for u in systemd-sysctl systemd-timesyncd systemd-udevd systemd-udev-trigger systemd-modules-load systemd-random-seed \
        systemd-remount-fs systemd-binfmt systemd-update-utmp kmod-static-nodes systemd-firstboot systemd-pstore; do
        ln -sf /dev/null "$1/etc/systemd/system/$u.service"
    done
    for u in sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount dev-hugepages.mount \
        sys-fs-fuse-connections.mount proc-sys-fs-binfmt_misc.automount; do
        ln -sf /dev/null "$1/etc/systemd/system/$u"
    done
    mkdir -p "$1/etc/systemd/journald.conf.d"
    printf '[Journal]\nStorage=volatile\nRateLimitIntervalSec=0\n' >"$1/etc/systemd/journald.conf.d/test.conf"
    : >"$1/etc/machine-id"
}

# What becomes systemd does first, as root of all its namespaces.
# shellcheck disable=SC2016  # expanded there
SERVER_INIT='
set -e
w=$1 root=$w/root
mount --make-rprivate /
mount -t tmpfs tmpfs "$w/mem"
mkdir "$w/mem/up" "$w/mem/work" "$w/mem/docker"
mount -t overlay overlay -o "lowerdir=$2,upperdir=$w/mem/up,workdir=$w/mem/work" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
if [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ]; then
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
else
    mount -t tmpfs cgroup "$root/sys/fs/cgroup"
    while IFS=: read -r _ c _; do
        case $c in
            "") d=unified o=;;
            name=*) d=${c#name=} o=none,$c ;;
            *) d=$c o=$c ;;
        esac
        mkdir "$root/sys/fs/cgroup/$d"
        if [ -z "$o" ]; then mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup/$d"; else mount -t cgroup -o "$o" cgroup "$root/sys/fs/cgroup/$d"; fi ||
            rmdir "$root/sys/fs/cgroup/$d"
    done </proc/self/cgroup
    if [ ! -d "$root/sys/fs/cgroup/systemd" ]; then
        mkdir "$root/sys/fs/cgroup/systemd"
        mount -t cgroup -o none,name=systemd cgroup "$root/sys/fs/cgroup/systemd"
    fi
fi
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for n in null zero full random urandom tty; do cp -a "/dev/$n" "$root/dev/"; done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
mount -t tmpfs tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
for n in 0 1 2; do ln -s "fd/$n" "$root/dev/$(echo stdin stdout stderr | cut -d" " -f$((n + 1)))"; done
mount -t tmpfs tmpfs "$root/run"
mkdir "$root/run/lock"
mkdir -p "$root/var/lib/docker"
mount --bind "$w/mem/docker" "$root/var/lib/docker"
mount --bind "$w/share" "$root/mnt"
hostname lbgen-server
ip link set lo up
cd "$root"
mkdir -p .old
pivot_root . .old
umount -l .old
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=lbgen-test /lib/systemd/systemd --log-target=console --log-level=warning'

# A cgroup of its own in each hierarchy; tests/run takes them away.
server_cgroups() {
    local c=/sys/fs/cgroup name=${LBT_ID:-lbt-$$}-server d
    dockerd_cgroups
    for d in "$c" "$c"/*/; do
        if [ ! -e "$d/cgroup.procs" ] || [ -L "${d%/}" ]; then continue; fi
        if [ "$d" != "$c" ] && [ -e "$c/cgroup.procs" ]; then continue; fi # a group, not a hierarchy
        mkdir -p "$d/$name"
        if [ -e "$d/$name/cpuset.cpus" ] && [ ! -e "$c/cgroup.procs" ]; then
            cat "$d/cpuset.cpus" >"$d/$name/cpuset.cpus"
            cat "$d/cpuset.mems" >"$d/$name/cpuset.mems"
        fi
        echo $BASHPID >"$d/$name/cgroup.procs"
    done 2>/dev/null
}

# server_start : a new server; $W/share is its /mnt
server_start() {
    server_root || return 1
    mkdir -p "$W"/{mem,root,share}
    (
        server_cgroups
        exec setsid setpriv --pdeathsig KILL unshare --mount --uts --ipc --net --pid --cgroup --fork --kill-child \
            bash -c "$SERVER_INIT" init "$W" "$SERVER"
    ) </dev/null >"$W/console" 2>&1 3>&- 4>&- &
    echo $! >"$W/server.pid"
    poll 30 server_is_systemd && poll 60 server_is_up && return 0
    cat "$W/console"
    on systemctl --failed list-jobs 2>&1
    return 1
}
server_is_systemd() {
    local p
    p=$(pgrep -P "$(cat "$W/server.pid")") && [ "$(cat "/proc/$p/comm")" = systemd ] && echo "$p" >"$W/init.pid"
}
server_is_up() { case $(on systemctl is-system-running) in running | degraded) ;; *) return 1 ;; esac }

# on COMMAND... : runs it there
on() {
    nsenter -t "$(cat "$W/init.pid")" -m -u -i -n -p -C -r -w env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        HOME=/root TERM=dumb LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@" 3>&- 4>&-
}

# server_stop : ends all of it, at once
server_stop() {
    local p init
    p=$(cat "$W/server.pid" 2>/dev/null) || return 0
    init=$(cat "$W/init.pid" 2>/dev/null) || init=$p
    kill -KILL "$p" 2>/dev/null
    for _ in $(seq 200); do
        kill -0 "$init" 2>/dev/null || break
        sleep 0.05
    done
    rm -f "$W/server.pid" "$W/init.pid"
    return 0
}

# --- the package there -------------------------------------------------------------

# server_deb : builds the package, once for one tree; its path is in DEB, and one
# that is there already is taken
server_deb() {
    local mark
    [ -z "${DEB-}" ] || return 0
    DEB=$ROOT/build/test-deb/lbgen.deb
    mark=$(tar -C "$ROOT" -c --sort=name --mtime=@0 --owner=0 --group=0 --exclude=./build --exclude=./.git --exclude=./tests . | sha256sum)
    mkdir -p "$ROOT/build/test-deb"
    exec 8>"$ROOT/build/test-deb/lock"
    flock 8
    if [ "$(cat "$ROOT/build/test-deb/made" 2>/dev/null)" != "$mark" ]; then
        (cd "$ROOT" && rm -f build/test-deb/*.deb && make -s deb BUILD=build/test-deb >/dev/null 8>&-) || return 1
        mv "$ROOT"/build/test-deb/lbgen_*.deb "$DEB"
        echo "$mark" >"$ROOT/build/test-deb/made"
    fi
    exec 8>&-
}

# server_install DEB [APT OPTION...] : by apt, as an operator would, with nothing to download
server_install() {
    local deb=$1
    shift
    cp "$deb" "$W/share/lbgen.deb"
    on apt-get install -y -o Dpkg::Use-Pty=0 "$@" /mnt/lbgen.deb
}

# server_image : the image lbt/web, as image_web makes it
server_image() {
    mkdir -p "$W/image/etc" "$W/image/tmp"
    cp "$TOOLS/web" "$W/image/web"
    tar -C "$W/image" -c . >"$W/share/web.tar"
    cp "$TOOLS/load" "$TOOLS/ask" "$W/share/"
    on docker import -c 'CMD ["/web","80"]' -c 'EXPOSE 80' /mnt/web.tar lbt/web >/dev/null
}

# server_web NAME [docker run's ARGUMENT...] : a labelled web server
server_web() {
    local name=$1
    shift
    on docker run -d --hostname "$name" --name "$name" \
        --label lb.enable=Y --label lb.publish=80 --label lb.target=80 "$@" lbt/web >/dev/null
}

# server_asks [CURL ARGUMENT...] : who answers on port 80 there
server_asks() { on curl -sS --max-time 5 "$@" http://localhost/; }
server_answers() { local want=$1; shift; same "$(server_asks "$@")" "$want"; }

# server_unit UNIT PROPERTY
server_unit() { on systemctl show --value -p "$2" "$1"; }

# server_log UNIT [JOURNALCTL ARGUMENT...] : its lines, without their heads
server_log() {
    local unit=$1
    shift
    on journalctl --no-pager -q -o cat -u "$unit" "$@"
}
