# A hundred reloads under load: not one request is lost.
# limit: 420
# alone
setup_file() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    source "$ROOT/tests/lib/haproxy.bash"
    lb_ini
    for n in 1 2 3; do background "web$n" "$TOOLS/web" -n "web$n" "127.0.0.1$n:8081"; done
    snapshot 1 2 >"$W/a.json"
    snapshot 1 2 3 >"$W/b.json"
    lb --snapshot "$W/a.json" run || [ $? = 69 ]
    haproxy_start
    lb --snapshot "$W/a.json" run
}
teardown_file() {
    source "$ROOT/tests/lib/common.bash"
    source "$ROOT/tests/lib/haproxy.bash"
    haproxy_stop
    for n in 1 2 3; do reap "web$n"; done
}
setup() {
    source "$ROOT/tests/lib/common.bash"
    source "$ROOT/tests/lib/haproxy.bash"
}

# A snapshot of the servers 127.0.0.1N:8081 behind port 8080.
snapshot() {
    local n list=
    for n in "$@"; do
        list+=$(jq -nc --arg n "$n" '{kind: "container", id: ($n * 12), name: ("web" + $n), service: "",
            created: 1700000000, state: "running", health: "none",
            labels: {"lb.enable": "Y", "lb.publish": "8080", "lb.target": "8081"}, network_mode: "bridge",
            networks: [{name: "bridge", ipv4: ("127.0.0.1" + $n), ipv6: "", shared: true}],
            ports: [8081], published: [], address: "", port: 0, weight: -1}')
    done
    jq -s '{lbgen: 1, taken: 1700000000, members: ., peers: [], certs: {}}' <<<"$list"
}

# reloads_under_load N LOAD-OPTION...
reloads_under_load() {
    local n=$1 i before load rc=0
    shift
    before=$(haproxy_reloads)
    "$TOOLS/load" "$@" -t 400 8080 >"$W/load.json" 3>&- &
    load=$!
    for i in $(seq "$n"); do
        lb --snapshot "$W/$([ $((i % 2)) = 1 ] && echo b || echo a).json" run >"$W/out" 2>&1 || { rc=$?; break; }
    done
    kill -TERM $load
    wait $load
    same $rc 0 "pass $i: $(cat "$W/out")"
    same $(($(haproxy_reloads) - before)) "$n" "reloads"
    same "$(jq .failed "$W/load.json")" 0 "$(cat "$W/load.json")"
    same "$(jq ".ok > 10 * $n" "$W/load.json")" true "$(cat "$W/load.json")"
    echo "# $(cat "$W/load.json")" >&3
}

@test "50 reloads under kept connections" { reloads_under_load 50 -k -c 4 -p 2; }
@test "50 reloads under new connections" { reloads_under_load 50 -n -c 4 -p 2; }
@test "50 more under kept connections that pause" { reloads_under_load 50 -k -c 8 -p 20; }
@test "50 more under new connections from many clients" { reloads_under_load 50 -n -c 16 -p 10; }
