#!/usr/bin/env bats
# limit: 240
# The members that lbgen reads from a real engine: every kind of network, state
# and health that a container can have.

setup_file() {
    . "${BATS_TEST_DIRNAME}/../lib/common.bash"
    . "${BATS_TEST_DIRNAME}/../lib/dockerd.bash"
    . "${BATS_TEST_DIRNAME}/../lib/image.bash"
    dockerd_start
    image_busybox lbt/box
    lb_ini
}

teardown_file() { . "${BATS_TEST_DIRNAME}/../lib/common.bash"; . "${BATS_TEST_DIRNAME}/../lib/dockerd.bash"; dockerd_stop; }

setup() {
    . "${BATS_TEST_DIRNAME}/../lib/common.bash"
    . "${BATS_TEST_DIRNAME}/../lib/dockerd.bash"
}

teardown() { docker ps -aq | xargs -r docker rm -f -v >/dev/null 2>&1 || true; }

snap() { lb snapshot >"$W/snap.json"; }

# of NAME JQ : one value of one member of the last snapshot
of() { jq -rc --arg n "$1" '.members[] | select(.name == $n) | '"$2" "$W/snap.json"; }

# is NAME JQ WANTED, on a fresh snapshot (so that it can be polled for)
is() { snap && same "$(of "$1" "$2")" "$3" "$1 $2"; }

up() { # NAME [ARGUMENT...] with an image's default command
    local name=$1
    shift
    docker run -d --name "$name" --label lb.enable=Y --label lb.publish=80 --label lb.target=80 "$@" >/dev/null
}

ip_of() { docker inspect -f "{{(index .NetworkSettings.Networks \"$2\").IPAddress}}" "$1"; }

@test "a container on the default bridge, and one without the label" {
    up web1 --label other=1 --label lbx.enable=Y --expose 80 --expose 443 --expose 53/udp lbt/box
    docker run -d --name plain lbt/box >/dev/null
    snap
    same "$(jq '.members | length' "$W/snap.json")" 1
    same "$(of web1 .networks)" "[{\"ipv4\":\"$(ip_of web1 bridge)\",\"ipv6\":\"\",\"name\":\"bridge\",\"shared\":true}]"
    same "$(of web1 .ports)" "[80,443]"
    same "$(of web1 .labels)" '{"lb.enable":"Y","lb.publish":"80","lb.target":"80"}'
    same "$(of web1 '[.kind, .state, .health, .network_mode]')" '["container","running","none","bridge"]'
    same "$(of web1 .id)" "$(docker inspect -f '{{.Id}}' web1)"
    same "$(of web1 .created)" "$(date -d "$(docker inspect -f '{{.Created}}' web1)" +%s)"
}

@test "every word of lb.enable is listed, also no" {
    local v
    for v in yes true on 1 no Y; do
        docker run -d --name "e-$v" --label lb.enable=$v lbt/box >/dev/null
    done
    snap
    same "$(jq -c '[.members[].name]' "$W/snap.json")" '["e-1","e-Y","e-no","e-on","e-true","e-yes"]'
}

@test "published ports give no twins for IPv6" {
    up web1 -p 127.0.0.1:18080:80 -p 127.0.0.1:18081:80 -p 127.0.0.1:18443:443 lbt/box
    is web1 .ports "[80,443]"
}

@test "host and none networks" {
    up hh --network host lbt/box
    up nn --network none lbt/box
    snap
    same "$(of hh '[.network_mode, .networks]')" '["host",[]]'
    same "$(of nn '[.network_mode, .networks]')" '["none",[]]'
}

@test "two networks, in order of their names, whatever the order of joining" {
    docker network create zulu >/dev/null
    docker network create alpha >/dev/null
    up two --network zulu lbt/box
    docker network connect alpha two
    is two '[.networks[].name]' '["alpha","zulu"]'
    same "$(of two '[.networks[].ipv4]')" "[\"$(ip_of two alpha)\",\"$(ip_of two zulu)\"]"
    docker network disconnect zulu two
    is two '[.networks[].name]' '["alpha"]'
    docker rm -f two >/dev/null
    docker network rm zulu alpha >/dev/null
}

