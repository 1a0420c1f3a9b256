# lb.bash: the image of lbgen as a container, as its users start it. Needs
# common.bash, dockerd.bash, image.bash, and the runner's sandbox: the engine
# listens at its usual place.
# shellcheck shell=bash

# lb_world : an engine at /var/run/docker.sock with the image and the web server,
# under the names that the first project's README uses
lb_world() {
    [ -n "${LBT_SANDBOX-}" ] || skip "needs the runner's sandbox"
    dockerd_start || return 1
    ln -sfn "$W/docker.sock" /run/docker.sock
    image_lbgen && image_web && docker tag lbgen indiketa/docker-loadbalancer && docker tag lbt/web nginx:alpine
}

# lb_clean : no container is left
lb_clean() { docker ps -aq | xargs -r docker rm -f -v >/dev/null 2>&1 || true; }

# lb_run [ARGUMENT...] : the balancer on the host's network
lb_run() {
    docker run -d --name lb --net host -v /var/run/docker.sock:/var/run/docker.sock "$@" lbgen >/dev/null
}

# web NAME [ARGUMENT...] : a container that answers its name
web() {
    local name=$1
    shift
    docker run -d --rm --name "$name" --hostname "$name" "$@" lbt/web >/dev/null
}
labelled() { # NAME PORT [ARGUMENT...]
    local name=$1 port=$2
    shift 2
    web "$name" --label lb.enable=Y --label lb.publish="$port" --label lb.target=80 "$@"
}

# all PORT NAME... : twenty clients, of addresses that nobody knows yet, reach all
# of these and no other
all() {
    local port=$1 net=127.0.$((RANDOM % 250 + 1)) i
    shift
    same "$(for i in $(seq 2 21); do curl -sS --max-time 10 --interface "$net.$i" "http://127.0.0.1:$port/" || echo failed; done |
        sort -u | xargs)" "$*" "port $port"
}

# logs_have TEXT...
logs_have() {
    local log part
    log=$(docker logs lb 2>&1)
    for part in "$@"; do has "$log" "$part" || return 1; done
}

health_is() { same "$(docker inspect -f '{{.State.Health.Status}}' lb)" "$1" health; }
exited() { same "$(docker inspect -f '{{.State.Status}}' lb)" exited; }
exit_code() { docker inspect -f '{{.State.ExitCode}}' lb; }

# in_lb COMM : the pid, on this side, of a process in the container by its name
in_lb() { docker top lb -eo pid,args | awk -v w="$1" '$0 ~ w && $1 ~ /^[0-9]+$/ { print $1; exit }'; }
