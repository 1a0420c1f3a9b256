# labels.bash: a world of labelled members on loopback, served by a real HAProxy.
# Needs common.bash and haproxy.bash. Addresses are 127.0.0.x, ports are free in
# the runner's own network namespace.
# shellcheck shell=bash

# member NAME IP KEY=VALUE... : one running container with the labels lb.KEY
# (SERVICE.KEY for a named service). "created" counts up.
member() {
    local name=$1 ip=$2 kv args=()
    shift 2
    for kv in "$@"; do args+=("lb.$kv"); done
    CREATED=$((${CREATED:-1700000000} + 1))
    jq -nc --arg name "$name" --arg ip "$ip" --argjson created "$CREATED" '
        ($ARGS.positional | map(capture("^(?<key>[^=]*)=(?<value>.*)$"; "m")) | from_entries) as $labels
        | { kind: "container", id: $name, name: $name, service: "", created: $created,
            state: "running", health: "none", labels: ({"lb.enable": "Y"} + $labels),
            network_mode: "bridge", ports: [], published: [], address: "", port: 0, weight: -1,
            networks: [{ name: "bridge", shared: true,
                         ipv4: (if $ip | contains(":") then "" else $ip end),
                         ipv6: (if $ip | contains(":") then $ip else "" end) }] }
        ' --args "${args[@]}" >"$W/members/$name"
}

# gone NAME : the container is no more
gone() { rm -f "$W/members/$1"; }

# everything anew
no_members() { rm -rf "$W/members"; mkdir -p "$W/members"; }

# world : the snapshot of all members, with the certificates that they name
world() {
    local f ends certs='{}'
    for f in $(cat "$W/members/"* 2>/dev/null </dev/null | jq -r '.labels | to_entries[] | select(.key | test("[.]ssl$")) | .value' | sort -u); do
        ends=$(openssl x509 -noout -enddate <"$f" 2>/dev/null | cut -d= -f2)
        certs=$(jq -c --arg f "$f" --arg d "$(sha256sum <"$f" 2>/dev/null | cut -d' ' -f1)" --argjson e "$(date -d "${ends:-1970-01-01 UTC}" +%s)" \
            '. + {($f): {digest: $d, expires: $e, fault: (if $d == "" then "No such file or directory" else "" end)}}' <<<"$certs")
    done
    cat /dev/null "$W/members/"* 2>/dev/null | jq -s --argjson certs "$certs" \
        '{lbgen: 1, taken: (now | floor), members: sort_by(.kind, .service, .name, .id), peers: [], certs: $certs}'
}

# pass [ARGS] : one pass over the members; HAProxy is started by the first
pass() {
    local rc=0
    world >"$W/world.json"
    env -u DOCKER_HOST "$LBGEN" -c "$W/lb.ini" "$@" run --snapshot "$W/world.json" >"$W/pass.log" 2>&1 || rc=$?
    if [ $rc = 69 ] && [ ! -S "$W/master.sock" ]; then
        # shellcheck disable=SC2119
        haproxy_start
        return
    fi
    [ $rc = 0 ] && return 0
    echo "lbgen ended with status $rc"
    cat "$W/pass.log"
    return 1
}

# mirrors NAME [OPTIONS] SERVER=ADDRESS:PORT... : starts web servers that tell what they were asked
mirrors() {
    local name=$1
    shift
    background "$name" "$TOOLS/mirror" "$@"
    poll 20 grep -q ready "$W/$name.log"
}

