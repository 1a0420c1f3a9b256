# Labels, saved states and peers on HAProxy 3.0 and 3.2, from Debian's later suites: the same tests as on this machine's.
# limit: 2400
# host: the roots come from the mirror; each test has namespaces of its own
setup() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    source "$ROOT/tests/lib/oldnew.bash"
}
teardown() { rm -rf "$W"; }

# on SUITE VERSION FILE [NAME] : that file of tests/live, or one test of it, with that
# HAProxy, in a sandbox
on() {
    # what the mirror offers is not this program's fault
    oldnew_root "$1" || skip "the mirror gives no HAProxy of $1"
    [[ $(chroot "$ROOT/build/roots/$1" /usr/sbin/haproxy -v) == "HAProxy version $2."* ]] || skip "$1 has no HAProxy $2 any more"
    unshare --mount --net --pid --uts --ipc --fork --kill-child --mount-proc bash -c '
        mount --make-rprivate /
        mount -t tmpfs tmpfs /run
        mkdir -p /run/lock
        ip link set lo up
        exec "$@"' sandbox env -u W LBT_SANDBOX=1 HAPROXY_SUITE="$1" timeout 600 bats --tap --filter "${4-.}" "$ROOT/tests/live/$3" \
        </dev/null >"$W/tap" 2>&1 3>&- || { grep -v '^ok' "$W/tap"; return 1; }
    [ "$(grep -c '^ok' "$W/tap")" -ge "$([ -n "${4-}" ] && echo 1 || echo 6)" ]
}

@test "3.0: routes" { on trixie 3.0 labels_route.bats; }
@test "3.0: TLS" { on trixie 3.0 labels_tls.bats; }
@test "3.0: stickiness, states, limits" { on trixie 3.0 labels_sticky.bats; }
@test "3.0: WebSocket, events, checks, timeouts" { on trixie 3.0 labels_flow.bats; }
@test "3.0: the saved state" { on trixie 3.0 state.bats 'saved state:'; }
@test "3.0: a new balancer is told the tables" { on trixie 3.0 peers.bats 'hear of it'; }
@test "3.2: routes" { on forky 3.2 labels_route.bats; }
@test "3.2: TLS" { on forky 3.2 labels_tls.bats; }
@test "3.2: stickiness, states, limits" { on forky 3.2 labels_sticky.bats; }
@test "3.2: WebSocket, events, checks, timeouts" { on forky 3.2 labels_flow.bats; }
@test "3.2: the saved state" { on forky 3.2 state.bats 'saved state:'; }
@test "3.2: a new balancer is told the tables" { on forky 3.2 peers.bats 'hear of it'; }
