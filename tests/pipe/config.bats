#!/usr/bin/env bats
# lb.ini and the environment, from outside.
# limit: 120
# shellcheck disable=SC2012,SC2030,SC2031,SC2094

load ../lib/common

setup() {
    for v in $(compgen -e LBGEN_) DOCKER_HOST DOCKER_TLS DOCKER_TLS_VERIFY DOCKER_CERT_PATH \
        LB_STATS_PORT HAPROXY_PID_FILE HAPROXY_SOCK_FILE; do
        [ "$v" = LBGEN ] || unset "$v"
    done
    D=$(mktemp -d "$W/XXXXXX")
    cd "$D" || return
    mkdir -p /run/secrets
    echo s3cret >/run/secrets/stats
}

# check INI_TEXT : lbgen check with that file; status, standard output and error
check() {
    printf '%s' "$1" >lb.ini
    chmod 600 lb.ini
    rc=0
    "$LBGEN" -c lb.ini check >out 2>err || rc=$?
}

# refused TEXT MESSAGE : status 78, that message alone, nothing on standard output
refused() {
    check "$1"
    same "$rc" 78 "status" && same "$(cat out)" "" "standard output" && same "$(cat err)" "$2" "message"
}

@test "lb.ini is what the table says, and loads" {
    "$LBGEN" tables ini | diff "$ROOT/lb.ini" -
    cp "$ROOT/lb.ini" lb.ini
    "$LBGEN" -c lb.ini check
    # with every key in force the defaults are the same
    sed 's/^#\([a-z]\)/\1/; /^#\[service web\]/,$d' "$ROOT/lb.ini" >all.ini
    [ "$(grep -c '^[a-z_]* =' all.ini)" -gt 50 ]
    "$LBGEN" -c all.ini check
}

@test "lb.ini(5) is what the table says" {
    "$LBGEN" tables keys >keys
    sed -n '/^\.\\" begin keys$/,/^\.\\" end keys$/p' "$ROOT/docs/lb.ini.5" | sed '1d;$d' | diff - keys
    # every key is in it once, with its variable
    for s in docker swarm dns labels haproxy stats peers apply metrics log compat; do
        awk -v s="[$s]" '/^#?\[/ { on = $0 == s } on && /^#[a-z_]+ =/ { print substr($1, 2) }' "$ROOT/lb.ini" >names
        [ -s names ]
        while read -r key; do
            v=LBGEN_${s^^}_${key^^}
            grep -q "^\.Ev $v\b" keys || { echo "missing: $v"; return 1; }
        done <names
    done
}

@test "lb.ini(5) is clean for mandoc" {
    command -v mandoc >/dev/null || skip "no mandoc"
    mandoc -Tlint -W style "$ROOT/docs/lb.ini.5" 2>&1 | grep -vE 'referenced manual not found|outdated mandoc.db' >lint || true
    same "$(cat lint)" ""
}

@test "every example of lb.ini(5) is taken" {
    awk '/^\.Sh EXAMPLES/ { on = 1 }
         on && /^\.Ed/ { in_block = 0 }
         in_block { print > ("example." n) }
         on && /^\.Bd -literal/ { in_block = 1; n++ }' "$ROOT/docs/lb.ini.5"
    [ "$(ls example.* | wc -l)" -ge 6 ]
    for f in example.*; do
        echo "$f"
        "$LBGEN" -c "$f" check
    done
}

@test "the messages that lb.ini(5) shows are real" {
    { for _ in $(seq 10); do echo; done; printf '[haproxy]\nconfirm = 300\n\n\nconfrim = 3s\n'; } >lb.ini
    rc=0
    "$LBGEN" -c lb.ini check 2>err || rc=$?
    same "$rc" 78
    sed -n '/^lb\.ini:12/,/^\.Ed/p' "$ROOT/docs/lb.ini.5" | sed '/^\.Ed/d' | diff - err
}

@test "all errors of a file at once" {
    refused $'[haproxy]\nconfirm = 300\nconfrim = 1s\n[hapoxy]\nx = 1\n[stats]\nport = 70000\n' \
        "lb.ini:2: [haproxy] confirm: '300' has no unit (write 300ms or 300s)
lb.ini:3: [haproxy] confrim: no such key; did you mean confirm?
lb.ini:4: [hapoxy]: no such section; did you mean [haproxy]?
lb.ini:7: [stats] port: '70000' is not a whole number from 0 to 65535"
}

