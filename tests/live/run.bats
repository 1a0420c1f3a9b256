# `make run` in a clean copy, as a newcomer starts it.
# limit: 300
setup_file() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    mkdir -p "$W/copy"
    tar -C "$ROOT" --exclude=./build --exclude=./.git -c . | tar -C "$W/copy" -x
}
setup() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    source "$ROOT/tests/lib/dockerd.bash"
    source "$ROOT/tests/lib/image.bash"
}

# What is left of it: processes, folders.
leftovers() {
    pgrep -a 'haproxy|web|load' | grep -v bats
    find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'lbgen.*'
}

@test "without a Docker Engine: snapshots and servers on loopback" {
    run env -u DOCKER_HOST make -s -C "$W/copy" run
    same "$status" 0 "$output"
    has "$output" "No Docker Engine"
    has "$output" " 0 failed, over 1 reload"
    has "$output" "unchanged"
    has "$output" "1 before, 1 after"
    same "$(leftovers)" ""
}

@test "with a Docker Engine: containers of its own, and none is left" {
    dockerd_start
    run make -s -C "$W/copy" run
    same "$status" 0 "$output"
    has "$output" "two small ones play the part"
    has "$output" " 0 failed, over 1 reload"
    has "$output" "1 before, 1 after"
    same "$(docker ps -aq)$(docker images -q)" ""

    # and with labelled containers, on those
    image_web
    web_up shop
    poll 10 curl -sf "http://$(docker inspect -f '{{.NetworkSettings.IPAddress}}' shop)/"
    run make -s -C "$W/copy" run
    same "$status" 0 "$output"
    has "$output" "what lbgen makes of them"
    has "$output" "port 80    ---> HAProxy ---> shop"
    same "$(docker ps --format '{{.Names}}')" shop
    dockerd_stop
    same "$(leftovers)" ""
}
