# fleet.bash: our image and stacks on the nodes of nodes.bash. Needs nothing
# sourced before.
# shellcheck shell=bash disable=SC2153,SC2119
source "${ROOT:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}/tests/lib/common.bash"
source "$ROOT/tests/lib/dockerd.bash"
source "$ROOT/tests/lib/image.bash"
source "$ROOT/tests/lib/nodes.bash"
source "$ROOT/tests/lib/haproxy.bash"

# The settings in the last stage of the Dockerfile, as `docker import` takes them.
image_settings() {
    sed ':a; /\\$/ { N; s/\\\n */ /; ta }' "$ROOT/Dockerfile" |
        awk '/^FROM/ { n = 0 } /^(VOLUME|HEALTHCHECK|ENTRYPOINT|ENV|EXPOSE|USER|WORKDIR) / { line[n++] = $0 }
            END { for (i = 0; i < n; i++) print line[i] }'
}

# image_tree DIR : what that stage has, put together from this machine's programs
# and the build, because that takes a second and needs neither registry nor apt.
# The image as the Dockerfile makes it has tests of its own.
image_tree() {
    local d=$1 f
    mkdir -p "$d"/{etc/lbgen,proc,sys,dev,run,tmp,root,usr/bin,usr/lib/lbgen,usr/local/etc}
    for f in awk bash cat curl cut date env grep haproxy head kill ls mkdir mkfifo mktemp mv ps rm sed setpriv sh \
        sleep sort stat stdbuf tail tr "$LBGEN"; do
        f=$(readlink -f "$(type -P "$f")") && cp "$f" "$d/usr/bin/" || return 1
        ldd "$f" 2>/dev/null | grep -o '/[^ )]*' | xargs -r cp -L --parents --no-clobber -t "$d"
    done
    cp --parents /usr/libexec/coreutils/libstdbuf.so "$d"
    ln -s usr/bin "$d/bin"
    ln -sf "$(basename "$(readlink -f "$(type -P sh)")")" "$d/usr/bin/sh"
    ln -sf "$(basename "$(readlink -f "$(type -P awk)")")" "$d/usr/bin/awk"
    printf 'root:x:0:0:root:/root:/bin/sh\n' >"$d/etc/passwd"
    printf 'root:x:0:\n' >"$d/etc/group"
    cp "$ROOT"/hooks/docker-events "$d/usr/lib/lbgen/"
    cp "$ROOT"/hooks/container/entrypoint "$d/entrypoint"
    cp "$ROOT"/lb.ini "$d/etc/lbgen/"
    ln -s /run/haproxy "$d/usr/local/etc/haproxy"
}

# fleet_images : lbt/lbgen and lbt/web on every node
fleet_images() {
    local d n line args=()
    d=$(mktemp -d "$NODES/image.XXXXXX")
    while read -r line; do args+=(-c "$line"); done < <(image_settings)
    image_tree "$d/lbgen" || return 1
    tar -C "$d/lbgen" -cf "$d/lbgen.tar" .
    for n in "$NODES"/n[0-9]*; do
        n=${n##*/}
        on "$n" import "${args[@]}" "$d/lbgen.tar" lbt/lbgen >/dev/null || return 1
        DOCKER_HOST=unix://$NODES/$n/docker.sock image_web || return 1
    done
    rm -rf "$d"
    export LBGEN_IMAGE=lbt/lbgen WEB_IMAGE=lbt/web
}

# --- what runs ------------------------------------------------------------------------

# The manager that is asked; another one when it is cut off or gone.
MANAGER=${MANAGER:-n1}
m() { on "$MANAGER" "$@"; }
# api PATH : of the manager, with its filters as JSON
api() { curl -sgf --max-time 20 --unix-socket "$NODES/$MANAGER/docker.sock" "http://d$1"; }

# deployed SERVICE... : each has all its tasks running and no update going on
deployed() {
    local s
    for s in "$@"; do
        m service ls --filter "name=$s" --format '{{.Name}} {{.Replicas}}' |
            awk -v s="$s" '$1 == s { split($2, n, "/"); ok = n[1] == n[2] && n[2] > 0 } END { exit !ok }' || { m service ls; m service ps "$s"; return 1; }
        case $(m service inspect -f '{{with .UpdateStatus}}{{.State}}{{end}}' "$s") in
            '' | completed | rollback_completed) ;;
            *) m service inspect -f '{{.UpdateStatus}}' "$s"; return 1 ;;
        esac
    done
}
node_is() { [ "$(m node inspect -f '{{.Status.State}}' "$1")" = "$2" ] || { m node ls; return 1; }; }
leader() { m node ls --format '{{.Hostname}} {{.ManagerStatus}}' | awk '$2 == "Leader" { print $1 }'; }