@test "labels in [defaults] and [service] are checked with their lines" {
    refused $'[haproxy]\nconfirm = 3\n[defaults]\ncheck_rise = 0\n' \
        "lb.ini:2: [haproxy] confirm: '3' has no unit (write 3ms or 3s)
lb.ini:4: [defaults] check_rise: '0' is not a whole number from 1 to 100"
    check $'[defaults]\nbalance = best\n\n[service web]\ntarget = tasks.web:80\npublish = 0\n'
    same "$rc" 78
    has "$(cat err)" "lb.ini:2: [defaults] balance: 'best'"
    has "$(cat err)" "lb.ini:6: [service web] publish: '0' is not a whole number from 1 to 65535"
    rc=0
    LBGEN_DEFAULTS_STICKY=glue "$LBGEN" -c "$ROOT/lb.ini" check 2>err || rc=$?
    same "$rc" 78
    has "$(cat err)" "LBGEN_DEFAULTS_STICKY: 'glue'"
}

@test "servers and targets of [service]: what none can be, each once" {
    refused $'[service web]\nserver = one 10.0.0.1:80\nserver = two 10.0.0.2:80, one 10.0.0.1:81\nserver = x 0.0.0.0:80\ntarget = [::]:80\n[service b]\ntarget = tasks.b\n[dns]\ntarget = tasks.c:80\n' \
        "lb.ini:3: [service web] server: 'one 10.0.0.1:81' has a name that another server has
lb.ini:4: [service web] server: 'x 0.0.0.0:80' is no address of a server (write the one that it listens on)
lb.ini:5: [service web] target: '[::]:80' is no address of a server (write the one that it listens on)
lb.ini:7: [service b] target: 'tasks.b' has no port (write NAME:PORT, or _SERVICE._tcp.NAME for SRV records)
lb.ini:9: [dns] target: no such key; it belongs to [service NAME]"
}

@test "check: a [service] that would never be served" {
    refused $'\n[service web]\ntarget = tasks.web:80\n[service api]\ntarget = tasks.api:80\npublish = 81\nmode = tcp\nhost = a.org\n' \
        "lb.ini:4: would be left out (bad-label:host): label lb.host needs mode http; to pass TLS through by name use sni ([service api])
lb.ini:2: would be left out (no-publish): no label lb.publish (the port for clients) ([service web])"
    check $'[service web]\ntarget = tasks.web:80\npublish = 80\n'
    same "$rc" 0
    has "$(cat out)" 'haproxy -c on the text for the services of lb.ini: fine'
}

@test "a file that cannot be read" {
    rc=0
    "$LBGEN" -c none.ini check 2>err || rc=$?
    same "$rc" 78
    same "$(cat err)" "none.ini: No such file or directory"
    rc=0
    "$LBGEN" -c "$D" check 2>err || rc=$?
    same "$rc" 78
    has "$(cat err)" "is a folder, not a file"
    rc=0
    LBGEN_CONFIG=$D/none.ini "$LBGEN" check 2>err || rc=$?
    same "$rc" 78
    has "$(cat err)" "none.ini: No such file or directory"
    if [ "$(id -u)" = 0 ]; then
        echo '[stats]' >lb.ini
        chmod 600 lb.ini
        chmod 755 "$D" "$W"
        cp "$LBGEN" "$D/lbgen"
        rc=0
        setpriv --reuid 65534 --regid 65534 --clear-groups "$D/lbgen" -c "$D/lb.ini" check 2>err || rc=$?
        same "$rc" 78
        has "$(cat err)" "lb.ini: Permission denied"
    fi
    # a binary, a huge file, an endless one
    head -c 4096 "$LBGEN" >bin.ini
    rc=0
    "$LBGEN" -c bin.ini check 2>err || rc=$?
    same "$rc" 78
    has "$(cat err)" "is this a text file?"
    rc=0
    timeout 60 "$LBGEN" -c /dev/zero check 2>err || rc=$?
    same "$rc" 78
    has "$(cat err)" "larger than 1048576 bytes"
}

@test "from a pipe" {
    printf '[stats]\nport = 8404\n' | "$LBGEN" -c /dev/stdin check
    rc=0
    printf '[stats]\nport = x\n' | "$LBGEN" -c /dev/stdin check 2>err || rc=$?
    same "$rc" 78
    has "$(cat err)" "/dev/stdin:2: [stats] port: 'x'"
}

@test "a password is never shown" {
    check $'[stats]\nport = 8404\npassword = "s3cret-word"\n'
    same "$rc" 78
    has "$(cat err)" "lb.ini:3: [stats] password: the value is in quotes"
    lacks "$(cat err)" s3cret
    check $'[stats]\nport = 8404\npassword = s3cret-word\n'
    same "$rc" 0
    same "$(cat err)" ""
    chmod 644 lb.ini
    "$LBGEN" -v -c lb.ini check 2>err
    has "$(cat err)" "lb.ini:3: [stats] password: everybody on this machine can read it"
    lacks "$(cat err)" s3cret
    check $'[stats]\npassword_file = /run/secrets\n'
    same "$rc" 78
    has "$(cat err)" "/run/secrets is not a regular file"
}

