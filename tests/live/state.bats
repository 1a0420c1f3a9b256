# What outlives a reload: servers' health and what an operator did to them by
# hand, and who sticks where, also right after a cold start.
# limit: 180
setup() {
    source "$BATS_TEST_DIRNAME/../lib/apply.bash"
    no_members
    lb_ini "[peers]
port = 10240
[defaults]
${DEFAULTS-}"
    background webs "$TOOLS/web" -n web1 127.0.0.2:80 127.0.0.2:81
    background webs2 "$TOOLS/web" -n web2 127.0.0.3:80
    member web1 127.0.0.2 publish=8080 target=80 sticky=none
    member web2 127.0.0.3 publish=8080 target=80 sticky=none
    pass
    poll 20 answers_are 8080 8 "web1 web2"
}
teardown() { apply_end; }

POOL=port__8080_backends
cli() { haproxy_cli "@1 $1"; }
# one more server, so that the text differs
third() { member web3 127.0.0.3 publish=8080 target=80 sticky=none "$@"; }

@test "drained and in maintenance by hand, still so after a reload" {
    cli "set server $POOL/web1 state maint" >/dev/null
    poll 10 server_is $POOL web1 MAINT
    third
    pass
    same "$(server_state $POOL web1)" MAINT
    answers_are 8080 8 "web2"
    cli "set server $POOL/web1 state drain" >/dev/null
    gone web3
    pass
    [[ $(server_state $POOL web1) == DRAIN* ]]
    answers_are 8080 4 "web2"
    # and ready again is ready
    cli "set server $POOL/web1 state ready" >/dev/null
    third
    pass
    poll 20 answers_are 8080 8 "web1 web2"
}

@test "the file of states that the configuration names is there from the first start on" {
    grep -qF "server-state-file '$W/state/servers.state'" "$W/etc/haproxy.cfg"
    same "$(haproxy_reloads)" 0 "reloads"
    [ -s "$W/state/servers.state" ]
    rm "$W/state/servers.state"
    pass
    has "$(cat "$W/pass.log")" unchanged
    [ -s "$W/state/servers.state" ]
}

@test "a server that is down is not up again for its first checks" {
    reap webs2
    poll 30 server_is $POOL web2 DOWN
    member web3 127.0.0.2 publish=8080 target=80 sticky=none check_inter=1h
    member web2 127.0.0.3 publish=8080 target=80 sticky=none
    pass
    same "$(server_state $POOL web2)" DOWN
    answers_are 8080 6 "web1"
}

@test "a port or address that changes is not undone by the saved state" {
    cli "set server $POOL/web1 state maint" >/dev/null
    member web1 127.0.0.2 publish=8080 target=81 sticky=none
    pass
    has "$(cat "$W/pass.log")" "~ web1 127.0.0.2:81 (was 127.0.0.2:80)"
    poll 20 answers_are 8080 8 "web1 web2"
    same "$(cli 'show servers state' | awk '$4 == "web1" { print $19 }')" 81
}

@test "server_state = no carries nothing over" {
    sed -i 's/^state_dir = .*/&\nserver_state = no/' "$W/lb.ini"
    pass
    cli "set server $POOL/web1 state maint" >/dev/null
    third
    pass
    poll 20 answers_are 8080 8 "web1 web2"
}

# who sticks where, as the table has it
sticks() { cli "show table $POOL" | sed -n 's/.*key=\([^ ]*\).*server_key=\([^ ]*\).*/\1 \2/p' | sort; }
# HAProxy below 3.0, just started, with one client that sticks
cold() {
    haproxy -v | grep -q 'version 2' || skip "HAProxy from 3.0 on needs no hold"
    member web1 127.0.0.2 publish=8080 target=80 sticky=source
    member web2 127.0.0.3 publish=8080 target=80 sticky=source
    pass
    haproxy_stop
    haproxy_start
    poll 20 curl -sf http://127.0.0.1:8080/
    before=$(sticks)
    [ -n "$before" ]
    member web3 127.0.0.3 publish=8080 target=80 sticky=source
}

@test "right after a cold start a reload waits, if cold_hold says so" {
    sed -i 's/^state_dir = .*/&\ncold_hold = 10s/' "$W/lb.ini"
    cold
    pass
    has "$(cat "$W/pass.log")" "so that its stick table outlives the reload"
    sticks_again() { same "$(sticks)" "$before"; }
    poll 10 sticks_again
    # a table that nobody uses is not waited for
    haproxy_stop
    haproxy_start
    gone web3
    pass
    lacks "$(cat "$W/pass.log")" "outlives"
}

@test "without cold_hold a reload does not wait" {
    cold
    pass
    lacks "$(cat "$W/pass.log")" "outlives"
}
