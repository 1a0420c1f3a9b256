#!/usr/bin/env bats
# limit: 300
# Targets found by DNS: what a nameserver may answer, and what it should not.

load_all() {
    . "${BATS_TEST_DIRNAME}/../lib/common.bash"
    . "${BATS_TEST_DIRNAME}/../lib/fake.bash"
}

setup_file() { load_all; nameserver; }
teardown_file() { load_all; reap dnsd; }

setup() { load_all; }

# ini LINE... : a service with these lines, asked of the test's nameserver
ini() {
    lb_ini "[dns]
resolver = ${RESOLVER:-127.0.0.1:5353}
timeout = ${TIMEOUT:-3s}
[service web]
publish = 80
$(printf '%s\n' "$@")"
}

found() { members '"\(.address):\(.port)"'; }

@test "A records, sorted, without twins" {
    zone 'tasks.web A 10.0.0.2' 'tasks.web A 10.0.0.1' 'tasks.web A 10.0.0.2' 'other A 10.9.9.9'
    ini 'target = tasks.web:80'
    snap
    same "$(found)" '["10.0.0.1:80","10.0.0.2:80"]'
    same "$(members '[.kind, .service, .name, .labels["lb.publish"], .weight]' | jq -c '.[0]')" '["dns","web","10.0.0.1:80","80",-1]'
}

@test "A and AAAA of a name: one family, IPv4 unless told otherwise" {
    zone 'tasks.web A 10.0.0.2' 'tasks.web AAAA fd00::2' 'six AAAA fd00::1'
    ini 'target = tasks.web:80' 'target = six:80'
    snap
    same "$(found)" '["10.0.0.2:80","fd00::1:80"]'
    sed -i '1i [labels]\nprefer_ipv6 = yes' "$W/lb.ini"
    snap
    same "$(found)" '["fd00::1:80","fd00::2:80"]'
}

@test "SRV: port and weight; a higher priority number is a backup; '.' is none" {
    zone '_http._tcp.web SRV 10 65535 8080 h1' '_http._tcp.web SRV 10 0 8081 h2' '_http._tcp.web SRV 20 1 8082 h1' \
        'h1 A 10.1.0.1' 'h2 A 10.1.0.2' '_no._tcp.web SRV 0 0 0 .'
    ini 'target = _http._tcp.web' 'target = _no._tcp.web'
    snap
    same "$(members '[.address, .port, .weight, .labels["lb.backup"]]')" \
        '[["10.1.0.1",8080,256,null],["10.1.0.1",8082,1,"yes"],["10.1.0.2",8081,1,null],["",0,-1,null]]'
}

@test "CNAMEs are followed" {
    zone 'www CNAME mid' 'mid CNAME end' 'end A 10.2.0.1' 'end AAAA fd00::9'
    ini 'target = www:80'
    snap
    same "$(found)" '["10.2.0.1:80"]'
}

@test "40 addresses whole, by EDNS; 1,000 whole, by TCP" {
    zone 'forty MANY 40'
    ini 'target = forty:80'
    : >"$W/dnsd.log"
    snap
    same "$(jq '.members | length' "$W/snap.json")" 40
    lacks "$(cat "$W/dnsd.log")" tcp
    zone 'big MANY 1000'
    ini 'target = big:80'
    snap
    same "$(jq '.members | length' "$W/snap.json")" 1000
    has "$(cat "$W/dnsd.log")" 'tcp A big'
}

@test "a nameserver that does not know EDNS" {
    zone 'old FAULT oldserver' 'old A 10.3.3.3'
    ini 'target = old:80'
    snap
    same "$(found)" '["10.3.3.3:80"]'
    # nor with the questions that are on their way when it says so
    zone 'old FAULT oldserver' 'old A 10.3.3.3' 'old2 FAULT oldserver' 'old2 A 10.3.3.4' 'old6 FAULT oldserver' \
        'old6 AAAA fd00::7' 'sf FAULT servfail' '_old._tcp.w FAULT oldserver' '_old._tcp.w SRV 1 1 8080 old2'
    ini 'target = old:80' 'target = old2:80' 'target = old6:80' 'target = _old._tcp.w'
    snap
    same "$(found)" '["10.3.3.3:80","10.3.3.4:80","10.3.3.4:8080","fd00::7:80"]'
    ini 'target = old:80' 'target = sf:80'
    outage 'DNS: sf (A): the nameserver failed (SERVFAIL)'
}

