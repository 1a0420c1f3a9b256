#!/usr/bin/env bats
# hooks/docker-events on a real engine: what happens there is served, with the
# docker CLI and with curl, whatever becomes of the engine and of the hook.
# limit: 600

load_all() { source "$BATS_TEST_DIRNAME/../lib/events.bash"; }

setup_file() {
    load_all
    # the engine listens on TCP as well, with TLS
    mkdir -p "$W/tls"
    tls_files
    dockerd_start -H tcp://127.0.0.1:2376 --tlsverify --tlscacert "$W/tls/ca.pem" --tlscert "$W/tls/server.pem" --tlskey "$W/tls/key.pem"
    image_web
    image_busybox lbt/box
    events_world
}
teardown_file() {
    load_all
    hook_stop
    haproxy_stop
    dockerd_stop
}
setup() { load_all; }
teardown() {
    hook_stop
    # the line of shell leaves its reader until the next event
    readers | awk '{ print $1 }' | xargs -r kill 2>/dev/null || true
    docker ps -aq | xargs -r docker rm -f -v >/dev/null 2>&1 || true
    lb_ini "$EVENTS_INI"
}

tls_files() {
    local d=$W/tls
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=ca -keyout "$d/ca.key" -out "$d/ca.pem" 2>/dev/null
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=engine -keyout "$d/key.pem" -out "$d/req" 2>/dev/null
    openssl x509 -req -in "$d/req" -CA "$d/ca.pem" -CAkey "$d/ca.key" -CAcreateserial -days 30 -out "$d/server.pem" \
        -extfile <(printf 'subjectAltName=IP:127.0.0.1\n') 2>/dev/null
    cp "$d/server.pem" "$d/cert.pem"
}

# everything that an engine's event can change
whole_story() { # cli|curl
    local up out n ip
    hook_start "$1"
    kills 5
    echo "# $1: start to served $(figures "${UP[@]}"), death to out $(figures "${OUT[@]}") (least / middle / most)" >&3
    web_up stay
    poll 60 serves stay
    web_up two
    poll 60 serves two
    docker stop -t 1 two >/dev/null
    poll 60 lacks_server two
    docker pause stay >/dev/null
    poll 60 lacks_server stay
    docker unpause stay >/dev/null
    poll 60 serves stay
    docker rename stay other
    poll 60 serves other
    lacks_server stay
    docker network create "net-$1" >/dev/null
    docker network connect "net-$1" other
    docker network disconnect bridge other
    ip=$(docker inspect -f "{{(index .NetworkSettings.Networks \"net-$1\").IPAddress}}" other)
    poll 60 grep -q "server other $ip:80" "$W/etc/haproxy.cfg"
    docker run -d --name ill --label lb.enable=Y --label lb.publish=80 --label lb.target=80 --health-cmd 'test -e /tmp/well' \
        --health-interval 1s --health-retries 1 --health-timeout 20s lbt/box >/dev/null
    poll 90 health_of ill unhealthy
    poll 60 lacks_server ill
    docker exec ill touch /tmp/well
    poll 90 serves ill
    # one whose end changes nothing in the list's text, but may in another case
    quiet
    n=$(runs)
    docker update --memory 100m --memory-swap 200m other >/dev/null
    poll 30 runs_above "$n"
    # what is not labelled costs no run, nor does a command inside one that is
    docker run -d --name plain lbt/box >/dev/null
    quiet
    n=$(runs)
    docker pause plain >/dev/null
    docker unpause plain >/dev/null
    docker exec other /web -h >/dev/null 2>&1 || true
    quiet
    same "$(runs)" "$n" "runs"
    docker rm -f other >/dev/null
    docker network rm "net-$1" >/dev/null
}
health_of() { same "$(docker inspect -f '{{.State.Health.Status}}' "$1")" "$2"; }

@test "what happens is served: by the docker CLI" { whole_story cli; }
@test "what happens is served: by curl" { whole_story curl; }

@test "30 kills in a row: who is dead is out, and stays out" {
    hook_start cli
    kills 30
    quiet
    kills_stayed_out 30 "$W/hook.log"
    echo "# 30 kills: start to served $(figures "${UP[@]}"), death to out $(figures "${OUT[@]}")" >&3
}

@test "the manual's line of shell: 30 kills in a row, as correct" {
    mkdir -p "$W/one"
    printf '#!/bin/sh\nexec %q -c %q "$@"\n' "$LBGEN" "$W/lb.ini" >"$W/one/lbgen"
    chmod 755 "$W/one/lbgen"
    sed -n '/^\.Ss One line of shell/,/^\.Ss systemd/p' "$ROOT/docs/lbgen-hooks.8" | sed -n '/^\.Bd/,/^\.Ed/{/^\./d;s/\\e/\\/;p}' >"$W/one/line"
    has "$(cat "$W/one/line")" "docker events"
    has "$(cat "$W/one/line")" "| xargs -I{} lbgen"
    background hook env PATH="$W/one:$PATH" setpriv --pdeathsig KILL sh "$W/one/line"
    poll 30 readers_are 1
    kills 30
    # the last event has been worked off; xargs waits for who has ended at the next one only
    poll 60 eval '! ps -C lbgen -o stat= | grep -v Z'
    kills_stayed_out 30 "$W/hook.log"
    echo "# one line of shell, 30 kills: start to served $(figures "${UP[@]}"), death to out $(figures "${OUT[@]}")" >&3
}

