# The first seed's template, as it is and as it works today.
# limit: 120
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
    source "$ROOT/tests/lib/haproxy.bash"
    haproxy_stop
    dockerd_stop
}
setup() {
    source "$ROOT/tests/lib/common.bash"
    source "$ROOT/tests/lib/dockerd.bash"
    source "$ROOT/tests/lib/haproxy.bash"
    lb_ini "[haproxy]
template = $W/haproxy.tmpl"
}

@test "with its rspdel line: refused in HAProxy's own words, nothing written" {
    cp "$ROOT/tests/live/seed.tmpl" "$W/haproxy.tmpl"
    web_up web1
    run lb run
    same "$status" 65 "$output"
    has "$output" "rspdel"
    has "$output" "http-response del-header"
    [ ! -e "$W/etc/haproxy.cfg" ]
}

@test "without that line it works" {
    grep -v rspdel "$ROOT/tests/live/seed.tmpl" >"$W/haproxy.tmpl"
    run lb run
    same "$status" 69 "$output"
    haproxy_start
    run lb run
    same "$status" 0 "$output"
    answers_are 80 3 web1
    web_up web2
    run lb run
    same "$status" 0 "$output"
    for i in $(seq 2 21); do curl -sS --max-time 10 --interface 127.0.0.$i http://127.0.0.1/; done | sort -u >"$W/who"
    same "$(xargs <"$W/who")" "web1 web2"
    run lb run
    same "$status" 0 "$output"
    has "$output" unchanged
}

@test "with its line back: refused again, and what runs goes on" {
    before=$(sha256sum <"$W/etc/haproxy.cfg")
    cp "$ROOT/tests/live/seed.tmpl" "$W/haproxy.tmpl"
    run lb run
    same "$status" 65 "$output"
    same "$(sha256sum <"$W/etc/haproxy.cfg")" "$before"
    answers_are 80 3 "$("$TOOLS/ask" 80)"
}
