#!/usr/bin/env bats
# hooks/docker-events on a Swarm manager: services and their tasks, by events.
# limit: 400

load_all() { source "$BATS_TEST_DIRNAME/../lib/events.bash"; }
setup_file() {
    load_all
    ip link add node0 type veth peer name node1
    ip addr add 10.99.0.1/24 dev node0
    ip link set node0 up
    ip link set node1 up
    dockerd_start
    image_web
    docker swarm init --advertise-addr 10.99.0.1 >/dev/null
    events_world "[swarm]
enable = yes"
}
teardown_file() {
    load_all
    hook_stop
    haproxy_stop
    docker swarm leave --force >/dev/null 2>&1 || true
    dockerd_stop
    ip link del node0 2>/dev/null || true
}
setup() { load_all; }

servers_are() {
    same "$(grep -c '^    server ' "$W/etc/haproxy.cfg")" "$1" "servers: $(tail -3 "$W/hook.log")"
    running
}

@test "a service is created, updated and removed: served by events alone" {
    hook_start cli
    docker service create -d --name web --network host --label lb.enable=Y --label lb.publish=8090 --label lb.target=8091 \
        lbt/web /web -n web 8091 >/dev/null
    poll 120 servers_are 1
    poll 30 answers_are 8090 2 web
    docker service scale -d web=0 >/dev/null
    poll 120 eval '! grep -q "^    server web" "$W/etc/haproxy.cfg"'
    docker service scale -d web=1 >/dev/null
    poll 120 servers_are 1
    docker service rm web >/dev/null
    poll 120 eval '! grep -q "^    server web" "$W/etc/haproxy.cfg"'
    hook_stop
    nothing_left
}

@test "by curl, too" {
    hook_start curl
    docker service create -d --name web --network host --label lb.enable=Y --label lb.publish=8090 --label lb.target=8091 \
        lbt/web /web -n web 8091 >/dev/null
    poll 120 servers_are 1
    docker service rm web >/dev/null
    poll 120 eval '! grep -q "^    server web" "$W/etc/haproxy.cfg"'
}

@test "without a word about it, it looks every 5 s: other nodes send no events" {
    : >"$W/runs"
    hook_start cli LBGEN_EVENTS_INTERVAL=
    # more than the start, the connections and the second look at them are
    poll 90 runs_above 7
}
