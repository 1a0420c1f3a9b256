#!/usr/bin/env bats
# limit: 400
# What lbgen makes of an engine that is not there, not well or not an engine.

load_all() {
    . "${BATS_TEST_DIRNAME}/../lib/common.bash"
    . "${BATS_TEST_DIRNAME}/../lib/fake.bash"
}

setup_file() {
    load_all
    lb_ini '[docker]
timeout = 2s
max_bytes = 8m'
    fake_docker
}

teardown_file() { load_all; reap fake-docker; }

setup() {
    load_all
    fault
    rm -f "$W/docker/version" "$W/docker/date"
    events
    containers "$(container web1 172.17.0.2)" "$(container web2 172.17.0.3)"
}

# events ACTION:NAME... : the last events of the engine; none without arguments
events() {
    local e
    for e in "" "$@"; do
        [ -z "$e" ] || jq -nc --arg a "${e%%:*}" --arg n "${e#*:}" '{status: $a, Type: "container", Action: $a,
            Actor: {ID: ($n + "0123456789abcdef"), Attributes: {name: $n}}, time: 1700000000}'
    done >"$W/docker/events"
    [ -s "$W/docker/events" ] || echo >"$W/docker/events"
}

# in another place than the fake engine
elsewhere() { sed -i "s|^host = .*|host = $1|" "$W/lb.ini"; }
back() { elsewhere "unix://$W/docker.sock"; }

@test "three requests, filtered by the engine, of the version that both know" {
    : >"$W/fake-docker.log"
    snap
    same "$(asked | tr '\n' ' ')" "GET /_ping GET /v1.41/containers/json GET /v1.41/events "
    has "$(cat "$W/fake-docker.log")" 'filters=%7B%22label%22%3A%5B%22lb.enable%22%5D%7D'
    same "$(members .name)" '["web1","web2"]'
}

@test "who has died is out although the list has it; who was started again is not" {
    containers "$(container web1 172.17.0.2)" "$(container web2 172.17.0.3)" "$(container web3 172.17.0.4)"
    events start:web1 start:web2 die:web2 start:web3 die:web3 start:web3
    snap
    same "$(members .name)" '["web1","web3"]'
    events die:web1 start:web1 die:web1
    snap
    same "$(members .name)" '["web2","web3"]'
}

@test "a dead one that is restarting or paused" {
    containers "$(container web1 172.17.0.2 '.State = "restarting"')" "$(container web2 172.17.0.3 '.State = "paused"')"
    events die:web1 die:web2
    snap
    same "$(members '[.name, .state]')" '[["web1","restarting"]]'
}

@test "who uses the network of a dead one has none" {
    containers "$(container web1 172.17.0.2)" \
        "$(container web2 "" '.HostConfig.NetworkMode = "container:web10123456789abcdef" | .NetworkSettings.Networks = {}')"
    snap
    same "$(of web2 '.networks[0].ipv4')" 172.17.0.2
    events die:web1
    snap
    same "$(members '[.name, .networks]')" '[["web2",[]]]'
}

@test "events: refused by a proxy is a warning, no answer an outage" {
    fault "events status 403"
    echo '{"message":"not for you"}' >"$W/docker/events.403"
    snap
    same "$(members .name)" '["web1","web2"]'
    has "$(cat "$W/snap.err")" "/events answered 403: not for you; a container that dies may be served"
    fault "events half"
    events die:web1
    outage /events
    fault "events hang"
    outage "no full answer to /v1.41/events"
    fault "events deep 1000"
    outage "nested deeper"
    fault
    printf '{"Action":"die"}\n{"Action":\n' >"$W/docker/events"
    outage "/events: no JSON"
}

@test "events: nonsense in them dies for nothing" {
    printf '%s\n' '7' 'null' '{}' '{"Action":"die"}' '{"Action":"die","Actor":{}}' '{"Action":"die","Actor":{"ID":""}}' \
        '{"Action":"die","Actor":{"ID":"web9"}}' '{"Action":"oom","Actor":{"ID":"web10123456789abcdef"}}' >"$W/docker/events"
    snap
    same "$(members .name)" '["web1","web2"]'
    echo '{"Action":7,"Actor":{"ID":"web10123456789abcdef"}}' >"$W/docker/events"
    outage "Action"
}

