#!/usr/bin/env bats
# limit: 600
# image
# The compose files as they stand, by docker-compose: everything in one container,
# and HAProxy in a container of its own behind a proxy before the engine's socket.

setup_file() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    source "$ROOT/tests/lib/dockerd.bash"
    source "$ROOT/tests/lib/image.bash"
    source "$ROOT/tests/lib/lb.bash"
    lb_world
}
teardown_file() {
    source "$ROOT/tests/lib/common.bash"
    source "$ROOT/tests/lib/dockerd.bash"
    dockerd_stop
}
setup() {
    source "$ROOT/tests/lib/common.bash"
    source "$ROOT/tests/lib/dockerd.bash"
    source "$ROOT/tests/lib/lb.bash"
    cd "$ROOT" || return 1
}

# the tests of the split follow each other; after a failure nothing is left of it
teardown() { [ -n "${BATS_TEST_COMPLETED-}" ] || lb_clean; }

split() { docker-compose -p split --ansi never -f hooks/container/compose-split.yml "$@" 2>&1; }
names() { docker ps -q --filter label=lb.enable=Y | xargs -r docker inspect -f '{{.Config.Hostname}}' | sort | xargs; }
served() { answers_are "$1" 3 "$(names)"; }

@test "compose.yml: up, scale, down" {
    compose() { docker-compose -p one --ansi never -f hooks/container/compose.yml "$@" 2>&1; }
    compose up -d --scale web=2
    poll 90 everyone 80
    compose up -d --scale web=3
    same "$(names | wc -w)" 3
    poll 60 everyone 80
    compose down -t 20
    same "$(docker ps -aq)" ""
}
# shellcheck disable=SC2046  # a list
everyone() { all "$1" $(names); }

@test "compose-split.yml: served, by a HAProxy without root and without docker.sock" {
    PORT=18080 split up -d --scale web=1
    poll 120 served 18080
    same "$(docker inspect -f '{{range .Mounts}}{{.Destination}} {{end}}' haproxy)" "/run/haproxy "
    run docker exec haproxy sh -c 'ls /var/run/docker.sock /run/docker.sock; id -un; touch /x'
    has "$output" "cannot access '/var/run/docker.sock'"
    has "$output" "cannot access '/run/docker.sock'"
    has "$output" haproxy
    has "$output" "Read-only file system"
    # nor does it reach the proxy
    run docker exec haproxy curl -sS --max-time 5 http://engine:2375/_ping
    [ "$status" != 0 ]
    healthy() { same "$(docker inspect -f '{{.State.Health.Status}}' haproxy)" healthy; }
    poll 60 healthy
}

@test "compose-split.yml: a reload through the engine, 0 failed requests" {
    # at the start the proxy may have been the last one up
    local since=$EPOCHREALTIME
    background load "$TOOLS/load" -k -c 4 -t 300 -p 10 18080
    PORT=18080 split up -d --scale web=3
    poll 90 reached_all
    docker kill "$(docker ps -q --filter label=lb.enable=Y | head -1)" >/dev/null
    poll 90 reached_all
    reap load
    cat "$W/load.log"
    same "$(jq -r .failed "$W/load.log")" 0
    echo "# split: $(jq -r '"\(.ok) requests, \(.failed) failed"' "$W/load.log")" >&3
    has "$(docker logs --since "$since" split_lbgen_1 2>&1)" "HAProxy reloaded"
    lacks "$(docker logs --since "$since" split_lbgen_1 2>&1)" "ended with status"
}
# new clients, from the container's side: each address is a client of its own there
reached_all() {
    local want got
    want=$(names)
    got=$(docker exec haproxy sed -n 's/^ *server \([^ ]*\) .*/\1/p' /run/haproxy/haproxy.cfg | wc -l)
    same "$got" "$(wc -w <<<"$want")" "servers in the file" || return 1
    served_by "$want"
}
# the stick table knows this client: its one server is among those that run
served_by() { has " $1 " " $(answers 18080 3) "; }

