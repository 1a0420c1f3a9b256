# Each way to reload, confirmed by what the worker really runs.
# limit: 180
setup() { source "$BATS_TEST_DIRNAME/../lib/apply.bash"; }
teardown() { apply_end; }

# A reload with web2 added is served, and the next pass has nothing to do.
takes() {
    web2
    pass
    has "$(cat "$W/pass.log")" "port 8080: + web2 127.0.0.3:80"
    poll 10 answers_are 8080 8 "web1 web2"
    in_step
    gone web2
    pass
    has "$(cat "$W/pass.log")" "port 8080: - web2"
    poll 10 answers_are 8080 4 web1
}

runs_the_file() { same "$(haproxy_marker)" "$(sed -n 's/.*set-var proc.lbgen str(\(.*\))/\1/p' "$W/etc/haproxy.cfg")"; }

@test "master" {
    apply_world
    takes
}

@test "master, while others reload too: the last text is what runs" {
    apply_world
    for i in $(seq 20); do
        for _ in 1 2 3; do haproxy_cli reload >/dev/null 2>&1 3>&- & done
        if [ $((i % 2)) = 1 ]; then web2; else gone web2; fi
        pass
        poll 10 runs_the_file
    done
    pass
    in_step
}

@test "signal" {
    apply_world "reload = signal"
    takes
}

@test "signal, where no socket tells what runs" {
    LEVEL=user apply_world "reload = signal"
    sed -i "s|^master_socket = .*|master_socket = $W/none|" "$W/lb.ini"
    pass
    web2
    pass
    poll 10 answers_are 8080 8 "web1 web2"
    n=$(haproxy_reloads)
    pass
    has "$(cat "$W/pass.log")" unchanged
    same "$(haproxy_reloads)" "$n"
    # a text that HAProxy refuses is seen all the same, and taken back
    before=$(sha256sum <"$W/etc/haproxy.cfg")
    apply_ini "reload = signal
trial_bind = no
confirm = 4s
[apply]
quarantine = no"
    sed -i "s|^master_socket = .*|master_socket = $W/none|" "$W/lb.ini"
    member far 127.0.0.3 publish=8090 target=80 dst_addr=203.0.113.9
    pass_fails 70
    has "$output" "the old file is back"
    same "$(sha256sum <"$W/etc/haproxy.cfg")" "$before"
    poll 10 answers_are 8080 8 "web1 web2"
}

@test "a signal is not sent to a process that would die of it" {
    apply_world "reload = signal
confirm = 1s"
    sed -i "s|^master_socket = .*|master_socket = $W/none|; s|^stats_socket = .*|stats_socket = $W/none2|" "$W/lb.ini"
    background sleeper sleep 600
    cp "$W/sleeper.pid" "$W/haproxy.pid.real"
    sed -i "s|^pid_file = .*|pid_file = $W/haproxy.pid.real|" "$W/lb.ini"
    web2
    pass_fails 69
    has "$output" "takes no reload signal"
    kill -0 "$(cat "$W/sleeper.pid")"
}

@test "command, and one that loses what it is asked" {
    apply_world
    apply_ini "reload = command
reload_command = kill -USR2 \$(cat $W/haproxy.pid)"
    takes
    cat >"$W/lossy" <<SH
#!/bin/sh
echo x >>$W/asked
[ \$(wc -l <$W/asked) -lt 2 ] || kill -USR2 \$(cat $W/haproxy.pid)
SH
    chmod +x "$W/lossy"
    apply_ini "reload = command
reload_command = $W/lossy"
    web2
    pass
    same "$(wc -l <"$W/asked")" 2 "how often it was asked"
    poll 10 answers_are 8080 8 "web1 web2"
}

@test "a command that fails" {
    apply_world
    apply_ini "reload = command
reload_command = echo no such thing; exit 3"
    remember
    web2
    pass_fails 70
    has "$output" "status 3: no such thing"
    has "$output" "the old file is back"
    untouched
}

# stops_master BEFORE|AFTER : a reload_command that stops HAProxy's master before it
# has seen the signal, or as soon as its new worker serves. What then can be asked
# is the worker, by its own socket.
stops_master() {
    cat >"$W/stops" <<SH
#!/bin/sh
marker() { echo 'get var proc.lbgen' | socat -t 5 - UNIX-CONNECT:$W/admin.sock; }
[ -e $W/stopped ] && exit 0 # once
: >$W/stopped
master=\$(cat $W/haproxy.pid)
before=\$(marker)
if [ $1 = BEFORE ]; then
    kill -STOP \$master && kill -USR2 \$master
    exit
fi
kill -USR2 \$master
for i in \$(seq 300); do
    now=\$(marker) && [ "\$now" ] && [ "\$now" != "\$before" ] && exec kill -STOP \$master
    sleep 0.1
done
echo no new worker came
exit 1
SH
    chmod +x "$W/stops"
    apply_ini "reload = command
reload_command = $W/stops
confirm = ${2:-10s}"
}

