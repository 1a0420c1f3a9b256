#!/usr/bin/env bats
# limit: 1200
# uplink: docker build installs packages
# The container image, by docker build on a base image that mmdebstrap makes. What
# it gives is kept in build/image for the files that say "# image".

setup_file() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    source "$ROOT/tests/lib/dockerd.bash"
    # no bridge, no forwarding: the machine's own network stays as it is
    dockerd_start --bridge=none --ip-forward=false
}
teardown_file() {
    source "$ROOT/tests/lib/common.bash"
    source "$ROOT/tests/lib/dockerd.bash"
    dockerd_stop
}
setup() {
    source "$ROOT/tests/lib/common.bash"
    source "$ROOT/tests/lib/image.bash"
}
in_image() { docker run --rm --network none --entrypoint "" lbgen "$@"; }

@test "docker build" {
    local t0=$SECONDS
    if [ -s "$IMAGES/lbgen-$(image_key).tar" ]; then
        echo "# kept from before" >&3
        image_lbgen
    else
        image_build >"$W/build.log" 2>&1 || { tail -50 "$W/build.log"; return 1; }
        echo "# built in $((SECONDS - t0)) s" >&3
    fi
    size() { echo $(($(docker image inspect -f '{{.Size}}' "$1") / 1000000)); }
    echo "# base $(size "$(image_base_name)" 2>/dev/null) MB, image $(size lbgen) MB" >&3
    has "$(in_image lbgen --version)" "lbgen"
    has "$(in_image haproxy -v)" "HAProxy version"
}

@test "hooks/container/Dockerfile is the same file" {
    [ "$ROOT/hooks/container/Dockerfile" -ef "$ROOT/Dockerfile" ]
}

@test "the final stage has no compiler, no headers, no package lists" {
    run in_image sh -c 'command -v gcc cc make ld as pkg-config perl5 docker; find /usr/include /usr/src /src /build /var/lib/apt/lists -type f 2>/dev/null | head -3; dpkg -l | grep -- "-dev"'
    same "$output" ""
}