@test "socket-proxy.cfg: what it passes, and everything else that one may try" {
    local ip id
    ip=$(docker inspect -f '{{range $n, $v := .NetworkSettings.Networks}}{{$v.IPAddress}}{{end}}' split_engine_1)
    id=$(docker inspect -f '{{.Id}}' haproxy)
    code() { curl -sS -o "$W/body" -w '%{http_code}' --max-time 5 --path-as-is -g "$@"; }
    passes() { same "$(code "${@:2}")" "$1" "${*:2}"; }
    # 400: HAProxy does not even take it for a request
    denied() { local c; c=$(code "$@"); [ "$c" = 400 ] || same "$c" 403 "$*" && lacks "$(cat "$W/body")" '"Id"'; }
    passes 200 "http://$ip:2375/_ping"
    passes 200 "http://$ip:2375/containers/json"
    passes 200 "http://$ip:2375/v1.41/containers/json?all=1"
    passes 200 "http://$ip:2375/v1.41/events?since=1&until=2"
    passes 204 -X POST "http://$ip:2375/v1.41/containers/haproxy/kill?signal=SIGUSR2"

    local p
    for p in / /info /version /images/json /containers/haproxy/json "/containers/$id/json" /containers/json/ //containers/json \
        /v1.41//containers/json /./containers/json /containers/../containers/json /_ping/../containers/haproxy/json \
        /containers%2fjson /%63ontainers/json /containers/json%2f..%2fhaproxy%2fjson /containers/json%00 '/containers/json;x' \
        /containers/haproxy/logs?stdout=1 /containers/haproxy/export /containers/haproxy/archive?path=/ \
        /containers/haproxy/attach/ws /v1.41/secrets /v1.41/configs /swarm /volumes /networks /plugins /distribution/x/json \
        /exec/x/json /system/df /v1.41x/containers/json /v1.41.1/containers/json /v1./containers/json /V1.41/containers/json \
        '/x?/containers/json' '/x#/containers/json' /containers/json%3fx /containers/json\\ /build /session /grpc; do
        denied "http://$ip:2375$p"
    done
    for p in POST PUT DELETE PATCH OPTIONS HEAD CONNECT TRACE; do
        [ $p = HEAD ] && set -- -I || set -- -X $p
        denied "$@" "http://$ip:2375/containers/json"
    done
    # the one signal, to the one container, and no form that goes before the query
    local kill=http://$ip:2375/v1.41/containers/haproxy/kill
    for p in "" "?signal=SIGKILL" "?signal=9" "?signal=SIGUSR2&signal=SIGKILL" "?signal=SIGKILL&signal=SIGUSR2" "?signal=SIGUSR2%00" \
        "?signal=sigusr2" "?x=1&signal=SIGUSR2" "?signal=SIGUSR2&" "?signal=SIGUSR2;signal=KILL"; do
        denied -X POST "$kill$p"
    done
    denied -d signal=SIGKILL "$kill?signal=SIGUSR2"
    denied -X POST -H 'Transfer-Encoding: chunked' -d signal=SIGKILL "$kill?signal=SIGUSR2"
    denied "$kill?signal=SIGUSR2"
    for p in split_engine_1 split_lbgen_1 "$id" haproxy2 haprox. '*' haproxy%2f..%2fsplit_lbgen_1 haproxy/../split_lbgen_1 haproxy/../../containers/split_lbgen_1; do
        denied -X POST "http://$ip:2375/v1.41/containers/$p/kill?signal=SIGUSR2"
    done
    for p in stop restart pause start exec update rename?name=x wait; do
        denied -X POST "http://$ip:2375/v1.41/containers/haproxy/$p"
    done
    denied -X POST -H 'Content-Type: application/json' -d '{"Image":"lbgen","HostConfig":{"Binds":["/:/host"]}}' "http://$ip:2375/v1.41/containers/create?name=evil"
    denied -X DELETE "http://$ip:2375/v1.41/containers/haproxy?force=1"
    # other methods in a header, an upgrade, another host, a second request behind a body
    denied -X POST -H 'X-HTTP-Method-Override: GET' "http://$ip:2375/containers/json"
    denied -H 'Connection: Upgrade' -H 'Upgrade: tcp' -X POST "http://$ip:2375/v1.41/containers/haproxy/attach?stream=1&stdin=1"
    denied --request-target "http://docker/containers/json" "http://$ip:2375/"
    denied --request-target "http://docker/containers/haproxy/json" "http://$ip:2375/"
    has "$(printf 'GET /_ping HTTP/1.1\r\nHost: d\r\nContent-Length: 44\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /info HTTP/1.1\r\nHost: d\r\n\r\n' |
        socat -t 3 - "TCP:$ip:2375")" " 403 "
    lacks "$(printf 'GET /_ping HTTP/1.1\r\nHost: d\r\n\r\nGET /info HTTP/1.1\r\nHost: d\r\n\r\n' | socat -t 3 - "TCP:$ip:2375")" DockerRootDir
    # what is denied is told, and nobody was hurt
    has "$(docker logs split_engine_1 2>&1)" "/containers/create?name=evil"
    same "$(docker ps -a --format '{{.Names}}' --filter name=evil)" ""
    poll 60 reached_all
}

@test "compose-split.yml: HAProxy starts again, stops gracefully, and down leaves nothing" {
    docker restart -t 20 haproxy >/dev/null
    poll 90 served_by "$(names)"
    local t0=$EPOCHREALTIME
    docker stop -t 20 haproxy >/dev/null
    echo "# docker stop of the split HAProxy: $(((${EPOCHREALTIME/./} - ${t0/./}) / 1000)) ms" >&3
    same "$(docker inspect -f '{{.State.ExitCode}}' haproxy)" 0
    split down -v -t 20
    same "$(docker ps -aq)" ""
    same "$(docker volume ls -q)" ""
}
