# What flows: WebSocket, events, PROXY protocol, checks, timeouts, IPv6, on a real HAProxy.
# limit: 600
setup_file() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    source "$ROOT/tests/lib/labels.bash"
    labels_setup
    mirrors servers -s "$W/health" s1=127.0.0.2:9000 s2=127.0.0.3:9000 's6=[::1]:9000'
    mirrors proxied -p -s "$W/health" p1=127.0.0.2:9001 p2=127.0.0.3:9001
    mirrors proxied_echo -p -e q1=127.0.0.2:9002
}
teardown_file() {
    source "$ROOT/tests/lib/common.bash"
    source "$ROOT/tests/lib/labels.bash"
    labels_setup
    labels_teardown
}
setup() {
    source "$ROOT/tests/lib/common.bash"
    source "$ROOT/tests/lib/labels.bash"
    labels_setup
    no_members
    rm -f "$W/health"
}

@test "a WebSocket passes, and outlives the server's timeout" {
    member s1 127.0.0.2 publish=8080 target=9000 timeout_server=1s timeout_client=1s
    pass
    got=$("$TOOLS/mirror" -w 127.0.0.1:8080 a.test /ws hello)
    has "$got" "101 Switching"
    has "$got" "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    has "$got" "echo: hello"
    same "$("$TOOLS/mirror" -q 2500 -w 127.0.0.1:8080 a.test /ws later | grep echo)" "echo: later"
    member s1 127.0.0.2 publish=8080 target=9000 timeout_tunnel=500ms
    pass
    run "$TOOLS/mirror" -q 3000 -w 127.0.0.1:8080 a.test /ws later
    [ "$status" -ne 0 ]
}

@test "server-sent events outlive the server's timeout, and come one by one" {
    member s1 127.0.0.2 publish=8080 target=9000 timeout_server=1s timeout_client=1s
    pass
    got=$(ask -N -H 'Accept: text/event-stream' '127.0.0.1:8080/events?n=3&ms=2000')
    same "$(grep -c '^data: s1' <<<"$got")" 3
    # the timeout is there: without asking for events the answer is cut
    got=$(ask '127.0.0.1:8080/events?n=3&ms=2000' || true)
    same "$(grep -c '^data: s1' <<<"$got")" 1
}

@test "timeouts of a pool" {
    member s1 127.0.0.2 publish=8080 target=9000 timeout_server=500ms
    member s2 127.0.0.3 publish=8081 target=9000
    pass
    same "$(curl -s -o /dev/null -w '%{http_code}' '127.0.0.1:8080/slow?ms=5000')" 504
    who_is s2 '127.0.0.1:8081/slow?ms=1500'
}

@test "timeouts of mode tcp: those that are labels hold, a tunnel's does not" {
    mirrors tcp_echo -e e1=127.0.0.2:9003
    member e1 127.0.0.2 publish=8000 target=9003 mode=tcp timeout_server=500ms
    member e2 127.0.0.2 publish=8001 target=9003 mode=tcp timeout_client=500ms
    member e3 127.0.0.2 publish=8002 target=9003 mode=tcp timeout_tunnel=500ms
    member e4 127.0.0.2 publish=8003 target=9003 mode=tcp
    pass
    for port in 8000 8001 8002; do
        # the balancer ends the connection, not the patience of socat
        timeout 30 socat -u TCP:127.0.0.1:$port - >/dev/null
    done
    run timeout 3 socat -u TCP:127.0.0.1:8003 -
    same "$status" 124 "the default is long"
    reap tcp_echo
}

@test "PROXY protocol v1 and v2, with checks over it" {
    member p1 127.0.0.2 publish=8080 target=9001 proxy_protocol=v1 check=http check_path=/health check_inter=200ms
    member p2 127.0.0.3 publish=8081 target=9001 proxy_protocol=v2 check=http check_path=/health check_inter=200ms
    member q1 127.0.0.2 publish=8082 target=9002 proxy_protocol=v2 mode=tcp
    pass
    has "$(ask --interface 127.0.1.7 127.0.0.1:8080/)" "proxy: v1 127.0.1.7"
    has "$(ask --interface 127.0.1.8 127.0.0.1:8081/)" "proxy: v2 127.0.1.8"
    has "$( (echo x; sleep 1) | socat -t 5 - TCP:127.0.0.1:8082)" "q1 v2 127.0.0.1"
    poll 20 server_like port__8080 p1 UP
    poll 20 server_like port__8081 p2 UP
    sleep 1
    server_like port__8080 p1 UP
    server_like port__8081 p2 UP
}

@test "an http check takes a server out and brings it back" {
    member s1 127.0.0.2 publish=8080 target=9000 sticky=none balance=roundrobin check=http check_path=/health check_host=check.test check_status=200-299,404 check_inter=100ms check_rise=1 check_fall=1
    pass
    poll 20 server_like port__8080 s1 UP
    who_is s1 127.0.0.1:8080/
    echo 500 >"$W/health"
    poll 20 server_like port__8080 s1 DOWN
    who_is 503 127.0.0.1:8080/
    echo 404 >"$W/health"
    poll 20 server_like port__8080 s1 UP
    echo 302 >"$W/health"
    poll 20 server_like port__8080 s1 DOWN
    rm "$W/health"
    poll 20 who_is s1 127.0.0.1:8080/
}