@test "a network with IPv6" {
    docker network create --ipv6 --subnet fd00:6::/64 six >/dev/null || skip "no IPv6 here"
    up six1 --network six lbt/box
    is six1 '.networks[0].ipv6' "$(docker inspect -f '{{.NetworkSettings.Networks.six.GlobalIPv6Address}}' six1)"
    docker rm -f six1 >/dev/null
    docker network rm six >/dev/null
}

@test "container:X has X's address, whether X has labels or not" {
    docker run -d --name pod --expose 8080 lbt/box >/dev/null
    up web0 lbt/box
    up in-pod --network container:pod lbt/box sleep 1000
    up in-web0 --network container:web0 lbt/box sleep 1000
    snap
    same "$(of in-pod '.networks[0].ipv4')" "$(ip_of pod bridge)"
    same "$(of in-pod .ports)" "[8080]"
    same "$(of in-web0 '.networks[0].ipv4')" "$(ip_of web0 bridge)"
    same "$(of in-pod .network_mode)" bridge
    docker kill pod >/dev/null
    is in-pod '.networks' '[]'
}

@test "paused, restarting" {
    up pp lbt/box
    docker pause pp >/dev/null
    is pp '[.state, (.networks | length)]' '["paused",1]'
    docker unpause pp >/dev/null
    is pp .state running
    docker run -d --restart always --name rr --label lb.enable=Y lbt/box sh -c 'exit 1' >/dev/null
    poll 60 is rr .state restarting
    poll 60 is rr .networks '[]'
}

@test "health: starting, healthy, unhealthy" {
    up hh --health-cmd 'test -e /tmp/well' --health-interval 1s --health-retries 2 --health-start-period 0s \
        --health-timeout 20s lbt/box
    is hh .health starting
    poll 90 is hh .health unhealthy
    docker exec hh touch /tmp/well
    poll 90 is hh .health healthy
}

@test "a linked container keeps its own name" {
    up zz-db lbt/box
    up aa-web --link zz-db:db lbt/box
    snap
    same "$(jq -c '[.members[].name]' "$W/snap.json")" '["aa-web","zz-db"]'
}

@test "a NUL in one container's labels costs that label only" {
    up web1 lbt/box
    curl -sS --unix-socket "$W/docker.sock" -H 'Content-Type: application/json' \
        -d '{"Image":"lbt/box","Cmd":["sleep","1000"],"Labels":{"lb.enable":"Y","lb.publish":"80\u0000","lb.\u0000x":"1","lb.target":"80"}}' \
        'http://d/containers/create?name=evil' >/dev/null
    docker start evil >/dev/null
    snap
    same "$(of web1 '.labels."lb.publish"')" 80
    same "$(of evil '.labels."lb.target"')" 80
    same "$(of evil '.labels."lb.publish"')" "$(printf '80\001')"
}

@test "the prefix and the word of enable can be changed" {
    docker run -d --name aa --label edge.enable=Y --label edge.publish=80 lbt/box >/dev/null
    docker run -d --name bb --label edge.enable=yes --label lb.enable=Y lbt/box >/dev/null
    lb_ini "[labels]
prefix = edge"
    snap
    same "$(jq -c '[.members[] | [.name, .labels]]' "$W/snap.json")" \
        '[["aa",{"edge.enable":"Y","edge.publish":"80"}],["bb",{"edge.enable":"yes"}]]'
    lb_ini
}

@test "the same world gives the same bytes" {
    local i
    for i in 1 2 3 4 5; do up "w$i" --expose 443 --expose 80 lbt/box; done
    snap
    jq 'del(.taken)' "$W/snap.json" >"$W/first.json"
    for i in 1 2 3; do
        snap
        jq 'del(.taken)' "$W/snap.json" | cmp - "$W/first.json"
    done
    lb --snapshot "$W/snap.json" snapshot | cmp - "$W/snap.json"
}
