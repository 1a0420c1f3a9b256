#!/usr/bin/env bats
# limit: 300
# What lbgen makes of a Swarm's answers: tasks that serve, tasks that do not,
# managers that are none, that die, that have no leader.

load_all() {
    . "${BATS_TEST_DIRNAME}/../lib/common.bash"
    . "${BATS_TEST_DIRNAME}/../lib/fake.bash"
}

ini() { # HOST...
    lb_ini "[docker]
timeout = 2s
[swarm]
enable = yes
$(printf 'host = %s\n' "$@")"
}

setup_file() {
    load_all
    fake_docker
    fake_docker second
}

teardown_file() { load_all; reap fake-docker; reap fake-second; }

setup() {
    load_all
    fault
    rm -f "$W/second/fault"
    ini "unix://$W/docker.sock"
    swarm services "$(service s1 web)"
    swarm nodes "$(node n1 host1 10.0.0.1)" "$(node n2 host2 10.0.0.2)"
    swarm tasks "$(task t1 s1 n1 1 10.0.5.1)" "$(task t2 s1 n2 2 10.0.5.2)"
}

# not_swarm ENGINE : it answers as a worker does
not_swarm() {
    echo '{"message":"This node is not a swarm manager. Worker nodes cannot be used to view or modify cluster state."}' >"$W/$1/services.503"
    echo 'services status 503' >"$W/$1/fault"
}

@test "tasks by name, with address, labels and node" {
    snap
    same "$(members '[.kind, .name, .service, .state, .networks[0].ipv4, .labels["lb.publish"], .created]')" \
        '[["task","web.1","web","running","10.0.5.1","80",1767323045],["task","web.2","web","running","10.0.5.2","80",1767323045]]'
}

@test "four requests at most, and two if no service is labelled" {
    : >"$W/fake-docker.log"
    snap
    same "$(asked | tr '\n' ' ')" 'GET /_ping GET /v1.41/services GET /v1.41/nodes GET /v1.41/tasks '
    swarm services "$(service s1 web '.Spec.Labels = {}')"
    : >"$W/fake-docker.log"
    snap
    same "$(members .name)" '[]'
    same "$(asked | tr '\n' ' ')" 'GET /_ping GET /v1.41/services '
}

@test "container labels count too; the service's win" {
    swarm services "$(service s1 web '.Spec.Labels = {"lb.publish": "81"} | .Spec.TaskTemplate.ContainerSpec.Labels = {"lb.enable": "yes", "lb.publish": "80", "lb.weight": "3", "other": "x"}')"
    snap
    same "$(of web.1 .labels)" '{"lb.enable":"yes","lb.publish":"81","lb.weight":"3"}'
}

@test "a task serves if it should run, runs, and its node is ready" {
    swarm nodes "$(node n1 host1 10.0.0.1)" "$(node n2 host2 10.0.0.2 '.Status.State = "down"')" \
        "$(node n3 host3 10.0.0.3 '.Spec.Availability = "drain"')"
    swarm tasks "$(task t1 s1 n1 1 10.0.5.1)" "$(task t2 s1 n2 2 10.0.5.2)" "$(task t3 s1 n3 3 10.0.5.3)" \
        "$(task t4 s1 n1 4 10.0.5.4 '.Status.State = "starting"')" "$(task t5 s1 n1 5 10.0.5.5 '.DesiredState = "shutdown"')" \
        "$(task t6 s1 n9 6 10.0.5.6)" "$(task t7 s9 n1 1 10.0.5.7)"
    snap
    same "$(members '[.name, .state]')" \
        '[["web.1","running"],["web.2","not-running"],["web.3","running"],["web.4","not-running"],["web.5","not-running"],["web.6","not-running"]]'
}

@test "after an election the new leader knows of no node: no task is lost by that" {
    swarm nodes "$(node n1 host1 10.0.0.1 '.Status.State = "unknown"')" "$(node n2 host2 10.0.0.2 '.Status.State = "unknown"')"
    snap
    same "$(members .state)" '["running","running"]'
    swarm nodes "$(node n1 host1 10.0.0.1 '.Status.State = "disconnected"')" "$(node n2 host2 10.0.0.2 'del(.Status)')"
    snap
    same "$(members .state)" '["not-running","not-running"]'
}

