# The helpers of the live tests themselves: an engine, an image, a server, load.
setup_file() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    source "$ROOT/tests/lib/dockerd.bash"
    source "$ROOT/tests/lib/image.bash"
    dockerd_start
    image_web
}
teardown_file() {
    source "$ROOT/tests/lib/common.bash"
    source "$ROOT/tests/lib/dockerd.bash"
    dockerd_stop
}
setup() {
    source "$ROOT/tests/lib/common.bash"
    source "$ROOT/tests/lib/dockerd.bash"
    source "$ROOT/tests/lib/haproxy.bash"
}

@test "a container answers its host name" {
    web_up web1
    ip=$(docker inspect -f '{{.NetworkSettings.IPAddress}}' web1)
    poll 10 curl -sf "http://$ip/"
    same "$(curl -s "http://$ip/")" web1
}

@test "HAProxy with a marker, and load that is counted" {
    mkdir -p "$W/etc"
    "$TOOLS/web" -n a 127.0.0.1:8081 >/dev/null 2>&1 3>&- &
    {
        printf 'global\n  set-var proc.lbgen str(abc)\n'
        printf 'defaults\n  mode http\n  timeout connect 1s\n  timeout client 9s\n  timeout server 9s\n'
        printf 'listen a\n  bind 127.0.0.1:8080\n  server a 127.0.0.1:8081\n'
    } >"$W/etc/haproxy.cfg"
    haproxy_start
    same "$(haproxy_marker)" abc
    same "$(haproxy_reloads)" 0
    poll 10 curl -sf http://127.0.0.1:8080/
    r=$("$TOOLS/load" -n -c 2 -t 1 -p 5 8080)
    same "$(jq -r '.failed, (.ok == .answers.a), (.ok > 10)' <<<"$r" | xargs)" "0 true true"
    haproxy_stop
    r=$("$TOOLS/load" -k -c 1 -t 1 -p 50 8080)
    same "$(jq -r '(.failed > 0), .ok' <<<"$r" | xargs)" "true 0" "load must see a failure"
}
