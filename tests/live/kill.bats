# kill -9 at 200 random instants of a pass: the live file is always one that
# HAProxy takes, and the next run finishes the work.
# limit: 500
setup() { source "$BATS_TEST_DIRNAME/../lib/apply.bash"; }
teardown() { apply_end; }

# the master's socket refuses for an instant while a reload that a killed run asked for goes on
runs_the_file() { same "$(haproxy_marker)" "$(sed -n 's/.*set-var proc.lbgen str(\(.*\))/\1/p' "$W/etc/haproxy.cfg")"; }

@test "200 times killed, 200 times whole" {
    apply_world
    web2
    world >"$W/two.json"
    gone web2
    world >"$W/one.json"
    RANDOM=4711
    killed=0
    for i in $(seq 200); do
        if [ $((i % 2)) = 1 ]; then want=$W/two.json; else want=$W/one.json; fi
        # most of a pass is over within 150 ms; some instants are after its end
        at=$(printf '0.%03d' $((1 + RANDOM % 160)))
        rc=0
        timeout -s KILL "$at" "$LBGEN" -c "$W/lb.ini" run --snapshot "$want" >"$W/killed.log" 2>&1 3>&- || rc=$?
        [ $rc = 0 ] || killed=$((killed + 1))
        [ $rc = 0 ] || [ $rc = 137 ] || { cat "$W/killed.log"; return 1; }
        haproxy -c -q -f "$W/etc/haproxy.cfg" || { echo "kill $i: not valid"; return 1; }
        lb run --snapshot "$want" >"$W/pass.log" 2>&1 || { echo "kill $i:"; cat "$W/pass.log"; return 1; }
        poll 10 runs_the_file || { echo "after kill $i"; return 1; }
        same "$(grep -c 'server web' "$W/etc/haproxy.cfg")" $((1 + i % 2)) "servers after kill $i"
    done
    echo "# $killed of 200 passes were killed before their end" >&3
    [ "$killed" -ge 50 ]
    same "$(ls "$W/etc" | tr '\n' ' ')" "haproxy.cfg haproxy.cfg.prev " "what is left"
    answers_are 8080 4 web1
}
