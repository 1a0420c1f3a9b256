# What happens to nodes: drained, cut off and healed, lost and back. As long as
# there is a healthy server that a balancer reaches, no request fails.
# limit: 900
load_all() {
    source "$BATS_TEST_DIRNAME/../lib/fleet.bash"
    [ ! -f "$W/manager" ] || MANAGER=$(cat "$W/manager")
}
setup_file() {
    load_all
    swarm_up 3 0
    fleet_images
    m stack deploy -c "$ROOT/hooks/container/stack.yml" shop
    m service update -q -d --label-add lb.sticky=none --replicas 6 shop_backend
    poll 90 deployed shop_lb shop_backend
    poll 30 everywhere lb_has n1 n2 n3 -- 6
}
teardown_file() {
    load_all
    nodes_down
}
setup() { load_all; }

# spread_out : tasks on every node again
spread_out() {
    m service update -q -d --force --update-parallelism 0 --update-delay 0s --update-monitor 1s shop_backend
    poll 20 eval '! deployed shop_backend'
    poll 90 deployed shop_backend
}

@test "a node that is drained, and taken back" {
    table_head
    load_on n1 n2
    m node update --availability drain n3
    left() { same "$(tasks_on shop_backend n3)" 0 && deployed shop_backend; }
    poll 60 left
    tasks shop_backend >"$W/moved"
    poll 30 everywhere lb_used n1 n2 -- 6
    load_off "a drained node"
    served_after "a drained node" "$W/moved"
    gone_after "a drained node" n3
    m node update --availability active n3
    poll 60 deployed shop_lb
    poll 30 lb_has n3 6
}

@test "a node cut off, and healed: it serves with what it reaches" {
    spread_out
    poll 30 everywhere lb_has n1 n2 n3 -- 6
    [ "$(tasks_on shop_backend n3)" -gt 0 ]
    MANAGER=n1
    load_on n1 n2 n3
    node_cut n3
    poll 90 node_is n3 down
    moved() { same "$(tasks shop_backend | awk '$3 != "n3" && $5 == "running"' | grep -c .)" 6; }
    poll 60 moved
    tasks shop_backend | awk '$3 != "n3"' >"$W/moved"
    poll 60 everywhere lb_used n1 n2 -- 6
    # the cut-off manager has no leader: an outage, which changes nothing
    run lb_do n3 lbgen run
    same "$status" 69 "$output"
    has "$output" 'unix:///var/run/docker.sock: '
    # the Swarm will replace all tasks of that node, its balancer too
    load_end n3
    node_heal n3
    poll 90 node_is n3 ready
    poll 90 deployed shop_backend
    poll 90 everywhere lb_has n1 n2 n3 -- 6
    load_off "a node cut off and healed"
    served_after "a node cut off" "$W/moved"
}

@test "the leader is lost by a power cut, and comes back with its disk" {
    spread_out
    poll 30 everywhere lb_has n1 n2 n3 -- 6
    lost=$(leader)
    rest=()
    for n in n1 n2 n3; do [ "$n" = "$lost" ] || rest+=("$n"); done
    MANAGER=${rest[0]}
    echo "$MANAGER" >"$W/manager"
    load_on "${rest[@]}"
    node_kill "$lost"
    poll 90 node_is "$lost" down
    poll 90 deployed shop_backend
    tasks shop_backend >"$W/moved"
    poll 60 everywhere lb_used "${rest[@]}" -- 6
    load_off "the leader lost"
    served_after "the leader lost" "$W/moved"
    node_up "${lost#n}"
    poll 90 node_is "$lost" ready
    poll 90 deployed shop_lb
    poll 60 lb_has "$lost" 6
}
