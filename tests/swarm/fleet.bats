# hooks/container/stack.yml as it is, on three real nodes: scaling, updates, labels,
# ways to a task. Under a steady light load no request fails.
# limit: 900
load_all() { source "$BATS_TEST_DIRNAME/../lib/fleet.bash"; }
setup_file() {
    load_all
    swarm_up 3 0
    fleet_images
}
teardown_file() {
    load_all
    nodes_down
}
setup() { load_all; }
ALL3='n1 n2 n3'

@test "docker stack deploy: three balancers serve the same tasks, and know each other" {
    m stack deploy -c "$ROOT/hooks/container/stack.yml" shop
    poll 90 deployed shop_lb shop_backend
    poll 30 everywhere lb_has $ALL3 -- 3
    for n in $ALL3; do
        has "$(lb_do "$n" lbgen show)" shop_backend.3
        curl -sf --max-time 10 "http://$NET.${n#n}/"
    done
    peers_of() { lb_ask "$1" 'show peers' | grep -c '(remote,.*last_status=ESTA'; }
    knows() { [ "$(peers_of "$1")" = 2 ] || { lb_ask "$1" 'show peers'; return 1; }; }
    poll 60 everywhere knows $ALL3 --
    # what looking every second costs a manager's machine
    say "$(lb_do n1 bash -c 'TIMEFORMAT="%R %U %S"; time for i in {1..20}; do lbgen run; done' 2>&1 | tail -1 |
        awk '{ printf "a look that finds nothing new: %.0f ms, of which %.1f ms are its CPU", $1 * 50, ($2 + $3) * 50 }')"
}

@test "a label that changes is taken; scale 1, 10, 2" {
    table_head
    m service update -q --label-add lb.sticky=none --replicas 1 shop_backend
    poll 60 everywhere lb_has $ALL3 -- 1
    load_on $ALL3
    m service scale -d shop_backend=10
    poll 90 deployed shop_backend
    poll 60 everywhere lb_used $ALL3 -- 10
    tasks shop_backend >"$W/up"
    m service scale -d shop_backend=2
    poll 60 everywhere lb_has $ALL3 -- 2
    only_two() { same "$(for n in $ALL3; do on "$n" ps -q --filter name=shop_backend; done | grep -c .)" 2; }
    poll 60 only_two
    load_off "scale 1, 10, 2"
    served_after "scale 1 to 10" "$W/up"
    gone_after "scale 10 to 2" $ALL3
    same "$(cut -d' ' -f2 "$W/seen" | sort -u | grep -c .)" 10 "tasks that answered"
}

# update WHAT OPTIONS... : a rolling update of the backend under load
update() {
    local what=$1
    shift
    load_on $ALL3
    m service update -q -d --force "$@" shop_backend
    updated() { same "$(m service inspect -f '{{.UpdateStatus.State}}' shop_backend)" completed; }
    poll 20 eval '! updated'
    poll 120 updated
    poll 60 everywhere lb_used $ALL3 -- 3
    tasks shop_backend >"$W/end"
    load_off "$what"
    served_after "$what" "$W/end"
    gone_after "$what" $ALL3
}

@test "rolling updates, start-first and stop-first" {
    m service scale -d shop_backend=3
    poll 60 everywhere lb_has $ALL3 -- 3
    update "update, start-first" --update-order start-first --update-delay 0s --update-monitor 1s
    update "update, stop-first" --update-order stop-first --update-delay 0s --update-monitor 1s
}

@test "a global service, by ports of the nodes: no network is shared" {
    m service create -q -d --name each --mode global --publish published=8081,target=80,mode=host \
        --label lb.enable=Y --label lb.publish=80 --label lb.host=each.test --label lb.target=80 --label lb.sticky=none lbt/web
    poll 60 deployed each
    for n in $ALL3; do
        all_three() { same "$(lb_do "$n" grep -o 'server each[^ ]* [^ ]*' /run/haproxy/haproxy.cfg | xargs)" \
            "server each.n1 $NET.1:8081 server each.n2 $NET.2:8081 server each.n3 $NET.3:8081"; }
        poll 30 all_three
        everyone() { same "$(for _ in 1 2 3 4 5 6; do curl -sf --max-time 10 -H 'Host: each.test' "http://$NET.${n#n}/"; done | sort -u | grep -c .)" 3; }
        poll 30 everyone
    done
    m service rm each
    poll 30 eval "! lb_do n1 lbgen show | grep -q each.n1"
}

@test "a service with no way to it is left out with a word, and nothing else is" {
    load_on $ALL3
    m network create -d overlay other
    m service create -q -d --name alone --network other --label lb.enable=Y --label lb.publish=80 --label lb.host=alone.test --label lb.target=80 lbt/web
    poll 60 deployed alone
    poll 30 eval "lb_do n1 lbgen show | grep -q alone"
    lb_do n1 lbgen show alone
    has "$(lb_do n1 lbgen show)" not-on-network
    poll 10 eval "lb_says n2 | grep -q 'alone.1: left out (not-on-network)'"
    same "$(lb_says n2 | grep -c 'alone.1: left out (not-on-network)')" 1 "$(lb_says n2 | grep alone)"
    m service rm alone
    load_off "a service without a network"
    everywhere lb_has $ALL3 -- 3
}

@test "a worker says what to do; managers are tried in order" {
    m node demote n3
    poll 30 node_role_worker
    DOCKER_HOST=unix://$NODES/n3/docker.sock lb_ini "[swarm]
enable = yes"
    run lb snapshot
    same "$status" 69 "$output"
    has "$output" 'this engine is no Swarm manager (it answered 503); name managers in [swarm] host, or balance by DNS'
    printf '\nhost = unix://%s/n3/docker.sock, unix://%s/n2/docker.sock\n' "$NODES" "$NODES" >>"$W/lb.ini"
    same "$(lb snapshot | jq '[.members[] | select(.service == "shop_backend" and .state == "running")] | length')" 3
}
node_role_worker() { on n3 info -f '{{.Swarm.ControlAvailable}}' | grep -q false; }