@test "one that is restarted at once is served again" {
    hook_start cli
    docker run -d --restart always --name phoenix --label lb.enable=Y --label lb.publish=80 --label lb.target=80 lbt/web >/dev/null
    poll 60 serves phoenix
    for _ in 1 2 3; do
        kill -KILL "$(docker inspect -f '{{.State.Pid}}' phoenix)"
        poll 60 grep -q -- '- phoenix' "$W/hook.log"
        poll 60 serves phoenix
        : >"$W/hook.log"
    done
    docker restart -t 0 phoenix >/dev/null
    quiet
    serves phoenix
}

@test "TERM ends it at once, also in the middle of a run; nothing is left" {
    local how t
    for how in cli curl; do
        hook_start $how
        t=$(ms)
        kill -TERM "$HOOK_PID"
        poll 10 gone "$HOOK_PID"
        echo "# TERM to gone: $(($(ms) - t)) ms ($how)" >&3
        nothing_left
    done
    # a run that does not listen
    printf '#!/bin/sh\ncase " $* " in *" config "*) exec %q "$@" ;; esac\ntrap "" TERM\necho run >>%q\nsleep 1000\n' "$LBGEN" "$W/runs" >"$W/deaf"
    chmod 755 "$W/deaf"
    : >"$W/runs"
    hook_start cli LBGEN="$W/deaf"
    poll 20 runs_above 0
    kill -TERM "$HOOK_PID"
    poll 20 gone "$HOOK_PID"
    same "$(pgrep -f 'sleep 1000|deaf' || true)" ""
    nothing_left
}
gone() { ! kill -0 "$1" 2>/dev/null; }

@test "kill -9 leaves no reader behind" {
    local how
    for how in cli curl; do
        hook_start $how
        kill -KILL "$HOOK_PID"
        poll 10 nothing_left
    done
}

@test "HUP: a run, and lb.ini is read anew" {
    web_up aa
    hook_start cli
    poll 60 serves aa
    lb_ini "$EVENTS_INI
[labels]
prefix = edge"
    kill -HUP "$HOOK_PID"
    poll 60 lacks_server aa
    poll 30 readers_are 2
    quiet
    docker run -d --name bb --label edge.enable=Y --label edge.publish=80 --label edge.target=80 lbt/web >/dev/null
    poll 60 serves bb
}

@test "only the word of enable_value, as lbgen itself" {
    lb_ini "$EVENTS_INI
[labels]
enable_value = Y"
    docker run -d --name no --label lb.enable=true lbt/web >/dev/null
    hook_start curl
    quiet
    local n
    n=$(runs)
    docker pause no >/dev/null
    docker unpause no >/dev/null
    quiet
    same "$(runs)" "$n" runs
    web_up aa
    poll 60 serves aa
}

@test "a run without any event, every interval" {
    hook_start cli CHECK_TIME=1 LBGEN_EVENTS_INTERVAL=
    local n
    n=$(runs)
    poll 60 runs_above $((n + 5))
    hook_stop
    rc=0
    CHECK_TIME=5s "$HOOK" 2>"$W/err" || rc=$?
    same "$rc" 78
    has "$(cat "$W/err")" "not a number of seconds"
}

@test "TLS, as lb.ini says, with the CLI and with curl" {
    local how
    for how in cli curl; do
        lb_ini "$EVENTS_INI
[docker]
tls = yes
cert_path = $W/tls"
        sed -i 's|^host = .*|host = tcp://127.0.0.1:2376|' "$W/lb.ini"
        hook_start $how
        web_up "tls-$how"
        poll 60 serves "tls-$how"
        hook_stop
        # a name that the certificate does not have
        lb_ini "$EVENTS_INI
[docker]
tls = yes
tls_verify = no
cert_path = $W/tls"
        sed -i 's|^host = .*|host = tcp://localhost:2376|' "$W/lb.ini"
        hook_start $how
        web_up "any-$how"
        poll 60 serves "any-$how"
        hook_stop
    done
}

@test "the engine is killed and comes back: a full run, and events again" {
    web_up aa
    docker run -d --restart always --name back --label lb.enable=Y --label lb.publish=80 --label lb.target=80 lbt/web >/dev/null
    hook_start cli
    poll 60 serves back
    reap dockerd
    poll 30 grep -q 'trying again' "$W/hook.log"
    # while there is none, nothing is taken away; back's own death was seen or not
    rm -f "$W/runs"
    dockerd_start -H tcp://127.0.0.1:2376 --tlsverify --tlscacert "$W/tls/ca.pem" --tlscert "$W/tls/server.pem" --tlskey "$W/tls/key.pem"
    # nothing but the connection tells that it runs again
    poll 90 serves back
    poll 60 lacks_server aa
    poll 30 readers_are 2
    has "$(cat "$W/hook.log")" "the engine is back"
    web_up cc
    poll 60 serves cc
    # what broke off is told once, and not at each try
    [ "$(grep -c 'trying again' "$W/hook.log")" -le 4 ]
}

@test "idle it costs nothing" {
    hook_start cli
    quiet
    local before
    before=$(cpu_self "$HOOK_PID")
    sleep 5
    same "$(($(cpu_self "$HOOK_PID") - before <= 10))" 1 "more than a tick of CPU time in 5 quiet seconds"
}
