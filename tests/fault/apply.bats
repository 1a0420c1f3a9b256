# Whatever goes wrong with lb.ini, the template, the destination or HAProxy: one
# clear message, its exit status, the live file untouched, HAProxy answering.
# limit: 240
setup() {
    source "$BATS_TEST_DIRNAME/../lib/apply.bash"
    apply_world
    remember
}
teardown() {
    umount "$W/etc/haproxy.cfg" 2>/dev/null || umount "$W/etc" 2>/dev/null || true
    apply_end
}

@test "lb.ini missing, a folder, with unknown keys, without units" {
    run "$LBGEN" -c "$W/none.ini"
    same "$status" 78 "$output"
    has "$output" "$W/none.ini"
    run "$LBGEN" -c "$W"
    same "$status" 78 "$output"
    has "$output" "folder"
    apply_ini "confrim = 5s
[apply]
timeout = 300
[haproxi]
file = x"
    pass_fails 78
    has "$output" "confirm"
    has "$output" "300"
    has "$output" "haproxi"
    untouched
}

@test "a template that is missing, does not parse, does not execute" {
    rm "$W/t.tmpl"
    web2
    pass_fails 78
    has "$output" "$W/t.tmpl"
    printf 'global\n  {{range .Services}}\n' >"$W/t.tmpl"
    pass_fails 65
    has "$output" "t.tmpl:"
    has "$output" "unexpected EOF"
    printf 'global\n{{range .Services}}{{.Publish.Port.Nope}}{{end}}\n' >"$W/t.tmpl"
    pass_fails 65
    has "$output" "t.tmpl:2:"
    untouched
}

@test "a text that HAProxy rejects: its words, a hint, the lines, the text kept" {
    sed -i 's/^    default_backend.*/&\n    rspdel ^ETag:.*/' "$W/t.tmpl"
    web2
    pass_fails 65
    has "$output" "The 'rspdel' directive is not supported anymore since HAProxy 2.1"
    has "$output" "hint: 'rspdel'"
    has "$output" "is written by line 17 of $W/t.tmpl"
    grep -q rspdel "$W/etc/haproxy.cfg.rejected"
    untouched
    # put right, it is taken
    apply_template
    pass
    poll 10 answers_are 8080 8 "web1 web2"
    in_step
}

@test "a configuration made by hand: kept for good, and said so once" {
    local text='# mine
defaults
    mode http
    timeout connect 2s
    timeout client 2s
    timeout server 2s
frontend by_hand
    bind 127.0.0.9:8081'
    printf '%s\n' "$text" >"$W/etc/haproxy.cfg"
    world >"$W/world.json"
    run lb run --snapshot "$W/world.json"
    same "$status" 0 "$output"
    has "$output" "$W/etc/haproxy.cfg was not written by lbgen: it is replaced, and kept as $W/etc/haproxy.cfg.before-lbgen"
    same "$(cat "$W/etc/haproxy.cfg.before-lbgen")" "$text"
    # later passes say nothing of it and leave it alone
    web2
    run pass
    lacks "$(cat "$W/pass.log")" "not written by lbgen"
    same "$(cat "$W/etc/haproxy.cfg.before-lbgen")" "$text"
    # another file made by hand does not take its place
    printf '%s\n' "$text" 'frontend too' '    bind 127.0.0.9:8082' >"$W/etc/haproxy.cfg"
    pass
    has "$(cat "$W/pass.log")" "kept as $W/etc/haproxy.cfg.prev"
    grep -q 127.0.0.9:8082 "$W/etc/haproxy.cfg.prev"
    same "$(cat "$W/etc/haproxy.cfg.before-lbgen")" "$text"
    # the same one again is kept already
    printf '%s\n' "$text" >"$W/etc/haproxy.cfg"
    pass
    has "$(cat "$W/pass.log")" "kept as $W/etc/haproxy.cfg.before-lbgen"
}

@test "a destination that is read-only" {
    web2
    mount --bind "$W/etc" "$W/etc"
    mount -o remount,bind,ro "$W/etc"
    pass_fails 73
    has "$output" "Read-only file system"
    has "$output" "$W/etc/haproxy.cfg"
    untouched
}

