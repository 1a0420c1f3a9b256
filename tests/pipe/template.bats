# haproxy.tmpl(5): clean, as the tables say, complete, and every example gives what stands beside it.
# limit: 300
setup() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    PAGE=$ROOT/docs/haproxy.tmpl.5
}

# block MARK : the literal block that the comment MARK begins, without roff's escapes
block() {
    sed -n "/^\.\\\\\" $1\$/,/^\.Ed\$/p" "$PAGE" | sed '1d; /^\.Ed$/d' | unroff
}
unroff() { sed 's/^\\&//; s/\\e/\\/g'; }

# examples : TEMPLATE, a tab, TEXT of every literal block, a line each; ^A is a line end
examples() {
    awk '
        /^\.Ed$/ { on = 0 }
        on && /^\.\\"/ { next }
        on {
            text = text $0
            if (index(text, "  \\(->  ")) { print text; text = "" } else text = text "\001"
        }
        /^\.Bd -literal/ { on = 1; text = "" }' "$PAGE" | unroff | sed 's/  \\(->  /\t/'
}

# world : data of the model for a few services, in $W/world.json
world() {
    printf '[stats]\nport = 8404\n[haproxy]\nstats_socket = %s/admin.sock\n' "$W" >"$W/lb.ini"
    jq -nc '[
        {name: "web1", labels: {publish: "80", target: "8080"}},
        {name: "web2", labels: {publish: "80", target: "8080", backup: "yes"}},
        {name: "shop", labels: {publish: "80", target: "80", host: "shop.example.org", path: "/a", sticky: "cookie"}},
        {name: "blog", labels: {publish: "80", target: "80", host: "blog.example.org"}},
        {name: "db", labels: {publish: "5432", target: "5432", mode: "tcp"}}]
        | to_entries | map(.key as $i | .value | {kind: "container", id: .name, name, created: $i, state: "running",
            labels: (.labels + {enable: "Y"} | with_entries(.key |= "lb." + .)),
            networks: [{name: "bridge", ipv4: "10.0.0.\($i + 1)"}]})
        | {lbgen: 1, taken: 0, members: ., peers: [], certs: {}}' >"$W/snapshot.json"
    "$LBGEN" -c "$W/lb.ini" --snapshot "$W/snapshot.json" model >"$W/world.json"
}

@test "mandoc finds nothing" {
    command -v mandoc >/dev/null || skip "no mandoc"
    run mandoc -Tlint -W style "$PAGE"
    same "$(grep -vE 'referenced manual not found|outdated mandoc.db' <<<"$output")" ""
}

@test "its functions and fields are those of the program" {
    LBGEN=$LBGEN run "$ROOT/scripts/docs" --check
    lacks "$output" haproxy.tmpl.5
    for f in haproxyName haproxyQuote; do grep -q "^\.It Cm $f Ar" "$PAGE"; done
}

@test "every field of the model is documented" {
    world
    jq -r '[paths | map(if type == "number" then "[]" else "." + . end) | join("") | select(test("\\[\\]$|Labels[.]") | not)]
        | unique[]' "$W/world.json" >"$W/paths"
    [ "$(wc -l <"$W/paths")" -gt 50 ]
    sed -n 's/^\.It Va //p' "$PAGE" | sed 's/\[\]$//' | sort -u >"$W/known"
    same "$(grep -vxFf "$W/known" "$W/paths" || true)" ""
}

@test "every example gives what stands beside it" {
    sed -n '/^\.\\" begin functions/,/^\.Ed/p' "$PAGE" | sed '1,/^\.Bd/d; /^\.Ed/d' >"$W/data.json"
    examples >"$W/examples"
    [ "$(wc -l <"$W/examples")" -ge 100 ]
    local template want rc out err
    while IFS=$'\t' read -r template want; do
        template=${template//$'\001'/$'\n'}
        printf '%s' "$template" >"$W/x.tmpl"
        rc=0
        out=$("$LBGEN" render -t "$W/x.tmpl" -d "$W/data.json" 2>"$W/err") || rc=$?
        if [ $rc = 0 ]; then
            same "$out" "$want" "$template"
        else
            same "$rc" 65 "$template"
            same "$out" ""
            read -r err <"$W/err"
            [[ $err == *"$want" ]] || same "$err" "$want" "$template"
        fi
    done <"$W/examples"
    # those of the errors too
    grep -q 'error calling haproxyQuote' "$W/examples"
}

@test "the examples of whole templates: a list, and a configuration that HAProxy takes" {
    world
    block template >"$W/list.tmpl"
    run "$LBGEN" render -t "$W/list.tmpl" -d "$W/world.json"
    same "$status" 0
    has "$output" "
port__5432_backends: db at 10.0.0.5:5432"
    block configuration >"$W/mine.tmpl"
    "$LBGEN" render -t "$W/mine.tmpl" -d "$W/world.json" >"$W/haproxy.cfg"
    has "$(cat "$W/haproxy.cfg")" "use_backend port__80_blog.example.org_backends if"
    haproxy -c -q -f "$W/haproxy.cfg"
}

@test "what is newer than Go 1.19 has its remedy on a second line" {
    printf '{{range 3}}x{{end}}' >"$W/x.tmpl"
    run "$LBGEN" render -t "$W/x.tmpl" -d - <<<'{}'
    same "$status" 65
    same "$output" 'template: x.tmpl:1:8: executing "x.tmpl" at <3>: range can'"'"'t iterate over 3
newer Go takes this, and so does a template that begins with {{/* go1.24 */}}'
}