@test "a tcp check takes a server out and brings it back; no check never" {
    mirrors extra x1=127.0.0.9:9000
    member s1 127.0.0.2 publish=8080 target=9000 sticky=none balance=roundrobin check_inter=100ms check_rise=1 check_fall=1
    member x1 127.0.0.9 publish=8080 target=9000 sticky=none balance=roundrobin check_inter=100ms check_rise=1 check_fall=1
    member x2 127.0.0.9 publish=8081 target=9000 check=no
    pass
    poll 20 everyone_is "s1 x1" 8 127.0.0.1:8080/
    reap extra
    poll 20 server_like port__8080 x1 DOWN
    everyone_is s1 6 127.0.0.1:8080/
    server_like port__8081 x2 'no check'
    mirrors extra x1=127.0.0.9:9000
    poll 20 everyone_is "s1 x1" 8 127.0.0.1:8080/
    reap extra
}

@test "a server that vanishes costs no GET, and no POST is sent twice" {
    mirrors extra x1=127.0.0.9:9000
    member s1 127.0.0.2 publish=8080 target=9000 sticky=none balance=roundrobin check_inter=1h
    member x1 127.0.0.9 publish=8080 target=9000 sticky=none balance=roundrobin check_inter=1h
    pass
    everyone_is "s1 x1" 4 127.0.0.1:8080/
    reap extra
    everyone_is s1 8 127.0.0.1:8080/
    # /die closes without an answer: a GET is tried again, a POST fails at once
    same "$(curl -s -o /dev/null -w '%{http_code}' -X POST -d x 127.0.0.1:8080/die)" 502
}

# refusing COMMAND : for each of the four servers that do not listen at first
refusing() { local i; for i in 3 4 5 6; do "$@" "$i" || return 1; done; }
joins() { member "h$1" "127.0.0.1$1" publish=8080 target=9000 sticky=none; }
is_down() { server_like port__8080 "h$1" 'DOWN*'; }
is_used() { who_is "h$1" 127.0.0.1:8080/; }

@test "most servers join before they listen: no request fails, and they are used when they do" {
    member h1 127.0.0.2 publish=8080 target=9000 sticky=none
    member h2 127.0.0.3 publish=8080 target=9000 sticky=none
    pass
    background load "$TOOLS/load" -k -c 32 -t 60 -p 5 8080
    refusing joins
    pass
    poll 10 refusing is_down
    mirrors extra h3=127.0.0.13:9000 h4=127.0.0.14:9000 h5=127.0.0.15:9000 h6=127.0.0.16:9000
    refusing poll 20 is_used
    reap load
    reap extra
    cat "$W/load.log"
    [ "$(jq .ok "$W/load.log")" -gt 500 ]
    same "$(jq .failed "$W/load.log")" 0 "failed requests"
}

@test "connections that fail take a server out before its checks do, unless it is alone" {
    member s1 127.0.0.2 publish=8080 target=9000 sticky=none check_inter=1h
    member x1 127.0.0.19 publish=8080 target=9000 sticky=none check_inter=1h
    member only 127.0.0.19 publish=8081 target=9000 check_inter=1h
    pass
    poll 10 eval 'everyone_is s1 4 127.0.0.1:8080/ && server_like port__8080 x1 DOWN'
    for _ in 1 2 3 4; do curl -s -o "$W/body" --max-time 0.2 127.0.0.1:8081/ || true; done
    server_like port__8081 only 'UP*'
}

@test "IPv6: a server, a bind of its own and the bind of every address" {
    member s6 ::1 publish=8080 target=9000
    member v6 ::1 publish=8081 target=9000 dst_addr=::1
    member s1 127.0.0.2 publish=8082 target=9000 dst_addr=127.0.0.1
    member s2 127.0.0.3 publish=8082 target=9000 dst_addr=127.0.0.5
    member all 127.0.0.3 publish=8083 target=9000 dst_addr=::
    pass
    who_is s6 127.0.0.1:8080/
    who_is s6 'http://[::1]:8081/'
    who_is s1 127.0.0.1:8082/
    who_is s2 127.0.0.5:8082/
    who_is s2 'http://[::1]:8083/'
    has "$(ask 'http://[::1]:8081/')" "header x-forwarded-for: ::1"
}

@test "text is compressed for those who take it" {
    member s1 127.0.0.2 publish=8080 target=9000
    pass
    has "$(curl -s -o /dev/null -D - -H 'Accept-Encoding: gzip' '127.0.0.1:8080/bytes?n=20000')" "gzip"
    same "$(curl -s --compressed '127.0.0.1:8080/bytes?n=20000' | wc -c)" 20000
    lacks "$(curl -s -o /dev/null -D - '127.0.0.1:8080/bytes?n=20000')" "gzip"
}

@test "the statistics page and the metrics, closed by a password" {
    member s1 127.0.0.2 publish=8080 target=9000
    lb_ini "[stats]
port = 8404
user = admin
password = o'ne \"two\" \$HOME#3
"
    pass
    same "$(curl -s -o /dev/null -w '%{http_code}' 127.0.0.1:8404/)" 401
    same "$(curl -s -o /dev/null -w '%{http_code}' 127.0.0.1:8404/metrics)" 401
    has "$(curl -s -u "admin:o'ne \"two\" \$HOME#3" 127.0.0.1:8404/)" port__8080
    has "$(curl -s -u "admin:o'ne \"two\" \$HOME#3" 127.0.0.1:8404/metrics)" 'haproxy_server_status{proxy="port__8080'
    lb_ini "[stats]
port = 8404
"
    pass
    has "$(curl -s 127.0.0.1:8404/metrics)" haproxy_process
}