@test "updates: start-first has two tasks in a slot, stop-first none that serves" {
    swarm tasks "$(task old s1 n1 1 10.0.5.1 '.CreatedAt = "2026-01-01T00:00:00Z"')" "$(task new s1 n2 1 10.0.5.9 '.Status.State = "preparing"')"
    snap
    same "$(members '[.name, .id, .state]')" '[["web.1","old","running"]]'
    swarm tasks "$(task old s1 n1 1 10.0.5.1 '.CreatedAt = "2026-01-01T00:00:00Z"')" "$(task new s1 n2 1 10.0.5.9)"
    snap
    same "$(members '[.name, .id, .networks[0].ipv4]')" '[["web.1","new","10.0.5.9"]]'
    swarm tasks "$(task old s1 n1 1 10.0.5.1 '.DesiredState = "shutdown"')" "$(task new s1 n2 1 10.0.5.9 '.Status.State = "preparing"')"
    snap
    same "$(members .state)" '["not-running"]'
}

@test "a global service has its nodes' names; twins of a name their ids" {
    swarm tasks "$(task t1 s1 n1 0 10.0.5.1)" "$(task t2 s1 n2 0 10.0.5.2 'del(.Slot)')"
    snap
    same "$(members .name)" '["web.host1","web.host2"]'
    swarm nodes "$(node n1 same 10.0.0.1)" "$(node n2 same 10.0.0.2)"
    snap
    same "$(members .name)" '["web.n1","web.n2"]'
    # a node that was made anew leaves its old entry behind: no name changes
    swarm nodes "$(node n1 host1 10.0.0.1)" "$(node n2 host2 10.0.0.2)" "$(node n9 host1 10.0.0.9 '.Status.State = "down"')"
    snap
    same "$(members .name)" '["web.host1","web.host2"]'
}

@test "host-mode ports are the node's, without twins; other modes and UDP are not" {
    local ports='[{"Protocol":"tcp","TargetPort":80,"PublishedPort":8080,"PublishMode":"host"},
        {"Protocol":"tcp","TargetPort":80,"PublishedPort":8080,"PublishMode":"host"},
        {"Protocol":"tcp","TargetPort":81,"PublishedPort":8081,"PublishMode":"ingress"},
        {"Protocol":"udp","TargetPort":53,"PublishedPort":53,"PublishMode":"host"}]'
    swarm tasks "$(task t1 s1 n1 1 10.0.5.1 ".NetworksAttachments = null | .Status.PortStatus.Ports = $ports")"
    snap
    same "$(of web.1 '[.networks, .published]')" '[[],[{"ip":"10.0.0.1","port":8080,"target":80}]]'
    swarm nodes "$(node n1 host1 0.0.0.0 '.ManagerStatus = {Addr: "10.0.0.7:2377"}')"
    snap
    same "$(of web.1 '.published[0].ip')" 10.0.0.7
    swarm nodes "$(node n1 host1 'evil
 check')"
    snap
    same "$(of web.1 .published)" '[]'
}

@test "host networking is the node's own address" {
    swarm tasks "$(task t1 s1 n1 1 '' '.NetworksAttachments = [{Network: {Spec: {Name: "host"}, DriverState: {Name: "host"}}, Addresses: null}]')"
    snap
    same "$(of web.1 '[.network_mode, .address]')" '["host","10.0.0.1"]'
}

@test "the routing mesh's network is no way to a task; the balancer's own is" {
    ip link add lbt0 type veth peer name lbt1 && ip addr add 10.0.6.250/24 dev lbt0 && ip link set lbt0 up || skip "no veth here"
    swarm tasks "$(task t1 s1 n1 1 10.0.5.1 '.NetworksAttachments += [
        {Addresses: ["10.0.0.9/24"], Network: {ID: "i", Spec: {Name: "ingress", Ingress: true}, DriverState: {Name: "overlay"}}},
        {Addresses: ["10.0.6.1/24", "fd00::1/64"], Network: {ID: "b", Spec: {Name: "beta"}, DriverState: {Name: "overlay"}}}]')"
    snap
    same "$(of web.1 '[.networks[] | [.name, .ipv4, .ipv6, .shared]]')" '[["beta","10.0.6.1","fd00::1",true],["net1","10.0.5.1","",false]]'
    ip link del lbt0
}

@test "a task without address is a member without address" {
    swarm tasks "$(task t1 s1 n1 1 x '.NetworksAttachments = []')" "$(task t2 s1 n1 2 x '.NetworksAttachments[0].Addresses = null')"
    snap
    same "$(members .networks)" '[[],[]]'
}

