# The units of hooks/systemd on a real server: systemd as process 1, Debian's own
# docker.service and haproxy.service, lbgen from its package.
# limit: 900
# host: its root comes from the mirror; it lives in namespaces of its own
setup_file() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    source "$ROOT/tests/lib/dockerd.bash"
    source "$ROOT/tests/lib/server.bash"
    server_deb
    server_start
    server_image
    server_install "$DEB"
    on cp /etc/lbgen/lb.ini /root/lb.ini
}
teardown_file() {
    source "$ROOT/tests/lib/common.bash"
    source "$ROOT/tests/lib/server.bash"
    server_stop
    rm -rf --one-file-system "$W"
}
setup() {
    source "$ROOT/tests/lib/common.bash"
    source "$ROOT/tests/lib/server.bash"
}

ms() { local t=${EPOCHREALTIME/[.,]/}; echo $((t / 1000)); }
in_step() { on lbgen diff >/dev/null; }
# ended UNIT : no run of it is going
ended() { case $(server_unit "$1" ActiveState) in inactive | failed) ;; *) return 1 ;; esac; }
idle() { ended lbgen-changed.service && ended lbgen.service; }
# status_says TEXT... : what systemctl status says of the last pass, when it is over
status_says() {
    local t out
    idle || return 1
    out=$(on systemctl --no-pager status lbgen.service) || true # 3: not active
    for t in "$@"; do has "$out" "$t" || return 1; done
}
# alone_with UNIT : of all that starts lbgen only this
alone_with() {
    on systemctl stop lbgen.timer lbgen.path lbgen-events.service
    poll 90 idle
    on systemctl start "$1"
}
# each test begins with the default lb.ini, HAProxy running and all units on
teardown() {
    on sh -c 'cmp -s /root/lb.ini /etc/lbgen/lb.ini || cp /root/lb.ini /etc/lbgen/lb.ini'
    on systemctl unmask --runtime haproxy.service
    on systemctl start haproxy.service
    all_on
}
all_on() { on systemctl start lbgen.timer lbgen.path lbgen-events.service; }

@test "systemd-analyze: the units are right, and exposed by at most 2.5" {
    local u score
    # --man=no: the pages are looked for below, this root has no man
    run on sh -c 'systemd-analyze verify --man=no /lib/systemd/system/lbgen*.* haproxy.service 2>&1'
    same "$status $output" "0 "
    for u in lbgen.service lbgen-events.service lbgen-changed.service; do
        score=$(on systemd-analyze security "$u" | sed -n 's/.*exposure level.*: \([0-9.]*\).*/\1/p')
        echo "# $u: systemd-analyze security $score" >&3
        [ -n "$score" ] && [ "${score/./}" -le 25 ]
    done
    # what the units name as documentation is there
    for u in $(on cat /lib/systemd/system/lbgen.service /lib/systemd/system/lbgen-events.service /lib/systemd/system/lbgen.timer |
        sed -n 's/^Documentation=//p'); do
        # the page of the hooks is to come
        [ "$u" != "man:lbgen-hooks(8)" ] || [ -e "$ROOT/docs/lbgen-hooks.8" ] || continue
        [[ $u =~ ^man:(.*)\(([0-9])\)$ ]]
        on test -e "/usr/share/man/man${BASH_REMATCH[2]}/${BASH_REMATCH[1]}.${BASH_REMATCH[2]}.gz" || { echo "no page for $u"; return 1; }
    done
}

@test "the hook's sandbox is that of a pass" {
    # it runs the same program; what is more or less there is named here
    sandbox() { sed -n '/^CapabilityBoundingSet/,/^UMask/p' "$ROOT/hooks/systemd/$1" | grep -v '^#'; }
    diff <(sandbox lbgen.service) <(sandbox lbgen-events.service | sed 's/^SystemCallFilter=@chown capset$/SystemCallFilter=@chown/')
}

@test "after the installation all is in step, and the first file is kept" {
    poll 90 in_step
    on grep -q 'chroot /var/lib/haproxy' /etc/haproxy/haproxy.cfg.before-lbgen
    has "$(server_log 'lbgen*')" "/etc/haproxy/haproxy.cfg was not written by lbgen: it is replaced, and kept as /etc/haproxy/haproxy.cfg.before-lbgen"
}

