# docs/runbook.md: every command of it on a real server, with systemd, Docker and
# HAProxy as services, in the trouble that the chapter is about. What is printed
# must be what the chapter says.
# limit: 900
# host: the server's root comes from the mirror; it has namespaces of its own
setup_file() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    source "$ROOT/tests/lib/dockerd.bash"
    source "$ROOT/tests/lib/server.bash"
    make -s -C "$ROOT" install DESTDIR="$W/share/dest" PREFIX=/usr
    server_start
    on cp -a /mnt/dest/. /
    on systemd-sysusers lbgen.conf
    on systemd-tmpfiles --create lbgen.conf
    on systemctl daemon-reload
    mkdir -p "$W/image" && cp "$TOOLS/web" "$W/image/web"
    tar -C "$W/image" -c . >"$W/share/web.tar"
    on mkdir -p /etc/docker
    on sh -c 'echo "{\"live-restore\": true}" >/etc/docker/daemon.json'
    on systemctl restart docker
    poll 60 on docker version
    on docker import -c 'CMD ["/web","80"]' /mnt/web.tar shop/web >/dev/null
    on cp -a /etc/haproxy /mnt/debian
}
teardown_file() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    source "$ROOT/tests/lib/dockerd.bash"
    source "$ROOT/tests/lib/server.bash"
    server_stop
    [ -z "${RUNBOOK_KEEP-}" ] || return 0
    rm -rf "$W"
}

# Each chapter begins on a balancer with nothing behind it and nothing to balance.
setup() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    source "$ROOT/tests/lib/dockerd.bash"
    source "$ROOT/tests/lib/server.bash"
    source "$ROOT/tests/lib/labels.bash"
    source "$ROOT/tests/lib/runbook.bash"
    on bash -c '
        mountpoint -q /etc/haproxy && umount /etc/haproxy
        systemctl disable -q --now lbgen-events.service lbgen.timer
        systemctl start docker
        docker ps -aq | xargs -r docker rm -f
        rm -rf /etc/lbgen /etc/haproxy /var/lib/lbgen /root/* /run/lb
        cp -a /mnt/debian /etc/haproxy
        mkdir -p /etc/haproxy/certs /etc/lbgen
        cp /mnt/dest/etc/lbgen/lb.ini /etc/lbgen/lb.ini
        systemctl reset-failed haproxy
        systemctl restart haproxy' >"$W/setup.log" 2>&1 ||
        { cat "$W/setup.log"; on journalctl -u haproxy -n 20 --no-pager -o cat; return 1; }
}

# --- the troubles ---------------------------------------------------------------

web() { # NAME LABEL... : a container with these labels and lb.enable
    local name=$1 l args=()
    shift
    for l in "$@"; do args+=(--label "lb.$l"); done
    on docker run -d --name "$name" --hostname "$name" --restart unless-stopped --label lb.enable=Y "${args[@]}" shop/web >/dev/null
}
ini() { printf '%s\n' "$@" | on tee -a /etc/lbgen/lb.ini >/dev/null; }
first() { on lbgen >"$W/first.log" 2>&1 || { cat "$W/first.log"; return 1; }; }

prepare_shop() {
    web web1 publish=80 target=80
    web web2 publish=80 target=80
    first
}
prepare_bad-template() {
    prepare_shop
    on sh -c 'cp /usr/share/lbgen/haproxy.tmpl /etc/lbgen/haproxy.tmpl && sed -i "s/^defaults http/&\n    rspdel ^ETag:.*/" /etc/lbgen/haproxy.tmpl'
    ini '[haproxy]' 'template = /etc/lbgen/haproxy.tmpl'
}
prepare_port-taken() {
    on systemd-run -q --unit stranger socat TCP-LISTEN:2525,fork /dev/null
    poll 10 on sh -c 'ss -Hltn sport = :2525 | grep -q .'
    web mail publish=2525 target=80 mode=tcp
}
prepare_unserved() {
    prepare_shop
    web api publish=80 target=eighty host=api.example.org
    on docker run -d --name blog --hostname blog shop/web >/dev/null
    web shop publish=80 target=8080 host=shop.example.org
    first
    poll 30 on sh -c "echo 'show stat' | socat - /run/haproxy/admin.sock | grep ',shop,' | cut -d, -f18 | grep -q DOWN"
}
prepare_bad-socket() {
    prepare_shop
    ini '[haproxy]' 'stats_socket = /run/lb/admin.sock'
}
prepare_docker-down() {
    prepare_shop
    on systemctl stop -q docker.socket docker.service 2>/dev/null
}
prepare_haproxy-down() {
    prepare_shop
    on systemctl stop haproxy
}
prepare_certificate() {
    web shop publish=443 target=80 host=shop.example.org ssl=/etc/haproxy/certs/shop.pem
    certificate "$W/share/new.pem" shop.example.org
    expired_certificate "$W/share/old.pem" shop.example.org
    on cp /mnt/new.pem /root/new.pem
    on cp /mnt/old.pem /etc/haproxy/certs/shop.pem
    first
}
prepare_sticky() {
    prepare_shop
    # HAProxy 2.6 teaches its table only some seconds after a cold start
    on systemctl restart haproxy
    on curl -s http://localhost/ >/dev/null
    sleep 11
}
prepare_corrupt() {
    prepare_shop
    on sh -c 'head -c 20 /var/lib/lbgen/status.json >/root/x; cat /root/x >/var/lib/lbgen/status.json'
}
prepare_bad-ini() {
    prepare_shop
    ini '[haproxy]' 'confrim = 300' '[stats]' 'port = 84040'
}
prepare_full() {
    prepare_shop
    on sh -c 'cp -a /etc/haproxy /root/keep && mount -t tmpfs -o size=64k tmpfs /etc/haproxy && cp -a /root/keep/. /etc/haproxy/
        systemctl restart haproxy # it sees what is mounted when it starts
        dd if=/dev/zero of=/etc/haproxy/core bs=4k' >/dev/null 2>&1 || true
    web web3 publish=80 target=80
}
prepare_held() {
    prepare_shop
    # one that has stopped in the middle
    on bash -c 'printf "#!/bin/sh\ntouch /root/there\nexec sleep 600\n" >/root/slow; chmod +x /root/slow'
    web web3 publish=80 target=80
    on systemd-run -q --unit hanging --setenv LBGEN_HAPROXY_BINARY=/root/slow lbgen --timeout 10m
    poll 20 on test -e /root/there
}
prepare_missed() {
    prepare_shop
    web web3 publish=80 target=80
}
prepare_new-host() {
    on bash -c 'rm -rf /etc/lbgen /var/lib/lbgen /etc/haproxy; cp -a /mnt/debian /etc/haproxy; systemctl restart haproxy'
}
prepare_upgrade() {
    prepare_shop
    on cp /mnt/dest/usr/bin/lbgen /root/lbgen-new
}
prepare_stats() {
    prepare_shop
    ini '[stats]' 'port = 8404' 'password_file = /etc/lbgen/stats.password'
    on sh -c 'umask 077; echo old >/etc/lbgen/stats.password; chmod o-r /etc/haproxy/haproxy.cfg'
    first
}

