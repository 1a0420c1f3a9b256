# The textfile and the status tell of good runs and of failed ones.
# limit: 120
setup() {
    source "$BATS_TEST_DIRNAME/../lib/apply.bash"
    apply_world "[metrics]
textfile = $W/lbgen.prom"
}
teardown() { apply_end; }

metric() { sed -n "s/^lbgen_$1 //p" "$W/lbgen.prom"; }
# every line is a comment or NAME{labels} NUMBER, every series has its HELP and TYPE before it
well_formed() {
    ! grep -vE '^# (HELP|TYPE) lbgen_[a-z_]+ .+$|^lbgen_[a-z_]+(\{[a-z_]+="[^"\\]*"(,[a-z_]+="[^"\\]*")*\})? -?[0-9.e+-]+$' "$W/lbgen.prom" || return 1
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

@test "show --last, for people and as JSON" {
    web2
    pass
    run lb show --last
    same "$status" 0 "$output"
    has "$output" "changed (exit status 0)"
    has "$output" "1 frontends, 1 services, 2 servers, 0 left out"
    same "$(lb show --last --json | jq -r '.outcome, .exit, .servers' | xargs)" "changed 0 2"
    echo '{{' >"$W/t.tmpl"
    pass_fails 65
    run lb show --last
    has "$output" "failed (exit status 65)"
    has "$output" "t.tmpl:1"
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
