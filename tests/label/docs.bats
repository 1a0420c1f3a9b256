#!/usr/bin/env bats
# The examples of lbgen-labels(7) and docs/migrating.md are served as they stand,
# and every label that they name is one.
# limit: 120

load ../lib/common

# world < LINES "NAME LABEL=VALUE..." : a snapshot of such containers
world() {
    jq -Rn '
        [inputs | select(test("\\S")) | [splits(" +")] | map(select(. != ""))
         | {name: .[0], labels: (.[1:] | map(capture("^(?<key>[^=]+)=(?<value>.*)$")) | from_entries)}]
        | to_entries | map(.key as $i | .value
            | {kind: "container", id: .name, name, created: $i, state: "running", labels,
               networks: [{name: "bridge", ipv4: "10.0.0.\($i + 1)"}]})
        | . as $members
        | {lbgen: 1, taken: 0, members: $members, peers: [],
           certs: ([$members[].labels | to_entries[] | select(.key | endswith(".ssl"))
                    | {key: .value, value: {digest: "aa", fault: ""}}] | from_entries)}'
}

# served LINES : every container is in a pool, nothing is left out or warned of
served() {
    printf '%s\n' "$1" | world >"$W/s.json"
    "$LBGEN" -c "$W/lb.ini" --snapshot "$W/s.json" --json show >"$W/shown.json"
    same "$(jq -c '.LeftOut + .Warnings' "$W/shown.json")" '[]' "left out in: $1"
    same "$(jq -r '[.Pools[].Servers[].Container] | unique | .[]' "$W/shown.json")" \
        "$(printf '%s\n' "$1" | awk 'NF { print $1 }' | LC_ALL=C sort -u)" "containers"
    "$LBGEN" -c "$W/lb.ini" --snapshot "$W/s.json" render >"$W/cfg"
    # the certificates of the examples are nowhere
    sed 's/ ssl crt.*//' "$W/cfg" >"$W/haproxy.cfg"
    mkdir -p /run/haproxy
    haproxy -c -q -f "$W/haproxy.cfg"
}

setup() { printf '[haproxy]\nfile = %s/haproxy.cfg\n' "$W" >"$W/lb.ini"; }

# examples FILE : the number of examples, each into $W/example.N
examples() {
    rm -f "$W"/example.*
    awk -v out="$W/example." '
        /^```labels$/ || /^\.\\" example$/ { n++; on = 1; next }
        on && /^\.Bd / { next }
        /^```$/ || /^\.Ed$/ { on = 0 }
        on { print >(out n) }
        END { print n + 0 }' "$1"
}

all_served() { # FILE LEAST
    local n i
    n=$(examples "$1")
    [ "$n" -ge "$2" ] || { echo "$n examples"; return 1; }
    for i in $(seq "$n"); do served "$(cat "$W/example.$i")" || return 1; done
}

@test "the examples of lbgen-labels(7) are served" { all_served "$ROOT/docs/lbgen-labels.7" 7; }

@test "the examples of migrating.md are served" { all_served "$ROOT/docs/migrating.md" 6; }

@test "every label in the documentation is one" {
    "$LBGEN" tables labels | sed -n 's/^\.It Cm //p' | sort -u >"$W/known"
    grep -ohE '\blb\.([a-z0-9_-]+\.)?[a-z_]+\b' "$ROOT"/docs/*.md "$ROOT"/docs/*.[578] "$ROOT/README.md" |
        grep -vE '^lb\.ini$' | sed 's/.*\.//' | sort -u >"$W/named"
    same "$(LC_ALL=C comm -23 <(LC_ALL=C sort "$W/named") <(LC_ALL=C sort "$W/known"))" ""
}

@test "every key of lb.ini in migrating.md is one" {
    grep -oE '\[(docker|swarm|dns|labels|haproxy|stats|peers|apply|compat)\] [a-z_]+' "$ROOT/docs/migrating.md" |
        sort -u | while read -r section key; do
        sed -n "/^\\$section/,/^\[/p" "$ROOT/lb.ini" | grep -qE "^#?$key =" || { echo "$section $key"; exit 1; }
    done
}

@test "every reason that the model gives is documented, and the other way round" {
    "$LBGEN" tables reasons | sed -n 's/^\.It Li //p' | sort >"$W/reasons"
    grep -ohE '"(bad-label|disabled|not-[a-z-]+|no-[a-z-]+|unhealthy|starting|bad-name|port-[a-z]+|cert-missing|quarantined)["%:]' \
        "$ROOT"/gen/model_*.c "$ROOT"/gen/label.c | tr -d '":%' | sort -u >"$W/given"
    comm -23 "$W/given" "$W/reasons" | grep -vxE 'not-running|not-unhealthy' >"$W/odd" || true
    same "$(cat "$W/odd")" ""
    same "$(comm -13 "$W/given" "$W/reasons")" ""
}

@test "the manual is what the tables say, and clean for mandoc" {
    (cd "$ROOT" && LBGEN=$LBGEN scripts/docs --check)
    command -v mandoc >/dev/null || skip "no mandoc"
    mandoc -Tlint -W style "$ROOT/docs/lbgen-labels.7" 2>&1 |
        grep -vE 'referenced manual not found|outdated mandoc.db' >"$W/lint" || true
    same "$(cat "$W/lint")" ""
}
