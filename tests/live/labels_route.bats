# Where a request goes: host, path, priority, strip_path, redirect_ssl, on a real HAProxy.
# limit: 600
setup_file() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    source "$ROOT/tests/lib/labels.bash"
    labels_setup
    specs=()
    for i in $(seq 1 12); do specs+=("s$i=127.0.0.$((i + 1)):9000"); done
    mirrors servers "${specs[@]}"
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
}
# routed N LABELS... : server sN on port 8080, target 9000, in a pool of its own by route
routed() { local n=$1; shift; member "s$n" "127.0.0.$((n + 1))" publish=8080 target=9000 sticky=none "$@"; }

# the questions and who answers them, with one service for each kind of route
everywhere() {
    at_is s1 a.test 8080 /
    at_is s1 A.Test 8080 /x
    at_is s1 a.test:8080 8080 /
    at_is s1 a.test. 8080 /
    at_is s2 a.test 8080 /api
    at_is s2 a.test 8080 /api/
    at_is s2 a.test 8080 '/api?x=/api/v2'
    at_is s1 a.test 8080 /apix
    at_is s1 a.test 8080 /API
    at_is s3 a.test 8080 /api/v2/things
    at_is s2 a.test 8080 /api/v22
    at_is s4 x.a.test 8080 /
    at_is s4 x.y.a.test 8080 /api
    at_is s5 z.b.a.test 8080 /
    at_is s5 z.b.a.test 8080 /api
    at_is s4 b.a.test 8080 /
    at_is s6 other.test 8080 /any/thing
    at_is s6 xa.test 8080 /any
    at_is s1 a.test 8080 /any
    at_is s8 two.test 8080 /
    at_is s8 three.test 8080 /
}
world_of_routes() {
    routed 1 host=a.test
    routed 2 host=a.test path=/api
    routed 3 host=a.test path=/api/v2
    routed 4 'host=*.a.test'
    routed 5 'host=*.b.a.test'
    routed 6 path=/any
    routed 8 host=two.test,Three.test
}

@test "exact hosts before wildcards before any, longer paths first, whole segments" {
    world_of_routes
    pass
    everywhere
    at_is 404 nobody.test 8080 /
    at_is 404 test 8080 /
}

@test "what has neither host nor path takes the rest" {
    world_of_routes
    routed 7
    pass
    everywhere
    at_is s7 nobody.test 8080 /
    at_is s7 nobody.test 8080 /anyway
    same "$(curl -s -0 -H 'Host:' http://127.0.0.1:8080/ | sed -n 's/^name: //p')" s7
}

@test "with very many hosts, by maps, the same" {
    world_of_routes
    routed 7
    for i in $(seq 1 150); do
        member "s10-$i" 127.0.0.11 publish=8080 target=9000 sticky=none "host=h$i.many.test,*.w$i.many.test"
    done
    pass
    grep -q 'map_beg(' "$W/etc/haproxy.cfg"
    everywhere
    at_is s7 nobody.test 8080 /
    at_is s10 h1.many.test 8080 /x
    at_is s10 h150.many.test 8080 /
    at_is s10 q.w77.many.test 8080 /
    at_is s7 w77.many.test 8080 /
    gone s7
    pass
    at_is 404 nobody.test 8080 /
    everywhere
    # the next start needs them: a file that was removed is there again, though nothing changed
    local map
    map=$(sed -n 's/.*map_beg(\([^)]*\)).*/\1/p' "$W/etc/haproxy.cfg" | head -n 1)
    rm "$map"
    pass
    has "$(cat "$W/pass.log")" unchanged
    [ -s "$map" ]
}

@test "a given priority goes before what is longer" {
    no_members
    routed 1 host=a.test path=/api/v2
    routed 2 path=/api priority=65000
    routed 3 host=a.test
    routed 4 'host=*.test' priority=1
    routed 5 path=/all
    pass
    at_is s2 a.test 8080 /api/v2
    at_is s2 b.test 8080 /api
    at_is s3 a.test 8080 /all
    at_is s5 b.test 8080 /all
    at_is s4 b.test 8080 /x
    at_is s4 b.test 8080 /allx
    # between computed ones: above this exact host alone, below its longer path
    routed 4 'host=*.test' priority=30003
    pass
    at_is s4 a.test 8080 /all
    at_is s2 a.test 8080 /api/v2
    gone s2
    pass
    at_is s1 a.test 8080 /api/v2
    at_is s4 a.test 8080 /api
}

@test "a given priority lifts what takes everything over hosts" {
    no_members
    routed 1 host=a.test
    routed 2 priority=65000
    pass
    at_is s2 a.test 8080 /
    routed 2 priority=0
    pass
    at_is s1 a.test 8080 /
    at_is s2 b.test 8080 /
}

@test "with very many hosts priorities hold, and a shorter path of higher priority wins" {
    no_members
    for i in $(seq 1 20); do
        member "s10-$i" 127.0.0.11 publish=8080 target=9000 "host=h$i.test" "priority=$((40000 + i))"
    done
    routed 1 host=a.test priority=50000
    routed 2 host=a.test path=/api priority=39000
    routed 3 host=b.test priority=39000
    routed 4 host=b.test path=/api priority=50000
    for i in 5 6 7 8; do routed $i "host=c$i.test" priority=39000; done
    pass
    grep -q 'map_beg(' "$W/etc/haproxy.cfg"
    at_is s1 a.test 8080 /api
    at_is s4 b.test 8080 /api/x
    at_is s3 b.test 8080 /x
    at_is s10 h7.test 8080 /x
    at_is s8 c8.test 8080 /x
}

