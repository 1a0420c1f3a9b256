# TLS on a real HAProxy: certificates by SNI, h2, passthrough, tcp, what servers speak, renewal.
# limit: 600
setup_file() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    source "$ROOT/tests/lib/labels.bash"
    labels_setup
    mirrors servers s1=127.0.0.2:9000 s2=127.0.0.3:9000 s3=127.0.0.4:9000
    mirrors echoes -e e1=127.0.0.2:9001 e2=127.0.0.3:9001
    certificate "$W/certs/a.pem" a.test www.a.test
    certificate "$W/certs/b.pem" b.test '*.b.test'
    certificate "$W/far.pem" far.test
    far_start
}
# servers that speak TLS and h2c, by another HAProxy
far_start() {
    cat >"$W/far.cfg" <<CFG
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s
frontend https
    bind 127.0.0.8:9443 ssl crt $W/far.pem alpn h2,http/1.1
    bind 127.0.0.9:9443 ssl crt $W/certs/b.pem
    bind 127.0.0.9:9444 ssl crt $W/far.pem strict-sni
    http-request return status 200 content-type text/plain lf-string "name: far\nsni: %[ssl_fc_sni]\nhttp: %[fc_http_major]\nat: %[dst]\n"
frontend h2c
    bind 127.0.0.8:9080 proto h2
    http-request return status 200 content-type text/plain lf-string "name: far\nhttp: %[fc_http_major]\npath: %[path]\n"
CFG
    background far /usr/sbin/haproxy -f "$W/far.cfg"
    poll 20 curl -sk https://127.0.0.8:9443/
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
    rm -f "$W/certs/new.pem"
    labels_setup
}
tls() { local name=$1; shift; who -k --resolve "$name:8443:127.0.0.1" "$@" "https://$name:8443/"; }
two_certificates() {
    member s1 127.0.0.2 publish=8443 target=9000 host=a.test,www.a.test "ssl=$W/certs/a.pem"
    member s2 127.0.0.3 publish=8443 target=9000 'host=b.test,*.b.test' "ssl=$W/certs/b.pem"
}

@test "several certificates on one bind, chosen by SNI" {
    two_certificates
    pass
    same "$(subject 127.0.0.1:8443 a.test)" a.test
    same "$(subject 127.0.0.1:8443 b.test)" b.test
    same "$(subject 127.0.0.1:8443 x.b.test)" b.test
    same "$(subject 127.0.0.1:8443 nobody.test)" a.test "without a match the first"
    same "$(tls a.test) $(tls www.a.test) $(tls b.test) $(tls x.b.test)" "s1 s1 s2 s2"
    same "$(grep -c '^ *bind .*8443' "$W/etc/haproxy.cfg")" 1
}

@test "more certificates than a line of HAProxy holds" {
    no_members
    for i in $(seq 1 40); do
        certificate "$W/certs/many/$i.pem" "m$i.test"
        member "n$i" 127.0.0.2 publish=8443 target=9000 "host=m$i.test" "ssl=$W/certs/many/$i.pem"
    done
    pass
    same "$(subject 127.0.0.1:8443 m1.test) $(subject 127.0.0.1:8443 m40.test) $(subject 127.0.0.1:8443 m17.test)" "m1.test m40.test m17.test"
    same "$(subject 127.0.0.1:8443 nobody.test)" m1.test "without a match the first"
    same "$(tls m33.test)" s1
    same "$(curl -sk --http2 -o /dev/null -w '%{http_version}' --resolve m2.test:8443:127.0.0.1 https://m2.test:8443/)" 2
    # one of them renewed
    before=$(serial 127.0.0.1:8443 m5.test)
    certificate "$W/certs/many/5.pem" m5.test
    pass
    poll 20 eval '[ "$(serial 127.0.0.1:8443 m5.test)" != "'"$before"'" ]'
    # few again: nothing is left of the list
    for i in $(seq 10 40); do gone "n$i"; done
    pass
    pass
    rm -rf "$W/certs/many/"[1-4]?.pem
    same "$(subject 127.0.0.1:8443 m9.test)" m9.test
}