# until : how far from now the last question for events reached, in seconds
until_when() {
    local u
    u=$(sed -n 's/.*until=\([0-9]*\).*/\1/p' "$W/fake-docker.log" | tail -1)
    echo $((u - $(date +%s)))
}

@test "events are asked for until the engine's now, also when its clock differs" {
    snap
    [ "$(until_when)" -ge -5 ] && [ "$(until_when)" -le 0 ]
    LC_ALL=C date -u -d '+1 hour' '+%a, %d %b %Y %T GMT' >"$W/docker/date"
    snap
    [ "$(until_when)" -ge 3590 ] && [ "$(until_when)" -le 3602 ]
    LC_ALL=C date -u -d '-1 hour' '+%a, %d %b %Y %T GMT' >"$W/docker/date"
    snap
    [ "$(until_when)" -ge -3610 ] && [ "$(until_when)" -le -3595 ]
    echo 'Thu, 99 Foo' >"$W/docker/date"
    snap
    [ "$(until_when)" -ge -5 ] && [ "$(until_when)" -le 0 ]
}

@test "versions: newer than known, none, nonsense" {
    echo 1.99 >"$W/docker/version"
    : >"$W/fake-docker.log"
    snap
    has "$(asked)" "GET /v1.51/containers/json"
    echo none >"$W/docker/version"
    snap
    has "$(asked)" "GET /containers/json"
    echo '1.x/../../x' >"$W/docker/version"
    outage "Api-Version '1.x/../../x'"
}

@test "no socket" {
    elsewhere "unix://$W/none.sock"
    outage "unix://$W/none.sock: there is no such socket; is Docker running?" "[docker] host"
    back
}

@test "a socket on which nobody listens" {
    python3 -c 'import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$W/dead.sock"
    elsewhere "unix://$W/dead.sock"
    outage "connection refused"
    back
}

@test "a socket without permission" {
    mkdir -p "$W/nobody"
    cp "$LBGEN" "$W/nobody/lbgen"
    chmod 755 "$W" "$W/nobody"
    chmod 700 "$W/docker.sock"
    run -69 setpriv --reuid 65534 --regid 65534 --clear-groups env -i PATH="$PATH" "$W/nobody/lbgen" -c "$W/lb.ini" snapshot
    has "$output" "permission denied; run lbgen as root or in the socket's group"
}

@test "TCP: refused, no such name" {
    elsewhere tcp://127.0.0.1:1
    outage "tcp://127.0.0.1:1: connection refused"
    elsewhere tcp://no.such.host.invalid:2375
    outage "tcp://no.such.host.invalid:2375"
    back
}

@test "TCP works" {
    background tcp "$TOOLS/fakedocker" 2375 "$W/docker"
    poll 20 curl -s http://127.0.0.1:2375/_ping
    elsewhere tcp://127.0.0.1
    snap
    same "$(members .name)" '["web1","web2"]'
    reap tcp
    back
}

@test "hanging: at once, in the middle, in the ping, late" {
    fault "containers_json silent"
    outage "no full answer to /v1.41/containers/json within" "[docker] timeout"
    fault "containers_json hang"
    outage "no full answer to /v1.41/containers/json within"
    fault "_ping silent"
    outage "no full answer to /_ping within"
    fault "containers_json delay 300"
    snap
}

@test "broken off: nothing, half, half a chunk" {
    fault "containers_json close"
    outage "the answer to /v1.41/containers/json broke off"
    fault "containers_json half"
    outage "the answer to /v1.41/containers/json broke off"
    fault "containers_json cut"
    outage "the answer to /v1.41/containers/json broke off"
}

