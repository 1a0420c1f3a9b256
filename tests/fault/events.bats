#!/usr/bin/env bats
# hooks/docker-events and what bad input does to it: tools that hang, garbage, a
# flood, an lbgen that fails, a full disk. The docker CLI is a script here.
# limit: 300

setup() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    source "$ROOT/tests/lib/fake.bash"
    mkdir -p "$W/bin"
    : >"$W/runs"
    lb_ini
    # lbgen: counts, and ends as it is told
    echo 0 >"$W/status"
    tool lbgen 'case " $* " in *" config "*) exec '"$LBGEN"' "$@" ;; esac
echo run >>'"$W"'/runs
exit $(cat '"$W"'/status)'
}
teardown() {
    source "$ROOT/tests/lib/common.bash"
    reap hook
    reap fake-docker
    umount "$W/small" 2>/dev/null || true
    rm -rf "${W:?}"/*
}

tool() { # NAME TEXT
    printf '#!/bin/bash\n%s\n' "$2" >"$W/bin/$1"
    chmod 755 "$W/bin/$1"
}
# cli EVENTS : a docker that has an engine; the text is run for events, once for containers, else it waits
cli() {
    tool docker 'case "$*" in
*" version "*) echo . ;;
*type=container*) '"$1"'
  exec sleep 1000 ;;
*) exec sleep 1000 ;;
esac'
}
hook() { # VARIABLE=VALUE...
    background hook env -u DOCKER_HOST PATH="$W/bin:$PATH" LBGEN="$W/bin/lbgen" LBGEN_ARGS="-c $W/lb.ini" \
        LBGEN_EVENTS_INTERVAL=0 "$@" "$ROOT/hooks/docker-events"
    HOOK_PID=$BG
}
runs() { wc -l <"$W/runs"; }
runs_above() { [ "$(runs)" -gt "$1" ] || { echo "$(runs) runs"; cat "$W/hook.log"; return 1; }; }
alive() { kill -0 "$HOOK_PID"; }
ends() {
    kill -TERM "$HOOK_PID"
    poll 10 eval "! kill -0 $HOOK_PID 2>/dev/null"
    same "$(ps -eo args= | grep -E 'bin/docker|sleep 1000|tr -dc|docker-events' | grep -v grep || true)" "" "left over"
}
memory() { awk '/^VmRSS/ { print $2 }' "/proc/$HOOK_PID/status"; }

@test "HUP tries at once, however long a run has failed" {
    cli :
    echo 69 >"$W/status"
    hook
    poll 60 eval "grep -q 'next try in 16 s' $W/hook.log"
    n=$(runs)
    echo 0 >"$W/status"
    kill -HUP "$HOOK_PID"
    poll 10 runs_above "$n"
    poll 10 eval "grep -q 'is well again' $W/hook.log"
    ends
}

@test "a docker CLI that hangs, and listens to no signal" {
    tool docker 'trap "" TERM INT HUP; while :; do sleep 1000; done'
    hook LBGEN_EVENTS_INTERVAL=1
    poll 60 runs_above 4
    ends
}

@test "a docker CLI that ends at once, each time" {
    tool docker 'echo run >>'"$W"'/tries; exit 1'
    : >"$W/tries"
    hook
    poll 60 eval '[ $(wc -l <"$W/tries") -ge 8 ]'
    # told once for each stream, and lbgen has run once and looked again once
    same "$(grep -c 'trying again' "$W/hook.log")" 2 "$(cat "$W/hook.log")"
    [ "$(runs)" -le 2 ]
    # two streams: at least 250 + 500 + 1000 ms lie between four tries of one
    ends
}

@test "garbage: bytes, NULs, a line of 50 MB, words of the hook's own" {
    cli 'head -c 3000000 /dev/urandom
  head -c 1000000 /dev/zero
  printf "ran 7\nup\n\033[31m\n--stream x\n\$(touch '"$W"'/owned)\n\`touch '"$W"'/owned\`\n"
  head -c 50000000 /dev/zero | tr "\0" x
  touch '"$W"'/said
  until [ -e '"$W"'/go ]; do sleep 0.1; done
  echo'
    hook
    poll 60 test -e "$W/said"
    poll 60 runs_above 1
    alive
    [ "$(memory)" -lt 20000 ]
    [ ! -e "$W/owned" ]
    lacks "$(cat "$W/hook.log")" "status 7"
    sleep 4
    local n
    n=$(runs)
    [ "$n" -le 40 ] # half a second of noise, at most one run each 100 ms
    touch "$W/go"
    poll 30 runs_above "$n"
    ends
}

@test "10,000 events in a second are a handful of runs" {
    cli 'for i in {1..100}; do for j in {1..100}; do echo .; done; sleep 0.01; done
  touch '"$W"'/said'
    hook
    poll 60 test -e "$W/said"
    sleep 4
    local cpu
    cpu=$(awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print ($12 + $13) * 1000 / hz }' "/proc/$HOOK_PID/stat")
    echo "# 10,000 events: $(runs) runs, $cpu ms of CPU time" >&3
    [ "$(runs)" -le 30 ] # one each second; the flood may take long on a busy machine
    [ "$cpu" -lt 8000 ]
    ends
}

@test "one event acts once at once, and is looked at again once" {
    cli 'until [ -e '"$W"'/go ]; do sleep 0.1; done; echo .'
    hook
    poll 30 runs_above 0
    sleep 4.5
    local n
    n=$(runs)
    [ "$n" -le 4 ] # start, the connections, the second look
    touch "$W/go"
    poll 30 runs_above "$n"
    poll 30 runs_above $((n + 1))
    sleep 4
    same "$(runs)" $((n + 2)) runs
    ends
}

@test "events during a run cause one more run, never two at a time" {
    tool lbgen 'case " $* " in *" config "*) exec '"$LBGEN"' "$@" ;; esac
[ -e '"$W"'/going ] && echo two >>'"$W"'/twice
touch '"$W"'/going
echo run >>'"$W"'/runs
sleep 1.5
rm '"$W"'/going'
    cli 'for i in {1..30}; do echo .; sleep 0.1; done; touch '"$W"'/said'
    hook
    poll 60 test -e "$W/said"
    sleep 5
    [ ! -e "$W/twice" ]
    [ "$(runs)" -ge 2 ]
    [ "$(runs)" -le 8 ] # 3 s of events, runs of 1.5 s, one more for the last, one later look
    ends
}

@test "lbgen fails each time: ever later, events or not, and told" {
    echo 69 >"$W/status"
    cli 'for i in {1..1000}; do echo .; sleep 0.05; done'
    hook
    poll 60 grep -q 'next try in 4 s' "$W/hook.log"
    # runs at 0, 1, 3, 7 s; the two connections may each have caused one
    [ "$(runs)" -le 6 ]
    has "$(cat "$W/hook.log")" "lbgen ended with status 69, next try in 1 s"
    echo 0 >"$W/status"
    poll 60 grep -q 'is well again' "$W/hook.log"
    local n
    n=$(runs)
    poll 60 runs_above "$n"
    ends
}

@test "an lbgen that is not there, or is killed" {
    cli ''
    hook LBGEN="$W/bin/none"
    poll 30 grep -q 'ended with status 127, next try in 2 s' "$W/hook.log"
    ends
    tool lbgen 'case " $* " in *" config "*) exec '"$LBGEN"' "$@" ;; esac
echo run >>'"$W"'/runs; kill -KILL $PPID; sleep 2'
    hook
    poll 60 runs_above 1
    poll 30 grep -q 'it was killed' "$W/hook.log"
    ends
}

@test "a full disk: tried again, and well again when there is room" {
    mkdir -p "$W/small"
    mount -t tmpfs -o size=256k tmpfs "$W/small"
    fake_docker
    containers "$(container web1 127.0.0.2)"
    sed -i "s|^file = .*|file = $W/small/haproxy.cfg|; s|^state_dir = .*|state_dir = $W/small/state|" "$W/lb.ini"
    head -c 300000 /dev/zero >"$W/small/fill" || true
    cli ''
    # its own log is there too
    local log=$W/small/log
    : >"$log" || true
    background hook bash -c 'exec env -u DOCKER_HOST PATH="$1/bin:$PATH" LBGEN="$2" LBGEN_ARGS="-c $1/lb.ini" LBGEN_EVENTS_INTERVAL=0 \
        "$3" 2> >(tee "$1/seen" >"$1/small/log")' _ "$W" "$LBGEN" "$ROOT/hooks/docker-events"
    HOOK_PID=$BG
    poll 30 grep -q "ended with status 73" "$W/seen" || { cat "$W/seen"; return 1; }
    alive
    has "$(cat "$W/seen")" "No space left on device"
    rm "$W/small/fill"
    # HAProxy does not run here: written, and told with 69
    poll 60 grep -q 'server web1 127.0.0.2:80' "$W/small/haproxy.cfg"
    kill -TERM "$HOOK_PID"
    poll 10 eval "! kill -0 $HOOK_PID 2>/dev/null"
}

@test "neither docker nor curl: told, and the runs without events go on" {
    mkdir -p "$W/poor"
    local p
    for p in bash sh env setpriv cat; do ln -sf "$(command -v $p)" "$W/poor/$p"; done
    background hook env -i PATH="$W/poor" LBGEN="$W/bin/lbgen" LBGEN_ARGS="-c $W/lb.ini" LBGEN_EVENTS_INTERVAL=1 "$ROOT/hooks/docker-events"
    HOOK_PID=$BG
    poll 60 runs_above 3
    has "$(cat "$W/hook.log")" "neither docker nor curl"
    ends
}
