# Balancers that ask Docker's DNS alone, on a manager and on workers: stack-dns.yml
# as it is; and both earlier projects' stacks with our image unchanged.
# limit: 900
load_all() { source "$BATS_TEST_DIRNAME/../lib/fleet.bash"; }
setup_file() {
    load_all
    swarm_up 1 2
    fleet_images
}
teardown_file() {
    load_all
    nodes_down
}
setup() { load_all; }
ALL3='n1 n2 n3'

@test "balancers on workers too: scale 1, 10, 2, and an update" {
    sed 's/^publish = 80/&\nsticky = none/' "$ROOT/hooks/container/stack-dns.ini" >"$W/stack-dns.ini"
    cp "$ROOT/hooks/container/stack-dns.yml" "$W/"
    m stack deploy -c "$W/stack-dns.yml" shop
    poll 90 deployed shop_lb shop_backend
    table_head
    m service scale -d shop_backend=1
    poll 60 everywhere lb_has $ALL3 -- 1
    load_on $ALL3
    m service scale -d shop_backend=10
    poll 90 deployed shop_backend
    poll 60 everywhere lb_used $ALL3 -- 10
    tasks shop_backend >"$W/up"
    m service scale -d shop_backend=2
    poll 60 everywhere lb_has $ALL3 -- 2
    poll 60 deployed shop_backend
    load_off "DNS: scale 1, 10, 2"
    served_after "DNS: scale 1 to 10" "$W/up"
    gone_after "DNS: scale 10 to 2" $ALL3
}

@test "a node drained, a rolling update, a node cut off and healed" {
    m service scale -d shop_backend=6
    poll 60 everywhere lb_has $ALL3 -- 6
    load_on n1 n2
    m node update --availability drain n3
    left() { same "$(tasks_on shop_backend n3)" 0 && deployed shop_backend; }
    poll 60 left
    poll 60 everywhere lb_used n1 n2 -- 6
    load_off "DNS: a drained node"
    gone_after "DNS: a drained node" n3
    m node update --availability active n3
    poll 60 deployed shop_lb
    load_on $ALL3
    m service update -q -d --force --update-parallelism 2 --update-delay 1s --update-monitor 1s shop_backend
    poll 20 eval '! deployed shop_backend'
    poll 90 deployed shop_backend
    poll 60 everywhere lb_used $ALL3 -- 6
    tasks shop_backend >"$W/up"
    load_off "DNS: update, start-first"
    served_after "DNS: update, start-first" "$W/up"
    gone_after "DNS: update, start-first" $ALL3
    [ "$(tasks_on shop_backend n3)" -gt 0 ]
    load_on $ALL3
    node_cut n3
    poll 90 node_is n3 down
    poll 90 deployed shop_backend
    # the Swarm will replace all tasks of that node, its balancer too
    load_end n3
    node_heal n3
    poll 90 node_is n3 ready
    poll 90 deployed shop_backend
    poll 90 everywhere lb_has $ALL3 -- 6
    load_off "DNS: a node cut off and healed"
    m stack rm shop
}

@test "the second earlier project's stack: /my-config as a config of the Swarm" {
    echo "tasks.backend:80" | m config create my-config -
    # its README's file, with the names of the images here
    cat >"$W/stack_haproxy.yml" <<YML
version: '3.3'
services:
  haproxy:
    image: $LBGEN_IMAGE
    configs:
      - my-config
    ports:
      - {target: 8888, published: 8888, mode: host}
      - {target: 8099, published: 8099, mode: host}
  backend:
    image: $WEB_IMAGE
    deploy:
      replicas: 1
      update_config:
        delay: 60s
    ports:
      - 80
configs:
  my-config:
    external: true
YML
    m stack deploy --prune --compose-file "$W/stack_haproxy.yml" stack-haproxy
    poll 90 deployed stack-haproxy_haproxy stack-haproxy_backend
    local n
    n=$(m service ps stack-haproxy_haproxy -f desired-state=running --format '{{.Node}}')
    LB=stack-haproxy_haproxy
    poll 40 lb_has "$n" 1
    curl -sf --max-time 10 -D "$W/head" "http://$NET.${n#n}:8099/"
    has "$(cat "$W/head")" 'set-cookie: SRVID='
    # more tasks are there at the next look, every 10 s
    m service scale -d stack-haproxy_backend=3
    poll 60 lb_has "$n" 3
    everyone() { same "$(for _ in 1 2 3 4 5 6; do curl -sf --max-time 10 "http://$NET.${n#n}:8099/"; done | sort -u | grep -c .)" 3; }
    poll 20 everyone
    # who has the cookie stays
    same "$(for _ in 1 2 3 4 5 6; do curl -sf --max-time 10 -b "$W/jar" -c "$W/jar" "http://$NET.${n#n}:8099/"; done | sort -u | grep -c .)" 1
    config=$(lb_do "$n" cat /run/haproxy/haproxy.cfg)
    for line in 'frontend fe_main' 'bind *:8099' 'backend be_template' 'balance roundrobin' 'cookie SRVID insert' 'bind 127.0.0.1:8888' "stats uri '/stats'"; do
        has "$config" "$line"
    done
    # statistics: without a password inside only, with one for everybody
    lb_do "$n" curl -sf -o /dev/null http://127.0.0.1:8888/stats
    run curl -s --max-time 5 -o "$W/body" "http://$NET.${n#n}:8888/stats"
    [ "$status" != 0 ]
    m service update -q -d --env-add LBGEN_STATS_PASSWORD=secret stack-haproxy_haproxy
    poll 20 eval '! deployed stack-haproxy_haproxy'
    poll 60 deployed stack-haproxy_haproxy
    n=$(m service ps stack-haproxy_haproxy -f desired-state=running --format '{{.Node}}')
    poll 40 curl -sf --max-time 5 -u admin:secret -o "$W/body" "http://$NET.${n#n}:8888/stats"
    same "$(curl -s --max-time 5 -o "$W/body" -w '%{http_code}' "http://$NET.${n#n}:8888/stats")" 401
    m stack rm stack-haproxy
}

@test "the first earlier project in a Swarm: container labels, each node's balancer asks its own engine" {
    m network create -d overlay --attachable front
    m service create -q -d --name each --mode global --network front --publish published=80,target=80,mode=host \
        --mount type=bind,source=/var/run/docker.sock,target=/var/run/docker.sock lbt/lbgen
    m service create -q -d --name web --network front --endpoint-mode dnsrr --replicas 6 \
        --container-label lb.enable=Y --container-label lb.publish=80 --container-label lb.target=80 --container-label lb.sticky=none lbt/web
    poll 120 deployed each web
    LB=each
    for n in $ALL3; do
        poll 30 lb_has "$n" "$(tasks_on web "$n")"
        # its own node's containers, and no other's
        same "$(for _ in $(seq 8); do curl -sf --max-time 10 "http://$NET.${n#n}/"; done | sort -u)" "$(on "$n" ps -q --filter name=web | sort)"
    done
    # one that dies is out at once: the engine's events say so
    load_on n1
    gone=$(on n1 ps -q --filter name=web | head -1)
    on n1 rm -f "$gone"
    # the Swarm notices, and starts another one somewhere
    replaced() { lacks "$(tasks web | awk '$5 == "running" { print $4 }')" "$gone" && deployed web && lb_used n1 "$(tasks_on web n1)"; }
    poll 60 replaced
    sleep 1
    load_off "container labels, one killed"
}
