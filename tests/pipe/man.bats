# lbgen(8): clean, as the table of options says, and every example runs.
# limit: 120
setup() {
    source "$BATS_TEST_DIRNAME/../lib/apply.bash"
    source "$ROOT/tests/lib/fake.bash"
}
teardown() { apply_end; }

@test "mandoc finds nothing" {
    command -v mandoc >/dev/null || skip "no mandoc"
    run mandoc -Tlint -W style "$ROOT/docs/lbgen.8"
    same "$(grep -vE 'referenced manual not found|outdated mandoc.db' <<<"$output")" ""
}

@test "its options are those of the program" {
    LBGEN=$LBGEN run "$ROOT/scripts/docs" --check
    lacks "$output" lbgen.8
    # and every option of --help stands in it
    for o in $("$LBGEN" --help | grep -oE -- '--[a-z-]+' | sort -u); do
        grep -q -- "Fl .*${o#--}" "$ROOT/docs/lbgen.8" || { echo "$o is missing"; return 1; }
    done
}

@test "the exit statuses of --help are those of the manual" {
    for n in $("$LBGEN" --help | sed -n '/^Exit status/,$p' | grep -oE '\b[0-9]{2}\b'); do
        grep -q "^.It $n$" "$ROOT/docs/lbgen.8" || { echo "$n is missing"; return 1; }
    done
}

@test "every example runs" {
    fake_docker
    containers "$(container web1 127.0.0.2 '.Labels["lb.publish"] = "8080"')"
    lb_ini "[peers]
port = 10240"
    mkdir "$W/bin"
    ln -s "$LBGEN" "$W/bin/lbgen"
    printf '#!/bin/sh\n[ "$1" = events ] && printf "aaa\\nbbb\\n"\n' >"$W/bin/docker"
    chmod +x "$W/bin/docker"
    background webs "$TOOLS/web" -n web1 127.0.0.2:80
    lb run || [ $? = 69 ]
    haproxy_start
    cp "$ROOT/haproxy.tmpl" "$W/my.tmpl"
    cd "$W"
    sed -n 's/^\.Dl //p' "$ROOT/docs/lbgen.8" >examples
    [ "$(wc -l <examples)" -ge 12 ]
    while read -r line; do
        rc=0
        out=$(env -u DOCKER_HOST LBGEN_CONFIG="$W/lb.ini" PATH="$W/bin:$PATH" bash -o pipefail -c "$line" 2>&1 </dev/null) || rc=$?
        same "$rc" 0 "$line: $out"
    done <examples
    grep -q 'server web1 127.0.0.2:80' new.cfg
    answers_are 8080 2 web1
}