@test "a destination that is full" {
    web2
    cp "$W/etc/haproxy.cfg" "$W/keep"
    mount -t tmpfs -o size=64k tmpfs "$W/etc"
    cp "$W/keep" "$W/etc/haproxy.cfg"
    dd if=/dev/zero of="$W/etc/fill" bs=4k 2>/dev/null || true
    pass_fails 73
    has "$output" "No space left on device"
    has "$output" "make room"
    untouched
    rm "$W/etc/fill"
    pass
    poll 10 answers_are 8080 8 "web1 web2"
}

@test "a destination folder that is missing" {
    sed -i "s|^file = .*|file = $W/none/haproxy.cfg|" "$W/lb.ini"
    pass_fails 73
    has "$output" "$W/none"
    untouched
}

@test "a destination that is a single mounted file" {
    web2
    cp "$W/etc/haproxy.cfg" "$W/outside"
    mount --bind "$W/outside" "$W/etc/haproxy.cfg"
    pass_fails 73
    has "$output" "mount its folder"
    same "$(sha256sum <"$W/outside" | cut -d' ' -f1)" "${BEFORE%% *}"
    untouched
}

@test "no haproxy program" {
    apply_ini "binary = $W/nothing"
    web2
    pass_fails 69
    has "$output" "$W/nothing"
    untouched
}

@test "HAProxy does not run: the file is written, and how to start it is said" {
    haproxy_stop
    web2
    pass_fails 69
    has "$output" "haproxy -W -D -S $W/master.sock -p $W/haproxy.pid -f $W/etc/haproxy.cfg"
    haproxy -c -q -f "$W/etc/haproxy.cfg"
    pass_fails 69
    has "$output" "valid and in place"
    haproxy_start
    poll 10 answers_are 8080 8 "web1 web2"
    in_step
}

@test "HAProxy refuses the reload: the old file is back, and the next run tries again" {
    # an address that this host does not have, untried: HAProxy finds it out itself
    apply_ini "trial_bind = no
[apply]
quarantine = no"
    member far 127.0.0.3 publish=8090 target=80 dst_addr=203.0.113.9
    pass_fails 70
    has "$output" "refused"
    has "$output" "the old file is back"
    grep -q 203.0.113.9 "$W/etc/haproxy.cfg.rejected"
    untouched
    has "$(lb show --last)" "1 put back"
    pass_fails 70
    untouched
    gone far
    web2
    pass
    poll 10 answers_are 8080 8 "web1 web2"
    in_step
}

@test "a run that was killed after it had written a text that HAProxy refuses" {
    apply_ini "trial_bind = no
[apply]
quarantine = no"
    member far 127.0.0.3 publish=8090 target=80 dst_addr=203.0.113.9
    pass_fails 70
    # the state that kill -9 between rename and reload leaves
    cp "$W/etc/haproxy.cfg" "$W/etc/haproxy.cfg.prev"
    cp "$W/etc/haproxy.cfg.rejected" "$W/etc/haproxy.cfg"
    pass_fails 70
    untouched
}

@test "HAProxy does not answer: the old file stays" {
    apply_ini "confirm = 1s"
    web2
    mv "$W/master.sock" "$W/hidden.sock"
    background deaf socat UNIX-LISTEN:"$W/master.sock",fork EXEC:'sleep 60'
    poll 10 test -S "$W/master.sock"
    run lb --timeout 4s run --snapshot <(world)
    rc=$status
    reap deaf
    rm -f "$W/master.sock"
    mv "$W/hidden.sock" "$W/master.sock"
    [ "$rc" -ne 0 ]
    untouched
}

@test "a port that is taken: that service is left out, the others are served" {
    background stranger "$TOOLS/web" -n stranger 127.0.0.1:8090
    poll 10 curl -sf http://127.0.0.1:8090/
    member other 127.0.0.3 publish=8090 target=80 dst_addr=127.0.0.1
    web2
    pass
    has "$(cat "$W/pass.log")" "other: left out (quarantined)"
    has "$(cat "$W/pass.log")" "another program listens there"
    poll 10 answers_are 8080 8 "web1 web2"
    in_step
    has "$(lb show --snapshot "$W/world.json")" "another program listens there"
    # free again, it is served
    reap stranger
    pass
    poll 10 answers_are 8090 2 web2
}