@test "no HTTP, no JSON, nothing, not a list" {
    fault "containers_json garbage"
    outage "does not speak HTTP"
    fault
    local text
    for text in '<html>' '[{"Id":' '[]]' '{"Id":"x"}' '3' '"x"' 'null' '[3]' '[null]' $'\xff\xfe' '[{"Id":"\xff"}]'; do
        printf '%b' "$text" >"$W/docker/containers_json"
        outage "/containers/json" || { echo "with: $text"; return 1; }
    done
    printf '\0\0' >"$W/docker/containers_json"
    outage "no JSON"
}

@test "500 and 404 with the engine's own words" {
    echo '{"message":"layer \"x\" does not exist\n"}' >"$W/docker/containers_json.500"
    fault "containers_json status 500"
    outage 'answered 500: layer \"x\" does not exist'
    fault "containers_json status 404"
    outage "answered 404"
    fault "_ping status 503"
    outage "/_ping answered 503"
}

@test "more bytes than the cap, in body and headers; deeper than the cap" {
    fault "containers_json huge 1024"
    outage "larger than 8388608 bytes ([docker] max_bytes)"
    fault "containers_json header 2"
    outage "headers beyond"
    fault "containers_json deep 10000"
    outage "nested deeper than 64 levels"
}

@test "wrong types at any place are an outage, not a crash and not a lost server" {
    local path value
    for path in Id Names Labels State Status Created Ports HostConfig NetworkSettings \
        HostConfig.NetworkMode NetworkSettings.Networks NetworkSettings.Networks.bridge \
        NetworkSettings.Networks.bridge.IPAddress NetworkSettings.Networks.bridge.GlobalIPv6Address; do
        for value in 7 true '"x"' '["x"]' '{"x":1}' 1.5; do
            containers "$(container web1 172.17.0.2 ".$path = $value")"
            lb snapshot >"$W/snap.json" 2>"$W/snap.err" && continue # the type that is due
            same $? 69 "$path = $value: $(cat "$W/snap.err")"
            has "$(cat "$W/snap.err")" "'${path##*.}' is"
        done
    done
    containers "$(container web1 172.17.0.2 '.Labels["lb.publish"] = 80')" "$(container web2 172.17.0.3)"
    snap
    same "$(of web2 '.labels["lb.publish"]')" 80
}

@test "null where Go has nothing to list" {
    containers "$(container web1 172.17.0.2 '.Labels = null | .Ports = null | .NetworkSettings.Networks = null')" \
        "$(container web2 172.17.0.2 'del(.HostConfig, .NetworkSettings, .Ports, .Created)')"
    snap
    same "$(members '[.name, .networks, .ports, .network_mode]')" '[["web1",[],[],"bridge"],["web2",[],[],"bridge"]]'
}

@test "an address that is none does not get through" {
    containers "$(container web1 '172.17.0.2 check
  option httpchk')"
    snap
    same "$(of web1 .networks)" '[{"ipv4":"","ipv6":"","name":"bridge","shared":true}]'
}

@test "NUL and U+0001 in labels cost one label" {
    printf '%s' '[{"Id":"a123456789ab","Names":["/bad"],"Labels":{"lb.enable":"Y","lb.publish":"80\u0000","lb.\u0000":"1","lb.\u0001":"2","lb.w":"\\\\u0000","lb.target":"80"},"State":"running","Status":"Up"},' \
        "$(container web2 172.17.0.3)" ']' >"$W/docker/containers_json"
    snap
    same "$(of bad '.labels["lb.target"]')" 80
    same "$(of bad '.labels["lb.w"]')" '\\u0000'
    same "$(of bad '.labels["lb.publish"] | explode')" '[56,48,1]'
    same "$(of web2 '.labels["lb.publish"]')" 80
}

@test "health, in the Status or an object of its own" {
    containers "$(container a1 172.17.0.2 '.Status = "Up 2 hours (healthy)"')" \
        "$(container a2 172.17.0.2 '.Status = "Up 2 hours (unhealthy)"')" \
        "$(container a3 172.17.0.2 '.Status = "Up 2 hours (health: starting)"')" \
        "$(container a4 172.17.0.2 '.Status = "Up" | .Health = {Status: "unhealthy"}')" \
        "$(container a5 172.17.0.2 '.Status = "Up (healthy) no"')" \
        "$(container a6 172.17.0.2 '.Health = {Status: "none"}')"
    snap
    same "$(members .health)" '["healthy","unhealthy","starting","unhealthy","none","none"]'
}

