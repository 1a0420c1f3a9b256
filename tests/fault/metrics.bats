# The textfile and the status tell of good runs and of failed ones.
# limit: 240
setup() {
    source "$BATS_TEST_DIRNAME/../lib/apply.bash"
    apply_world "[metrics]
textfile = $W/lbgen.prom"
}
teardown() { apply_end; }

metric() { sed -n "s/^lbgen_$1 //p" "$W/lbgen.prom"; }
# every line is a comment or NAME{labels} NUMBER, every series has its HELP and TYPE before it
well_formed() {
    ! grep -vE '^# (HELP|TYPE) lbgen_[a-z_]+ .+$|^lbgen_[a-z_]+(\{[a-z_]+="([^"\\]|\\["\\n])*"(,[a-z_]+="[^"\\]*")*\})? -?[0-9.e+-]+$' "$W/lbgen.prom" || return 1
    awk '/^# TYPE/ { if ($3 in t) exit 1; t[$3] = 1 } /^lbgen/ { n = $1; sub(/[{].*/, "", n); if (!(n in t)) exit 1 }' "$W/lbgen.prom"
}

@test "a good run, an unchanged one, a failed one" {
    well_formed
    pass
    same "$(metric last_run_exit_status)" 0
    same "$(metric servers)" 1
    web2
    member lost 127.0.0.4 publish=8080 target=99999
    pass
    well_formed
    same "$(metric servers)/$(metric frontends)/$(metric services)" 2/1/1
    same "$(metric reloads_total)" 1
    same "$(metric 'left_out{reason="bad-label:target"}')" 1
    [ -n "$(metric 'stage_duration_seconds{stage="reload"}')" ]
    good=$(metric last_success_timestamp_seconds)
    rm "$W/t.tmpl"
    pass_fails 78
    well_formed
    same "$(metric last_run_exit_status)" 78
    same "$(metric 'runs_total{exit="78"}')" 1
    same "$(metric last_success_timestamp_seconds)" "$good"
    [ "$(metric last_run_timestamp_seconds)" != "$good" ]
    [ ! -e "$W/lbgen.prom.new" ]
    same "$(stat -c %a "$W/lbgen.prom")" 644
}

@test "every way to fail is told: status, time, count, and the last success stays" {
    pass
    good=$(metric last_success_timestamp_seconds)
    [ "${good%.*}" -gt 1700000000 ]
    told() { # STATUS
        well_formed
        same "$(metric last_run_exit_status)" "$1" "last exit status"
        same "$(metric "runs_total{exit=\"$1\"}")" "${2-1}" "counted"
        same "$(metric last_success_timestamp_seconds)" "$good" "last success"
        same "$(lb show --last --json 2>/dev/null | jq -c '[.exit, .outcome]')" "[$1,\"failed\"]"
    }
    same "$(metric 'runs_total{exit="65"}')" 0 "what never was is a zero"
    cp "$W/lb.ini" "$W/good.ini"
    web2
    echo '{{' >"$W/t.tmpl"
    pass_fails 65
    told 65
    apply_template
    run lb run --snapshot "$W/none.json"
    told 66
    LBGEN_HAPROXY_BINARY=$W/none pass_fails 69
    told 69 2 # the first one found no HAProxy
    mount --bind "$W/etc" "$W/etc"
    mount -o remount,bind,ro "$W/etc"
    pass_fails 73
    umount "$W/etc"
    told 73
    background holder flock -o "$W/state/lock" sleep 600
    poll 10 bash -c "! flock -n '$W/state/lock' true"
    pass_fails 75 --timeout 100ms
    reap holder
    told 75
    # lb.ini is wrong elsewhere; where the textfile is, stands in it
    printf '[haproxy]\nconfirm = 3\n' >>"$W/lb.ini"
    pass_fails 78
    told 78
    run lb show --last
    same "$status" 0 "$output"
    has "$output" "failed (exit status 78)"
    # it is wrong there: the last place that was right is taken
    sed 's|^textfile = .*|textfile = no/absolute/path|' "$W/good.ini" >"$W/lb.ini"
    pass_fails 78
    same "$(metric 'runs_total{exit="78"}')" 2
    # it cannot be read at all: the state is where the environment says
    rm "$W/lb.ini"
    LBGEN_APPLY_STATE_DIR=$W/state pass_fails 78
    cp "$W/good.ini" "$W/lb.ini"
    told 78 3
    # and without a textfile nothing is written there any more
    grep -v '^textfile' "$W/good.ini" >"$W/lb.ini"
    rm "$W/t.tmpl"
    pass_fails 78
    same "$(metric 'runs_total{exit="78"}')" 3
}

