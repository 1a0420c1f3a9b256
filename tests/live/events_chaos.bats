#!/usr/bin/env bats
# 300 containers started and stopped at random within a minute, as fast as the
# engine does it: what stays is never lost, and afterwards all is in step.
# limit: 900
# alone

load_all() { source "$BATS_TEST_DIRNAME/../lib/events.bash"; }
setup_file() {
    load_all
    dockerd_start
    image_web
    events_world
}
teardown_file() {
    load_all
    hook_stop
    haproxy_stop
    dockerd_stop
}
setup() { load_all; }

NUMBER=${EVENTS_CHAOS:-300}

# Two at a time start one, and end it after a while in one of four ways, or leave it.
churn() { # SEED
    local i
    RANDOM=$1
    for ((i = $1; i < NUMBER; i += 2)); do
        docker run -d --name "c$i" --network "$NET" --label lb.enable=Y --label lb.publish=80 --label lb.target=80 lbt/web >/dev/null || exit 1
        echo "c$i" >>"$W/started"
        (
            sleep "$((RANDOM % 4)).$((RANDOM % 10))"
            case $((i % 5)) in
                0) docker kill "c$i" ;;
                1) docker stop -t 1 "c$i" ;;
                2) docker rm -f "c$i" ;;
                3) kill -KILL "$(docker inspect -f '{{.State.Pid}}' "c$i")" ;;
                4) exit ;; # one in five goes on for a while
            esac >/dev/null 2>&1
            echo "c$i" >>"$W/ended"
        ) &
        # those that go on do so until eighty more have come
        ((i % 5 != 4 || i < 80)) || docker rm -f "c$((i - 80))" >/dev/null
    done
    wait
}

# HAProxy runs exactly what the engine says
in_step() {
    running || return 1
    same "$(grep -oE '^    server [a-z0-9]+' "$W/etc/haproxy.cfg" | awk '{ print $2 }' | sort | tr '\n' ' ')" \
        "$(docker ps --filter label=lb.enable --format '{{.Names}}' | sort | tr '\n' ' ')" "servers"
}

workers() { haproxy_cli 'show proc' 2>/dev/null | grep -c ' worker ' || true; }

@test "containers come and go: the ones that stayed are never lost" {
    NET=chaos
    docker network create --subnet 10.222.0.0/16 chaos >/dev/null
    local n load t0 t1 reloads events rc=0 most=0 mem=0 w m
    for n in 1 2 3; do PUBLISH=81 web_up "stay$n" --network chaos; done
    hook_start cli
    poll 60 in_step
    quiet
    : >"$W/runs"
    docker events --filter type=container --format . >"$W/events" 2>/dev/null 3>&- &
    events=$!
    reloads=$(haproxy_reloads)
    cpu=$(cpu_self "$HOOK_PID")
    "$TOOLS/load" -n -c 2 -p 20 -t 600 81 >"$W/load1.json" 3>&- &
    load=$!
    "$TOOLS/load" -k -c 2 -p 20 -t 600 81 >"$W/load2.json" 3>&- &
    load="$load $!"
    t0=$(ms)
    churn 0 3>&- &
    local a=$!
    churn 1 3>&- &
    local b=$!
    while kill -0 $a 2>/dev/null || kill -0 $b 2>/dev/null; do
        w=$(workers)
        m=$(ps -C haproxy -o rss= | awk '{ s += $1 } END { print int(s / 1024) }')
        [ "$w" -le "$most" ] || most=$w
        [ "$m" -le "$mem" ] || mem=$m
        sleep 0.5
    done
    wait $a && wait $b || rc=1
    t1=$(ms)
    poll 120 in_step
    local step=$(($(ms) - t1))
    # shellcheck disable=SC2086  # two
    kill -TERM $load && wait $load
    kill $events
    same $rc 0 "the containers were started"
    same "$(wc -l <"$W/started")" $NUMBER
    echo "# containers started           $NUMBER, $(wc -l <"$W/ended") ended, in $(((t1 - t0) / 1000)) s
# events of containers         $(wc -l <"$W/events")
# runs of lbgen                $(runs)
# reloads of HAProxy           $(($(haproxy_reloads) - reloads))
# time until in step           $step ms
# CPU time of the hook         $(($(cpu_self "$HOOK_PID") - cpu)) ms
# HAProxy                      at most $most workers, $mem MiB together
# requests to those that stayed: new $(cat "$W/load1.json")
#                               kept $(cat "$W/load2.json")" >&3
    same "$(jq .failed "$W/load1.json")/$(jq .failed "$W/load2.json")" 0/0 "failed requests"
    same "$(jq '.ok > 1000' "$W/load1.json")/$(jq '.ok > 1000' "$W/load2.json")" true/true
    [ "$(($(haproxy_reloads) - reloads))" -lt "$(wc -l <"$W/events")" ]
    # and it stays so
    quiet
    in_step
}
