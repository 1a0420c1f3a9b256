# events.bash: the hook docker-events beside a real engine and a real HAProxy.
# Needs nothing sourced before.
# shellcheck shell=bash disable=SC2009,SC2034,SC2119
source "${ROOT:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}/tests/lib/common.bash"
source "$ROOT/tests/lib/dockerd.bash"
source "$ROOT/tests/lib/image.bash"
source "$ROOT/tests/lib/haproxy.bash"

HOOK=$ROOT/hooks/docker-events

# The engine, the image, HAProxy in step with nothing. ARGUMENT: more lines of lb.ini
events_world() {
    EVENTS_INI="[defaults]
sticky = none
balance = roundrobin
[haproxy]
hard_stop_after = 5s
${1-}"
    export EVENTS_INI
    lb_ini "$EVENTS_INI"
    lb run >/dev/null 2>&1 || [ $? = 69 ]
    haproxy_start
    # what the hook starts: lbgen, and a line for each run
    printf '#!/bin/sh\ncase " $* " in *" config "*) ;; *) echo run >>%q ;; esac\nexec %q "$@"\n' "$W/runs" "$LBGEN" >"$W/counted"
    chmod 755 "$W/counted"
    : >"$W/runs"
    # a PATH without the docker CLI
    mkdir -p "$W/no-cli"
    local p
    for p in bash sh env curl setpriv stdbuf tr haproxy; do ln -sf "$(command -v $p)" "$W/no-cli/$p"; done
}

# hook_start cli|curl [VARIABLE=VALUE...] : no runs but for events, unless told
hook_start() {
    local path=$PATH
    [ "$1" = cli ] || path=$W/no-cli
    shift
    background hook env -u DOCKER_HOST PATH="$path" LBGEN="$W/counted" LBGEN_ARGS="-c $W/lb.ini" \
        LBGEN_EVENTS_INTERVAL=0 "$@" "$HOOK"
    HOOK_PID=$BG
    poll 60 readers_are 2 || { cat "$W/hook.log"; return 1; }
}

# The processes that read the engine's events.
readers() { ps -eo pid=,args= | grep -E '(docker (.* )?events --since|curl .*/events)' | grep -vE 'grep|setpriv|setsid' || true; }
readers_are() { same "$(readers | wc -l)" "$1" "readers: $(readers)"; }

# Nothing of the hook is left, whatever it had started.
nothing_left() {
    local left
    left=$(readers; ps -eo pid=,args= | grep -E 'tr -dc|docker-events|counted' | grep -vE 'grep|bats' || true)
    same "$left" "" "left over"
}

hook_stop() { reap hook; }

ms() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }

# in the configuration that HAProxy runs, or not
serves() {
    grep -q "server $1 " "$W/etc/haproxy.cfg" || { echo "no $1 in haproxy.cfg"; tail -5 "$W/hook.log"; return 1; }
    running
}
lacks_server() {
    ! grep -q "server $1 " "$W/etc/haproxy.cfg" || { echo "$1 is in haproxy.cfg"; tail -5 "$W/hook.log"; return 1; }
    running
}
running() { same "$(haproxy_marker)" "$(sed -n 's/.*set-var proc.lbgen str(\(.*\))/\1/p' "$W/etc/haproxy.cfg")" "what runs"; }

runs() { wc -l <"$W/runs"; }
runs_above() { [ "$(runs)" -gt "$1" ] || { echo "$(runs) runs"; return 1; }; }

# No run for longer than the hook's last look at a burst takes to come.
quiet() {
    local n end=$((SECONDS + 60))
    until [ $SECONDS -ge $end ]; do
        n=$(runs)
        sleep 3.5
        [ "$(runs)" != "$n" ] || return 0
    done
    echo "never quiet"
    return 1
}

# cpu PID : milliseconds of CPU time that it and its ended children took
cpu() { awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print ($12 + $13 + $14 + $15) * 1000 / hz }' "/proc/$1/stat"; }
# cpu_self PID : without its children
cpu_self() { awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print ($12 + $13) * 1000 / hz }' "/proc/$1/stat"; }

# figures NUMBER... : smallest, middle, largest
figures() { printf '%s\n' "$@" | sort -n | awk '{ v[NR] = $1 } END { printf "%d / %d / %d ms", v[1], v[int((NR + 1) / 2)], v[NR] }'; }

# kills N : N containers in a row, each served and then killed, by turns with
# docker kill, a signal from outside, an end of its own. Times are left in UP and OUT.
kills() {
    local i t id what
    UP=() OUT=()
    for i in $(seq "$1"); do
        t=$(ms)
        case $((i % 3)) in
            2) what=(lbt/box sh -c 'httpd -p 80 -h /www; until [ -e /tmp/crash ]; do usleep 20000; done; exit 3') ;;
            *) what=(lbt/web) ;;
        esac
        docker run -d --name "k$i" --label lb.enable=Y --label lb.publish=80 --label lb.target=80 "${what[@]}" >/dev/null
        t=$(ms)
        poll 60 serves "k$i" || return 1
        UP+=($(($(ms) - t)))
        id=$(docker inspect -f '{{.State.Pid}}' "k$i")
        t=$(ms)
        case $((i % 3)) in
            0) docker kill "k$i" >/dev/null ;;
            1) kill -KILL "$id" ;;
            2) docker exec "k$i" touch /tmp/crash || true ;; # it may end before touch does
        esac
        poll 60 lacks_server "k$i" || return 1
        OUT+=($(($(ms) - t)))
    done
}

# each of the N came once and went once: none was ever served again
kills_stayed_out() { # N LOG
    local i
    for i in $(seq "$1"); do
        lacks_server "k$i" || return 1
        same "$(grep -cE "\+ k$i( |,|\$)" "$2")/$(grep -cE -- "- k$i( |,|\$)" "$2")" 1/1 "how often k$i came and went" || return 1
    done
}
