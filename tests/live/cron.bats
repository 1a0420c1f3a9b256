#!/usr/bin/env bats
# hooks/cron.d/lbgen under a real cron: it fires by itself, heals what no event
# told, mails what is wrong and nothing else.
# limit: 500

load_all() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    source "$ROOT/tests/lib/fake.bash"
    source "$ROOT/tests/lib/haproxy.bash"
}

# In this sandbox alone: /etc/cron.d and the crontabs are empty but for ours,
# sendmail keeps what it gets, lbgen is in cron's PATH.
setup_file() {
    load_all
    fake_docker
    lb_ini "[peers]
port = 10240
[defaults]
sticky = none
balance = roundrobin"
    local d
    mkdir -p "$W/mail"
    for d in /etc/cron.d /var/spool/cron /usr/local/bin; do
        mkdir -p "$d"
        mount -t tmpfs -o mode=755 tmpfs "$d"
    done
    mkdir -p /var/spool/cron/crontabs
    printf '#!/bin/sh\nexec %q -c %q "$@"\n' "$LBGEN" "$W/lb.ini" >/usr/local/bin/lbgen
    printf '#!/bin/sh\nexec cat >"$(mktemp %q/mail/XXXXXX)"\n' "$W" >"$W/sendmail"
    chmod 755 /usr/local/bin/lbgen "$W/sendmail"
    # a sendmail of this sandbox alone, whether the machine has one or not
    mkdir -p "$W/upper" "$W/work"
    mount -t overlay -o "lowerdir=/usr/sbin,upperdir=$W/upper,workdir=$W/work" overlay /usr/sbin
    rm -f /usr/sbin/sendmail
    cp "$W/sendmail" /usr/sbin/sendmail
    : >"$W/crontab"
    mount --bind "$W/crontab" /etc/crontab
    install -m 644 "$ROOT/hooks/cron.d/lbgen" /etc/cron.d/lbgen
    containers "$(container web1 127.0.0.2 '.Labels["lb.publish"] = "8080"')"
    background webs "$TOOLS/web" -n web1 127.0.0.2:80
    background webs2 "$TOOLS/web" -n web2 127.0.0.3:80
    lb run || [ $? = 69 ]
    haproxy_start
    lb run
    background cron cron -f
}
teardown_file() {
    load_all
    reap cron
    haproxy_stop
    reap webs
    reap webs2
    reap fake-docker
    umount -l /etc/crontab /usr/sbin /usr/local/bin /var/spool/cron /etc/cron.d 2>/dev/null || true
}
setup() { load_all; }

lists() { grep -c 'containers/json' "$W/fake-docker.log" || true; }
lists_above() { [ "$(lists)" -gt "$1" ] || { echo "$(lists) looks"; cat "$W/cron.log"; return 1; }; }
mails() { find "$W/mail" -type f | wc -l; }

@test "a container that no event told of is served within the next minute; nothing is mailed" {
    containers "$(container web1 127.0.0.2 '.Labels["lb.publish"] = "8080"')" \
        "$(container web2 127.0.0.3 '.Labels["lb.publish"] = "8080"')"
    local t=$SECONDS
    poll 150 grep -q 'server web2 127.0.0.3:80' "$W/etc/haproxy.cfg"
    echo "# served after $((SECONDS - t)) s" >&3
    poll 30 has_answer web2
    same "$(mails)" 0 "$(cat "$W/mail/"* 2>/dev/null)"
}
has_answer() { has "$(answers 8080 8)" "$1"; }

@test "a minute in which nothing changes mails nothing" {
    local n
    n=$(lists)
    poll 150 lists_above "$n"
    poll 30 eval '! pgrep -x lbgen'
    same "$(mails)" 0 "$(cat "$W/mail/"* 2>/dev/null)"
}

@test "what is wrong is mailed, and the file stays" {
    fault "containers_json status 500"
    echo '{"message":"the engine is ill"}' >"$W/docker/containers_json.500"
    poll 150 eval '[ $(find "$W/mail" -type f -size +0 | wc -l) -ge 1 ]'
    fault
    poll 10 grep -q 'the engine is ill' -r "$W/mail"
    grep -q '^To: root' -r "$W/mail"
    grep -q 'server web2' "$W/etc/haproxy.cfg"
}

@test "a run is left out while the one before it goes on" {
    line=$(sed -n 's/^\* \* \* \* \* *root *//p' "$ROOT/hooks/cron.d/lbgen")
    has "$line" flock
    reap cron
    exec 9>/run/lock/lbgen-cron
    flock 9
    local n
    n=$(lists)
    run env PATH="/usr/local/bin:$PATH" sh -c "$line"
    same "$status/$output" "0/"
    same "$(lists)" "$n"
    exec 9>&-
    run env PATH="/usr/local/bin:$PATH" LBGEN_LOG_LEVEL=warning sh -c "$line"
    same "$status/$output" "0/"
    lists_above "$n"
}
