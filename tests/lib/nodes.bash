# nodes.bash: several machines on one kernel, each with an engine of its own, for
# tests of a Swarm. Needs common.bash, dockerd.bash and the runner's sandbox.
#
# A node is a set of namespaces (network, mount, pid, uts, ipc) with a dockerd, a
# private /run and a disk. Its eth0 (10.213.0.N) is on a bridge that the test is
# on as well (10.213.0.254): whoever asks from there is a client from outside.
#
#   swarm_up 2 1             two managers and a worker in one Swarm: n1 n2 n3
#   node_up 1                starts n1, or brings it back with its disk
#   on n1 CLI...             the docker command of that node
#   in_node n1 COMMAND...    any command there; in_net: in its network alone
#   node_cut n1, node_heal   the cable
#   node_kill n1             the power: every process of it dies at once
# shellcheck shell=bash

NET=10.213.0
NODES=${TMPDIR:-/tmp}/nodes # not below /run: a node has a /run of its own
DOCKER_CONFIG=$NODES/cli
export NET NODES DOCKER_CONFIG

on() { local n=$1; shift; docker -H "unix://$NODES/$n/docker.sock" "$@"; }
in_node() { local n=$1; shift; nsenter -t "$(cat "$NODES/$n/pid")" -m -u -i -n -p -- "$@"; }
in_net() { local n=$1; shift; nsenter -t "$(cat "$NODES/$n/pid")" -n -- "$@"; }
node_cut() { ip link set "v$1" down; }
node_heal() { ip link set "v$1" up; }

# The bridge, and a nameserver that knows no name: what an engine asks the world
# for is refused at once, the pull before each task too.
net_up() {
    ! ip link show lbt-br >/dev/null 2>&1 || return 0
    ip link add lbt-br type bridge && ip addr add $NET.254/24 dev lbt-br && ip link set lbt-br up || return 1
    mkdir -p "$NODES"
    mount -t tmpfs tmpfs "$NODES" || return 1
    mkdir -p "$DOCKER_CONFIG"
    dockerd_cgroups
    : >"$W/upstream"
    background upstream "$TOOLS/dnsd" $NET.254:53 "$W/upstream"
}

# What runs as pid 1 of a node.
# shellcheck disable=SC2016  # expanded there
NODE_INIT='
d=$1 n=$2 parent=$3; shift 3
mount --make-rprivate /
cg=$(mktemp -d) && mount --rbind /sys/fs/cgroup "$cg" && mount -t sysfs sysfs /sys &&
    mount --rbind "$cg" /sys/fs/cgroup && umount -l "$cg" && rmdir "$cg"
mkdir -p /var/lib/docker /etc/docker
mount --bind "$d/lib" /var/lib/docker
mount --bind "$d/etc" /etc/docker
mount --bind "$d/hosts" /etc/hosts
mount --bind "$d/resolv.conf" "$(readlink -f /etc/resolv.conf)"
[ -n "$(ls -A /opt)" ] || mount -t tmpfs tmpfs /opt # containerd makes a folder there
mount -t tmpfs tmpfs /run && mkdir -p -m 1777 /run/lock /run/tmp
export TMPDIR=/run/tmp
hostname "$n"
ip link set lo up
dockerd -H "unix://$d/docker.sock" -H unix:///var/run/docker.sock --exec-opt native.cgroupdriver=cgroupfs \
    --cgroup-parent "$parent" --storage-driver overlay2 --log-level warn "$@" </dev/null >>"$d/dockerd.log" 2>&1 &
while :; do wait; sleep 1; done'

child_of() { pgrep -P "$1" >"$2"; }
node_ready() { on "$1" version >/dev/null 2>&1; }

# node_up NUMBER [dockerd's ARGUMENT...] : n1, n2, …
node_up() {
    local n=n$1 ip=$NET.$1 d=$NODES/n$1
    shift
    mkdir -p "$d"/{lib,etc}
    printf '127.0.0.1 localhost\n%s %s\n' "$ip" "$n" >"$d/hosts"
    printf 'nameserver %s.254\noptions timeout:1 attempts:1\n' $NET >"$d/resolv.conf"
    rm -f "$d/docker.sock"
    : >"$d/dockerd.log"
    ip netns del "$n" 2>/dev/null || true
    ip netns add "$n" && ip link add "v$n" type veth peer name eth0 netns "$n" &&
        ip link set "v$n" master lbt-br up && ip -n "$n" addr add "$ip/24" dev eth0 &&
        ip -n "$n" link set eth0 up && ip -n "$n" route add default via $NET.254 || return 1
    background "node-$n" nsenter --net="/run/netns/$n" unshare --mount --uts --ipc --pid --fork --kill-child --mount-proc \
        bash -c "$NODE_INIT" node "$d" "$n" "/${LBT_ID:-lbt-$$}-$n" "$@"
    poll 20 child_of "$BG" "$d/pid" || return 1
    if ! poll 60 node_ready "$n"; then
        tail -30 "$W/node-$n.log" "$d/dockerd.log"
        return 1
    fi
}

node_kill() {
    local pid
    pid=$(cat "$NODES/$1/pid")
    kill -KILL "$pid"
    for _ in $(seq 200); do kill -0 "$pid" 2>/dev/null || break; sleep 0.05; done
    ip link del "v$1"
    ip netns del "$1"
}

nodes_down() {
    local d
    for d in "$NODES"/n*; do node_kill "${d##*/}"; done 2>/dev/null
    reap upstream
    ip link del lbt-br 2>/dev/null
    for _ in $(seq 50); do umount -l "$NODES" 2>/dev/null && break; sleep 0.1; done
    return 0
}

# swarm_up MANAGERS WORKERS : that many nodes in one Swarm, n1 its first manager
swarm_up() {
    local i token pids=()
    net_up || return 1
    for i in $(seq $(($1 + $2))); do
        node_up "$i" &
        pids+=($!)
    done
    for i in "${pids[@]}"; do wait "$i" || return 1; done
    on n1 swarm init --advertise-addr $NET.1 >/dev/null || return 1
    for i in $(seq 2 $(($1 + $2))); do
        token=$(on n1 swarm join-token -q "$([ "$i" -le "$1" ] && echo manager || echo worker)") &&
            on "n$i" swarm join --token "$token" --advertise-addr "$NET.$i" $NET.1:2377 >/dev/null || return 1
    done
}