@test "300 names are not too many at once" {
    for i in $(seq 300); do echo "s$i A 10.5.$((i / 256)).$((i % 256))"; done >"$W/zone"
    : >"$W/dnsd.log"
    ini $(seq -f 'target=s%g:80' 300)
    snap
    same "$(jq '.members | length' "$W/snap.json")" 300
    for i in $(seq 300); do echo "_m._tcp.web SRV 1 1 $((1000 + i)) s$i"; done >>"$W/zone"
    ini 'target = _m._tcp.web'
    snap
    same "$(jq '.members | length' "$W/snap.json")" 300
}

@test "a nameserver that answers nothing is not asked everything" {
    for i in $(seq 300); do echo "s$i FAULT silent"; done >"$W/zone"
    : >"$W/dnsd.log"
    ini $(seq -f 'target=s%g:80' 300)
    outage 'DNS: s1 (A): no answer in time ([dns] timeout)'
    n=$(grep -ao 'udp .*' "$W/dnsd.log" | sort -u | wc -l)
    [ "$n" -le 64 ] || { echo "$n questions"; return 1; }
}

# times PATTERN : how often that was asked
times() { grep -ac "$1" "$W/dnsd.log"; }

@test "an IPv6 address that nobody needs is not waited for" {
    zone 'web FAULT silent6' 'web A 10.0.0.9'
    : >"$W/dnsd.log"
    TIMEOUT=30s ini 'target = web:80'
    snap
    same "$(found)" '["10.0.0.9:80"]'
    same "$(times AAAA)" 1 "questions" # a second would have come after 10 s
    # but without an IPv4 address it is needed
    zone 'web FAULT silent6'
    ini 'target = web:80'
    outage 'DNS: web (AAAA): no answer in time'
    sed -i '1i [labels]\nprefer_ipv6 = yes' "$W/lb.ini"
    zone 'web FAULT silent6' 'web A 10.0.0.9'
    outage 'DNS: web (AAAA): no answer in time'
}

@test "the time of a question is for all its tries and all nameservers" {
    printf 'nameserver 127.0.0.1\nnameserver 127.0.0.2\n' >"$W/resolv"
    ip addr add 127.0.0.2/8 dev lo 2>/dev/null
    mount --bind "$W/resolv" /etc/resolv.conf || skip "no mount here"
    background dnsd1 "$TOOLS/dnsd" 127.0.0.1:53 "$W/zone1"
    background dnsd2 "$TOOLS/dnsd" 127.0.0.2:53 "$W/zone2"
    echo 'web FAULT silent' | tee "$W/zone1" >"$W/zone2"
    ini 'target = web:80'
    sed -i '/^resolver/d' "$W/lb.ini"
    poll 20 grep -q '0200007F:0035 ' /proc/net/udp
    outage 'DNS: web (A): no answer in time ([dns] timeout); asked the nameservers of /etc/resolv.conf'
    # two passes; a fourth try would begin a second too late
    n=$(cat "$W/dnsd1.log" "$W/dnsd2.log" | grep -c ' A web')
    [ "$n" -le 6 ] || { echo "$n questions"; return 1; }
    echo 'web A 10.0.0.5' >"$W/zone2"
    snap
    same "$(found)" '["10.0.0.5:80"]'
    umount /etc/resolv.conf
    reap dnsd1
    reap dnsd2
}

@test "NXDOMAIN and no record of the type are empty answers" {
    zone 'text SRV 1 1 1 x'
    ini 'target = none:80' 'target = text:80' 'target = _x._tcp.none'
    snap
    # each is told as a server without address, or nobody would see a misspelled name
    same "$(members '[.kind, .name, .address]')" '[["dns","_x._tcp.none",""],["dns","none:80",""],["dns","text:80",""]]'
    lb show >"$W/shown"
    has "$(cat "$W/shown")" '_x._tcp.none  no-ip  DNS knows no address of this name, which is asked as it is written ([service web])'
    zone 'none A 10.0.0.1' 'text A 10.0.0.2' '_x._tcp.none SRV 1 1 81 none'
    snap
    same "$(found)" '["10.0.0.1:80","10.0.0.1:81","10.0.0.2:80"]'
}

@test "an address that no server can have is left out" {
    zone 'zero A 0.0.0.0' 'zero A 10.0.0.1' 'six AAAA ::' 'many A 224.0.0.1' 'many A 255.255.255.255'
    ini 'target = zero:80' 'target = six:80' 'target = many:80'
    lb render >"$W/text"
    same "$(sed -n 's/^    server \([^ ]* [^ ]*\).*/\1/p' "$W/text")" '10.0.0.1:80 10.0.0.1:80'
    lb show >"$W/shown"
    has "$(cat "$W/shown")" '"0.0.0.0" is no address of a server'
    has "$(cat "$W/shown")" '"::" is no address of a server'
}

