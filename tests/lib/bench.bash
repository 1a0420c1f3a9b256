# bench.bash: what the measurements share. Times are in microseconds inside and
# milliseconds when printed.
# shellcheck shell=bash

# bench_sandbox SCRIPT ARGUMENTS... : goes on in namespaces of its own, with a private /run
bench_sandbox() {
    [ -z "${LBT_SANDBOX-}" ] || return 0
    export LBT_SANDBOX=1
    # shellcheck disable=SC2016
    exec unshare --mount --net --pid --fork --kill-child --mount-proc \
        bash -c 'mount -t tmpfs tmpfs /run; ip link set lo up; "$@" & wait $!' bench "$@"
}

now() { echo "${EPOCHREALTIME/./}"; }
median() { sort -n | awk '{ v[NR] = $1 } END { printf "%.1f", v[int((NR + 1) / 2)] / 1000 }'; }
ratio() { awk "BEGIN { printf \"%.1f\", $2 ? $1 / $2 : 0 }"; }

# took COMMAND... : how long it took
took() {
    local t
    t=$(now)
    "$@" >/dev/null 2>"$W/err" || { cat "$W/err" >&2; return 1; }
    echo $(($(now) - t))
}
# times COMMAND... : the median of RUNS
times() { for _ in $(seq "$RUNS"); do took "$@" || return 1; done | median; }