# tasks SERVICE : one line each, "ID SLOT-OR-NODE NODE CONTAINER STATE SECONDS"
tasks() {
    local nodes
    nodes=$(api /nodes | jq -c 'map({(.ID): .Description.Hostname}) | add')
    api "/tasks?filters={\"service\":{\"$1\":true}}" | jq -r --argjson nodes "$nodes" '
        .[] | ((.Status.Timestamp | sub("\\.[0-9]*Z$"; "Z") | fromdateiso8601) +
               ("0" + (.Status.Timestamp | capture("(?<f>\\.[0-9]{1,6})")? // {f: ""} | .f) | tonumber)) as $at
        | [.ID, .Slot // 0, $nodes[.NodeID // ""] // "-", (.Status.ContainerStatus.ContainerID // "-")[:12],
           .Status.State, $at] | map(tostring) | join(" ")'
}
tasks_on() { tasks "$1" | awk -v n="$2" '$3 == n && $5 == "running"' | grep -c . ; } # SERVICE NODE

# lb_of NODE : the balancer's container there; lb_do NODE COMMAND...: in it
LB=${LB:-shop_lb}
lb_of() { on "$1" ps -q --filter "label=com.docker.swarm.service.name=$LB" | head -1; }
lb_do() { local n=$1; shift; on "$n" exec "$(lb_of "$n")" "$@"; }
lb_says() { on "$1" logs "$(lb_of "$1")" 2>&1; }
# lb_ask NODE COMMAND : the running HAProxy's own words
lb_ask() {
    local pid
    pid=$(on "$1" inspect -f '{{.State.Pid}}' "$(lb_of "$1")") || return 1
    in_node "$1" "$TOOLS/ask" "/proc/$pid/root/run/haproxy/admin.sock" "$2"
}
# lb_stat NODE : "SERVER STATUS REQUESTS" of each server
lb_stat() {
    lb_ask "$1" 'show stat' | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i }
        NR > 1 && $c["type"] == 2 { print $2, $c["status"], $c["stot"] }'
}
# lb_has NODE NUMBER : so many servers are up there
lb_has() { same "$(lb_stat "$1" | awk '$2 ~ /^UP/' | grep -c .)" "$2" "servers of $1: $(lb_stat "$1")"; }
lb_used() { lb_has "$1" "$2" && same "$(lb_stat "$1" | awk '$3 == 0')" "" "servers of $1 without a request"; }
everywhere() { # COMMAND NODES... -- ARGUMENT...
    local f=$1 n nodes=()
    shift
    while [ "$1" != -- ]; do nodes+=("$1"); shift; done
    shift
    for n in "${nodes[@]}"; do "$f" "$n" "$@" || return 1; done
}

# --- load --------------------------------------------------------------------------------

# load_on NODE... : steady and light, from inside each node's network to its own balancer
load_on() {
    local n
    rm -f "$W"/load-*
    for n in "$@"; do
        background "load-$n-kept" nsenter -t "$(cat "$NODES/$n/pid")" -n -- "$TOOLS/load" -k -c 3 -p 30 -t 300 "$NET.${n#n}:${PORT:-80}" "${URL:-/}"
        background "load-$n-new" nsenter -t "$(cat "$NODES/$n/pid")" -n -- "$TOOLS/load" -n -c 1 -p 30 -t 300 "$NET.${n#n}:${PORT:-80}" "${URL:-/}"
    done
    FROM=$EPOCHREALTIME
}
# load_end NODE : no more from there
load_end() { reap "load-$1-kept"; reap "load-$1-new"; }
# load_off WHAT : ends it; no request may have failed. $W/seen: "NODE CONTAINER FIRST LAST" of each server
load_off() {
    local f n ok=0 failed=0
    for f in "$W"/load-*.pid; do f=${f##*/}; reap "${f%.pid}"; done
    : >"$W/seen"
    for f in "$W"/load-*.log; do
        n=${f##*/load-}
        ok=$((ok + $(jq .ok "$f"))) failed=$((failed + $(jq .failed "$f")))
        jq -r --arg n "${n%%-*}" '.seen | to_entries[] | [$n, .key, .value[]] | map(tostring) | join(" ")' "$f" >>"$W/seen"
    done
    say "$(printf '%-34s %6d requests, %d failed' "$1" $ok $failed)"
    [ $ok -gt 100 ] && [ $failed = 0 ] && return 0
    for f in "$W"/load-*.log; do
        n=${f##*/load-}
        echo "${f##*/}: $(jq -c 'del(.seen)' "$f")"
        lb_says "${n%%-*}" | grep -E ' (50[0-9]|-1) [0-9]+ ' | tail -5
    done
    return 1
}

# --- tables ------------------------------------------------------------------------------

# say TEXT : to whoever reads the test's output
say() { printf '# %s\n' "$1" >&3; }

# spread WHAT : min, median and max of the numbers on standard input, in one row
spread() {
    sort -n | awk -v what="$1" '{ v[NR] = $1 } END {
        if (NR) printf "# %-46s %4d %8.2f %8.2f %8.2f\n", what, NR, v[1], v[int((NR + 1) / 2)], v[NR] }' >&3
}
table_head() { say "$(printf '%-46s %4s %8s %8s %8s' "seconds" n min median max)"; }

# served_after WHAT FILE : from a task running to its first answer, for each
# balancer. FILE: lines of tasks, seen while they ran
served_after() {
    awk -v from="$FROM" 'NR == FNR { if ($5 == "running" && $6 >= from) at[$4] = $6; next } $2 in at && $3 >= at[$2] { print $3 - at[$2] }' \
        "$2" "$W/seen" | spread "$1: running to first answer"
}
# gone_after WHAT NODE... : from the end of a task's process to the last answer
# that a balancer had from it: below 0, nothing was sent to it any more
gone_after() {
    local what=$1 n
    shift
    for n in "$@"; do
        on "$n" events --since "$FROM" --until "$EPOCHREALTIME" --filter event=die --format '{{.ID}} {{.TimeNano}}'
    done | awk '{ print substr($1, 1, 12), substr($2, 1, 10) "." substr($2, 11, 6) }' >"$W/gone"
    awk 'NR == FNR { at[$1] = $2; next } $2 in at { print $4 - at[$2] }' "$W/gone" "$W/seen" | spread "$what: gone to last answer"
}

# --- who stays where ------------------------------------------------------------------------

# clients NUMBER : that many addresses to ask from, 10.213.0.101 and on
clients() {
    local i
    CLIENTS=$1
    for i in $(seq "$CLIENTS"); do ip addr add "$NET.$((100 + i))/32" dev lbt-br 2>/dev/null || true; done
}

# ask_all METHOD NODE : each client's request to the balancer of that node, as
# "CLIENT SERVER" lines. METHOD source: from its own address; cookie: with its jar
ask_all() {
    local i
    for i in $(seq "$CLIENTS"); do
        printf 'url = "http://%s.%s/"\nsilent\nmax-time = 10\nwrite-out = "client:%s\\n"\n' "$NET" "${2#n}" "$i"
        case $1 in
            source) printf 'interface = "%s.%s"\nheader = "Host: source.test"\n' "$NET" $((100 + i)) ;;
            cookie) printf 'cookie = "%s/jar.%s"\ncookie-jar = "%s/jar.%s"\nheader = "Host: cookie.test"\n' "$W" "$i" "$W" "$i" ;;
        esac
        echo next
    done | sed '$d' | curl -K - | awk '/^client:/ { print $1, last ? last : "-"; last = ""; next } { last = $1 }'
}
# remember METHOD NODE : what the next rows are compared with
remember() { ask_all "$1" "$2" >"$W/was.$1"; same "$(awk '$2 != "-"' "$W/was.$1" | grep -c .)" "$CLIENTS" "$1: answers"; }
# kept METHOD NODE WHAT : a row of the table. Clients whose server is gone do not count
kept() {
    local all stay
    ask_all "$1" "$2" >"$W/is.$1"
    for n in "$NODES"/n[0-9]*; do on "${n##*/}" ps -q; done | sort >"$W/there"
    all=$(awk 'NR == FNR { there[$1] = 1; next } $2 in there' "$W/there" "$W/was.$1" | sort)
    stay=$(comm -12 <(echo "$all") <(sort "$W/is.$1") | grep -c .)
    KEPT=$stay/$(echo "$all" | grep -c .)
    say "$(printf '%-56s %-7s %8s' "$3" "$1" "$KEPT")"
}
# all_kept METHOD NODE WHAT
all_kept() {
    kept "$@"
    same "${KEPT%/*}" "${KEPT#*/}" "$3, by $1: clients that kept their server" || { diff "$W/was.$1" "$W/is.$1"; return 1; }
}
