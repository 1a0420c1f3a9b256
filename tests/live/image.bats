#!/usr/bin/env bats
# limit: 600
# image
# The container image, as the users of docker-loadbalancer start it.

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
    source "$ROOT/tests/lib/labels.bash"
    source "$ROOT/tests/lib/lb.bash"
}
teardown() {
    lb_clean
    reap mirror
    reap relay
}

# its /haproxy.tmpl as it is printed, and without the line that HAProxy refuses
seed_template() { cp "$ROOT/tests/live/seed.tmpl" "$W/haproxy.tmpl"; }
adapted_template() { grep -v rspdel "$ROOT/tests/live/seed.tmpl" >"$W/haproxy.tmpl"; }

@test "docker-loadbalancer's README: its commands as they stand" {
    docker run -d \
         --rm \
         --label "lb.enable=Y"  \
         --label "lb.publish=80" \
         --label "lb.target=80" \
         --name web1 \
         nginx:alpine
    docker run \
        -d \
        --net host \
        -v /var/run/docker.sock:/var/run/docker.sock \
        --name lb \
        indiketa/docker-loadbalancer
    w1=$(docker inspect -f '{{.Config.Hostname}}' web1)
    poll 60 all 80 "$w1"
    logs_have "port 80: + web1 $(docker inspect -f '{{.NetworkSettings.IPAddress}}' web1):80" "HAProxy started"
    docker run -d \
         --rm \
         --label "lb.enable=Y"  \
         --label "lb.publish=80" \
         --label "lb.target=80" \
         --name web2 \
         nginx:alpine
    w2=$(docker inspect -f '{{.Config.Hostname}}' web2)
    poll 60 all 80 $(printf '%s\n' "$w1" "$w2" | sort)
    poll 20 logs_have "port 80: + web2 $(docker inspect -f '{{.NetworkSettings.IPAddress}}' web2):80" "HAProxy reloaded"

    # what else that image has
    has "$(docker exec lb cat /usr/local/etc/haproxy/haproxy.cfg)" "server web2 "
    docker exec lb lbgen diff
    has "$(docker exec lb lbgen show)" web1
    poll 60 health_is healthy
    same "$(docker top lb -eo stat,args | grep -c '^Z')" 0 zombies
    lacks "$(docker logs lb 2>&1)" "ended with status"

    local t0=$EPOCHREALTIME
    docker stop lb >/dev/null
    echo "# docker stop of an idle balancer: $(((${EPOCHREALTIME/./} - ${t0/./}) / 1000)) ms" >&3
    same "$(exit_code)" 0
    # and again, with what it left
    docker start lb >/dev/null
    poll 60 all 80 $(printf '%s\n' "$w1" "$w2" | sort)
}

@test "README.md: its command" {
    labelled web1 80
    eval "$(sed -n 's/^    \(docker run -d --name lb .*\)/\1/p' "$ROOT/README.md")"
    poll 60 all 80 web1
}

@test "its variables" {
    labelled web1 80
    lb_run -e LB_STATS_PORT=8404 -e CHECK_TIME=1 -e HAPROXY_PID_FILE=/tmp/haproxy.pid -e HAPROXY_SOCK_FILE=/tmp/haproxy.sock
    poll 60 all 80 web1
    has "$(curl -sS http://127.0.0.1:8404/)" web1
    docker exec lb sh -c '[ -S /tmp/haproxy.sock ] && [ "$(cat /proc/$(cat /tmp/haproxy.pid)/comm)" = haproxy ]'
    docker rm -f lb >/dev/null
    lb_run -e LB_STATS_PORT=-1
    poll 60 all 80 web1
    lacks "$(docker exec lb cat /run/haproxy/haproxy.cfg)" stats-auth
    run curl -sS http://127.0.0.1:8404/
    [ "$status" != 0 ]
}

@test "a bridge network and published ports" {
    labelled web1 80
    docker run -d --name lb -p 18080:80 -v /var/run/docker.sock:/var/run/docker.sock lbgen >/dev/null
    poll 60 answers_are 18080 3 web1
    labelled web2 80
    poll 60 logs_have "port 80: + web2"
    docker kill web1 >/dev/null
    poll 60 answers_are 18080 3 web2
}

