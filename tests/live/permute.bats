# The engine's answer in a thousand orders: not one byte of the file changes.
# limit: 300
setup() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    mkdir -p "$W/api"
    export DOCKER_HOST=unix://$W/docker.sock
    lb_ini
    background fakedocker "$TOOLS/fakedocker" "$W/docker.sock" "$W/api"
    poll 10 test -S "$W/docker.sock"
}
teardown() { reap fakedocker; }

# Containers with twins of everything whose order could matter: networks, ports,
# labels, names that sort differently as text and as numbers, equal ages.
world() {
    jq -nc '[range(1; 25) as $n | {
        Id: ("0123456789abcdef" * 4 | .[0:60] + ($n + 1000 | tostring)), Names: ["/web\($n)"], Image: "i", State: "running",
        Status: "Up 2 minutes", Created: (1700000000 + ($n % 3)),
        Labels: {"lb.enable": "Y", "lb.publish": (["80", "443", "8080", "9"][$n % 4]), "lb.target": "80",
            "lb.host": (if $n % 5 == 0 then "b.example,a.example" else "" end), "lb.balance": (["roundrobin", "first"][$n % 2]),
            "lb.admin.publish": "81", "lb.admin.target": "443", "lb.bad": "x"},
        HostConfig: {NetworkMode: "a"},
        Ports: [{PrivatePort: 80, Type: "tcp"}, {PrivatePort: 443, Type: "tcp"},
            {IP: "0.0.0.0", PrivatePort: 80, PublicPort: 80, Type: "tcp"}, {IP: "::", PrivatePort: 80, PublicPort: 80, Type: "tcp"}],
        NetworkSettings: {Networks: {
            a: {IPAddress: "10.0.0.\($n)", GlobalIPv6Address: "fd00::\($n)"}, b: {IPAddress: "10.1.0.\($n)"},
            Z: {IPAddress: "10.2.0.\($n)"}}}}
        | if .Labels["lb.host"] == "" then del(.Labels["lb.host"]) else . end]'
}

@test "1,000 permutations of the list give one text" {
    world >"$W/api/containers_json"
    echo 1.41 >"$W/api/version"
    lb render >"$W/first"
    [ "$(grep -c '^ *server ' "$W/first")" -ge 48 ]
    echo "containers_json shuffle" >"$W/api/fault"
    local i
    for i in $(seq 1000); do
        lb render >"$W/text"
        cmp "$W/first" "$W/text" || { diff "$W/first" "$W/text" | head -20; return 1; }
    done
    # the orders were different ones
    for i in $(seq 20); do curl -s --unix-socket "$W/docker.sock" http://d/v1.41/containers/json | sha256sum; done >"$W/orders"
    [ "$(sort -u "$W/orders" | wc -l)" -ge 15 ]
}

@test "so is the snapshot, but for its time" {
    world >"$W/api/containers_json"
    echo 1.41 >"$W/api/version"
    lb snapshot | grep -v '"taken"' >"$W/first"
    echo "containers_json shuffle" >"$W/api/fault"
    for _ in $(seq 100); do
        lb snapshot | grep -v '"taken"' | cmp "$W/first" -
    done
}
