# docs/fleet.md: its settings are taken, its links lead somewhere.
# limit: 60
setup() { source "$BATS_TEST_DIRNAME/../lib/common.bash"; }

@test "the settings in docs/fleet.md, and those of stack-dns.yml, are taken" {
    sed -n '/^```ini/,/^```/{/^```/d;p}' "$ROOT/docs/fleet.md" >"$W/fleet.ini"
    [ "$(grep -c . "$W/fleet.ini")" -gt 5 ]
    for f in "$W/fleet.ini" "$ROOT/hooks/container/stack-dns.ini"; do
        sed "s|/run/lbgen|$W/state|" "$f" >"$W/lb.ini"
        mkdir -p "$W/state"
        run lb check
        same "$status" 0 "$f: $output"
    done
}

@test "the links of docs/fleet.md lead to files, and README.md leads to it" {
    grep -o '](\([^)]*\))' "$ROOT/docs/fleet.md" | sed 's/](\(.*\))/\1/' >"$W/links"
    [ "$(grep -c . "$W/links")" -gt 2 ]
    while read -r to; do [ -e "$ROOT/docs/$to" ] || { echo "no $to"; return 1; }; done <"$W/links"
    grep -q '(docs/fleet.md)' "$ROOT/README.md"
}