@test "/haproxy.tmpl: refused in HAProxy's words as it is printed, and read again at each pass" {
    seed_template
    labelled web1 80
    lb_run -v "$W/haproxy.tmpl:/haproxy.tmpl"
    poll 60 logs_have "rspdel" "http-response del-header" "the first pass that succeeds starts HAProxy"
    # mended in place, the same file for the container: served without a restart
    grep -v rspdel "$ROOT/tests/live/seed.tmpl" | cat >"$W/haproxy.tmpl"
    poll 90 all 80 web1
    has "$(docker exec lb cat /run/haproxy/haproxy.cfg)" "timeout http-request    10s"
    docker exec lb lbgen diff
    # as printed once more: refused, and what runs goes on
    cat "$ROOT/tests/live/seed.tmpl" >"$W/haproxy.tmpl"
    docker kill -s HUP lb >/dev/null
    refused_again() { [ "$(docker logs lb 2>&1 | grep -c "rspdel.*not supported\|'rspdel'")" -gt "$1" ]; }
    poll 60 refused_again 1
    all 80 web1
    poll 60 health_is healthy
}

@test "HUP is a pass" {
    adapted_template
    labelled web1 80
    lb_run -e LBGEN_EVENTS_INTERVAL=0 -v "$W/haproxy.tmpl:/haproxy.tmpl"
    poll 60 all 80 web1
    grep -v rspdel "$ROOT/tests/live/seed.tmpl" | sed 's/^defaults/# changed\ndefaults/' | cat >"$W/haproxy.tmpl"
    docker kill -s HUP lb >/dev/null
    changed() { docker exec lb grep -q '^# changed' /run/haproxy/haproxy.cfg; }
    poll 60 changed
}

@test "lb.dst_addr, and lb.ssl with a folder of certificates" {
    mkdir -p "$W/certs"
    certificate "$W/certs/a.pem" a.example.org
    labelled web1 8443 --label lb.dst_addr=127.0.0.5 --label lb.ssl=/etc/haproxy/certs/a.pem
    labelled web2 80 --label lb.dst_addr=127.0.0.6
    lb_run -v "$W/certs:/etc/haproxy/certs:ro"
    poll 60 curl -sf http://127.0.0.6/
    same "$(curl -sS http://127.0.0.6/)" web2
    same "$(curl -sS --cacert "$W/certs/a.pem" --resolve a.example.org:8443:127.0.0.5 https://a.example.org:8443/)" web1
    run curl -sS http://127.0.0.7/
    [ "$status" != 0 ]
    # a missing one leaves out that service, and says so
    labelled web3 8444 --label lb.ssl=/etc/haproxy/certs/missing.pem
    poll 30 logs_have "cert-missing"
    same "$(curl -sS http://127.0.0.6/)" web2
}

@test "a read-only container" {
    labelled web1 80
    lb_run --read-only --tmpfs /run
    poll 60 all 80 web1
    labelled web2 80
    poll 60 all 80 web1 web2
    poll 60 health_is healthy
    docker stop lb >/dev/null
    same "$(exit_code)" 0
    docker rm lb >/dev/null
    # without the tmpfs it says what it needs
    lb_run --read-only
    poll 30 exited
    same "$(exit_code)" 73
    logs_have "a read-only container needs --tmpfs /run"
}

@test "lb.ini of one's own; TERM: requests under way end, new ones are refused" {
    background mirror "$TOOLS/mirror" slow=127.0.0.9:9000
    cat >"$W/own.ini" <<'INI'
[docker]
enable = yes
[service slow]
server = s1 127.0.0.9:9000
publish = 8085
INI
    labelled web1 80
    lb_run -v "$W/own.ini:/etc/lbgen/lb.ini:ro"
    poll 60 all 80 web1
    poll 60 curl -sf http://127.0.0.1:8085/ -o /dev/null
    local i t0 clients=()
    for i in $(seq 20); do
        curl -sS --max-time 30 -o /dev/null -w '%{http_code}\n' "http://127.0.0.1:8085/slow?ms=2500" >"$W/slow.$i" 2>&1 3>&- &
        clients+=($!)
    done
    busy() { [ "$(ss -Htn state established dst 127.0.0.9:9000 | wc -l)" -ge 20 ]; }
    poll 20 busy
    t0=$EPOCHREALTIME
    docker stop lb >/dev/null
    echo "# docker stop with 20 requests of 2.5 s under way: $(((${EPOCHREALTIME/./} - ${t0/./}) / 1000)) ms" >&3
    same "$(exit_code)" 0
    wait "${clients[@]}"
    same "$(cat "$W"/slow.* | sort | uniq -c | xargs)" "20 200" "the requests under way"
    run curl -sS http://127.0.0.1:8085/
    [ "$status" = 7 ]
}