@test "a container that is started is served, by the events service alone" {
    alone_with lbgen-events.service
    poll 90 in_step
    local id t0
    id=$(on docker create --hostname web1 --name web1 --restart always --label lb.enable=Y --label lb.publish=80 --label lb.target=80 lbt/web)
    t0=$(ms)
    on docker start "$id" >/dev/null
    local t1
    t1=$(ms)
    poll 90 server_answers web1
    echo "# docker start took $((t1 - t0)) ms, served $(($(ms) - t1)) ms after it returned, $(($(ms) - t0)) ms after it was called" >&3
    # by name as well: haproxy -c compiles the expression of it, inside the sandbox
    server_web web2 --restart always --label lb.host=shop.example.org
    poll 90 server_answers web2 -H 'Host: shop.example.org'
    same "$(on lbgen show --json | jq -r '.left_out | length')" 0 "left out"
    # and gone at once when it dies
    on docker rm -f web2 >/dev/null
    poll 90 server_answers web1 -H 'Host: shop.example.org'
    all_on
}

@test "a quiet pass leaves no line in the journal, a warning is a warning there" {
    on systemctl stop lbgen.timer lbgen.path
    poll 90 idle
    local cursor
    cursor=$(on journalctl -q -n 0 --show-cursor | sed -n 's/^-- cursor: //p')
    on systemctl start lbgen.service
    same "$(since "$cursor" | grep -E '^. lbgen ')" ""
    server_web bad --label lb.weight=much
    poll 90 has_priority 4 "bad: left out (bad-label:weight)" "$cursor"
    on docker rm -f bad >/dev/null
    server_web good
    poll 90 has_priority 5 "HAProxy reloaded in" "$cursor"
    on docker rm -f good >/dev/null
    # and a failure is one of the unit
    on sed -i 's/^\[docker\]/[docker]\nhots = x/' /etc/lbgen/lb.ini
    run on systemctl start lbgen.service
    same "$status" 1 "$output"
    same "$(server_unit lbgen.service Result)" exit-code
    poll 30 has_priority 3 "hots" "$cursor"
    on sed -i '/^hots = x/d' /etc/lbgen/lb.ini
    all_on
}
# has_priority N TEXT CURSOR : a line of lbgen with that priority and text
has_priority() {
    since "$3" >"$W/lines"
    grep -F "$2" "$W/lines" | grep -Eq "^$1 (lbgen|docker-events) " || { cat "$W/lines"; return 1; }
}
# since CURSOR : "PRIORITY NAME TEXT" of each line after it. Chosen by name, for of
# a run that ends at once journald may not learn the unit any more; and by jq, for
# journalctl --after-cursor passes over the first line that its own choice matches.
since() {
    on journalctl -q -o json --after-cursor "$1" | jq -r '"\(.PRIORITY) \(.SYSLOG_IDENTIFIER) \(.MESSAGE)"'
}

@test "the timer heals what an event missed" {
    on systemctl stop lbgen-events.service lbgen.path
    poll 90 idle
    same "$(server_unit lbgen.timer TimersMonotonic | grep -c 'OnUnitInactiveUSec=30s')" 1
    local t0
    server_web web3
    t0=$(ms)
    poll 90 sh_answers web3
    echo "# without the hook: in step $(($(ms) - t0)) ms after the start, by the timer of 30 s" >&3
    # another pace by a drop-in, as its comment says
    on mkdir -p /etc/systemd/system/lbgen.timer.d
    printf '[Timer]\nOnUnitInactiveSec=\nOnUnitInactiveSec=1s\n' | on tee /etc/systemd/system/lbgen.timer.d/pace.conf >/dev/null
    on systemctl daemon-reload
    on systemctl restart lbgen.timer
    on docker rm -f web3 >/dev/null
    t0=$(ms)
    poll 90 in_step
    echo "# with OnUnitInactiveSec=1s: $(($(ms) - t0)) ms" >&3
    has "$(server_unit lbgen.timer TimersMonotonic)" "OnUnitInactiveUSec=1s"
    on rm -r /etc/systemd/system/lbgen.timer.d
    on systemctl daemon-reload
    on systemctl restart lbgen.timer
    all_on
}
# sh_answers NAME : lbgen and HAProxy know NAME
sh_answers() { on grep -q "server $1 " /etc/haproxy/haproxy.cfg && in_step; }