@test "the log as [log] says" {
    printf '[log]\nformat = json\n[stats]\npassword = x\n' >lb.ini
    chmod 644 lb.ini
    "$LBGEN" -c lb.ini check 2>err
    same "$(jq -r .level err)" warning
    LBGEN_LOG_FORMAT=journal "$LBGEN" -c lb.ini check 2>err
    has "$(head -c 3 err)" "<4>"
    "$LBGEN" --log-format plain -c lb.ini check 2>err
    has "$(head -c 6 err)" "lb.ini"
    LBGEN_LOG_LEVEL=error "$LBGEN" -c lb.ini check 2>err
    same "$(cat err)" ""
}

@test "/my-config: lines, comments, errors" {
    printf 'tasks.backend\n' >my
    rc=0
    LBGEN_COMPAT_MY_CONFIG=$D/my "$LBGEN" -c "$ROOT/lb.ini" check 2>err || rc=$?
    same "$rc" 78
    has "$(cat err)" "$D/my:1: 'tasks.backend' has no port"
    printf '\xef\xbb\xbf# ours\n\ntasks.backend:80\r\ntasks.other:80\n' >my
    LBGEN_COMPAT_MY_CONFIG=$D/my "$LBGEN" -c "$ROOT/lb.ini" check
    # its own names, whatever the addresses are
    cat >snapshot.json <<'JSON'
{"lbgen": 1, "taken": 1, "members": [
 {"kind": "dns", "id": "10.0.1.7:80", "name": "10.0.1.7:80", "service": "my-config", "created": 0,
  "state": "running", "health": "none", "network_mode": "bridge", "networks": [], "ports": [], "published": [],
  "labels": {"lb.publish": "8099", "lb.balance": "roundrobin", "lb.sticky": "cookie",
             "lb.sticky_cookie": "SRVID", "lb.check": "tcp", "lb.backend": "be_template"},
  "address": "10.0.1.7", "port": 80, "weight": -1}], "peers": [], "certs": {}}
JSON
    LBGEN_COMPAT_MY_CONFIG=$D/my "$LBGEN" -c "$ROOT/lb.ini" --snapshot snapshot.json render >cfg
    grep -Eq '^frontend fe_main( |$)' cfg
    grep -Eq '^backend be_template( |$)' cfg
    has "$(cat cfg)" "balance roundrobin"
    grep -Eq 'cookie SRVID insert.* dynamic' cfg
    has "$(cat cfg)" "127.0.0.1:8888"
    grep -Eq "stats uri '?/stats'?\$" cfg
    haproxy -c -f cfg
    LBGEN_STATS_PASSWORD=x LBGEN_COMPAT_MY_CONFIG=$D/my "$LBGEN" -c "$ROOT/lb.ini" --snapshot snapshot.json render >cfg
    grep -Eq 'bind [^1 ]*:8888' cfg
}

@test "config: what is in force, which read again gives the same" {
    cat >lb.ini <<'INI'
[docker]
host = tcp://10.1.1.1
tls = yes
[labels]
networks = b, a
[defaults]
check = http
[haproxy]
reload = docker:ha
confirm = 90s
[service web]
target = tasks.web:80
server = a 10.0.0.1:80
publish = 80
INI
    LBGEN_APPLY_STATE_DIR=/run/elsewhere "$LBGEN" -c lb.ini config >one.ini
    has "$(cat one.ini)" 'host = tcp://10.1.1.1:2376'
    has "$(cat one.ini)" 'state_dir = /run/elsewhere'
    has "$(cat one.ini)" 'networks = b a'
    has "$(cat one.ini)" 'reload = docker:ha'
    has "$(cat one.ini)" "[defaults]
check = http"
    has "$(cat one.ini)" '[service web]
target = tasks.web:80
server = a 10.0.0.1:80
publish = 80'
    "$LBGEN" -c one.ini config | diff one.ini -
    # every key of lb.ini is there, but those that only labels have a default for
    names() { sed -n '/^#*\[defaults\]/,/^\[haproxy\]/d; /^#*\[service/q; s/^#*\([a-z_]*\) \(=.*\|is set\)$/\1/p'; }
    "$LBGEN" tables ini | names | diff - <(names <one.ini)
    [ "$(names <one.ini | wc -l)" -gt 40 ]
    same "$("$LBGEN" -c lb.ini config haproxy.confirm)" 90s
    same "$("$LBGEN" -c lb.ini config labels.networks)" "b a"
    rc=0
    "$LBGEN" -c lb.ini config haproxy.confirmed 2>err || rc=$?
    same "$rc" 64
    has "$(cat err)" "haproxy.confirmed: no such setting"
}

@test "config: no password is shown" {
    printf '[stats]\nport = 81\npassword = s3cret\n[haproxy]\ncookie_key = s3cret\n' >lb.ini
    chmod 600 lb.ini
    "$LBGEN" -c lb.ini config >out
    lacks "$(cat out)" s3cret
    has "$(cat out)" "password is set"
    same "$("$LBGEN" -c lb.ini config stats.password)" ""
}