@test "strip_path takes the prefix off and tells it" {
    no_members
    routed 1 host=a.test path=/shop strip_path=yes
    routed 2 path=/blog/posts strip_path=on
    routed 3
    pass
    has "$(ask -H 'Host: a.test' '127.0.0.1:8080/shop/cart?x=1')" "request: GET /cart?x=1"
    has "$(ask -H 'Host: a.test' 127.0.0.1:8080/shop/cart)" "header x-forwarded-prefix: /shop"
    has "$(ask -H 'Host: a.test' '127.0.0.1:8080/shop?x=1')" "request: GET /?x=1"
    has "$(ask -H 'Host: a.test' 127.0.0.1:8080/shop/)" "request: GET /"
    has "$(ask 127.0.0.1:8080/blog/posts/1/2)" "request: GET /1/2"
    has "$(ask 127.0.0.1:8080/blog)" "request: GET /blog"
    has "$(ask 127.0.0.1:8080/blog/postsx)" "name: s3"
    # what is encoded is not the path, and stays as it is behind it
    has "$(ask 127.0.0.1:8080/bl%6fg/posts/1)" "name: s3"
    has "$(ask '127.0.0.1:8080/blog/posts/a%2Fb?q=%20')" "request: GET /a%2Fb?q=%20"
    has "$(ask '127.0.0.1:8080/blog/posts/blog/posts/1')" "request: GET /blog/posts/1"
    has "$(ask '127.0.0.1:8080/blog/posts?x=/blog/posts/y')" "request: GET /?x=/blog/posts/y"
    has "$(printf 'GET http://z/blog/posts/9 HTTP/1.1\r\nHost: z\r\nConnection: close\r\n\r\n' | socat -t 5 - TCP:127.0.0.1:8080)" "request: GET http://z/9"
}

@test "one pool by lb.backend behind two routes, each with its own prefix" {
    no_members
    routed 1 host=a.test path=/one strip_path=yes backend=shared
    member s2 127.0.0.3 publish=8081 target=9000 path=/two strip_path=yes backend=shared sticky=none
    pass
    same "$(for i in 1 2 3 4 5 6; do at a.test 8080 /one/x; done | sort -u | xargs)" "s1 s2"
    has "$(ask 127.0.0.1:8081/two/x)" "request: GET /x"
    has "$(ask -H 'Host: a.test' 127.0.0.1:8080/one/y)" "request: GET /y"
}

@test "redirect_ssl: one route, everything, and the port of TLS" {
    no_members
    certificate "$W/certs/a.pem" a.test b.test
    routed 1 host=a.test redirect_ssl=yes
    routed 2 host=b.test
    member s3 127.0.0.4 publish=8082 target=9000 redirect_ssl=yes
    pass
    loc() { curl -s -o /dev/null -w '%{http_code} %{redirect_url}' -H "Host: $1" "http://127.0.0.1:$2$3"; }
    same "$(loc a.test:8080 8080 '/x?y=1&z=/')" "308 https://a.test/x?y=1&z=/"
    same "$(loc b.test 8080 /)" "200 "
    same "$(loc any.test 8082 /deep/er)" "308 https://any.test/deep/er"
    # a request without a name goes to the address that it came to
    same "$(curl -s -0 -o /dev/null -w '%{http_code} %{redirect_url}' -H 'Host:' http://127.0.0.1:8082/x)" "308 https://127.0.0.1/x"
    same "$(loc '[::1]:8082' 8082 /x)" "308 https://[::1]/x"
    same "$(curl -s -o /dev/null -w '%{http_code} %{redirect_url}' -X POST -d x -H 'Host: any.test' http://127.0.0.1:8082/form)" "308 https://any.test/form"
    # TLS is published, but not on 443
    member s4 127.0.0.5 plain.publish=8083 plain.target=9000 tls.publish=8443 "tls.ssl=$W/certs/a.pem" tls.target=9000 plain.redirect_ssl=yes
    pass
    same "$(loc a.test:8083 8083 /x)" "308 https://a.test:8443/x"
    who_is s4 -k --resolve a.test:8443:127.0.0.1 https://a.test:8443/
}

@test "several services of one container, inheriting its labels" {
    no_members
    member s1 127.0.0.2 sticky=none web.target=9000 web.publish=8080 web.host=a.test admin.target=9000 admin.publish=8090 admin.path=/adm admin.strip_path=yes
    pass
    at_is s1 a.test 8080 /
    has "$(ask 127.0.0.1:8090/adm/x)" "request: GET /x"
    at_is 404 x.test 8090 /
}

@test "a Host that holds a path is refused" {
    no_members
    world_of_routes
    pass
    same "$(curl -s -o /dev/null -w '%{http_code}' -H 'Host: a.test/api' http://127.0.0.1:8080/x)" 400
}

@test "without any service HAProxy keeps running, and the next one is served" {
    no_members
    pass
    same "$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8080/ || true)" 000
    haproxy_ready
    routed 1
    pass
    at_is s1 a.test 8080 /
}
