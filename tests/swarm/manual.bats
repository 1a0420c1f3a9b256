# docs/fleet.md as a reader follows it: its commands, one after the other, on three
# nodes, and what they are said to do.
# limit: 900
load_all() {
    source "$BATS_TEST_DIRNAME/../lib/fleet.bash"
    # as on a manager: docker is that node's, and the images are those at hand
    mkdir -p "$W/bin"
    printf '#!/bin/sh\nexec %q -H %q "$@"\n' "$(PATH=${PATH#"$W/bin:"} type -P docker)" "unix://$NODES/n1/docker.sock" >"$W/bin/docker"
    chmod 755 "$W/bin/docker"
    export LBGEN_IMAGE=lbt/lbgen WEB_IMAGE=lbt/web
}
setup_file() {
    load_all
    swarm_up 3 0
    fleet_images
}
teardown_file() {
    load_all
    nodes_down
}
setup() { load_all; }
ALL3='n1 n2 n3'

# commands CHAPTER : the lines of its sh blocks
commands() {
    awk -v title="$1" '/^## / { on = substr($0, 4) == title; next } /^```/ { sh = on && /^```sh/; next } sh' "$ROOT/docs/fleet.md"
}
# follow CHAPTER [PATTERN] : types them; of those the ones with PATTERN
follow() {
    local n=0 line
    while read -r line; do
        [[ $line == *"${2-}"* ]] || continue
        echo "# $line"
        (cd "$ROOT" && PATH=$W/bin:$PATH && eval "$line") </dev/null 3>&- || return 1
        n=$((n + 1))
    done < <(commands "$1")
    [ $n -gt 0 ]
}

@test "every command of docs/fleet.md is run here" {
    same "$(grep -c '^```sh' "$ROOT/docs/fleet.md")" 4 "blocks"
    same "$(for c in 'By a manager' 'By DNS' 'Updates' 'When nodes fail'; do commands "$c"; done | grep -c '^docker ')" 8 "commands"
}

@test "by a manager: the stack, a label, a scale" {
    follow 'By a manager' >"$W/said"
    cat "$W/said"
    has "$(cat "$W/said")" shop_backend.4
    poll 90 deployed shop_lb shop_backend
    poll 60 everywhere lb_has $ALL3 -- 4
    for n in $ALL3; do
        poll 20 eval "curl -sf --max-time 5 -o $W/body -D - http://$NET.${n#n}/ | grep -qi '^set-cookie: SRVID='"
        has "$(lb_do "$n" lbgen show)" shop_backend.4
    done
}

@test "when nodes fail: out of n3 and back" {
    follow 'When nodes fail' drain
    left() { same "$(tasks_on shop_backend n3)" 0 && deployed shop_backend && everywhere lb_has n1 n2 -- 4; }
    poll 60 left
    follow 'When nodes fail' active
    poll 90 deployed shop_lb
    poll 60 lb_has n3 4
}

@test "updates: the balancers one after the other, at any time two that serve" {
    was=$(for n in $ALL3; do lb_of $n; done)
    follow 'Updates'
    fewest=3
    updated() { same "$(m service inspect -f '{{.UpdateStatus.State}}' shop_lb)" completed; }
    for _ in $(seq 600); do
        up=0
        for n in $ALL3; do ! curl -sf --max-time 2 -o "$W/body" "http://$NET.${n#n}/" || up=$((up + 1)); done
        [ $up -ge $fewest ] || fewest=$up
        ! updated >/dev/null || break
        sleep 0.2
    done
    updated
    same "$fewest" 2 "balancers that served, at the least"
    same "$(comm -12 <(echo "$was" | sort) <(for n in $ALL3; do lb_of $n; done | sort))" "" "balancers of before"
    poll 60 everywhere lb_has $ALL3 -- 4
}

@test "by DNS: the other stack" {
    m stack rm shop
    none_left() { same "$(m service ls -q)$(for n in $ALL3; do on "$n" ps -q; done)$(m network ls -q --filter name=shop)" ""; }
    poll 60 none_left
    follow 'By DNS'
    poll 90 deployed shop_lb shop_backend
    poll 60 everywhere lb_has $ALL3 -- 3
    for n in $ALL3; do curl -sf --max-time 10 "http://$NET.${n#n}/"; done
    # the settings that the page shows are those that the stack brings, or stickier
    sed -n '/^```ini/,/^```/{/^```/d;p}' "$ROOT/docs/fleet.md" | grep -v '^sticky' | while IFS= read -r line; do
        [ -z "$line" ] || grep -qxF "$line" "$ROOT/hooks/container/stack-dns.ini" || { echo "not in stack-dns.ini: $line"; exit 1; }
    done
}
