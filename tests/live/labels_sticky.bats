# Who keeps whom, and how much: stickiness, weights, backups, states, limits, on a real HAProxy.
# limit: 600
setup_file() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    source "$ROOT/tests/lib/labels.bash"
    labels_setup
    mirrors servers s1=127.0.0.2:9000 s2=127.0.0.3:9000 s3=127.0.0.4:9000 s4=127.0.0.5:9000
}
teardown_file() {
    source "$ROOT/tests/lib/common.bash"
    source "$ROOT/tests/lib/labels.bash"
    labels_setup
    labels_teardown
}
setup() {
    source "$ROOT/tests/lib/common.bash"
    source "$ROOT/tests/lib/labels.bash"
    labels_setup
    no_members
}
server() { local n=$1; shift; member "s$n" "127.0.0.$((n + 1))" publish=8080 target=9000 "$@"; }
url=http://127.0.0.1:8080/

@test "without stickiness requests go round" {
    server 1 sticky=none balance=roundrobin
    server 2 sticky=none balance=roundrobin
    server 3 sticky=none balance=roundrobin
    pass
    everyone_is "s1 s2 s3" 9 $url
}

@test "each way to balance is taken by HAProxy" {
    for b in roundrobin static-rr leastconn first source uri random 'random(2)' 'hdr(x-user)' 'url_param(id)'; do
        server 1 sticky=none "balance=$b"
        server 2 sticky=none "balance=$b"
        pass
        grep -qF "balance ${b/url_param(id)/url_param id}" "$W/etc/haproxy.cfg"
        same "$(who $url | cut -c1)" s "$b"
    done
    # the last one hashes: the same id finds the same server
    same "$(everyone 6 "$url?id=7" | wc -w)" 1
}

@test "cookies keep a client on its server, over reloads and changes" {
    server 1 sticky=cookie balance=roundrobin
    server 2 sticky=cookie balance=roundrobin
    pass
    first=$(who -c "$W/jar" $url)
    grep -q SRVID "$W/jar"
    has "$(cat "$W/jar")" "#HttpOnly_"
    everyone_is "$first" 6 -b "$W/jar" $url
    same "$(everyone 6 $url)" "s1 s2" "without the cookie both"
    server 3 sticky=cookie balance=roundrobin
    pass
    everyone_is "$first" 6 -b "$W/jar" $url
    # the value depends on key, address and port alone: another balancer gives the same
    cookie=$(awk '/SRVID/ { print $NF }' "$W/jar")
    no_members
    server "${first#s}" sticky=cookie
    pass
    same "$(curl -s -o /dev/null -D - $url | sed -n 's/^set-cookie: SRVID=\([^;]*\).*/\1/Ip' | tr -d '\r')" "$cookie"
}

@test "sticky_ttl: an idle cookie is forgotten" {
    server 1 sticky=cookie sticky_ttl=2s balance=roundrobin
    server 2 sticky=cookie sticky_ttl=2s balance=roundrobin
    pass
    first=$(who -c "$W/jar" $url)
    everyone_is "$first" 4 -b "$W/jar" $url
    # later the same cookie counts for nothing
    poll 60 eval '[ "$(everyone 4 -b "$W/jar" '$url' | wc -w)" = 2 ]'
}

@test "the cookie's name is chosen by a label" {
    server 1 sticky=cookie sticky_cookie=MYAPP
    pass
    has "$(curl -s -o /dev/null -D - $url)" "MYAPP="
}

@test "a source stays with its server, over reloads" {
    server 1 sticky=source balance=roundrobin
    server 2 sticky=source balance=roundrobin
    pass
    declare -A had
    for i in $(seq 20 39); do had[$i]=$(who --interface "127.0.1.$i" $url); done
    same "$(printf '%s\n' "${had[@]}" | sort -u | xargs)" "s1 s2"
    # before 3.0 a worker can teach the next one only some seconds after a cold start
    poll 60 eval 'haproxy_cli "@1 show peers" | grep -q PAST'
    for n in 3 4; do
        server $n sticky=source balance=roundrobin
        pass
        for i in "${!had[@]}"; do who_is "${had[$i]}" --interface "127.0.1.$i" $url; done
    done
}