@test "the master is stopped, but the new worker serves: that is a success" {
    apply_world
    stops_master AFTER
    web2
    pass
    same "$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$(cat "$W/haproxy.pid")/status")" T
    has "$(cat "$W/pass.log")" "HAProxy reloaded"
    answers_are 8080 8 "web1 web2"
    grep -q 127.0.0.3:80 "$W/etc/haproxy.cfg"
    kill -CONT "$(cat "$W/haproxy.pid")"
    poll 20 runs_the_file
    in_step
}

@test "the master is stopped and the old worker serves: that is none, and the old file is back" {
    apply_world
    stops_master BEFORE 3s
    remember
    old=$MARK
    web2
    pass_fails 70
    kill -CONT "$(cat "$W/haproxy.pid")"
    has "$output" "did not take the new configuration within [haproxy] confirm: it runs generation $old, wanted "
    has "$output" "the old file is back"
    same "$(sha256sum "$W/etc/haproxy.cfg")" "$BEFORE" "the live file"
    # the signal reaches it now: it loads what is there, the old file
    poll 20 eval '[ "$(haproxy_reloads)" -ge 1 ]'
    poll 20 haproxy_ready
    poll 20 runs_the_file
    untouched
    apply_ini
    takes
}

@test "systemd" {
    apply_world
    apply_ini "reload = systemd
unit = lb.service"
    mkdir "$W/bin"
    cat >"$W/bin/systemctl" <<SH
#!/bin/sh
echo "\$*" >>$W/systemctl.log
exec kill -USR2 \$(cat $W/haproxy.pid)
SH
    chmod +x "$W/bin/systemctl"
    PATH=$W/bin:$PATH takes
    same "$(sort -u "$W/systemctl.log")" "reload-or-restart lb.service"
}

@test "docker:NAME, through the engine" {
    apply_world "reload = docker:lb"
    cat >"$W/engine" <<SH
#!/bin/sh
read -r line
echo "\$line" | tr -d '\r' >>$W/engine.log
case \$line in
*/containers/lb/kill*) kill -USR2 \$(cat $W/haproxy.pid); printf 'HTTP/1.1 204 No Content\r\n\r\n' ;;
*) printf 'HTTP/1.1 404 Not Found\r\nContent-Length: 29\r\n\r\n{"message":"No such container"' ;;
esac
SH
    chmod +x "$W/engine"
    background engine socat UNIX-LISTEN:"$W/docker.sock",fork EXEC:"$W/engine"
    poll 10 test -S "$W/docker.sock"
    takes
    has "$(cat "$W/engine.log")" "POST /containers/lb/kill?signal=SIGUSR2"
    # a container that is not there
    apply_ini "reload = docker:gone"
    remember
    web2
    pass_fails 69
    has "$output" "container gone"
    untouched
}

@test "start: HAProxy is started when it does not run" {
    apply_world "start = haproxy -W -D -S $W/master.sock -p $W/haproxy.pid -f $W/etc/haproxy.cfg >$W/start.log 2>&1"
    haproxy_stop
    rm -f "$W/master.sock"
    pass
    has "$(cat "$W/pass.log")" "HAProxy started"
    poll 10 answers_are 8080 2 web1
    takes
    apply_ini "start = echo cannot start; exit 1"
    haproxy_stop
    pass_fails 69
    has "$output" "cannot start"
    has "$output" "[haproxy] start"
}

@test "a renewed certificate reloads" {
    mkdir -p "$W/certs"
    apply_world "[labels]
cert_dirs = $W/certs"
    sed -i 's|^    bind .*|    bind *:{{.Publish.Port}}{{if .Publish.Ssl}} ssl crt {{.Publish.Ssl}}{{end}}|' "$W/t.tmpl"
    certificate "$W/certs/a.pem" a.example
    member tls 127.0.0.3 publish=8443 target=80 ssl="$W/certs/a.pem"
    pass
    poll 10 curl -skf https://127.0.0.1:8443/
    s=$(serial 127.0.0.1:8443 a.example)
    in_step
    certificate "$W/certs/a.pem" a.example
    pass
    has "$(cat "$W/pass.log")" "HAProxy reloaded"
    [ "$(serial 127.0.0.1:8443 a.example)" != "$s" ]
    in_step
}

@test "diff tells what a pass would do, and does nothing" {
    apply_world
    in_step
    run lb diff --snapshot "$W/world.json"
    same "$status/$output" "0/"
    remember
    web2
    world >"$W/world.json"
    run lb diff --snapshot "$W/world.json"
    same "$status" 1 "$output"
    has "$output" "+    server web2 127.0.0.3:80"
    has "$output" "port 8080: + web2 127.0.0.3:80 (needs a reload)"
    untouched
}
