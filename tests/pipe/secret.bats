# Passwords: HAProxy gets them, and nothing that is printed for people shows them.
# limit: 60
setup() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    mkdir -p "$W/etc" "$W/state"
    cd "$W"
    echo '{"lbgen": 1, "members": []}' >s.json
    ini "s3cret w'or\"d" key-s3cret
}
teardown() { rm -rf "$W"; }

ini() { # PASSWORD COOKIE-KEY
    cat >lb.ini <<INI
[haproxy]
file = $W/etc/haproxy.cfg
master_socket = $W/master.sock
stats_socket = $W/admin.sock
cookie_key = $2
[stats]
port = 8404
password = $1
[service web]
server = web1 127.0.0.2:80
publish = 8080
sticky = cookie
[apply]
state_dir = $W/state
INI
    chmod 600 lb.ini
}
l() { "$LBGEN" -c lb.ini "$@"; }
# no part of it, quoted or not
shows_none() { ! grep -nE "s3cret|or.{0,4}d'" "$1"; }

@test "what runs needs the password and has it" {
    l render >text
    grep -q "insecure-password 's3cret w'" text
    haproxy -c -q -f text
}

@test "no other command shows it, whatever the level of the log" {
    for cmd in check config model diff show "show --json" "show web" snapshot run "show --last" "show --last --json"; do
        # shellcheck disable=SC2086  # words
        rc=0
        l -v $cmd >out 2>&1 || rc=$?
        [[ $rc =~ ^(0|1|69)$ ]] || { cat out; return 1; }
        shows_none out || { echo "$cmd shows it"; return 1; }
    done
    shows_none state/status.json
}

@test "the model can be replayed: here it is the same text, elsewhere one with (hidden)" {
    l render >text
    l model >model.json
    same "$(jq -r '.Global | .StatsPassword, .StatsAuth, .CookieKey' model.json | xargs)" "(hidden) admin:(hidden) (hidden)"
    # but for the marker, which is no part of the template's text
    l render -d model.json >again
    cmp <(head -c "$(stat -c %s again)" text) again
    same "$(tail -n +"$(($(wc -l <again) + 1))" text | grep -v '^#' | xargs)" "global set-var proc.lbgen str($(sed -n 's/.*proc.lbgen str(\(.*\))/\1/p' text))"
    "$LBGEN" -c /dev/null render -d model.json >elsewhere
    haproxy -c -q -f elsewhere
    same "$(diff again elsewhere | grep -c '^>')" 2 "lines that differ"
    grep -q 'insecure-password (hidden)' elsewhere
    # data of one's own is left alone
    jq '.Global.StatsPassword = "mine"' model.json >mine.json
    l render -d mine.json | grep -q 'insecure-password mine'
    echo '[1]' | l render -d - -t <(echo '{{len .}}') | grep -qx 1
}

@test "diff hides it, and tells that it changed" {
    l run || [ $? = 69 ]
    sed -i 's/8080/8081/' lb.ini
    l diff >out || [ $? = 1 ]
    lacks "$(cat out)" "(changed)"
    ini other-s3cret key-s3cret
    l diff >out || [ $? = 1 ]
    shows_none out
    has "$(cat out)" "-    user admin insecure-password (hidden)
+    user admin insecure-password (hidden) (changed)"
    # in the words of other templates as well
    printf 'global\n    maxconn 10\ndefaults\n    mode http\n    timeout connect 1s\n    timeout client 1s\n    timeout server 1s\nlisten s\n    bind 127.0.0.1:8404\n    stats enable\n    stats auth {{.Global.StatsAuth}}\n' >t.tmpl
    ini "s3cret w'or\"d" x
    l diff -t t.tmpl >out || [ $? = 1 ]
    shows_none out
    has "$(cat out)" "+    stats auth admin:(hidden)"
    printf 'userlist u\n  user  "a b"   password  $5$s3cret\n user x insecure-password s3cret groups g\n# user\n user x\n\tdynamic-cookie-key\t"k s3cret"' >etc/haproxy.cfg
    l diff >out || [ $? = 1 ]
    shows_none out
    has "$(cat out)" "- user x insecure-password (hidden) groups g"
}

@test "a file that HAProxy reads is not for everybody; an operator's mode is kept, with a word" {
    l run 2>err || [ $? = 69 ]
    same "$(stat -c %a etc/haproxy.cfg)" 640
    lacks "$(cat err)" "everybody"
    chmod 644 etc/haproxy.cfg
    ini other key
    l run 2>err || [ $? = 69 ]
    has "$(cat err)" "chmod o-r $W/etc/haproxy.cfg"
    same "$(stat -c %a etc/haproxy.cfg)" 644
    chmod o-r etc/haproxy.cfg
    ini third key
    l run 2>err || [ $? = 69 ]
    lacks "$(cat err)" "everybody"
    same "$(stat -c %a etc/haproxy.cfg) $(stat -c %a etc/haproxy.cfg.prev)" "640 640"
}
