# common.bash: what every live test needs. Source it from setup_file or setup.
# shellcheck shell=bash

ROOT=${ROOT:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
LBGEN=${LBGEN:-$ROOT/build/lbgen}
TOOLS=$ROOT/build/tools
export ROOT LBGEN TOOLS

# A folder of this test file's own, with a path short enough for unix sockets;
# in the runner's sandbox /run is a private tmpfs that vanishes with it.
if [ -z "${W-}" ]; then
    if [ -n "${LBT_SANDBOX-}" ]; then W=$(mktemp -d /run/t.XXXXXX); else W=$(mktemp -d "${TMPDIR:-/tmp}/t.XXXXXX"); fi
    export W
fi

# poll SECONDS COMMAND... : until it succeeds; its last output if it never does.
poll() {
    local end=$((SECONDS + $1)) out
    shift
    until out=$("$@" 2>&1); do
        if [ $SECONDS -ge "$end" ]; then
            echo "never came true: $*"
            [ -z "$out" ] || printf '%s\n' "$out"
            return 1
        fi
        sleep 0.05
    done
}

# same GOT WANTED [WHAT]
same() {
    [ "$1" = "$2" ] && return 0
    printf '%s\n  is:     %s\n  wanted: %s\n' "${3:-not the same}" "$1" "$2"
    return 1
}

# has TEXT PART : TEXT contains PART
has() {
    [[ $1 == *"$2"* ]] && return 0
    printf 'not found: %s\nin:\n%s\n' "$2" "$1"
    return 1
}

# lacks TEXT PART
lacks() {
    [[ $1 != *"$2"* ]] && return 0
    printf 'should not be there: %s\nin:\n%s\n' "$2" "$1"
    return 1
}

# background NAME COMMAND... : started apart from bats's own descriptors, its
# output to $W/NAME.log, its pid to $W/NAME.pid and BG.
background() {
    local name=$1
    shift
    setsid "$@" </dev/null >"$W/$name.log" 2>&1 3>&- 4>&- &
    BG=$!
    echo $BG >"$W/$name.pid"
}

# reap NAME : ends what background started, waits until it is gone
reap() {
    local pid
    pid=$(cat "$W/$1.pid" 2>/dev/null) || return 0
    kill -TERM "$pid" 2>/dev/null || return 0
    for _ in $(seq 200); do
        kill -0 "$pid" 2>/dev/null || return 0
        sleep 0.05
    done
    kill -KILL "$pid" 2>/dev/null
    return 0
}

# lb_ini [TEXT] : writes $W/lb.ini for the engine, the HAProxy and the folders
# of this test. TEXT: more lines; a section may be given again.
lb_ini() {
    mkdir -p "$W/etc" "$W/state"
    cat >"$W/lb.ini" <<INI
[docker]
host = ${DOCKER_HOST:-unix://$W/docker.sock}

[haproxy]
file = $W/etc/haproxy.cfg
master_socket = $W/master.sock
stats_socket = $W/admin.sock
pid_file = $W/haproxy.pid

[apply]
state_dir = $W/state

${1-}
INI
}

# lb COMMAND... : lbgen with the lb.ini of this test
lb() { env -u DOCKER_HOST "$LBGEN" -c "$W/lb.ini" "$@"; }

# answers PORT N : the distinct bodies of N requests on new connections, sorted, on one line
answers() {
    for _ in $(seq "$2"); do curl -sS --max-time 10 "http://127.0.0.1:$1/" || echo "failed"; done |
        sort -u | tr '\n' ' ' | sed 's/ $//'
}
answers_are() { same "$(answers "$1" "$2")" "$3"; }
