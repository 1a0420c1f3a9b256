#!/usr/bin/env bats
# lbgen-hooks(8): clean, complete, and every example runs. The line of shell is
# run by tests/live/events.bats on a real engine, the units by systemd in
# tests/server.
# limit: 120

setup() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    PAGE=$ROOT/docs/lbgen-hooks.8
    cd "$W" || return
}
teardown() { reap hook; umount /usr/lib/lbgen /etc/cron.d 2>/dev/null || true; rm -rf "${W:?}"/*; }

@test "mandoc finds nothing" {
    run mandoc -Tlint -W style "$PAGE"
    same "$(grep -vE 'referenced manual not found|outdated mandoc.db' <<<"$output")" ""
}

@test "every variable that the hook reads is told" {
    local v
    for v in $(grep -oE '\$\{?(LBGEN|CHECK|JOURNAL|DOCKER)[A-Z_]*' "$ROOT/hooks/docker-events" | tr -d '${' | sort -u); do
        grep -qE "^\.(It )?Ev (.* )?$v( |$)" "$PAGE" || { echo "$v is missing"; return 1; }
    done
}

@test "its figures are the hook's" {
    has "$(cat "$ROOT/hooks/docker-events")" "QUIET=100 "
    has "$(cat "$ROOT/hooks/docker-events")" "SETTLE=1000 "
    has "$(cat "$ROOT/hooks/docker-events")" "LOOK_AGAIN=3000"
    has "$(cat "$ROOT/hooks/docker-events")" "INTERVAL < 6 ? INTERVAL * 5000 : 30000"
    has "$(cat "$ROOT/hooks/docker-events")" "NAP_MIN=250 "
    has "$(cat "$ROOT/hooks/docker-events")" "NAP_MAX=5000"
}

@test "the line of shell has the filters of the hook" {
    local want
    want=$(sed -n 's/.*event={\(start,.*\)})$/\1/p; s/.*type=network event={\(.*\)}).*/\1/p' "$ROOT/hooks/docker-events" |
        tr , '\n' | grep -v '^remove$' | sort)
    [ "$(wc -l <<<"$want")" = 11 ]
    same "$(grep -oE 'filter event=[a-z_]*' "$PAGE" | sed 's/.*=//' | sort)" "$want"
}

@test "every other example runs" {
    mkdir -p bin /usr/lib/lbgen /etc/cron.d
    mount -t tmpfs tmpfs /usr/lib/lbgen
    mount -t tmpfs tmpfs /etc/cron.d
    cp "$ROOT/hooks/docker-events" /usr/lib/lbgen/
    lb_ini
    # units that are there, and the folder of the examples
    printf '#!/bin/sh\nfor u; do case $u in *.*) [ -f "%s/hooks/systemd/$u" ] || exit 5 ;; esac; done\n' "$ROOT" >bin/systemctl
    printf '#!/bin/sh\n[ "$3" = /usr/share/doc/lbgen/examples/cron.d/lbgen ] || exit 1\nexec /usr/bin/install -m "$2" "%s/hooks/cron.d/lbgen" "$4"\n' "$ROOT" >bin/install
    printf '#!/bin/sh\ncase " $* " in *" config "*) exec "%s" -c "%s/lb.ini" config ;; esac\necho run >>"%s/ran"\n' "$LBGEN" "$W" "$W" >bin/lbgen
    chmod 755 bin/*
    make -s -C "$ROOT" --eval='examples: ; @echo $(EXAMPLES)' examples | grep -q 'hooks/cron.d/lbgen'
    { sed -n 's/^\.Dl //p' "$PAGE"; sed -n '/^\.Ss systemd/,/^\.Ss cron/{/^\.Bd/,/^\.Ed/{/^\./d;p}}' "$PAGE"; } >examples
    same "$(wc -l <examples)" 7
    while read -r line; do
        rm -f ran
        case $line in
            *docker-events)
                background hook env -u LBGEN PATH="$W/bin:$PATH" sh -c "$line"
                poll 30 test -s ran || { cat hook.log; ls -l bin /usr/lib/lbgen; return 1; }
                pkill -TERM -s "$BG"
                poll 10 eval "! kill -0 $BG 2>/dev/null"
                ;;
            *) PATH=$W/bin:$PATH sh -c "$line" ;;
        esac
    done <examples
    cmp /etc/cron.d/lbgen "$ROOT/hooks/cron.d/lbgen"
}