@test "restarts of the hook, of Docker and of HAProxy lose nothing" {
    local pid
    all_on
    poll 90 in_step
    # the hook, under load; a container starts while it is away
    on /mnt/load -n -c 2 -p 5 -t 120 127.0.0.1:80 >"$W/load.json" 3>&- &
    local load=$!
    pid=$(server_unit lbgen-events.service MainPID)
    on systemctl stop lbgen-events.service lbgen.timer
    server_web web4 --restart always
    on systemctl start lbgen-events.service
    poll 90 sh_answers web4
    # killed, it is started again
    pid=$(server_unit lbgen-events.service MainPID)
    on kill -KILL "$pid"
    poll 90 another_pid "$pid"
    server_web web5
    poll 90 sh_answers web5
    on docker rm -f web5 >/dev/null
    poll 90 in_step
    # nothing of the one that was killed is left over
    poll 90 all_of_one_hook
    on pkill -TERM -x load
    wait $load || true
    same "$(jq .failed "$W/load.json")" 0 "failed requests: $(cat "$W/load.json")"
    # HAProxy
    on systemctl restart haproxy.service
    poll 90 server_answers web1 -b none
    poll 90 in_step
    # Docker: the containers start again, with other addresses perhaps
    on systemctl restart docker.service
    poll 90 sh_answers web4
    poll 90 in_step
    server_web web6
    poll 90 sh_answers web6
    on docker rm -f web4 web6 >/dev/null
    poll 90 in_step
    on systemctl start lbgen.timer
}
another_pid() { local p; p=$(server_unit lbgen-events.service MainPID); [ "$p" != 0 ] && [ "$p" != "$1" ]; }
# every reader of the stream belongs to the hook that runs
all_of_one_hook() { same "$(on pgrep -f '^(docker|/usr/bin/docker|curl|/usr/bin/curl) .*events' | sort)" "$(on systemctl status --no-pager lbgen-events.service | sed -n 's/.*[├└]─\([0-9]*\) \(docker\|curl\|\/usr\/bin\/docker\|\/usr\/bin\/curl\) .*/\1/p' | sort)"; }

@test "HAProxy stopped, masked, failed: what systemctl status says, and it comes back" {
    alone_with lbgen.path
    on systemctl stop haproxy.service
    on systemctl start lbgen.service && false
    status_says "status=69" "HAProxy does not run" "start it with: systemctl start haproxy.service"
    # again: the same, and not "start request repeated too quickly"
    for _ in 1 2 3 4 5 6 7; do on systemctl start lbgen.service && false; done
    same "$(server_unit lbgen.service Result)" exit-code
    on systemctl mask --runtime haproxy.service
    on systemctl start lbgen.service && false
    same "$(server_unit lbgen.service ExecMainStatus)" 69
    on systemctl unmask --runtime haproxy.service
    on systemctl start haproxy.service
    on systemctl start lbgen.service
    same "$(server_unit lbgen.service ExecMainStatus)" 0
    # failed, by a file that somebody broke; lbgen writes it anew, and systemd goes on trying
    echo nonsense | on tee /etc/haproxy/haproxy.cfg >/dev/null
    on systemctl restart haproxy.service && false
    on systemctl start lbgen.service || true
    poll 90 server_answers web1
    on systemctl start lbgen.service
    same "$(server_unit lbgen.service ExecMainStatus)" 0
    poll 90 in_step
    all_on
}