# --- the chapters ------------------------------------------------------------------

@test "First look" { chapter "First look"; }
@test "HAProxy refused a file" { chapter "HAProxy refused a file"; }
@test "A container gets no traffic" { chapter "A container gets no traffic"; }
@test "A reload was rolled back" { chapter "A reload was rolled back"; }
@test "Docker is down" { chapter "Docker is down"; }
@test "HAProxy is down" { chapter "HAProxy is down"; }
@test "A certificate expired" { chapter "A certificate expired"; }
@test "Stickiness was lost" { chapter "Stickiness was lost"; }
@test "The stamp is corrupt" { chapter "The stamp is corrupt"; }
@test "lb.ini is wrong" { chapter "lb.ini is wrong"; }
@test "The disk is full" { chapter "The disk is full"; }
@test "A pass does not end" { chapter "A pass does not end"; }
@test "Nothing happens by itself" { chapter "Nothing happens by itself"; }
@test "Moving to a new host" { chapter "Moving to a new host"; }
@test "Upgrading lbgen or HAProxy" { chapter "Upgrading lbgen or HAProxy"; }
@test "Rotating the password of the statistics page" { chapter "Rotating the password of the statistics page"; }

@test "no chapter is without its test, and no command without its output's place" {
    same "$(chapters)" "$(sed -n 's/^@test "\(.*\)" { chapter .*/\1/p' "$BATS_TEST_DIRNAME/runbook.bats")"
    # every block of commands is one that is run
    same "$(grep -c '^```console' "$RUNBOOK")" "$(($(grep -c '^```' "$RUNBOOK") / 2))"
}