# ask [CURL ARGUMENTS] : body and headers of one request
ask() { curl -sS --max-time 20 "$@" 2>&1; }
# who [CURL ARGUMENTS] : which server answered, or the status
who() {
    local out
    out=$(curl -sS --max-time 20 -o "$W/body" -w '%{http_code}' "$@" 2>"$W/curl.err") || { echo "curl: $(cat "$W/curl.err")"; return; }
    if grep -q '^name: ' "$W/body"; then sed -n 's/^name: //p' "$W/body"; else echo "$out"; fi
}
who_is() { local want=$1; shift; same "$(who "$@")" "$want" "$*"; }
# at HOST PORT PATH : who answers for that Host
at() { who -H "Host: $1" --path-as-is "http://127.0.0.1:$2$3"; }
at_is() { same "$(at "$2" "$3" "$4")" "$1" "http://$2 on port $3, path $4"; }
# everyone N [CURL ARGUMENTS] : the servers that answered N requests on new connections
everyone() {
    local n=$1
    shift
    for _ in $(seq "$n"); do who "$@"; done | sort -u | tr '\n' ' ' | sed 's/ $//'
}
everyone_is() { local want=$1; shift; same "$(everyone "$@")" "$want" "$*"; }

# certificate FILE NAME... : a PEM file for these DNS names, with its key
certificate() {
    local file=$1 n san=
    shift
    for n in "$@"; do san=$san,DNS:$n; done
    mkdir -p "$(dirname "$file")"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days "${DAYS:-30}" -subj "/CN=$1" \
        -addext "subjectAltName=${san#,}" -keyout "$file.key" -out "$file" 2>/dev/null || return 1
    cat "$file.key" >>"$file"
    rm "$file.key"
}

# expired_certificate FILE NAME : the same, of the year 2020
expired_certificate() {
    local d=$W/ca
    rm -rf "$d" && mkdir -p "$d"
    printf '[ca]\ndefault_ca=d\n[d]\ndatabase=%s/index\nserial=%s/serial\nnew_certs_dir=%s\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n' \
        "$d" "$d" "$d" >"$d/cnf"
    : >"$d/index"
    echo 01 >"$d/serial"
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$d/key" -out "$d/req" -subj "/CN=$2" 2>/dev/null || return 1
    openssl ca -batch -selfsign -config "$d/cnf" -keyfile "$d/key" -in "$d/req" -notext -out "$d/crt" \
        -startdate 20200101000000Z -enddate 20200201000000Z 2>/dev/null || return 1
    cat "$d/crt" "$d/key" >"$1"
}

# serial ADDRESS:PORT NAME : the serial number of the certificate shown for that SNI
serial() { openssl s_client -connect "$1" -servername "$2" </dev/null 2>/dev/null | openssl x509 -noout -serial 2>/dev/null; }
subject() { openssl s_client -connect "$1" ${2:+-servername "$2"} </dev/null 2>/dev/null | openssl x509 -noout -subject 2>/dev/null | sed 's/.*CN *= *//'; }

# server_state BACKEND SERVER : UP, DOWN, MAINT, … as HAProxy sees it
server_state() {
    haproxy_cli '@1 show stat' | awk -F, -v b="$1" -v s="$2" '
        NR == 1 { for (i = 1; i <= NF; i++) col[$i] = i }
        $1 ~ b && $2 == s { print $col["status"]; exit }'
}
server_is() { same "$(server_state "$1" "$2")" "$3" "$1/$2"; }
# $3 is a pattern
# shellcheck disable=SC2053
server_like() { [[ $(server_state "$1" "$2") == $3 ]] || { echo "$1/$2 is $(server_state "$1" "$2"), not $3"; return 1; }; }

# labels_setup : what each label test begins with
labels_setup() {
    source "$ROOT/tests/lib/common.bash"
    source "$ROOT/tests/lib/haproxy.bash"
    source "$ROOT/tests/lib/oldnew.bash"
    oldnew_use
    mkdir -p "$W/certs"
    no_members
    lb_ini "[labels]
cert_dirs = $W/certs
[peers]
port = 10240
${1-}"
}
labels_teardown() {
    haproxy_stop
    local f
    for f in "$W"/*.pid; do [ "$f" = "$W/haproxy.pid" ] || reap "$(basename "$f" .pid)"; done
    rm -rf "${W:?}"/*
    oldnew_done
}
