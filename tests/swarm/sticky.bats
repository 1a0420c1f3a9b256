# Stickiness that holds, measured: clients with cookies and clients by address keep
# their server over reloads, scaling, updates, restarts, and on another balancer.
# limit: 900
load_all() {
    source "$BATS_TEST_DIRNAME/../lib/fleet.bash"
    CLIENTS=60
}
setup_file() {
    load_all
    swarm_up 3 0
    fleet_images
    clients 60
    m stack deploy -c "$ROOT/hooks/container/stack.yml" shop
    m service update -q -d --label-add lb.host=source.test --label-add lb.balance=roundrobin shop_backend
    for s in cookie other; do
        m service create -q -d --name $s --network shop_web --replicas 3 --endpoint-mode dnsrr --label lb.enable=Y \
            --label lb.publish=80 --label lb.target=80 --label lb.host=$s.test --label lb.sticky=cookie lbt/web
    done
    poll 120 deployed shop_lb shop_backend cookie other
    poll 30 everywhere lb_has n1 n2 n3 -- 9
    poll 60 everywhere knows n1 n2 n3 --
}
teardown_file() {
    load_all
    nodes_down
}
setup() { load_all; }
knows() { same "$(lb_ask "$1" 'show peers' | grep -c '(remote,.*last_status=ESTA')" 2 "peers of $1"; }
# settled NODE : its HAProxy asks nobody for tables any more
settled() { lb_ask "$1" 'show peers' | tee "$W/peers" | tables_settled || { cat "$W/peers"; return 1; }; }
# learned NODE : it has what the others know of all clients
learned() { same "$(lb_ask "$1" 'show table' | grep -o 'port__80_.*used:[0-9]*' | sed 's/.*used://' | sort -n | tail -1)" "$CLIENTS" "$(lb_ask "$1" 'show table')"; }
reloads() { # NODE : of its HAProxy; the master does not answer while it reloads
    local pid n
    pid=$(on "$1" inspect -f '{{.State.Pid}}' "$(lb_of "$1")")
    for _ in $(seq 50); do
        n=$(in_node "$1" "$TOOLS/ask" "/proc/$pid/root/run/haproxy/master.sock" 'show proc' 2>/dev/null | awk '$2 == "master" { print $3 }')
        [ -z "$n" ] || break
        sleep 0.1
    done
    echo "$n"
}
# A request in the very moment of a reload may find the new table still empty
# (docs/fleet.md): clients ask when there was none for two seconds.
no_reload() {
    local was
    was=$(everywhere reloads n1 n2 n3 --)
    sleep 2
    same "$(everywhere reloads n1 n2 n3 --)" "$was" reloads
}
calm() { poll 60 everywhere settled n1 n2 n3 -- && poll 60 no_reload; }

@test "clients come, and find their server at each balancer" {
    say "$(printf '%-56s %-7s %8s' 'clients kept / clients' method kept)"
    # a balancer below 3.0 forgets at a reload soon after its start
    calm
    remember source n1
    remember cookie n1
    same "$(cut -d' ' -f2 "$W/was.source" | sort -u | grep -c .)" 3 "servers in use"
    poll 20 everywhere learned n1 n2 n3 --
    for n in n2 n3; do
        all_kept source $n "at another balancer ($n)"
        all_kept cookie $n "at another balancer ($n)"
    done
}

@test "over 50 reloads" {
    first=$(reloads n1)
    # each run differs from what the hook's own run, a second later, brings back
    while [ "$(($(reloads n1) - first))" -lt 50 ]; do
        on n1 exec -e "LBGEN_HAPROXY_HARD_STOP_AFTER=$((20 + RANDOM % 30))s" "$(lb_of n1)" lbgen run >/dev/null 2>&1
    done
    calm
    all_kept source n1 "over $(($(reloads n1) - first)) reloads"
    all_kept cookie n1 "over $(($(reloads n1) - first)) reloads"
}

@test "over scaling 3, 10, 3, and an update of another service" {
    m service scale -d shop_backend=10 cookie=10
    poll 90 everywhere lb_has n1 n2 n3 -- 23
    calm
    all_kept source n1 "scaled from 3 to 10"
    all_kept cookie n2 "scaled from 3 to 10"
    m service scale -d shop_backend=3 cookie=3
    poll 90 everywhere lb_has n1 n2 n3 -- 9
    poll 60 deployed shop_backend cookie
    calm
    all_kept source n1 "scaled from 10 to 3, of servers that stayed"
    all_kept cookie n2 "scaled from 10 to 3, of servers that stayed"
    # those whose server went have a new one
    remember source n1
    remember cookie n1
    m service update -q -d --force --update-parallelism 0 --update-monitor 1s other
    poll 20 eval '! deployed other'
    poll 60 deployed other
    poll 60 everywhere lb_has n1 n2 n3 -- 9
    calm
    all_kept source n3 "a rolling update of another service"
    all_kept cookie n3 "a rolling update of another service"
}

@test "over a restart of a balancer, and an update of all" {
    old=$(lb_of n1)
    on n1 rm -f "$old" >/dev/null
    back() { [ -n "$(lb_of n1)" ] && curl -sf --max-time 2 -o "$W/body" -H 'Host: other.test' "http://$NET.1/"; }
    poll 60 back
    all_kept cookie n1 "a balancer restarted, at once"
    poll 60 learned n1
    calm
    all_kept source n1 "a balancer restarted, the others have taught it"
    m service update -q -d --force shop_lb
    poll 20 eval '! deployed shop_lb'
    poll 150 deployed shop_lb
    poll 60 everywhere lb_has n1 n2 n3 -- 9
    poll 60 everywhere learned n1 n2 n3 --
    calm
    for n in n1 n2 n3; do
        all_kept cookie $n "all balancers updated, one by one ($n)"
        all_kept source $n "all balancers updated, one by one ($n)"
    done
}
