# apply.bash: what the tests of swap, reload and quarantine share: a small
# template, members on loopback, a running HAProxy and what must be left as it was.
# Needs nothing sourced before.
# shellcheck shell=bash disable=SC2154,SC2119,SC2120
source "${ROOT:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}/tests/lib/common.bash"
source "$ROOT/tests/lib/haproxy.bash"
source "$ROOT/tests/lib/labels.bash"

# apply_template [LINE] : $W/t.tmpl; LINE goes into global
apply_template() {
    cat >"$W/t.tmpl" <<TMPL
global
    stats socket {{.SockFile}} mode 600 level ${LEVEL:-admin}
    httpclient.ssl.verify none
    hard-stop-after 5s
    ${1-}
defaults
    mode http
    timeout connect 2s
    timeout client 20s
    timeout server 20s
    retries 3
    option redispatch
{{range .Services}}
frontend port_{{.Publish.IP}}_{{.Publish.Port}}
    bind {{if .Publish.IP}}{{.Publish.IP}}{{else}}*{{end}}:{{.Publish.Port}}
    default_backend port_{{.Publish.IP}}_{{.Publish.Port}}_backends
backend port_{{.Publish.IP}}_{{.Publish.Port}}_backends
    {{range .Backends}}server {{.Name}} {{.IP}}:{{.Port}}
    {{end}}
{{end}}
TMPL
}

# apply_ini [TEXT] : lb.ini with the small template; TEXT: lines of [haproxy] and more sections
apply_ini() {
    lb_ini "[haproxy]
template = $W/t.tmpl
${1-}"
}

# pass_fails STATUS [ARGS] : a pass that ends so; its words are in $output
pass_fails() {
    local want=$1
    shift
    world >"$W/world.json"
    run lb "$@" run --snapshot "$W/world.json"
    same "$status" "$want" "$output"
}

# apply_world : web1 (and later web2) on port 8080, served
apply_world() {
    no_members
    apply_template
    apply_ini "${1-}"
    background webs "$TOOLS/web" -n web1 127.0.0.2:80
    background webs2 "$TOOLS/web" -n web2 127.0.0.3:80
    member web1 127.0.0.2 publish=8080 target=80
    pass || return 1
    poll 20 answers_are 8080 1 web1
}
web2() { member web2 127.0.0.3 publish=8080 target=80; }

apply_end() {
    local f
    haproxy_stop
    for f in "$W"/*.pid; do [ "$f" = "$W/haproxy.pid" ] || reap "$(basename "$f" .pid)"; done
    rm -rf "${W:?}"/*
}

# remember / untouched : the live file and the running HAProxy are as they were
remember() { BEFORE=$(sha256sum "$W/etc/haproxy.cfg") MARK=$(haproxy_marker); }
untouched() {
    same "$(sha256sum "$W/etc/haproxy.cfg")" "$BEFORE" "the live file" &&
        same "$(haproxy_marker)" "$MARK" "the running generation" &&
        same "$(find "$W/etc" -name '*.new')" "" "temporary files" &&
        answers_are 8080 2 web1
}
# in_step : the next pass has nothing to do
in_step() {
    local n
    n=$(haproxy_reloads)
    pass || return 1
    has "$(cat "$W/pass.log")" unchanged && same "$(haproxy_reloads)" "$n" "the number of reloads"
}