@test "a worker, or an engine without Swarm, says what to do" {
    not_swarm docker
    outage "unix://$W/docker.sock: this engine is no Swarm manager (it answered 503)" '[swarm] host' '[service NAME] target'
}

@test "a manager that is locked is no worker: its own words" {
    echo '{"message":"Swarm is encrypted and needs to be unlocked before it can be used."}' >"$W/docker/services.503"
    fault 'services status 503'
    outage "unix://$W/docker.sock: /v1.41/services answered 503: Swarm is encrypted and needs to be unlocked before it can be used."
    lacks "$(cat "$W/snap.err")" 'no Swarm manager'
    rm "$W/docker/services.503"
}

@test "a manager whose machine is gone costs two seconds, not all the time" {
    ip link add lbt0 type veth peer name lbt1 && ip addr add 10.99.0.1/24 dev lbt0 && ip link set lbt0 up && ip link set lbt1 up || skip "no veth here"
    ip neigh add 10.99.0.7 lladdr 02:00:00:00:00:01 dev lbt0
    ini tcp://10.99.0.7:2375 tcp://10.99.0.7:2376 "unix://$W/docker.sock"
    sed -i 's/^timeout = 2s/timeout = 5m/' "$W/lb.ini"
    # minutes if each had its share of the time
    timeout 60 "$LBGEN" -c "$W/lb.ini" --timeout 10m snapshot >"$W/snap.json"
    same "$(members .name)" '["web.1","web.2"]'
    # with nobody left to ask it is told
    ini tcp://10.99.0.7:2375 "unix://$W/none.sock"
    sed -i 's/^timeout = 2s/timeout = 20s/' "$W/lb.ini"
    outage 'tcp://10.99.0.7:2375: no connection within 2000 ms; is the machine there?' 'none.sock: there is no such socket'
    ip link del lbt0
}

@test "managers in order: one that is none, one that hangs, one that dies in the middle" {
    cp "$W/docker/services" "$W/docker/nodes" "$W/second/"
    swarm second:tasks "$(task t9 s1 n1 9 10.0.5.9)"
    ini "unix://$W/docker.sock" "unix://$W/second.sock"
    snap
    same "$(members .name)" '["web.1","web.2"]'
    local f
    for f in 'services status 503' '_ping close' '_ping silent' 'nodes half' 'tasks close' 'tasks garbage' 'tasks status 500' 'tasks hang'; do
        fault "$f"
        snap
        same "$(members .name)" '["web.9"]' "$f"
    done
}

@test "no manager answers: one message with each one's words" {
    ini "unix://$W/none.sock" "unix://$W/docker.sock"
    echo '{"message":"rpc error: code = Unknown desc = The swarm does not have a leader."}' >"$W/docker/tasks.500"
    fault 'tasks status 500'
    outage 'no Swarm manager answered' "none.sock: there is no such socket" 'does not have a leader'
}

@test "wrong types at any place are an outage" {
    local path value
    for path in Slot Status Status.State Status.PortStatus Status.PortStatus.Ports NetworksAttachments \
        CreatedAt DesiredState NodeID ServiceID; do
        for value in 7 '"x"' '["x"]' '{"x":1}'; do
            swarm tasks "$(task t1 s1 n1 1 10.0.5.1 ".$path = $value")"
            lb snapshot >"$W/snap.json" 2>"$W/snap.err" && continue
            same $? 69 "$path = $value: $(cat "$W/snap.err")"
        done
    done
    swarm tasks '[]'
    outage "has no ID"
    swarm tasks "$(task t1 s1 n1 1 10.0.5.1 'del(.ID)')"
    outage "has no ID"
}

@test "any order of the answers, the same bytes" {
    local i tasks=()
    for i in $(seq 12); do tasks+=("$(task "t$i" s1 "n$((i % 2 + 1))" "$i" "10.0.5.$i")"); done
    swarm tasks "${tasks[@]}" "$(task twin s1 n1 3 10.0.7.7)"
    snap
    jq 'del(.taken)' "$W/snap.json" >"$W/first.json"
    fault 'tasks shuffle' 'nodes shuffle' 'services shuffle'
    for i in $(seq 30); do
        snap
        jq 'del(.taken)' "$W/snap.json" | cmp - "$W/first.json"
    done
}