@test "the path unit: lb.ini, the template, a certificate that is renewed" {
    alone_with lbgen.path
    # lb.ini, as an editor saves it: in place, and by a new file in its place
    printf '[defaults]\nmaxconn = 77\n' | on tee -a /etc/lbgen/lb.ini >/dev/null
    poll 90 on grep -q 'maxconn 77' /etc/haproxy/haproxy.cfg
    on sh -c 'sed "s/^maxconn = 77/maxconn = 78/" /etc/lbgen/lb.ini >/etc/lbgen/new && mv /etc/lbgen/new /etc/lbgen/lb.ini'
    poll 90 on grep -q 'maxconn 78' /etc/haproxy/haproxy.cfg
    # one change after the other, while passes go on: the last one counts
    for n in 81 82 83 84 85 86 87 88 89; do on sed -i "s/^maxconn = .*/maxconn = $n/" /etc/lbgen/lb.ini; done
    poll 90 on grep -q 'maxconn 89' /etc/haproxy/haproxy.cfg
    poll 90 idle
    on sed -i 's/^maxconn = 89/maxconn = 78/' /etc/lbgen/lb.ini
    poll 90 on grep -q 'maxconn 78' /etc/haproxy/haproxy.cfg
    # a mistake in it: the file stays, the unit says what is wrong
    on sed -i 's/^maxconn = 78/maxcon = 78/' /etc/lbgen/lb.ini
    poll 90 status_says "status=78" "maxcon"
    same "$(server_asks)" web1
    on sed -i 's/^maxcon = 78/maxconn = 78/' /etc/lbgen/lb.ini
    poll 90 status_says "status=0/SUCCESS"
    # the template
    on cp /usr/share/lbgen/haproxy.tmpl /etc/lbgen/haproxy.tmpl
    printf '[haproxy]\ntemplate = /etc/lbgen/haproxy.tmpl\n' | on tee -a /etc/lbgen/lb.ini >/dev/null
    poll 90 idle
    on sed -i 's/^global$/global\n    # of the template/' /etc/lbgen/haproxy.tmpl
    poll 90 on grep -q 'of the template' /etc/haproxy/haproxy.cfg
    # a certificate, first in a folder that is new; only HAProxy's user may read it
    server_web tls --label lb.admin.publish=443 --label lb.admin.target=80 --label lb.admin.ssl=/etc/haproxy/certs/shop.pem
    certificate one
    poll 90 serves_certificate one
    certificate two
    poll 90 serves_certificate two
    same "$(on stat -c %U /etc/haproxy/certs/shop.pem)" haproxy
    on docker rm -f tls >/dev/null
    on rm -rf /etc/haproxy/certs /etc/lbgen/haproxy.tmpl
    on sed -i '/^\[defaults\]$/,$ { /^maxconn = 78$/d; /^template = /d }' /etc/lbgen/lb.ini
    poll 90 idle
    all_on
    poll 90 in_step
}
certificate() { # NAME
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$1" -keyout "$W/key" -out "$W/crt" 2>/dev/null
    on mkdir -p /etc/haproxy/certs
    cat "$W/crt" "$W/key" >"$W/share/shop.pem"
    on install -m 600 -o haproxy -g haproxy /mnt/shop.pem /etc/haproxy/certs/.new
    on mv /etc/haproxy/certs/.new /etc/haproxy/certs/shop.pem
}
serves_certificate() { on curl -skv --max-time 5 https://localhost/ 2>&1 | grep -q "subject: CN=$1"; }

@test "timer, path and hook at one time: one pass after the other, none is a failure" {
    all_on
    on sh -c 'for i in $(seq 20); do touch /etc/lbgen/lb.ini; echo >>/etc/lbgen/lb.ini; systemctl start --no-block lbgen.service; systemctl reload lbgen-events.service; done'
    poll 90 idle
    same "$(server_unit lbgen.service Result)" success
    same "$(server_unit lbgen.path ActiveState)" active
    poll 90 in_step
    # another run holds the lock until the time is over: no failure, and told
    on systemctl stop lbgen.timer lbgen-events.service
    on mkdir -p /etc/systemd/system/lbgen.service.d
    printf '[Service]\nExecStart=\nExecStart=/usr/bin/lbgen --timeout 1s run\n' | on tee /etc/systemd/system/lbgen.service.d/short.conf >/dev/null
    on systemctl daemon-reload
    on flock /var/lib/lbgen/lock systemctl start lbgen.service
    status_says "status=75" "holds the lock"
    same "$(server_unit lbgen.service ActiveState)" inactive
    on rm -r /etc/systemd/system/lbgen.service.d
    on systemctl daemon-reload
    all_on
}

@test "in the sandbox: an owner that is kept, the other ways to reload" {
    alone_with lbgen.path
    on chown haproxy:adm /etc/haproxy/haproxy.cfg
    on chmod 640 /etc/haproxy/haproxy.cfg
    local how n=5
    for how in signal systemd master; do
        n=$((n + 1))
        printf '[haproxy]\nreload = %s\nmaxconn = 4%03d\n' "$how" "$n" | cat "$ROOT/lb.ini" - | on tee /etc/lbgen/lb.ini >/dev/null
        poll 90 on grep -q "maxconn 4$(printf %03d "$n")" /etc/haproxy/haproxy.cfg
        poll 90 idle
        same "$(server_unit lbgen.service Result)" success "$how: $(server_log lbgen.service -n 5)"
        in_step
        same "$(on stat -c '%U:%G %a' /etc/haproxy/haproxy.cfg)" "haproxy:adm 640"
    done
    # those of the group may look
    on useradd -m watcher 2>/dev/null || true
    run on setpriv --reuid watcher --regid watcher --init-groups lbgen show --last
    [ "$status" != 0 ]
    on usermod -aG lbgen watcher
    run on setpriv --reuid watcher --regid watcher --init-groups lbgen show --last
    same "$status" 0 "$output"
    all_on
}
