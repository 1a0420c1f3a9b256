# The README's flow on a real Docker Engine and a real HAProxy.
# limit: 240
setup_file() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    source "$ROOT/tests/lib/dockerd.bash"
    source "$ROOT/tests/lib/image.bash"
    dockerd_start
    image_web
    lb_ini
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
}

address_of() { docker inspect -f '{{.NetworkSettings.IPAddress}}' "$1"; }

@test "with no labelled container the file is valid and HAProxy starts on it" {
    run lb run
    same "$status" 69 "HAProxy does not run yet: $output"
    has "$output" "HAProxy"
    haproxy -c -q -f "$W/etc/haproxy.cfg"
    haproxy_start
    run lb run
    same "$status" 0 "$output"
    same "$(haproxy_reloads)" 0 "nothing to do"
}

@test "web1 answers through port 80" {
    web_up web1
    run lb run
    same "$status" 0 "$output"
    has "$output" "port 80: + web1 $(address_of web1):80"
    answers_are 80 3 web1
    same "$(haproxy_reloads)" 1
}

@test "web2 is added: both answer" {
    web_up web2
    run lb run
    same "$status" 0 "$output"
    has "$output" "port 80: + web2 $(address_of web2):80"
    lacks "$output" "web1"
    same "$(haproxy_reloads)" 2
    # stickiness by source would send one address to one server: ask from several
    for i in $(seq 2 21); do curl -sS --max-time 10 --interface 127.0.0.$i http://127.0.0.1/; done | sort -u >"$W/who"
    same "$(xargs <"$W/who")" "web1 web2"
}

@test "once more: unchanged, and HAProxy is left alone" {
    before=$(stat -c '%i %Y' "$W/etc/haproxy.cfg")
    run lb run
    same "$status" 0 "$output"
    has "$output" "unchanged"
    same "$(haproxy_reloads)" 2
    same "$(stat -c '%i %Y' "$W/etc/haproxy.cfg")" "$before"
}

@test "the other commands agree with what runs" {
    run lb show
    same "$status" 0 "$output"
    has "$output" web1
    has "$output" web2
    run lb diff
    same "$status" 0 "$output"
    lb snapshot >"$W/saved.json"
    lb --snapshot "$W/saved.json" render | cmp - "$W/etc/haproxy.cfg"
    lb model | jq -e '.Services[0].Backends | length == 2'
}

@test "web1 stops under load: no request fails, and the next pass drops it" {
    "$TOOLS/load" -k -c 4 -p 2 -t 120 80 >"$W/load.json" 3>&- &
    load=$!
    "$TOOLS/load" -n -c 2 -p 2 -t 120 80 >"$W/load-new.json" 3>&- &
    load_new=$!
    sleep 0.5
    docker stop web1 >/dev/null
    poll 20 eval '! docker inspect web1'
    run lb run
    # stopped first, asserted after: a failure must not leave load behind
    poll 10 eval '! "$TOOLS/ask" 80 | grep -q web1'
    kill -TERM $load $load_new
    wait $load $load_new
    same "$status" 0 "$output"
    has "$output" "port 80: - web1"
    same "$(jq .failed "$W/load.json" "$W/load-new.json" | xargs)" "0 0" "$(cat "$W"/load*.json)"
    same "$(jq -s '(.[0].ok > 100) and (.[1].ok > 50)' "$W/load.json" "$W/load-new.json")" true "$(cat "$W"/load*.json)"
    answers_are 80 3 web2
}

@test "the last one stops: its port is closed, HAProxy keeps running" {
    docker stop web2 >/dev/null
    poll 20 eval '! docker inspect web2'
    run lb run
    same "$status" 0 "$output"
    poll 20 eval '! curl -s --max-time 5 http://127.0.0.1:80/'
    haproxy_ready
}
