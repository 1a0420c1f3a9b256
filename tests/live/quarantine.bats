# One bad service does not block the rest: weight 77 plays the label that HAProxy rejects.
# limit: 180
setup() {
    source "$BATS_TEST_DIRNAME/../lib/apply.bash"
    apply_world
    sed -i 's|^    {{range .Backends}}.*|    {{range .Backends}}{{template "server" .}}|' "$W/t.tmpl"
    pools_template
}
teardown() { apply_end; }

# The template by pools, with the trap in the server's own line, or ($1) elsewhere.
pools_template() {
    apply_template
    sed -i '/^{{range .Services}}/,$d' "$W/t.tmpl"
    cat >>"$W/t.tmpl" <<TMPL
${1-}
{{range .Frontends}}
frontend {{.Name}}
    bind *:{{.Port}}
    default_backend {{.DefaultPool}}
{{end}}
{{range .Pools}}
backend {{.Name}}
    {{range .Servers}}server {{.Name}} {{.Address}}${2-{{if eq .Weight 77\}\} nonsense{{end\}\}}
    {{end}}
{{end}}
TMPL
}
bad() { member "$1" 127.0.0.3 publish="$2" target=80 weight=77; }
good() { member "$1" 127.0.0.3 publish="$2" target=80; }

@test "the line that HAProxy blames leads to the service" {
    bad evil 8090
    good fine 8091
    pass
    has "$(cat "$W/pass.log")" "evil: left out (quarantined)"
    has "$(cat "$W/pass.log")" "unknown keyword 'nonsense'"
    poll 10 answers_are 8080 2 web1
    poll 10 answers_are 8091 2 web2
    has "$(lb show --snapshot "$W/world.json")" "nonsense"
    has "$(lb show --last)" "quarantined"

    # the next pass knows: no check, no reload, nothing told again
    pass -v
    has "$(cat "$W/pass.log")" unchanged
    lacks "$(cat "$W/pass.log")" "check:"
    lacks "$(cat "$W/pass.log")" "left out"

    # put right, it is served
    good evil 8090
    pass
    poll 10 answers_are 8090 2 web2
    lacks "$(lb show --last)" "quarantined"
    in_step
}

@test "a bad server beside good ones of the same pool" {
    bad evil 8080
    web2
    pass
    has "$(cat "$W/pass.log")" "evil: left out (quarantined)"
    poll 10 answers_are 8080 8 "web1 web2"
    in_step
}

@test "where no line tells, halves do" {
    pools_template '{{$n := 0}}{{range .Pools}}{{range .Servers}}{{if eq .Weight 77}}{{$n = 1}}{{end}}{{end}}{{end}}
{{if eq $n 1}}    nonsense{{end}}' ''
    for i in $(seq 10 25); do good "s$i" "80$i"; done
    bad s13 8013
    bad s24 8024
    pass
    has "$(cat "$W/pass.log")" "s13: left out (quarantined)"
    has "$(cat "$W/pass.log")" "s24: left out (quarantined)"
    same "$(grep -c 'left out' "$W/pass.log")" 2 "left out"
    poll 10 answers_are 8025 1 web2
    poll 10 answers_are 8080 1 web1
    in_step
}

@test "a template that is wrong for all is refused, not emptied" {
    remember
    pools_template "    nonsense"
    good fine 8091
    pass_fails 65
    has "$output" "unknown keyword 'nonsense'"
    untouched
    pools_template "" " nonsense"
    pass_fails 65
    has "$output" "unknown keyword 'nonsense'"
    untouched
}

@test "without quarantine the whole text is refused" {
    apply_ini "[apply]
quarantine = no"
    pass
    remember
    bad evil 8090
    pass_fails 65
    has "$output" "nonsense"
    has "$output" "of $W/t.tmpl"
    untouched
}
