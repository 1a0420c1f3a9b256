# dockerd.bash: a Docker Engine of the test's own. Needs common.bash.
# shellcheck shell=bash

# The cgroups that dockerd needs, where the machine has none mounted or where
# they belong to a container whose own processes block the delegation (v2).
dockerd_cgroups() {
    local c
    if ! mountpoint -q /sys/fs/cgroup; then
        mkdir -p /sys/fs/cgroup
        mount -t cgroup2 cgroup2 /sys/fs/cgroup 2>/dev/null && [ -s /sys/fs/cgroup/cgroup.controllers ] && return 0
        mountpoint -q /sys/fs/cgroup && umount /sys/fs/cgroup
        mount -t tmpfs cgroup /sys/fs/cgroup || return 1
        awk '!/^#/ && $4 == 1 { print $1 }' /proc/cgroups | while read -r c; do
            mkdir -p "/sys/fs/cgroup/$c"
            mount -t cgroup -o "$c" cgroup "/sys/fs/cgroup/$c" || rmdir "/sys/fs/cgroup/$c"
        done
    fi
    c=/sys/fs/cgroup
    if [ -e $c/cgroup.type ] && [ ! -s $c/cgroup.subtree_control ]; then
        mkdir -p $c/lbt-init
        xargs -rn1 <$c/cgroup.procs >$c/lbt-init/cgroup.procs 2>/dev/null
        sed 's/^/+/; s/ / +/g' $c/cgroup.controllers >$c/cgroup.subtree_control 2>/dev/null
    fi
    return 0
}

dockerd_ready() { docker version -f '{{.Server.Version}}' >/dev/null 2>&1; }

# dockerd_start [ARGUMENT...] : starts it, exports DOCKER_HOST, waits until it
# answers. Its data are in $W. No iptables: the tests reach containers by the
# bridge, and a kernel without netfilter is no obstacle then.
dockerd_start() {
    export DOCKER_HOST=unix://$W/docker.sock
    unset DOCKER_TLS_VERIFY DOCKER_CERT_PATH DOCKER_CONTEXT
    export DOCKER_CONFIG=$W/docker-config
    mkdir -p "$W/docker-config" "$W/docker-data"
    dockerd_cgroups
    local driver=overlay2
    if [ -n "${LBT_SANDBOX-}" ]; then
        mkdir -p /etc/docker
        mount -t tmpfs tmpfs /etc/docker
        [ -n "$(ls -A /opt 2>/dev/null)" ] || mount -t tmpfs tmpfs /opt # containerd makes a folder there
    fi
    mountpoint -q "$W/docker-data" || mount -t tmpfs tmpfs "$W/docker-data" || driver=vfs
    background dockerd env TMPDIR="$W" dockerd -H "$DOCKER_HOST" \
        --data-root "$W/docker-data" --exec-root "$W/docker-exec" --pidfile "$W/dockerd.real.pid" \
        --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "/${LBT_ID:-lbt-$$}" \
        --storage-driver $driver --iptables=false --ip-masq=false --log-level warn "$@"
    if ! poll 60 dockerd_ready; then
        tail -30 "$W/dockerd.log"
        return 1
    fi
}

dockerd_stop() {
    docker ps -aq 2>/dev/null | xargs -r docker rm -f -v >/dev/null 2>&1
    reap dockerd
    umount -l "$W/docker-data" 2>/dev/null
    return 0
}

# web_up NAME [docker run's ARGUMENT...] : a labelled web server as in the README
web_up() {
    local name=$1
    shift
    docker run -d --rm --hostname "$name" --name "$name" \
        --label lb.enable=Y --label lb.publish="${PUBLISH:-80}" --label lb.target=80 "$@" lbt/web >/dev/null
}