@test "SERVFAIL, REFUSED, silence, garbage, noise, a circle, too many: the file stays" {
    zone 'sf FAULT servfail' 'rf FAULT refused' 'q FAULT silent' 'g FAULT garbage' 'n FAULT noise' \
        'loop CNAME loop2' 'loop2 CNAME loop' 'self CNAME self' 'many MANY 1001' 'good A 10.0.0.1' 'half FAULT aaaa' 'half A 10.0.0.9'
    ini 'target = good:80' 'target = sf:80'
    outage 'DNS: sf (A): the nameserver failed (SERVFAIL); asked [dns] resolver 127.0.0.1:5353'
    ini 'target = rf:80'
    outage 'refused the question'
    ini 'target = q:80'
    outage 'DNS: q (A): no answer in time ([dns] timeout)'
    ini 'target = g:80'
    outage 'DNS: g (A): the answer is garbage'
    ini 'target = n:80'
    outage 'DNS: n (A): no answer in time'
    ini 'target = loop:80'
    outage 'DNS: loop (A): its CNAMEs lead in a circle'
    ini 'target = self:80'
    outage 'DNS: self (A): its CNAMEs lead in a circle'
    ini 'target = many:80'
    outage 'DNS: many has more than 1000' '[dns] max_addresses'
    ini 'target = half:80'
    snap
    same "$(found)" '["10.0.0.9:80"]'
}

@test "no nameserver; a resolver that is none" {
    RESOLVER=127.0.0.1:1 ini 'target = good:80'
    outage 'DNS: good (A): no nameserver there' '127.0.0.1:1'
}

@test "a truncated answer without TCP is no answer" {
    reap dnsd
    nameserver -u
    zone 'big MANY 500' 'forty MANY 40'
    ini 'target = forty:80'
    snap
    same "$(jq '.members | length' "$W/snap.json")" 40
    ini 'target = big:80'
    outage 'DNS: big (A): no nameserver there (or none by TCP'
    reap dnsd
    nameserver
}

@test "a truncated answer by TCP is no answer, with or without records in it" {
    zone 'web FAULT cut' 'web A 10.0.0.1' 'web A 10.0.0.2' 'none FAULT cut'
    ini 'target = web:80'
    outage 'DNS: web (A): the answer is truncated, even by TCP'
    ini 'target = none:80'
    outage 'DNS: none (A): the answer is truncated, even by TCP'
}

@test "records of another name do not mean that there are none; an alias of nothing does" {
    zone 'web FAULT stranger' 'web A 10.0.0.1' 'alias CNAME nothing'
    ini 'target = web:80'
    outage 'DNS: web (A): the answer is garbage'
    ini 'target = alias:80'
    snap
    same "$(found)" '[":80"]'
}

@test "SRV twins with two weights: the heavier, in any order" {
    zone 'h1 A 10.1.0.1' '_a._tcp.web SRV 1 5 80 h1' '_a._tcp.web SRV 1 200 80 h1' '_a._tcp.web SRV 1 7 81 h1'
    ini 'target = _a._tcp.web'
    snap
    same "$(members '[.port, .weight]')" '[[80,200],[81,7]]'
    zone 'h1 A 10.1.0.1' '_a._tcp.web SRV 1 7 81 h1' '_a._tcp.web SRV 1 200 80 h1' '_a._tcp.web SRV 1 5 80 h1'
    snap
    same "$(members '[.port, .weight]')" '[[80,200],[81,7]]'
}

@test "an SRV record without a port makes no backups of the others" {
    zone 'h1 A 10.1.0.1' '_a._tcp.web SRV 1 5 0 h1' '_a._tcp.web SRV 2 5 80 h1' '_a._tcp.web SRV 3 5 81 h1'
    ini 'target = _a._tcp.web'
    snap
    same "$(members '[.port, .labels["lb.backup"]]')" '[[80,null],[81,"yes"]]'
}

@test "a target that dies in the second round of SRV" {
    zone '_http._tcp.web SRV 10 1 8080 h1' 'h1 FAULT servfail'
    ini 'target = _http._tcp.web'
    outage 'DNS: h1 (A): the nameserver failed'
}

@test "static servers need no nameserver; one by name has its lowest address" {
    RESOLVER=127.0.0.1:1 ini 'server = one 10.0.0.7:8080' 'server = six [fd00::7]:8080'
    snap
    same "$(members '[.kind, .name, .address, .port]')" '[["static","one","10.0.0.7",8080],["static","six","fd00::7",8080]]'
    zone 'box A 10.0.0.9' 'box A 10.0.0.8'
    ini 'server = one box:80' 'server = two gone:80'
    snap
    same "$(members '[.name, .address]')" '[["one","10.0.0.8"],["two",""]]'
}

