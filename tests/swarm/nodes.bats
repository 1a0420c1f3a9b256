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

# crowd NODE : four of the six tasks on that one
crowd() {
    local n node=$1 others=()
    for n in n1 n2 n3; do [ "$n" = "$node" ] || others+=("$n"); done
    for n in "${others[@]}"; do m node update --availability drain "$n"; done
    m service scale -d shop_backend=4
    four_there() { same "$(tasks_on shop_backend "$node")" 4; }
    poll 90 four_there
    for n in "${others[@]}"; do m node update --availability active "$n"; done
    m service scale -d shop_backend=6
    poll 90 deployed shop_lb shop_backend
}

# passed WHAT : a row with the seconds since $SINCE
passed() { say "$(printf '%-66s %8.1f' "$1" "$(awk -v a="$EPOCHREALTIME" -v b="$SINCE" 'BEGIN { print a - b }')")"; }

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
    there=$(tasks shop_backend | awk '$3 == "n3" && $5 == "running" { print "shop_backend." $2 }')
    load_on n1 n2 n3
    SINCE=$EPOCHREALTIME
    node_cut n3
    checks_out() { same "$(lb_stat "$1" | awk '$2 ~ /^UP/ { print $1 }' | grep -cxF "$there")" 0 "servers of n3 at $1"; }
    poll 30 everywhere checks_out n1 n2 --
    passed "cut off: no server of it is in use any more"
    poll 90 node_is n3 down
    passed "cut off: the Swarm calls it down"
    moved() { same "$(tasks shop_backend | awk '$3 != "n3" && $5 == "running"' | grep -c .)" 6; }
    poll 60 moved
    passed "cut off: its tasks run elsewhere"
    tasks shop_backend | awk '$3 != "n3"' >"$W/moved"
    poll 60 everywhere lb_used n1 n2 -- 6
    # the cut-off manager has no leader: an outage, which changes nothing
    run lb_do n3 lbgen run
    same "$status" 69 "$output"
    has "$output" 'unix:///var/run/docker.sock: '
    # the Swarm will replace all tasks of that node, its balancer too
    load_end n3
    before=$(lb_of n3)
    SINCE=$EPOCHREALTIME
    node_heal n3
    poll 90 node_is n3 ready
    passed "healed: the Swarm calls it ready"
    anew() { [ "$(lb_of n3)" != "$before" ] && lb_used n3 6; }
    asks() { curl -sf --max-time 2 -o "$W/body" "http://$NET.3/"; }
    poll 90 eval 'asks; anew'
    passed "healed: its new balancer serves by all servers"
    poll 90 deployed shop_backend
    poll 90 everywhere lb_has n1 n2 n3 -- 6
    load_off "a node cut off and healed"
    served_after "a node cut off" "$W/moved"
    load_on n3
    spread_out
    poll 60 lb_used n3 6
    load_off "by the balancer of the healed node, an update"
}

# asking : one pass after another until $W/enough is there. Each has all tasks that
# are alive, or ends with 69 and one line
asking() {
    local i=0 rc
    until [ -e "$W/enough" ]; do
        i=$((i + 1)) rc=0
        lb snapshot >"$W/asked.$i.json" 2>"$W/asked.$i.err" || rc=$?
        case $rc in
            0) jq -r '.members[] | select(.state == "running") | .name' "$W/asked.$i.json" | sort >"$W/asked"
                comm -23 "$W/alive" "$W/asked" | sed "s/^/pass $i misses /" >>"$W/missed" ;;
            69) [ "$(grep -c . "$W/asked.$i.err")" = 1 ] || sed "s/^/pass $i: /" "$W/asked.$i.err" >>"$W/missed" ;;
            *) echo "pass $i: status $rc" >>"$W/missed" ;;
        esac
        sleep 0.05
    done
} 3>&-

@test "the leader is lost by a power cut with most of the servers, and comes back with its disk" {
    lost=$(leader)
    crowd "$lost"
    poll 60 everywhere lb_has n1 n2 n3 -- 6
    rest=()
    for n in n1 n2 n3; do [ "$n" = "$lost" ] || rest+=("$n"); done
    MANAGER=${rest[0]}
    echo "$MANAGER" >"$W/manager"
    # passes that ask the one who is lost first, all the time
    lb_ini "[docker]
timeout = 2s
[swarm]
enable = yes
host = unix://$NODES/$lost/docker.sock unix://$NODES/$MANAGER/docker.sock"
    tasks shop_backend | awk -v n="$lost" '$3 != n && $5 == "running" { print "shop_backend." $2 }' | sort >"$W/alive"
    load_on "${rest[@]}"
    asking &
    pid=$!
    SINCE=$EPOCHREALTIME
    node_kill "$lost"
    poll 90 node_is "$lost" down
    passed "the leader lost: the Swarm calls it down"
    elsewhere() { same "$(tasks shop_backend | awk -v n="$lost" '$3 != n && $5 == "running"' | grep -c .)" 6; }
    poll 60 elsewhere
    passed "the leader lost: its tasks run elsewhere"
    touch "$W/enough"
    wait $pid
    asked_in_vain=$(find "$W" -name 'asked.*.err' -size +0 | wc -l)
    asked=$(find "$W" -name 'asked.*.json' | wc -l)
    say "passes while the leader is lost: $asked, ended by an outage: $asked_in_vain"
    [ "$asked" -gt 20 ]
    same "$(cat "$W/missed" 2>/dev/null)" ""
    tasks shop_backend >"$W/moved"
    poll 60 everywhere lb_used "${rest[@]}" -- 6
    load_off "the leader lost"
    served_after "the leader lost" "$W/moved"
    node_up "${lost#n}"
    poll 90 node_is "$lost" ready
    poll 90 deployed shop_lb
    poll 60 lb_has "$lost" 6
}