@test "h2 by ALPN, HTTP/1.1 for those who want it, the server told of https" {
    two_certificates
    pass
    got=$(curl -sk --http2 -w '%{http_version}' --resolve a.test:8443:127.0.0.1 https://a.test:8443/x)
    has "$got" "name: s1"
    has "$got" "header x-forwarded-proto: https"
    has "$got" "header x-forwarded-for: 127.0.0.1"
    same "${got: -1}" 2
    same "$(curl -sk --http1.1 -o /dev/null -w '%{http_version}' --resolve a.test:8443:127.0.0.1 https://a.test:8443/)" 1.1
}

@test "TLS 1.2 and 1.3, nothing older, forward secrecy only" {
    two_certificates
    pass
    try() { openssl s_client -connect 127.0.0.1:8443 -servername a.test "$@" </dev/null 2>&1; }
    has "$(try -tls1_3)" "New, TLSv1.3"
    has "$(try -tls1_2)" "New, TLSv1.2"
    lacks "$(try -tls1_1 -cipher 'ALL:@SECLEVEL=0')" "New, TLS"
    lacks "$(try -tls1_2 -cipher AES128-SHA)" "New, TLS"
}

@test "a renewed certificate under the same name is served after the next pass" {
    two_certificates
    pass
    before=$(serial 127.0.0.1:8443 a.test) cfg=$(grep -v lbgen "$W/etc/haproxy.cfg")
    pass
    same "$(serial 127.0.0.1:8443 a.test)" "$before"
    reloads=$(haproxy_reloads)
    pass
    same "$(haproxy_reloads)" "$reloads" "nothing changed, no reload"
    certificate "$W/certs/a.pem" a.test www.a.test
    pass
    same "$(haproxy_reloads)" $((reloads + 1))
    poll 20 eval '[ "$(serial 127.0.0.1:8443 a.test)" != "'"$before"'" ]'
    same "$(grep -v lbgen "$W/etc/haproxy.cfg")" "$cfg" "the text is the same"
}

@test "a certificate that is missing leaves out its service, the other is served" {
    two_certificates
    member s3 127.0.0.4 publish=8443 target=9000 host=c.test "ssl=$W/certs/new.pem"
    pass
    has "$(cat "$W/pass.log")" cert-missing
    same "$(tls a.test) $(tls b.test) $(tls c.test)" "s1 s2 404"
    certificate "$W/certs/new.pem" c.test
    pass
    same "$(tls a.test) $(tls b.test) $(tls c.test)" "s1 s2 s3"
    same "$(subject 127.0.0.1:8443 c.test)" c.test
}

@test "certificates are judged: expired, another key, no certificate at all" {
    # no --snapshot here: a server of lb.ini, so that lbgen looks at the files itself
    judge() {
        lb_ini "[labels]
cert_dirs = $W/certs
[service web]
server = s1 127.0.0.2:9000
publish = 8443
ssl = $W/certs/new.pem
[service plain]
server = s2 127.0.0.3:9000
publish = 8080
"
        lb render >"$W/out" 2>"$W/err" || { cat "$W/err"; return 1; }
        same "$(grep -c new.pem "$W/out")" "$1" "$2"
        grep -q '127.0.0.3:9000' "$W/out"
    }
    certificate "$W/certs/new.pem" c.test
    judge 1 good
    expired_certificate "$W/certs/new.pem" c.test
    judge 0 expired
    certificate "$W/certs/new.pem" c.test
    certificate "$W/certs/other.pem" d.test
    { sed '/BEGIN PRIVATE/,$d' "$W/certs/new.pem"; sed -n '/BEGIN PRIVATE/,$p' "$W/certs/other.pem"; } >"$W/certs/x" && mv "$W/certs/x" "$W/certs/new.pem"
    judge 0 "the key of another"
    echo nonsense >"$W/certs/new.pem"
    judge 0 nonsense
    rm "$W/certs/new.pem" "$W/certs/other.pem"
    judge 0 missing
}

@test "mode tcp: bytes as they are, also behind TLS" {
    no_members
    member e1 127.0.0.2 publish=8000 target=9001 mode=tcp
    member e2 127.0.0.3 publish=8444 target=9001 mode=tcp "ssl=$W/certs/a.pem"
    pass
    same "$( (echo hello; sleep 1) | socat -t 5 - TCP:127.0.0.1:8000 | tr '\n' ' ')" "e1  hello "
    same "$( (echo hello; sleep 1) | socat -t 5 - OPENSSL:127.0.0.1:8444,verify=0 | tr '\n' ' ')" "e2  hello "
    same "$(subject 127.0.0.1:8444)" a.test
}

@test "TLS passthrough: by SNI, exact, wildcard and the rest" {
    no_members
    member f1 127.0.0.8 publish=8445 target=9443 mode=tcp sni=far.test
    member f2 127.0.0.9 publish=8445 target=9443 mode=tcp 'sni=b.test,*.b.test'
    pass
    same "$(subject 127.0.0.1:8445 far.test)" far.test
    same "$(subject 127.0.0.1:8445 FAR.test)" far.test
    same "$(subject 127.0.0.1:8445 b.test)" b.test
    same "$(subject 127.0.0.1:8445 q.b.test)" b.test
    same "$(subject 127.0.0.1:8445 nobody.test)" ""
    has "$(ask -k --http1.1 --resolve far.test:8445:127.0.0.1 https://far.test:8445/)" "sni: far.test"
    member e1 127.0.0.2 publish=8445 target=9001 mode=tcp
    pass
    same "$(subject 127.0.0.1:8445 far.test)" far.test
    same "$( (echo hello; sleep 1) | socat -t 5 - TCP:127.0.0.1:8445 | tr '\n' ' ')" "e1  hello "
    for i in $(seq 1 120); do member "n$i" 127.0.0.8 publish=8445 target=9443 mode=tcp "sni=n$i.test,*.w$i.test"; done
    pass
    grep -q 'map_str(' "$W/etc/haproxy.cfg"
    same "$(subject 127.0.0.1:8445 far.test) $(subject 127.0.0.1:8445 q.b.test) $(subject 127.0.0.1:8445 n77.test) $(subject 127.0.0.1:8445 q.w3.test)" "far.test b.test far.test far.test"
    same "$( (echo hello; sleep 1) | socat -t 5 - TCP:127.0.0.1:8445 | tr '\n' ' ')" "e1  hello "
}

@test "servers that speak https and h2c" {
    no_members
    member f1 127.0.0.8 publish=8081 target=9443 scheme=https
    member f2 127.0.0.8 publish=8082 target=9080 scheme=h2c check=http
    pass
    got=$(ask -H 'Host: app.test' 127.0.0.1:8081/)
    has "$got" "sni: app.test"
    has "$got" "http: 1"
    got=$(ask 127.0.0.1:8082/x)
    has "$got" "http: 2"
    has "$got" "path: /x"
    poll 30 server_like port__8082 f2 UP
}

# checked SERVER PATTERN : what its last check came to, as HAProxy says it
# shellcheck disable=SC2053
checked() {
    local is
    is=$(haproxy_cli '@1 show stat' | awk -F, -v s="$1" '
        NR == 1 { for (i = 1; i <= NF; i++) col[$i] = i }
        # an asterisk: the next check is under way
        $2 == s { sub(/^[*] /, "", $col["check_status"]); print $col["check_status"], $col["status"]; exit }')
    [[ $is == $2 ]] || { echo "$1 is $is, not $2"; return 1; }
}

@test "a check speaks what the target speaks, and plain on a port of its own" {
    no_members
    mirrors plain m=127.0.0.8:9090
    mirrors proxied -p p=127.0.0.8:9091
    local often=(check=http check_inter=100ms check_rise=1 check_fall=1)
    member tls 127.0.0.8 publish=8081 target=9443 scheme=https "${often[@]}"
    member tlssame 127.0.0.8 publish=8082 target=9443 scheme=https "${often[@]}" check_port=9443
    member tlsplain 127.0.0.8 publish=8083 target=9443 scheme=https "${often[@]}" check_port=9090
    member tlstcp 127.0.0.8 publish=8084 target=9443 scheme=https "${often[@]}" check=tcp check_port=9443
    member tlstcpplain 127.0.0.8 publish=8085 target=9443 scheme=https "${often[@]}" check=tcp check_port=9090
    member sni 127.0.0.9 publish=8086 target=9444 scheme=https "${often[@]}" check_port=9444 check_host=far.test
    member nosni 127.0.0.9 publish=8087 target=9444 scheme=https "${often[@]}" check_port=9444
    member sniplain 127.0.0.8 publish=8088 target=9443 scheme=https "${often[@]}" check_port=9090 check_host=far.test
    member h2same 127.0.0.8 publish=8089 target=9080 scheme=h2c "${often[@]}" check_port=9080
    member h2plain 127.0.0.8 publish=8090 target=9080 scheme=h2c "${often[@]}" check_port=9090
    member h2tcp 127.0.0.8 publish=8091 target=9080 scheme=h2c "${often[@]}" check=tcp check_port=9090
    member ppsame 127.0.0.8 publish=8092 target=9091 proxy_protocol=v2 "${often[@]}" check_port=9091
    member ppplain 127.0.0.8 publish=8093 target=9091 proxy_protocol=v2 "${often[@]}" check_port=9090
    # two servers of one pool, of which one has its target on that port
    member mix1 127.0.0.8 publish=8094 target=9443 scheme=https "${often[@]}" check_port=9443
    member mix2 127.0.0.8 publish=8094 target=9090 "${often[@]}" check_port=9443
    pass
    for s in tls tlssame tlsplain sni sniplain h2same h2plain ppsame ppplain mix1; do poll 30 checked $s "L7OK UP"; done
    poll 30 checked tlstcp "L6OK UP"
    for s in tlstcpplain h2tcp; do poll 30 checked $s "L4OK UP"; done
    poll 30 checked nosni "* DOWN"
    poll 30 checked mix2 "* DOWN"
    # they ask that port, and nothing else
    reap plain
    for s in tlsplain sniplain h2plain ppplain tlstcpplain h2tcp; do poll 30 checked $s "L4CON DOWN"; done
    for s in tls tlssame sni h2same ppsame mix1; do checked $s "L7OK UP"; done
    reap proxied
}

@test "haproxy -c has not one word of warning about the whole vocabulary" {
    no_members
    for i in $(seq 1 18); do
        certificate "$W/certs/many/$i.pem" "m$i.test"
        member "n$i" 127.0.0.2 publish=8443 target=9000 "host=m$i.test,*.w$i.m$i.test" "ssl=$W/certs/many/$i.pem"
    done
    member p1 127.0.0.2 publish=8443 target=9000 host=m1.test path=/api strip_path=yes "ssl=$W/certs/many/1.pem" priority=40000
    member c1 127.0.0.2 publish=8080 target=9000 sticky=cookie sticky_ttl=1h sticky_cookie=SID check=http check_path=/health check_host=a.test check_status=200-299,404 check_inter=1s check_rise=1 check_fall=2 weight=5 maxconn=10 slowstart=10s
    member c2 127.0.0.3 publish=8080 target=9000 sticky=cookie sticky_ttl=1h sticky_cookie=SID check=http check_path=/health check_host=a.test check_status=200-299,404 check_inter=1s check_rise=1 check_fall=2 backup=yes state=maint
    member r1 127.0.0.2 publish=8081 target=9000 redirect_ssl=yes host=m1.test
    member r2 127.0.0.2 publish=8081 target=9000 redirect_ssl=yes
    member d1 127.0.0.2 publish=8082 target=9000 state=drain balance=source check=no
    member d2 ::1 publish=8082 target=9000 balance=source check=no
    member h1 127.0.0.8 publish=8083 target=9443 scheme=https check=http check_port=9444 path=/s
    member h2 127.0.0.8 publish=8083 target=9080 scheme=h2c check=http path=/c timeout_connect=3s timeout_server=5s timeout_client=5s timeout_tunnel=5h
    member h3 127.0.0.8 publish=8083 target=9080 proxy_protocol=v1 balance=uri path=/v1
    member h4 127.0.0.8 publish=8083 target=9080 proxy_protocol=v2 'balance=hdr(x)' path=/v2
    member h5 127.0.0.8 publish=8083 target=9080 'balance=url_param(x)' path=/u
    member t1 127.0.0.2 publish=8084 target=9001 mode=tcp timeout_server=5s check=http sticky=source
    member t2 127.0.0.2 publish=8085 target=9001 mode=tcp "ssl=$W/certs/many/2.pem" proxy_protocol=v2
    member t3 127.0.0.8 publish=8086 target=9443 mode=tcp 'sni=far.test,*.far.test' sticky=none
    member t4 127.0.0.8 publish=8086 target=9443 mode=tcp
    member b1 127.0.0.2 publish=8087 target=9000 dst_addr=::1 backend=http
    member b2 127.0.0.2 publish=8087 target=9000 dst_addr=:: backend=tcp
    member b3 127.0.0.2 publish=8087 target=9000 backend=stats
    member b4 127.0.0.2 publish=8088 target=9000 backend=port__8087
    lb_ini "[labels]
cert_dirs = $W/certs
[peers]
port = 10240
[stats]
port = 8404
password = geheim
"
    pass
    lacks "$(cat "$W/pass.log")" "left out"
    same "$(haproxy -c -f "$W/etc/haproxy.cfg" 2>&1 | grep -E 'WARNING|ALERT')" ""
}