@test "a refused reload: status 70, one put back, no reload counted" {
    apply_ini "trial_bind = no
[apply]
quarantine = no
[metrics]
textfile = $W/lbgen.prom"
    reloads=$(metric reloads_total)
    member far 127.0.0.3 publish=8090 target=80 dst_addr=203.0.113.9
    pass_fails 70
    well_formed
    same "$(metric last_run_exit_status) $(metric put_backs_total) $(metric reloads_total)" "70 1 $reloads"
    [ -n "$(metric 'stage_duration_seconds{stage="put back"}')" ]
}

@test "a run that is turned away by the lock loses nothing that the other one writes" {
    # the pass that holds the lock is in the middle, with an old account in its memory
    printf '#!/bin/sh\ntouch %s/checking\nwhile [ ! -e %s/go ]; do sleep 0.02; done\nexec haproxy "$@"\n' "$W" "$W" >"$W/slow"
    chmod +x "$W/slow"
    before=$(metric 'runs_total{exit="75"}')
    web2
    world >"$W/world.json"
    LBGEN_HAPROXY_BINARY=$W/slow background first env -u DOCKER_HOST "$LBGEN" -c "$W/lb.ini" run --snapshot "$W/world.json"
    first=$BG
    poll 10 test -e "$W/checking"
    for _ in 1 2 3; do pass_fails 75 --timeout 50ms; done
    same "$(metric last_run_exit_status)" 75
    touch "$W/go"
    rc=0
    wait "$first" || rc=$?
    same "$rc" 0 "$(cat "$W/first.log")"
    same "$(metric last_run_exit_status) $(metric 'runs_total{exit="75"}') $(metric servers)" "0 $((before + 3)) 2"
    jq -e '.stamp.confirmed == .hash' "$W/state/status.json"
    in_step
}

@test "a link that somebody planted in the folder is not followed" {
    echo precious >"$W/precious"
    ln -s "$W/precious" "$W/lbgen.prom.new"
    pass
    same "$(cat "$W/precious")" precious
    [ ! -L "$W/lbgen.prom" ]
    well_formed
}

@test "a state that is JSON of the wrong kind heals itself" {
    for text in '[]' '{"runs": 5, "stages": "x", "left_out": [3, null, {"reason": "a\"b\nc"}], "stamp": [], "quarantine": 7, "reloads": "many", "ended": {}, "hash": 1, "textfile": 3}' '{}' 'null' ''; do
        printf '%s' "$text" >"$W/state/status.json"
        lb show --last >/dev/null
        lb show --last --json | jq -e . >/dev/null
        pass
        well_formed
        same "$(metric last_run_exit_status)" 0
        in_step
    done
}

@test "show --last, for people and as JSON" {
    web2
    pass
    run lb show --last
    same "$status" 0 "$output"
    has "$output" "changed (exit status 0)"
    has "$output" "1 frontend, 1 service, 2 servers, 0 left out"
    same "$(lb show --last --json | jq -r '.outcome, .exit, .servers' | xargs)" "changed 0 2"
    echo '{{' >"$W/t.tmpl"
    pass_fails 65
    run lb show --last
    has "$output" "failed (exit status 65)"
    has "$output" "t.tmpl:1"
    has "$output" " s ago)"
    has "$output" "stages        config "
    rm -r "$W/state"
    run lb show --last
    same "$status/$output" "0/no run has been recorded"
}

@test "what cannot be written is a warning" {
    sed -i "s|^textfile = .*|textfile = $W/none/lbgen.prom|" "$W/lb.ini"
    web2
    pass
    has "$(cat "$W/pass.log")" "[metrics] textfile"
    poll 10 answers_are 8080 8 "web1 web2"
}

@test "the alert rules and the dashboard ask for metrics that there are" {
    member lost 127.0.0.4 publish=8080 target=99999
    pass
    jq -e '.panels | length > 5' "$ROOT/hooks/metrics/dashboard.json"
    for m in $(grep -ohE 'lbgen_[a-z_]+' "$ROOT"/hooks/metrics/* | sort -u); do
        grep -q "^# TYPE $m " "$W/lbgen.prom" || { echo "no metric $m"; return 1; }
    done
    # and no metric is without a place in the dashboard, but for the one with the version
    for m in $(sed -n 's/^# TYPE \(lbgen_[a-z_]*\) .*/\1/p' "$W/lbgen.prom"); do
        [ "$m" = lbgen_info ] || grep -q "$m" "$ROOT/hooks/metrics/dashboard.json" || { echo "$m is not shown"; return 1; }
    done
}