@test "other balancers: by name and port, without this one" {
    zone 'tasks.lb A 10.0.0.9' 'tasks.lb A 10.0.0.8' 'tasks.lb A 127.0.0.1' 'tasks.lb AAAA fd00::1'
    ini 'server = one 10.0.0.7:8080' '[peers]' 'target = tasks.lb:10000'
    snap
    same "$(jq -c '[.peers, .self]' "$W/snap.json")" '[["10.0.0.8:10000","10.0.0.9:10000"],"127.0.0.1"]'
}

# localpeer : the name under which this balancer is in the configuration
localpeer() { sed -n 's/^ *localpeer //p' "$W/etc/haproxy.cfg"; }
peers() { sed -n '/^peers/,/^$/s/^ *peer //p' "$W/etc/haproxy.cfg"; }

@test "a balancer that DNS does not name yet is known by its neighbours' network, or by /etc/hosts" {
    ip link add lbt0 type veth peer name lbt1 && ip addr add 10.0.6.250/24 dev lbt0 && ip link set lbt0 up || skip "no veth here"
    ini 'server = one 10.0.0.7:8080' '[peers]' 'target = tasks.lb:10000'
    zone 'tasks.lb A 10.0.6.9'
    snap
    same "$(jq -c '[.peers, .self]' "$W/snap.json")" '[["10.0.6.9:10000"],"10.0.6.250"]'
    zone 'other A 10.0.6.9'
    snap
    same "$(jq -c '[.peers, .self]' "$W/snap.json")" '[[],""]'
    printf '127.0.0.1 localhost %s\n10.9.9.9 %s # not here\n10.0.6.250 x %s\n' "$(hostname)" "$(hostname)" "$(hostname)" >"$W/hosts"
    mount --bind "$W/hosts" /etc/hosts || skip "no mount here"
    snap
    umount /etc/hosts
    ip link del lbt0
    same "$(jq -c '[.peers, .self]' "$W/snap.json")" '[[],"10.0.6.250"]'
}

@test "a nameserver that fails for the balancers stops nothing: those of before stay" {
    ini 'server = one 10.0.0.7:8080' '[peers]' 'target = tasks.lb:10000'
    zone 'tasks.lb A 127.0.0.1' 'tasks.lb A 10.0.0.9'
    run lb run
    same "$(localpeer): $(peers | xargs)" 'lb_127.0.0.1: lb_127.0.0.1 127.0.0.1:10000 lb_10.0.0.9 10.0.0.9:10000'
    zone 'tasks.lb FAULT servfail'
    ini 'server = one 10.0.0.7:8080' 'server = two 10.0.0.8:8080' '[peers]' 'target = tasks.lb:10000'
    run lb run
    same "$(echo "$output" | grep -c 'the other balancers stay as they were: DNS: tasks.lb (A): the nameserver failed')" 1 "$output"
    has "$(cat "$W/etc/haproxy.cfg")" 'server two 10.0.0.8:8080'
    same "$(peers | xargs)" 'lb_127.0.0.1 127.0.0.1:10000 lb_10.0.0.9 10.0.0.9:10000'
    # told once
    run lb run
    lacks "$output" 'the other balancers'
    # nor does it hold a pass up, however long a question for a server may take
    zone 'tasks.lb FAULT silent'
    : >"$W/dnsd.log"
    TIMEOUT=10s ini 'server = one 10.0.0.7:8080' '[peers]' 'target = tasks.lb:10000'
    run lb run
    same "$(times ' A tasks.lb')" 1 "questions" # a second would have come after 3 s
    same "$(peers | xargs)" 'lb_127.0.0.1 127.0.0.1:10000 lb_10.0.0.9 10.0.0.9:10000'
    # and none known, none invented
    rm -r "$W/state"
    ini 'server = one 10.0.0.7:8080' '[peers]' 'target = tasks.lb:10000'
    run lb run
    same "$(localpeer): $(peers | xargs)" 'lbgen: lbgen *:10000'
}

@test "a name with its final dot is the same name" {
    zone 'web.example A 10.0.0.2' '_http._tcp.web SRV 1 1 8080 web.example'
    ini 'target = web.example.:80' 'target = _http._tcp.web.' 'server = one web.example.:81'
    snap
    same "$(found)" '["10.0.0.2:80","10.0.0.2:8080","10.0.0.2:81"]'
    ini 'target = web.example..:80'
    run lb snapshot
    same $status 78
}

@test "one question for a name, however often it is written" {
    zone 'tasks.web A 10.0.0.2'
    ini 'target = tasks.web:80' 'target = tasks.web:81' 'target = TASKS.web:80'
    : >"$W/dnsd.log"
    snap
    same "$(found)" '["10.0.0.2:80","10.0.0.2:81"]'
    same "$(grep -c ' A ' "$W/dnsd.log")" 1
}