@test "placed by source too, a client that nobody remembers finds the same server" {
    for n in 1 2 3; do server $n sticky=source balance=source; done
    pass
    declare -A had
    # addresses that no other test has used: HAProxy is the same, and remembers
    for i in $(seq 120 139); do had[$i]=$(who --interface "127.0.1.$i" $url); done
    [ "$(printf '%s\n' "${had[@]}" | sort -u | wc -l)" -gt 1 ]
    haproxy_cli '@1 clear table port__8080_backends' >/dev/null
    for i in "${!had[@]}"; do who_is "${had[$i]}" --interface "127.0.1.$i" $url; done
}

@test "weight 0 and drain get no new client, those with a cookie stay" {
    server 1 sticky=cookie
    server 2 sticky=cookie
    pass
    c1='' c2=''
    for _ in $(seq 20); do
        s=$(who -c "$W/jar" $url)
        cp "$W/jar" "$W/jar.$s"
    done
    server 1 sticky=cookie state=drain
    pass
    everyone_is s2 6 $url
    everyone_is s1 3 -b "$W/jar.s1" $url
    server 1 sticky=cookie weight=0
    pass
    everyone_is s2 6 $url
    everyone_is s1 3 -b "$W/jar.s1" $url
}

@test "maint takes a server out, and ready back" {
    server 1 sticky=none state=maint
    server 2 sticky=none
    pass
    everyone_is s2 6 $url
    server_like port__8080 s1 MAINT
    server 1 sticky=none balance=roundrobin
    server 2 sticky=none balance=roundrobin
    pass
    poll 20 everyone_is "s1 s2" 8 $url
}

@test "weights share the requests" {
    server 1 sticky=none balance=roundrobin weight=30
    server 2 sticky=none balance=roundrobin weight=10
    pass
    n=$(for _ in $(seq 40); do who $url; done | grep -c s1)
    same "$n" 30
}

@test "backups serve when all others are away, all of them" {
    # check_inter is short: the test waits for it
    server 1 sticky=none balance=roundrobin check_port=9010 check_inter=100ms check_fall=1 check_rise=1
    server 2 sticky=none balance=roundrobin check_port=9010 check_inter=100ms check_fall=1 check_rise=1 backup=yes
    server 3 sticky=none balance=roundrobin check_port=9010 check_inter=100ms check_fall=1 check_rise=1 backup=yes
    mirrors ports p2=127.0.0.3:9010 p3=127.0.0.4:9010
    mirrors port1 p1=127.0.0.2:9010
    pass
    poll 20 everyone_is s1 6 $url
    reap port1
    poll 20 everyone_is "s2 s3" 6 $url
    mirrors port1 p1=127.0.0.2:9010
    poll 20 everyone_is s1 6 $url
    reap port1
    reap ports
}

@test "maxconn: a server gets no more at a time, the others wait for their turn" {
    server 4 sticky=none maxconn=2
    pass
    for i in $(seq 8); do curl -s --max-time 30 "$url/slow?ms=300" >"$W/slow.$i" & done
    wait $(jobs -p)
    same "$(cat "$W"/slow.* | grep -c '^name: s4')" 8
    most=$(cat "$W"/slow.* | sed -n 's/^most: //p' | sort -n | tail -1)
    [ "$most" -le 2 ] || { echo "$most at a time"; false; }
}

@test "slowstart and the other words of a server line are taken" {
    server 1 slowstart=10s maxconn=100 weight=256
    server 2 backup=on
    pass
    has "$(cat "$W/etc/haproxy.cfg")" "slowstart 10s"
    who_is s1 $url
}
