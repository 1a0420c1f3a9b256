# Files that are links, folders, full disks; an HAProxy program that hangs; output
# that nobody can take.
# limit: 240
setup() {
    source "$BATS_TEST_DIRNAME/../lib/apply.bash"
    apply_world
    remember
}
teardown() {
    umount "$W/state" "$W/node" 2>/dev/null || true
    apply_end
}

@test "haproxy.cfg is a link: it stays one, its file changes, .prev is beside the file" {
    mkdir "$W/real"
    mv "$W/etc/haproxy.cfg" "$W/real/balancer.cfg"
    ln -s ../real/balancer.cfg "$W/etc/haproxy.cfg"
    web2
    pass
    same "$(readlink "$W/etc/haproxy.cfg")" ../real/balancer.cfg
    same "$(ls "$W/etc")" haproxy.cfg
    same "$(ls "$W/real" | xargs)" "balancer.cfg balancer.cfg.prev"
    poll 10 answers_are 8080 8 "web1 web2"
    in_step
}

@test "haproxy.cfg is a link to a file that is not there yet: that file is made" {
    mkdir "$W/real"
    rm "$W/etc/haproxy.cfg"
    ln -s "$W/etc/second.cfg" "$W/etc/haproxy.cfg"
    ln -s ../real/balancer.cfg "$W/etc/second.cfg"
    pass
    same "$(readlink "$W/etc/haproxy.cfg")" "$W/etc/second.cfg"
    same "$(ls "$W/real")" balancer.cfg
    in_step
    # a link that leads to itself is an error, not a loop
    rm "$W/etc/haproxy.cfg"
    ln -s haproxy.cfg "$W/etc/haproxy.cfg"
    pass_fails 73
    has "$output" "haproxy.cfg"
    same "$(haproxy_marker)" "$MARK"
}

@test "a program that hangs, floods or cannot be started instead of checking" {
    web2
    printf '#!/bin/sh\ntrap "" TERM\nsleep 600\n' >"$W/hangs"
    printf '#!/bin/sh\nexec yes "[ALERT] (1) : config : no end"\n' >"$W/floods"
    chmod +x "$W/hangs" "$W/floods"
    LBGEN_HAPROXY_BINARY=$W/hangs pass_fails 69 --timeout 1s
    has "$output" "$W/hangs did not end in time and was killed"
    ! pgrep -f 'sleep 600'
    LBGEN_HAPROXY_BINARY=$W/floods pass_fails 69 --timeout 1s
    has "$output" "was killed"
    [ ${#output} -lt 1000 ]
    echo nonsense >"$W/nonsense"
    LBGEN_HAPROXY_BINARY=$W/nonsense pass_fails 69
    has "$output" "cannot start $W/nonsense: Permission denied"
    chmod +x "$W/nonsense"
    LBGEN_HAPROXY_BINARY=$W/nonsense pass_fails 69
    has "$output" "Exec format error"
    untouched
}

@test "no room for the state and the metrics: a warning, and the pass does its work" {
    mkdir "$W/node"
    mount -t tmpfs -o size=16k tmpfs "$W/state"
    mount -t tmpfs -o size=16k tmpfs "$W/node"
    apply_ini "[metrics]
textfile = $W/node/lbgen.prom"
    pass
    cp "$W/node/lbgen.prom" "$W/before.prom"
    dd if=/dev/zero of="$W/state/fill" bs=1k 2>/dev/null || true
    dd if=/dev/zero of="$W/node/fill" bs=1k 2>/dev/null || true
    web2
    pass
    has "$(cat "$W/pass.log")" "the state of this run is not kept: $W/state/status.json"
    has "$(cat "$W/pass.log")" "[metrics] textfile: $W/node/lbgen.prom"
    cmp "$W/node/lbgen.prom" "$W/before.prom"
    same "$(ls "$W/node" | xargs)" "fill lbgen.prom"
    poll 10 answers_are 8080 8 "web1 web2"
    in_step
}

@test "the lock is a folder, or a link that somebody planted: another lock, and nothing is followed" {
    rm -f "$W/state/lock"
    mkdir "$W/state/lock"
    web2
    pass
    [ -e "$W/etc/haproxy.cfg.lock" ]
    rmdir "$W/state/lock"
    echo precious >"$W/precious"
    ln -s "$W/precious" "$W/state/lock"
    gone web2
    pass
    same "$(cat "$W/precious")" precious
}

@test "haproxy.cfg is a folder" {
    mv "$W/etc/haproxy.cfg" "$W/keep"
    mkdir "$W/etc/haproxy.cfg"
    pass_fails 73
    has "$output" "is a folder, not a file"
    run lb diff --snapshot "$W/world.json"
    same "$status" 73 "$output"
    rmdir "$W/etc/haproxy.cfg"
    mv "$W/keep" "$W/etc/haproxy.cfg"
    untouched
}

@test "output that cannot be written is told by the status; a closed one writes into no file" {
    world >"$W/world.json"
    web2
    world >"$W/two.json"
    for cmd in show "show --json" "show web1" snapshot model render diff; do
        rc=0
        # shellcheck disable=SC2086  # words
        lb $cmd --snapshot "$W/two.json" >/dev/full 2>"$W/err" || rc=$?
        same "$rc" 74 "$cmd: $(cat "$W/err")"
        has "$(cat "$W/err")" "standard output: No space left on device"
    done
    for cmd in check "show --last" "tables keys" --help --version; do
        rc=0
        # shellcheck disable=SC2086  # words
        lb $cmd >/dev/full 2>"$W/err" || rc=$?
        same "$rc" 74 "$cmd: $(cat "$W/err")"
    done
    untouched
    lb run --snapshot "$W/two.json" <&- >&- 2>&-
    haproxy -c -q -f "$W/etc/haproxy.cfg"
    same "$(grep -c 'lbgen\|reloaded' "$W/state/lock")" 0
    jq -e '.exit == 0' "$W/state/status.json"
}
