# The textfile as monitoring reads it: a real node_exporter, a real Prometheus,
# the alert rules and every query of the dashboard.
# limit: 300
setup_file() {
    source "$BATS_TEST_DIRNAME/../lib/apply.bash"
    mkdir -p "$W/node" "$W/prom"
    chmod 755 "$W" "$W/node"
    apply_world "[metrics]
textfile = $W/node/lbgen.prom
[labels]
cert_dirs = $W/certs"
    # the small template has no TLS: it is about the certificate alone
    certificate "$W/certs/a.pem" a.test
    web2
    member tls 127.0.0.3 publish=8443 target=80 "ssl=$W/certs/a.pem"
    member lost 127.0.0.4 publish=8080 target=99999
    pass
    # as on a real machine, not as lbgen's own user
    background node setpriv --reuid 65534 --regid 65534 --clear-groups \
        prometheus-node-exporter --collector.disable-defaults --collector.textfile \
        --collector.textfile.directory "$W/node" --web.listen-address 127.0.0.1:9100
    poll 30 curl -sf http://127.0.0.1:9100/metrics
}
teardown_file() {
    source "$BATS_TEST_DIRNAME/../lib/apply.bash"
    apply_end
}
setup() {
    source "$BATS_TEST_DIRNAME/../lib/apply.bash"
    RULES=$ROOT/hooks/metrics/lbgen.rules.yml
    BOARD=$ROOT/hooks/metrics/dashboard.json
}

scraped() { curl -sS http://127.0.0.1:9100/metrics; }
series() { scraped | sed -n "s|^$1 ||p"; }

@test "node_exporter reads it, as another user, and hands on every series" {
    same "$(series node_textfile_scrape_error)" 0
    has "$(scraped)" "node_textfile_mtime_seconds{file=\"$W/node/lbgen.prom\"}"
    same "$(series lbgen_servers)" 3
    left=$(($(series "lbgen_certificate_expiry_timestamp_seconds{file=\"$W/certs/a.pem\"}" | xargs printf '%.0f') - $(date +%s)))
    # made for 30 days, perhaps in this very second
    [ $left -gt $((29 * 86400)) ] && [ $left -le $((30 * 86400)) ] || { echo "ends in $left s"; return 1; }
    same "$(series 'lbgen_left_out{reason="bad-label:target"}')" 1
    same "$(scraped | grep -c '^lbgen_')" "$(grep -c '^lbgen_' "$W/node/lbgen.prom")"
    same "$(promtool check metrics <"$W/node/lbgen.prom" 2>&1)" ""
}

@test "a failed run is seen too, and a run while it is read never half" {
    rm "$W/t.tmpl"
    pass_fails 78
    same "$(series lbgen_last_run_exit_status)" 78
    apply_template
    background busy bash -c "for _ in \$(seq 40); do env -u DOCKER_HOST '$LBGEN' -c '$W/lb.ini' run --snapshot '$W/world.json'; done"
    while kill -0 "$BG" 2>/dev/null; do
        same "$(scraped | grep -c '^lbgen_info')/$(series node_textfile_scrape_error)" 1/0
    done
    pass
    same "$(series lbgen_last_run_exit_status)" 0
}

@test "a certificate that ends soon is a warning, with its day" {
    lacks "$(lb show --snapshot "$W/world.json")" expires
    DAYS=10 certificate "$W/certs/a.pem" a.test
    pass
    day=$(date -u -d "$(openssl x509 -noout -enddate <"$W/certs/a.pem" | cut -d= -f2)" '+%F %H:%M UTC')
    has "$(lb show --snapshot "$W/world.json")" "certificate $W/certs/a.pem expires at $day; this service is left out then"
    has "$(cat "$W/pass.log")" "expires at $day"
    # said once
    pass
    lacks "$(cat "$W/pass.log")" "expires"
}

@test "the alert rules: well formed, and each one fires when it should" {
    promtool check rules "$RULES"
    promtool test rules "$ROOT/tests/live/alerts.yml"
    # none without a test in which it fires
    for a in $(sed -n 's/^ *- alert: //p' "$RULES"); do
        grep -A1 "alertname: $a\$" "$ROOT/tests/live/alerts.yml" | grep -q '^ *exp_alerts:$' || { echo "$a never fires in a test"; return 1; }
    done
}

@test "the dashboard: what Grafana needs to load it" {
    jq -e '.title and .uid and (.schemaVersion | type == "number") and .time.from and .time.to' "$BOARD"
    jq -e '.templating.list | any(.type == "datasource" and .query == "prometheus" and .name == "datasource")' "$BOARD"
    # each panel: an id and a place of its own on the grid of 24 columns, a source, queries
    jq -e '[.panels[].id] | length == (unique | length)' "$BOARD"
    jq -e '.panels | all(.title and (.type | IN("stat", "timeseries", "table")) and .datasource.uid == "${datasource}"
        and .gridPos.x >= 0 and .gridPos.x + .gridPos.w <= 24 and .gridPos.h > 0 and (.targets | length > 0)
        and ([.targets[].refId] | length == (unique | length)))' "$BOARD"
    same "$(jq -c '[.panels as $p | range($p | length) as $i | range($i + 1; $p | length) as $j | $p[$i].gridPos as $a | $p[$j].gridPos as $b
        | select($a.x < $b.x + $b.w and $b.x < $a.x + $a.w and $a.y < $b.y + $b.h and $b.y < $a.y + $a.h)
        | [$p[$i].id, $p[$j].id]]' "$BOARD")" "[]" "panels that lie on each other"
}

@test "every query of the dashboard has an answer from a real Prometheus with the rules" {
    cat >"$W/prometheus.yml" <<YML
global: {scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 1s}
rule_files: ["$RULES"]
scrape_configs:
  - job_name: node
    static_configs: [{targets: ["127.0.0.1:9100"]}]
YML
    certificate "$W/certs/a.pem" a.test
    pass
    background prometheus prometheus --config.file "$W/prometheus.yml" --storage.tsdb.path "$W/prom" \
        --web.listen-address 127.0.0.1:9090 --log.level warn
    query() { promtool query instant http://127.0.0.1:9090 "$1"; }
    answered() { [ -n "$(query "$1")" ]; }
    poll 60 answered 'count_over_time(lbgen_servers[1h]) > 2'
    # the variable's own query is answered by label_values
    same "$(curl -sf 'http://127.0.0.1:9090/api/v1/label/instance/values?match[]=lbgen_last_run_timestamp_seconds' | jq -c .data)" '["127.0.0.1:9100"]'
    jq -r '.panels[].targets[].expr' "$BOARD" | sed 's/\$instance/.*/' >"$W/queries"
    [ "$(wc -l <"$W/queries")" -ge 12 ]
    while read -r q; do
        poll 10 answered "$q" || { echo "no answer: $q"; return 1; }
    done <"$W/queries"
    same "$(curl -sf http://127.0.0.1:9090/api/v1/rules | jq -c '[.data.groups[].rules[] | .health] | unique')" '["ok"]' ||
        poll 10 eval '[ "$(curl -sf http://127.0.0.1:9090/api/v1/rules | jq -c "[.data.groups[].rules[] | .health] | unique")" = "[\"ok\"]" ]'
    same "$(curl -sf http://127.0.0.1:9090/api/v1/alerts | jq -c '[.data.alerts[] | select(.state == "firing") | .labels.alertname]')" '[]'
    reap prometheus
}
