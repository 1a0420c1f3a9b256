# haproxy.bash: an HAProxy of the test's own, master and worker. Needs common.bash.
# shellcheck shell=bash

# haproxy_cli COMMAND : one command on the master socket
haproxy_cli() { printf '%s\n' "$1" | socat -t 5 - "UNIX-CONNECT:$W/master.sock"; }

haproxy_ready() { haproxy_cli 'show proc' | grep -q '^# workers' && haproxy_cli '@1 show info' | grep -q '^Uptime'; }

# haproxy_start [FILE] : starts it on $W/etc/haproxy.cfg and waits for its worker
haproxy_start() {
    rm -f "$W/master.sock"
    background haproxy haproxy -W -S "$W/master.sock" -p "$W/haproxy.pid" -f "${1:-$W/etc/haproxy.cfg}"
    if ! poll 30 haproxy_ready; then
        cat "$W/haproxy.log"
        return 1
    fi
}

haproxy_stop() {
    local pid
    pid=$(cat "$W/haproxy.pid" 2>/dev/null) || return 0
    kill -TERM "$pid" 2>/dev/null
    for _ in $(seq 100); do
        kill -0 "$pid" 2>/dev/null || return 0
        sleep 0.05
    done
    kill -KILL "$pid" 2>/dev/null
    return 0
}

# tables_settled : by the answer of "show peers" on standard input, nobody is asked
# for stick tables any more (the two lowest bits)
tables_settled() { grep -q ' flags=0x[0-9a-f]*[37bf] '; }

# haproxy_reloads : how often the master has reloaded
haproxy_reloads() { haproxy_cli 'show proc' | awk '$2 == "master" { print $3 }'; }

# haproxy_marker : the generation that the running worker was started from
haproxy_marker() { haproxy_cli '@1 get var proc.lbgen' | sed -n 's/.*value=<\(.*\)>.*/\1/p'; }

# haproxy_steady : no worker of an older generation is left
haproxy_steady() { haproxy_cli 'show proc' | sed -n '/^# old workers/,/^# programs/p' | grep -q ' worker ' && return 1 || return 0; }
