# fake.bash: an engine and a nameserver that answer what the test wants, faults
# too. Needs common.bash.
# shellcheck shell=bash

# fake_docker [NAME] : an engine on $W/NAME.sock that answers from $W/NAME/
fake_docker() {
    local n=${1:-docker}
    mkdir -p "$W/$n"
    echo OK >"$W/$n/_ping"
    echo >"$W/$n/events" # none
    background "fake-$n" "$TOOLS/fakedocker" "$W/$n.sock" "$W/$n"
    poll 20 curl -s --unix-socket "$W/$n.sock" http://d/_ping
    : >"$W/fake-$n.log"
}

# fault LINE... : the engine's faults from now on; none without arguments
fault() { printf '%s\n' "$@" >"$W/docker/fault"; }

# asked : the requests that the engine got, without their queries
asked() { sed 's/ HTTP.*//; s/?.*//' "$W/fake-${1:-docker}.log"; }

# container NAME IP [JQ] : one entry of a container list, changed by JQ
container() {
    jq -nc --arg n "$1" --arg ip "$2" '{Id: ($n + "0123456789abcdef"), Names: ["/" + $n],
        Labels: {"lb.enable": "Y", "lb.publish": "80", "lb.target": "80"}, State: "running",
        Status: "Up 3 minutes", Created: 1700000000, Ports: [{PrivatePort: 80, Type: "tcp"}],
        HostConfig: {NetworkMode: "default"},
        NetworkSettings: {Networks: {bridge: {IPAddress: $ip, GlobalIPv6Address: ""}}}} | '"${3:-.}"
}

# containers ENTRY... : what the engine lists
containers() { printf '%s\n' "$@" | jq -sc . >"$W/docker/containers_json"; }

# service ID NAME [JQ], node ID HOST IP [JQ], task ID SERVICE NODE SLOT IP [JQ] : one of a Swarm's entries
service() {
    jq -nc --arg id "$1" --arg n "$2" '{ID: $id, Spec: {Name: $n, Labels: {"lb.enable": "Y", "lb.publish": "80",
        "lb.target": "80"}, TaskTemplate: {ContainerSpec: {Labels: {}}}, EndpointSpec: {}}} | '"${3:-.}"
}
node() {
    jq -nc --arg id "$1" --arg n "$2" --arg ip "$3" '{ID: $id, Spec: {Availability: "active"},
        Description: {Hostname: $n}, Status: {State: "ready", Addr: $ip}} | '"${4:-.}"
}
task() {
    jq -nc --arg id "$1" --arg s "$2" --arg n "$3" --argjson slot "$4" --arg ip "$5" '{ID: $id, ServiceID: $s,
        NodeID: $n, Slot: $slot, CreatedAt: "2026-01-02T03:04:05.678Z", DesiredState: "running",
        Status: {State: "running", PortStatus: {}}, NetworksAttachments: [{Addresses: [$ip + "/24"],
        Network: {ID: "net1", Spec: {Name: "net1"}, DriverState: {Name: "overlay"}}}]} | '"${6:-.}"
}

# swarm KIND ENTRY... : KIND is services, nodes or tasks; [NAME:]KIND for another engine
swarm() {
    local kind=${1#*:} n=docker
    [ "$kind" = "$1" ] || n=${1%%:*}
    shift
    printf '%s\n' "$@" | jq -sc . >"$W/$n/$kind"
}

# nameserver [-u] : on 127.0.0.1:5353, answers from $W/zone, its questions in $W/dnsd.log
nameserver() {
    touch "$W/zone"
    background dnsd "$TOOLS/dnsd" "$@" 5353 "$W/zone"
    poll 20 grep -q ':14E9 ' /proc/net/udp
}

# zone LINE... : what the nameserver knows from now on
zone() { printf '%s\n' "$@" >"$W/zone.new" && mv "$W/zone.new" "$W/zone"; }

# snap : a snapshot to $W/snap.json, what it said to $W/snap.err
snap() { lb snapshot >"$W/snap.json" 2>"$W/snap.err" || { local rc=$?; cat "$W/snap.err"; return $rc; }; }

# of NAME JQ : one value of one member of the last snapshot
of() { jq -rc --arg n "$1" '.members[] | select(.name == $n) | '"$2" "$W/snap.json"; }

# members JQ : one value of every member, on one line
members() { jq -c "[.members[] | $1]" "$W/snap.json"; }

# outage PART... : the snapshot fails with 69, one line, nothing on stdout; a
# pass fails as well and leaves the live file alone
outage() {
    local part rc=0
    lb snapshot >"$W/snap.json" 2>"$W/snap.err" || rc=$?
    same $rc 69 "exit status ($(cat "$W/snap.err"))" || return 1
    same "$(wc -l <"$W/snap.err")" 1 "lines: $(cat "$W/snap.err")" || return 1
    same "$(wc -c <"$W/snap.json")" 0 "bytes on stdout" || return 1
    for part in "$@"; do has "$(cat "$W/snap.err")" "$part" || return 1; done
    mkdir -p "$W/etc"
    echo '# the live file' >"$W/etc/haproxy.cfg"
    rc=0
    lb run >"$W/run.out" 2>&1 || rc=$?
    same $rc 69 "exit status of a pass ($(cat "$W/run.out"))" || return 1
    same "$(cat "$W/etc/haproxy.cfg")" '# the live file' "the live file"
}
