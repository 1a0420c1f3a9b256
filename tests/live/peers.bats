# A balancer that is new among others: it gets their stick tables, also when these
# hear of it late, and does not reload for ever where there is nothing to get. Each
# balancer has a network namespace of its own.
# limit: 240
NET=10.9.0
setup() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    source "$ROOT/tests/lib/haproxy.bash"
    source "$ROOT/tests/lib/oldnew.bash"
    oldnew_use
    ip link add br0 type bridge
    ip addr add $NET.254/24 dev br0
    ip link set br0 up
    : >"$W/zone"
    background dnsd "$TOOLS/dnsd" $NET.254:53 "$W/zone"
    background web1 "$TOOLS/web" -n web1 $NET.254:8081
    background web2 "$TOOLS/web" -n web2 $NET.254:8082
    for i in $(seq 20); do ip addr add $NET.$((100 + i))/32 dev br0; done
}
teardown() {
    local n
    for n in a b; do
        [ ! -e "$W/$n/haproxy.pid" ] || kill -TERM "$(cat "$W/$n/haproxy.pid")" || true
        # a namespace takes its time to go, and its devices with it
        ip link del v$n 2>/dev/null || true
        ip netns del $n 2>/dev/null || true
    done
    for n in dnsd web1 web2; do reap $n; done
    ip link del br0
    oldnew_done
    rm -rf "${W:?}"/*
}

# balancer NAME NUMBER : a place for it, at 10.9.0.NUMBER
balancer() {
    local d=$W/$1
    mkdir "$d"
    ip netns add "$1" && ip link add "v$1" type veth peer name eth0 netns "$1" && ip link set "v$1" master br0 up &&
        ip -n "$1" addr add "$NET.$2/24" dev eth0 && ip -n "$1" link set eth0 up && ip -n "$1" link set lo up || return 1
    cat >"$d/lb.ini" <<INI
[docker]
enable = no
[haproxy]
file = $d/haproxy.cfg
master_socket = $d/master.sock
stats_socket = $d/admin.sock
pid_file = $d/haproxy.pid
start = haproxy -W -D -S $d/master.sock -p $d/haproxy.pid -f $d/haproxy.cfg
[dns]
resolver = $NET.254
[peers]
target = tasks.lb:10000
[apply]
state_dir = $d/state
[service web]
server = web1 $NET.254:8081
server = web2 $NET.254:8082
publish = 80
sticky = source
balance = roundrobin
check = no
INI
}
looks() { ip netns exec "$1" "$LBGEN" -c "$W/$1/lb.ini" run >>"$W/$1/log" 2>&1 3>&-; } # NAME : a pass of it
asked() { "$TOOLS/ask" "$W/$1/admin.sock" "$2"; }
known() { asked "$1" 'show table' | grep -o 'port__80_.*used:[0-9]*' | sed 's/.*used://'; }
reloads() { "$TOOLS/ask" "$W/$1/master.sock" 'show proc' | awk '$2 == "master" { print $3 }'; }
say() { printf "# %s\n" "$1" >&3; }
settled() { asked "$1" 'show peers' | tables_settled; }
# each looks every second, as the hook does
looks_until() { # SECONDS NAMES COMMAND...
    local end=$((SECONDS + $1)) names=$2 n
    shift 2
    until "$@"; do
        [ $SECONDS -lt $end ] || { echo "never came true: $*"; tail -n 5 "$W"/*/log; return 1; }
        sleep 1
        for n in $names; do looks "$n"; done
    done
}
after() { [ $SECONDS -ge "$1" ]; }
knows_all() { same "$(known "$1")" 20 "what $1 knows"; }
clients_come() { # NAME NUMBER
    local i
    for i in $(seq 20); do curl -sf --max-time 5 --interface $NET.$((100 + i)) "http://$NET.$2/"; done | sort | uniq -c | awk '{ print $1 }' | xargs
}

@test "the others hear of it after it has given up asking: it is told all the same, and reloads no more" {
    balancer a 1
    balancer b 2
    printf 'tasks.lb A %s\n' $NET.1 >"$W/zone"
    looks a
    poll 20 settled a
    same "$(clients_come a 1)" "10 10"
    knows_all a
    printf 'tasks.lb A %s\n' $NET.2 >>"$W/zone"
    looks b
    looks_until 20 b after $((SECONDS + 6))
    same "$(known b)" 0
    looks_until 30 "a b" knows_all b
    has "$(cat "$W/b/log")" 'the other balancers have not yet told HAProxy who sticks where'
    n=$(reloads b)
    [ "$n" -le 2 ]
    looks_until 30 "a b" after $((SECONDS + 12))
    same "$(reloads b)" "$n" "reloads of b"
    same "$(reloads a)" 1 "reloads of a"
    # who sticks where is what a says
    for i in $(seq 20); do
        same "$(curl -sf --interface $NET.$((100 + i)) http://$NET.2/)" "$(curl -sf --interface $NET.$((100 + i)) http://$NET.1/)" "client $i"
    done
}

@test "where all are new there are few reloads" {
    balancer a 1
    balancer b 2
    printf 'tasks.lb A %s\n' $NET.1 $NET.2 >"$W/zone"
    looks a
    looks b
    looks_until 60 "a b" after $((SECONDS + 32))
    looks_until 30 "a b" eval 'settled a && settled b'
    [ "$(reloads a)" -le 3 ] && [ "$(reloads b)" -le 3 ]
    say "reloads: $(reloads a) $(reloads b)"
}

@test "who never answers is asked for half a minute; nobody is asked with cold_hold" {
    balancer a 1
    balancer b 2
    sed -i 's/^state_dir.*/&\ncold_hold = 1m/' "$W/b/lb.ini"
    printf 'tasks.lb A %s\n' $NET.1 $NET.2 $NET.9 >"$W/zone"
    sed -i 's/:10000$/:10001/' "$W/b/lb.ini"
    looks a
    looks b
    looks_until 60 "a b" after $((SECONDS + 45))
    looks_until 30 "a b" settled a
    n=$(reloads a)
    [ "$n" -ge 2 ] && [ "$n" -le 5 ]
    same "$(reloads b)" 0
    same "$(grep -c 'the other balancers have not' "$W/a/log")" "$n"
}