@test "a port that is taken, without quarantine: nothing is changed" {
    background stranger "$TOOLS/web" -n stranger 127.0.0.1:8090
    poll 10 curl -sf http://127.0.0.1:8090/
    member other 127.0.0.3 publish=8090 target=80 dst_addr=127.0.0.1
    apply_ini "[apply]
quarantine = no"
    pass_fails 70
    has "$output" "127.0.0.1:8090"
    has "$output" "another program listens there"
    has "$output" "nothing was changed"
    untouched
}

@test "another run holds the lock" {
    web2
    background holder flock -o "$W/state/lock" sleep 600
    poll 10 bash -c "! flock -n '$W/state/lock' true"
    pass_fails 75 --timeout 300ms
    has "$output" "$W/state/lock"
    has "$output" "holds the lock"
    untouched
    # it is waited for
    ( sleep 0.3; reap holder ) 3>&- &
    releaser=$!
    pass
    wait $releaser
    poll 10 answers_are 8080 8 "web1 web2"
}

@test "a state folder that cannot be made: a lock beside the file" {
    touch "$W/nofolder"
    sed -i "s|^state_dir = .*|state_dir = $W/nofolder/state|" "$W/lb.ini"
    web2
    pass
    [ -e "$W/etc/haproxy.cfg.lock" ]
    poll 10 answers_are 8080 8 "web1 web2"
}

@test "a signal in the middle removes the temporary file" {
    printf '#!/bin/sh\ntouch %s/checking\nexec sleep 30\n' "$W" >"$W/slow"
    chmod +x "$W/slow"
    apply_ini "binary = $W/slow"
    web2
    world >"$W/world.json"
    for sig in TERM INT HUP; do
        rm -f "$W/checking"
        setsid env -u DOCKER_HOST "$LBGEN" -c "$W/lb.ini" run --snapshot "$W/world.json" >"$W/sig.log" 2>&1 3>&- &
        pid=$!
        poll 10 test -e "$W/checking"
        [ -e "$W/etc/haproxy.cfg.new" ]
        # a shell's background job ignores INT, and so does what it starts
        [ $sig = INT ] && { kill -TERM $pid; sig=TERM; } || kill -$sig $pid
        rc=0
        wait $pid || rc=$?
        same "$rc" $((128 + $(kill -l $sig)))
        untouched
    done
}

@test "a corrupt status is as none" {
    echo '{"lbgen": ' >"$W/state/status.json"
    pass
    has "$(cat "$W/pass.log")" "status.json is corrupt"
    has "$(cat "$W/pass.log")" unchanged
    untouched
    in_step
}

@test "hand edits and restarts on another file are healed" {
    echo '# by hand' >>"$W/etc/haproxy.cfg"
    pass
    untouched
    cp "$W/etc/haproxy.cfg" "$W/right.cfg"
    haproxy_stop
    grep -v proc.lbgen "$W/right.cfg" >"$W/other.cfg"
    haproxy_start "$W/other.cfg"
    same "$(haproxy_marker)" ""
    # this HAProxy reads another file: a reload cannot bring it in step, and that is said
    apply_ini "confirm = 2s"
    pass_fails 70
    has "$output" "generation (none)"
    haproxy_stop
    haproxy_start
    untouched
    in_step
}

@test "snapshots that are missing or wrong" {
    run lb run --snapshot "$W/none.json"
    same "$status" 66 "$output"
    echo '{"lbgen": 1, "members": 5' >"$W/bad.json"
    run lb run --snapshot "$W/bad.json"
    same "$status" 65 "$output"
    untouched
}

@test "wrong words on the command line" {
    run lb rum
    same "$status" 64 "$output"
    has "$output" "nearest is run"
    run lb --tmieout 3s
    same "$status" 64 "$output"
    has "$output" "nearest is --timeout"
    run lb --timeout 30
    same "$status" 64 "$output"
    has "$output" "unit"
    run lb show web1 web2
    same "$status" 64 "$output"
    untouched
}