@test "a container in another's network: one more request only if it must be" {
    containers "$(container web1 172.17.0.2)" "$(container in1 '' '.HostConfig.NetworkMode = "container:web10123456789abcdef" | .NetworkSettings.Networks = {}')"
    : >"$W/fake-docker.log"
    snap
    same "$(of in1 '.networks[0].ipv4')" 172.17.0.2
    same "$(asked | grep -c containers)" 1
    containers "$(container in1 '' '.HostConfig.NetworkMode = "container:gone" | .NetworkSettings.Networks = {}')" \
        "$(container in2 '' '.HostConfig.NetworkMode = "container:in3" | .NetworkSettings.Networks = {}')" \
        "$(container in3 '' '.HostConfig.NetworkMode = "container:in2" | .NetworkSettings.Networks = {}')"
    : >"$W/fake-docker.log"
    snap
    same "$(asked | grep -c containers)" 2
    same "$(members '[.name, .networks]')" '[["in1",[]],["in2",[]],["in3",[]]]'
}

@test "any order of the answer, the same bytes" {
    local list=() i
    for i in $(seq 20); do
        list+=("$(container "w$i" "10.0.0.$i" '.NetworkSettings.Networks.alpha = {IPAddress: "10.1.0.1"} | .Ports += [{PrivatePort: 443, Type: "tcp"}, {PrivatePort: 443, Type: "tcp", IP: "::"}]')")
    done
    containers "${list[@]}"
    snap
    jq 'del(.taken)' "$W/snap.json" >"$W/first.json"
    fault "containers_json shuffle"
    for i in $(seq 100); do
        snap
        jq 'del(.taken)' "$W/snap.json" | cmp - "$W/first.json"
    done
}

@test "TLS: its files, a server of another authority, and one that is right" {
    mkdir -p "$W/pki"
    openssl req -x509 -newkey rsa:2048 -nodes -days 3 -subj /CN=ca -keyout "$W/pki/ca-key.pem" -out "$W/pki/ca.pem" 2>/dev/null
    openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout "$W/pki/key.pem" -out "$W/pki/req.pem" 2>/dev/null
    openssl x509 -req -in "$W/pki/req.pem" -CA "$W/pki/ca.pem" -CAkey "$W/pki/ca-key.pem" -CAcreateserial -days 3 \
        -extfile <(echo 'subjectAltName=DNS:localhost,IP:127.0.0.1') -out "$W/pki/cert.pem" 2>/dev/null
    background plain "$TOOLS/fakedocker" 2375 "$W/docker"
    background tls socat OPENSSL-LISTEN:2376,bind=127.0.0.1,reuseaddr,fork,cert="$W/pki/cert.pem",key="$W/pki/key.pem",cafile="$W/pki/ca.pem",verify=1 TCP:127.0.0.1:2375
    poll 20 curl -s --cacert "$W/pki/ca.pem" --cert "$W/pki/cert.pem" --key "$W/pki/key.pem" https://127.0.0.1:2376/_ping
    tls() { env -u DOCKER_HOST DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH="$1" "$LBGEN" -c "$W/lb.ini" snapshot; }
    elsewhere tcp://127.0.0.1:2376
    run -0 --separate-stderr tls "$W/pki"
    same "$(jq '.members | length' <<<"$output")" 2
    run -69 tls "$W/none"
    has "$output" "cert_path"
    mkdir -p "$W/pki2"
    cp "$W/pki"/*.pem "$W/pki2"
    openssl req -x509 -newkey rsa:2048 -nodes -days 3 -subj /CN=other -keyout /dev/null -out "$W/pki2/ca.pem" 2>/dev/null
    run -69 tls "$W/pki2"
    has "$output" "certificate"
    reap tls
    reap plain
    back
}
