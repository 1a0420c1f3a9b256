#!/usr/bin/env bats
# lbgen show: what is served by what, what is left out, one thing by its name.
# limit: 60

load ../lib/common

setup() {
    mkdir -p "$W/etc"
    printf '[haproxy]\nfile = %s/etc/haproxy.cfg\n' "$W" >"$W/lb.ini"
    jq -n '
        def c(id; name; labels): {kind: "container", id: (id * 12), name: name, created: 1, labels: labels,
            networks: [{name: "bridge", ipv4: "172.17.0.\(id)"}]};
        {lbgen: 1, members: [
            c("2"; "web1"; {"lb.enable": "Y", "lb.publish": "80", "lb.target": "8080", "lb.admin.publish": "81", "lb.admin.target": "9000"}),
            c("3"; "web2"; {"lb.enable": "Y", "lb.publish": "80", "lb.target": "8080", "lb.wieght": "2"}),
            c("4"; "api"; {"lb.enable": "Y", "lb.publish": "80", "lb.target": "8080", "lb.host": "api.example.org", "lb.path": "/v1"}),
            c("5"; "bad"; {"lb.enable": "Y", "lb.publish": "99999", "lb.target": "8080"})]}' >"$W/s.json"
}

show() { "$LBGEN" -c "$W/lb.ini" --snapshot "$W/s.json" "$@"; }

@test "everything" {
    show show >"$W/out"
    cat >"$W/wanted" <<'END'
FRONTEND  BIND  MODE  ROUTE               POOL
port__80  *:80  http  api.example.org/v1  port__80_api.example.org_v1_backends
                      anything else       port__80_backends
port__81  *:81  http  everything          port__81_backends

POOL                                  BALANCE    STICKY  CHECK  SERVER  ADDRESS          STATE
port__80_api.example.org_v1_backends  leastconn  source  tcp    api     172.17.0.4:8080  ready
port__80_backends                     leastconn  source  tcp    web1    172.17.0.2:8080  ready
                                                                web2    172.17.0.3:8080  ready
port__81_backends                     leastconn  source  tcp    web1    172.17.0.2:9000  ready, service admin

LEFT OUT
bad  bad-label:publish  label lb.publish="99999" is not a whole number from 1 to 65535
                        remedy: correct the label as the text says

WARNINGS
web2  label lb.wieght is unknown and ignored; did you mean lb.weight?
END
    diff "$W/wanted" "$W/out"
}

@test "a container: labels, address, and its lines in haproxy.cfg" {
    show render >"$W/etc/haproxy.cfg"
    show show web1 >"$W/out"
    has "$(cat "$W/out")" "container web1 (222222222222): served"
    has "$(cat "$W/out")" "  labels    publish=80 target=8080"
    has "$(cat "$W/out")" "  address   172.17.0.2 port 8080 (network bridge: the only one)"
    has "$(cat "$W/out")" "container web1 (222222222222), service admin: served"
    local n
    n=$(grep -n 'server web1 172.17.0.2:8080' "$W/etc/haproxy.cfg" | cut -d: -f1)
    has "$(cat "$W/out")" "$W/etc/haproxy.cfg:$n"
    n=$(grep -n 'server web1 172.17.0.2:9000' "$W/etc/haproxy.cfg" | cut -d: -f1)
    has "$(cat "$W/out")" "$W/etc/haproxy.cfg:$n"
    same "$(show --json show web1 | jq -c '[.Services[].Places[].Lines[]] | length')" 2
}

@test "a container that is not in haproxy.cfg" {
    rm -f "$W/etc/haproxy.cfg"
    has "$(show show web2)" "not in $W/etc/haproxy.cfg now; the next pass puts it there"
    has "$(show show web2)" "warning: label lb.wieght is unknown"
}

@test "a container that is left out: reason and remedy" {
    has "$(show show bad)" "container bad (555555555555): left out"
    has "$(show show bad)" "reason    bad-label:publish: label lb.publish=\"99999\""
    has "$(show show bad)" "remedy    correct the label"
    same "$(show --json show bad | jq -r '.Services[0] | .Reason, .Remedy')" $'bad-label:publish\ncorrect the label as the text says'
}

@test "a frontend, a pool, the beginning of an id" {
    has "$(show show port__80)" "anything else"
    has "$(show show port__80_backends)" "172.17.0.3:8080"
    has "$(show show 333333)" "container web2"
}

@test "a name that nothing has" {
    run show show wbe1
    same "$status" 64
    has "$output" "nothing is named wbe1; did you mean web1?"
    run show show $'a\nb\x1b[31m'
    same "$status" 64
    lacks "$output" $'\x1b'
}

@test "all of it as JSON" {
    show --json show >"$W/out"
    same "$(jq -c '[(.Frontends | length), (.Pools | length), (.Services | length), (.LeftOut | length), (.Warnings | length)]' "$W/out")" '[2,3,5,1,1]'
    same "$(jq -r '.LeftOut[0].Remedy' "$W/out")" "correct the label as the text says"
}

@test "nothing at all" {
    echo '{"lbgen": 1, "members": []}' >"$W/s.json"
    same "$(show show)" "Nothing is served."
    same "$(show --json show | jq -c .Frontends)" '[]'
}
