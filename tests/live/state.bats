# What outlives a reload: servers' health and what an operator did to them by
# hand, and who sticks where, also right after a cold start.
# limit: 400
setup() {
    source "$BATS_TEST_DIRNAME/../lib/apply.bash"
    source "$ROOT/tests/lib/oldnew.bash"
    oldnew_use
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
teardown() {
    apply_end
    oldnew_done
}

POOL=port__8080_backends
cli() { haproxy_cli "@1 $1"; }
# of_row SERVER COLUMN : as HAProxy has it now
of_row() { cli 'show servers state' | awk -v s="$1" -v c="$2" '
    $1 == "#" { for (i = 2; i <= NF; i++) col[$i] = i - 1 }
    $4 == s { print $col[c]; exit }'; }
of_row_is() { same "$(of_row "$1" "$2")" "$3" "$2 of $1"; }
no_states() { same "$(cat "$W/state/servers.state")" 1 "the saved states"; }
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

@test "saved state: the text says whether to speak TLS" {
    certificate "$W/far.pem" far.test
    printf '%s\n' defaults 'mode http' 'timeout connect 5s' 'timeout client 30s' 'timeout server 30s' \
        'frontend f' "bind 127.0.0.8:9443 ssl crt $W/far.pem" 'http-request return status 200 content-type text/plain string far' >"$W/far.cfg"
    background far /usr/sbin/haproxy -f "$W/far.cfg"
    poll 20 curl -sk https://127.0.0.8:9443/
    far() { member far 127.0.0.8 publish=8081 target=9443 "$@"; }
    far
    pass
    of_row_is far srv_use_ssl 0
    for _ in 1 2; do
        far scheme=https
        pass
        has "$(cat "$W/pass.log")" "reloaded"
        of_row_is far srv_use_ssl 1
        poll 20 same_answer far 8081
        far
        pass
        of_row_is far srv_use_ssl 0
    done
}
same_answer() { same "$(curl -s "http://127.0.0.1:$2/")" "$1"; }

@test "saved state: the text says where checks are asked" {
    checked() { member web2 127.0.0.3 publish=8080 target=80 sticky=none check_inter=200ms "$@"; }
    member web1 127.0.0.2 publish=8080 target=80 sticky=none check_inter=200ms
    checked check_port=9999
    pass
    poll 30 server_is $POOL web2 DOWN
    of_row_is web2 srv_check_port 9999
    checked check_port=80
    pass
    of_row_is web2 srv_check_port 0
    poll 30 server_is $POOL web2 UP
    checked check_port=9999
    pass
    poll 30 server_is $POOL web2 DOWN
    checked
    pass
    poll 30 server_is $POOL web2 UP
}

@test "saved state: what nothing checks any more is not down for good" {
    reap webs2
    poll 30 server_is $POOL web2 DOWN
    cli "set server $POOL/web1 state maint" >/dev/null
    member web1 127.0.0.2 publish=8080 target=80 sticky=none check=no
    member web2 127.0.0.3 publish=8080 target=80 sticky=none check=no
    pass
    background webs2 "$TOOLS/web" -n web2 127.0.0.3:80
    poll 20 answers_are 8080 4 "web2"
    same "$(server_state $POOL web1)" MAINT
}

@test "saved state: a cold start begins without the health of the last reload" {
    reap webs2
    poll 30 server_is $POOL web2 DOWN
    cli "set server $POOL/web1 state drain" >/dev/null
    member web1 127.0.0.2 publish=8080 target=80 sticky=none check_inter=1h
    member web2 127.0.0.3 publish=8080 target=80 sticky=none check_inter=1h
    pass
    same "$(server_state $POOL web2)" DOWN
    background webs2 "$TOOLS/web" -n web2 127.0.0.3:80
    poll 20 curl -s http://127.0.0.3/
    haproxy_stop
    haproxy_start
    # by hand is by hand
    [[ $(server_state $POOL web1) == DRAIN* ]]
    answers_are 8080 4 "web2"
}

@test "saved state: what was undone by hand does not come back with a cold start" {
    no_states
    cli "set server $POOL/web1 state maint" >/dev/null
    cli "set server $POOL/web2 weight 50%" >/dev/null
    member web1 127.0.0.2 publish=8080 target=80 sticky=none weight=10
    member web2 127.0.0.3 publish=8080 target=80 sticky=none
    pass
    has "$(cat "$W/state/servers.state")" web1
    # nothing changed: the file neither
    pass
    before=$(stat -c %i "$W/state/servers.state")
    pass
    has "$(cat "$W/pass.log")" unchanged
    same "$(stat -c %i "$W/state/servers.state")" "$before" "the file of states"
    cli "set server $POOL/web1 state ready" >/dev/null
    cli "set server $POOL/web2 weight 100%" >/dev/null
    pass
    has "$(cat "$W/pass.log")" unchanged
    no_states
    haproxy_stop
    haproxy_start
    poll 20 answers_are 8080 24 "web1 web2"
}

@test "saved state: a port that changes while HAProxy is stopped is the text's" {
    cli "set server $POOL/web1 state maint" >/dev/null
    third
    pass
    has "$(cat "$W/state/servers.state")" "web1 127.0.0.2"
    haproxy_stop
    member web1 127.0.0.2 publish=8080 target=81 sticky=none
    pass_fails 69
    no_states
    haproxy_start
    of_row_is web1 srv_port 81
}

@test "saved state: what was done by hand outlives a reload that is taken back" {
    cli "set server $POOL/web1 state maint" >/dev/null
    sed -i 's/^state_dir = .*/&\nquarantine = no/; s/^file = .*/&\ntrial_bind = no\nconfirm = 4s/' "$W/lb.ini"
    member web1 127.0.0.2 publish=8080 target=81 sticky=none
    member far 127.0.0.3 publish=8090 target=80 dst_addr=203.0.113.9
    pass_fails 70
    has "$output" "the old file is back"
    same "$(server_state $POOL web1)" MAINT
    of_row_is web1 srv_port 80
    has "$(cat "$W/state/servers.state")" "web1 127.0.0.2"
}

@test "saved state: what a killed run leaves behind is settled by the next" {
    reap webs2
    poll 30 server_is $POOL web2 DOWN
    cli 'show servers state' >"$W/state/servers.state"
    has "$(cat "$W/state/servers.state")" web2
    pass
    has "$(cat "$W/pass.log")" unchanged
    no_states
}

@test "a template's server by name, or in other letters, keeps its state" {
    background named "$TOOLS/web" -n named 127.0.0.1:8888 '[::1]:8888'
    sed 's/server {{.Name}} {{.Address}}/server {{.Name}} {{if eq .Name "six"}}[0:0::1]{{else}}localhost{{end}}:8888/' "$ROOT/haproxy.tmpl" >"$W/t.tmpl"
    sed -i "s|^file = .*|&\ntemplate = $W/t.tmpl|" "$W/lb.ini"
    no_members
    member one 127.0.0.1 publish=8080 target=8888
    member six ::1 publish=8080 target=8888
    pass
    of_row_is one srv_fqdn localhost
    poll 20 server_is $POOL one UP
    cli "set server $POOL/one state drain" >/dev/null
    cli "set server $POOL/six state maint" >/dev/null
    member two 127.0.0.1 publish=8080 target=8888
    pass
    has "$(cat "$W/pass.log")" "reloaded"
    [[ $(server_state $POOL one) == DRAIN* ]]
    same "$(server_state $POOL six)" MAINT
    of_row_is one srv_fqdn localhost
    cli "set server $POOL/two state maint" >/dev/null
    cli "set server $POOL/one state ready" >/dev/null
    poll 20 same_answer named 8080
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