@test "TERM: what lasts longer than GRACE is cut" {
    background mirror "$TOOLS/mirror" slow=127.0.0.9:9000
    printf '[docker]\nenable = no\n[service slow]\nserver = s1 127.0.0.9:9000\npublish = 8085\n' >"$W/own.ini"
    lb_run -e GRACE=1 -v "$W/own.ini:/etc/lbgen/lb.ini:ro"
    poll 60 curl -sf http://127.0.0.1:8085/ -o /dev/null
    curl -sS --max-time 120 "http://127.0.0.1:8085/slow?ms=100000" >/dev/null 2>&1 3>&- &
    busy() { [ "$(ss -Htn state established dst 127.0.0.9:9000 | wc -l)" -ge 1 ]; }
    poll 20 busy
    docker stop -t 60 lb >/dev/null
    same "$(exit_code)" 0
    logs_have "after 1 s there are still connections: they are cut"
}

@test "a hook that dies starts again; HAProxy's death ends the container" {
    labelled web1 80
    lb_run
    poll 60 all 80 web1
    poll 20 in_lb docker-events
    kill -KILL "$(in_lb 'lbgen/docker-events$')"
    poll 30 logs_have "the hook ended with status 137: it starts again in 1 s"
    labelled web2 80
    poll 60 all 80 web1 web2
    kill -KILL "$(in_lb 'haproxy -W')"
    poll 30 exited
    same "$(exit_code)" 137
    logs_have "HAProxy ended with status 137"
    docker rm lb >/dev/null
    # a worker's death is HAProxy's: the master gives up
    lb_run
    poll 60 all 80 web1 web2
    kill -KILL "$(in_lb 'haproxy -sf|haproxy -W.*' >/dev/null; docker top lb -eo pid,ppid,comm | awk '$3 == "haproxy" { p[$1] = $2 } END { for (i in p) if (p[i] in p) print i }')"
    poll 30 exited
    same "$(exit_code)" 137
}

@test "a worker that does not answer is unhealthy" {
    labelled web1 80
    lb_run --health-interval 1s --health-timeout 6s --health-retries 2 --health-start-period 0s
    poll 60 health_is healthy
    local worker
    worker=$(docker top lb -eo pid,ppid,comm | awk '$3 == "haproxy" { p[$1] = $2 } END { for (i in p) if (p[i] in p) print i }')
    kill -STOP "$worker"
    poll 90 health_is unhealthy
    kill -CONT "$worker"
    poll 90 health_is healthy
}

@test "the engine is away: at the first start, and later" {
    mkdir -p "$W/engine"
    relay() { background relay socat "UNIX-LISTEN:$W/engine/docker.sock,fork,unlink-early" "UNIX-CONNECT:$W/docker.sock"; }
    labelled web1 80
    docker run -d --name lb --net host -v "$W/engine:/engine" -e DOCKER_HOST=unix:///engine/docker.sock lbgen >/dev/null
    poll 60 logs_have "the first pass that succeeds starts HAProxy"
    same "$(docker inspect -f '{{.State.Running}}' lb)" true
    relay
    poll 90 all 80 web1
    # with the connections that are open
    kill -TERM -- "-$(cat "$W/relay.pid")"
    poll 60 logs_have "the stream of events ended; trying again"
    labelled web2 80
    all 80 web1
    poll 60 health_is healthy
    # started again while the engine is away: with the file of before
    docker restart lb >/dev/null
    poll 60 all 80 web1
    logs_have "HAProxy starts with the configuration of before"
    relay
    poll 90 all 80 web1 web2
}

@test "haproxy-swarm: /my-config, no docker.sock, names by DNS" {
    docker network create shop >/dev/null
    web b1 --network shop --network-alias tasks.backend
    echo "tasks.backend:80" >"$W/my-config"
    docker run -d --name lb --network shop -v "$W/my-config:/my-config:ro" -p 8099:8099 -p 8888:8888 \
        -e LBGEN_STATS_PASSWORD=secret lbgen >/dev/null
    poll 60 answers_are 8099 3 b1
    has "$(curl -sS -D - -o /dev/null http://127.0.0.1:8099/ | tr A-Z a-z)" "set-cookie: srvid="
    has "$(curl -sS -u admin:secret http://127.0.0.1:8888/stats)" be_template
    same "$(curl -sS -o /dev/null -w '%{http_code}' http://127.0.0.1:8888/stats)" 401
    web b2 --network shop --network-alias tasks.backend
    local t0=$EPOCHREALTIME
    poll 60 answers_are 8099 8 "b1 b2"
    echo "# a new server of haproxy-swarm's kind: after $(((${EPOCHREALTIME/./} - ${t0/./}) / 1000)) ms" >&3
    docker rm -f b1 >/dev/null
    gone() { lacks "$(docker exec lb cat /run/haproxy/haproxy.cfg)" "$1"; }
    poll 60 answers_are 8099 8 b2
    docker rm -f b2 lb >/dev/null
    docker network rm shop >/dev/null
}
