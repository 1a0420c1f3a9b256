# The Debian package on a real server: what is in it, installed, upgraded with
# changed settings, removed, installed again, purged; and that `make install`
# puts the same files at the same places.
# limit: 900
# host: its root comes from the mirror; it lives in namespaces of its own
setup_file() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    source "$ROOT/tests/lib/dockerd.bash"
    source "$ROOT/tests/lib/server.bash"
    server_deb
    export DEB
    server_start
    server_image
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
    UNITS='lbgen-events.service lbgen.path lbgen.timer'
}

version() { on dpkg-query -W -f '${db:Status-Abbrev} ${Version}' lbgen 2>/dev/null; }
states() { # is-enabled|is-active : one word if it is the same of all
    # shellcheck disable=SC2086  # a list
    on systemctl "$1" $UNITS | sort -u | xargs
}
haproxy_is() { on sh -c 'cat /run/haproxy.pid; printf "show proc\n" | socat -t 5 - UNIX-CONNECT:/run/haproxy-master.sock' | awk 'NR == 1 || $2 == "master" { print $1, $3 }'; }
# newer VERSION [SED-EXPRESSION] : the package as a later release, perhaps with another default lb.ini
newer() {
    rm -rf "$W/next"
    dpkg-deb -R "$DEB" "$W/next"
    sed -i "s/^Version: .*/Version: $1/" "$W/next/DEBIAN/control"
    [ -z "${2-}" ] || sed -i "$2" "$W/next/etc/lbgen/lb.ini"
    dpkg-deb --root-owner-group -Zgzip -b "$W/next" "$W/next-$1.deb" >/dev/null
}
served() { poll 90 server_answers web1; }

@test "lintian has no word against it" {
    run lintian --allow-root --fail-on error,warning "$DEB"
    same "$status $output" "0 "
}

@test "the same tree gives the same bytes" {
    (cd "$ROOT" && umask 077 && TZ=Asia/Tokyo LC_ALL=C TMPDIR=$W packaging/build-deb "$(dpkg-deb -f "$DEB" Version)" "$W/again") >/dev/null
    cmp "$DEB" "$W"/again/lbgen_*.deb
    same "$(basename "$W"/again/*)" "lbgen_$(dpkg-deb -f "$DEB" Version)_$(dpkg --print-architecture).deb"
}

@test "make install and the package agree; make uninstall takes all away again" {
    make -s -C "$ROOT" install DESTDIR="$W/d" PREFIX=/usr UNITDIR=/lib/systemd/system ZSHDIR=/usr/share/zsh/vendor-completions
    # the package compresses, and has the license as its copyright
    diff <(cd "$W/d" && find . -type f ! -name LICENSE | sort) \
        <(dpkg-deb -c "$DEB" | awk '/^-/ { sub(/[.]gz$/, "", $6); print $6 }' | grep -vE '/(changelog|copyright)$' | sort)
    for f in usr/lib/lbgen/docker-events usr/bin/lbgen; do [ -x "$W/d/$f" ]; done
    # as the README installs it: programs, units and the rest below /usr/local
    make -s -C "$ROOT" install DESTDIR="$W/l"
    grep -q '^ExecStart=/usr/local/bin/lbgen run$' "$W/l/usr/local/lib/systemd/system/lbgen.service"
    grep -q '^ExecStart=/usr/local/lib/lbgen/docker-events$' "$W/l/usr/local/lib/systemd/system/lbgen-events.service"
    same "$(grep -rl '/usr/bin/lbgen\|/usr/lib/lbgen' "$W/l/usr/local/lib")" ""
    # changed settings survive both
    echo '# mine' >>"$W/l/etc/lbgen/lb.ini"
    make -s -C "$ROOT" install DESTDIR="$W/l"
    make -s -C "$ROOT" uninstall DESTDIR="$W/l"
    same "$(cd "$W/l" && find . -type f)" ./etc/lbgen/lb.ini
    grep -q '# mine' "$W/l/etc/lbgen/lb.ini"
    make -s -C "$ROOT" uninstall DESTDIR="$W/d" PREFIX=/usr UNITDIR=/lib/systemd/system ZSHDIR=/usr/share/zsh/vendor-completions
    same "$(find "$W/d" -type f)" ""
}

@test "the rpm spec builds a package with the same files" {
    # where Fedora and EL have them; their macros are not here
    rpmbuild -bb --quiet --nodeps --define "_sourcedir $ROOT" --define "_topdir $W/rpm" --define '_unitdir /usr/lib/systemd/system' \
        "$ROOT/packaging/lbgen.spec" >"$W/rpm.log" 2>&1 || { tail -20 "$W/rpm.log"; return 1; }
    rpm=$(find "$W/rpm/RPMS" -name 'lbgen-*.rpm' ! -name '*debug*')
    # manual pages may be compressed, and the license has a place of its own
    diff <(rpm -qp --qf '[%{FILEMODES:perms} %{FILENAMES}\n]' "$rpm" | awk '/^-/ { sub(/[.]gz$/, "", $2); print $2 }' | grep -v /LICENSE$ | sort) \
        <(make -s -C "$ROOT" install DESTDIR="$W/r" PREFIX=/usr >/dev/null && cd "$W/r" && find . -type f ! -name LICENSE | sed 's/^[.]//' | sort)
    same "$(rpm -qp --qf '%{VERSION}' "$rpm")" "$(build/lbgen --version | awk '{ print $2 }')"
}

@test "a configuration made by hand: lbgen is installed, and not started" {
    on cp /etc/haproxy/haproxy.cfg /root/haproxy.cfg
    printf 'frontend mine\n\tmode http\n\tbind :8088\n\thttp-request return status 200 content-type text/plain string by_hand\n' | on tee -a /etc/haproxy/haproxy.cfg >/dev/null
    on systemctl restart haproxy.service
    server_web web1 --restart always
    run server_install "$DEB"
    same "$status" 0 "$output"
    has "$output" "haproxy.cfg was made by hand, so lbgen is not started"
    has "$output" "systemctl enable --now lbgen.timer lbgen.path lbgen-events.service"
    same "$(states is-enabled) $(states is-active)" "disabled inactive"
    # also after an upgrade
    newer 99.0
    server_install "$W/next-99.0.deb"
    same "$(states is-enabled) $(states is-active)" "disabled inactive"
    same "$(on curl -s localhost:8088)" by_hand
    # the way that it names
    run on lbgen diff
    same "$status" 1 "$output"
    has "$output" "web1"
    on systemctl enable --now lbgen.timer lbgen.path lbgen-events.service
    served
    on grep -q 'bind :8088' /etc/haproxy/haproxy.cfg.before-lbgen
    on apt-get purge -y lbgen
    on sh -c 'rm -f /etc/haproxy/haproxy.cfg.*; cp /root/haproxy.cfg /etc/haproxy/haproxy.cfg; systemctl restart haproxy'
    same "$(states is-enabled 2>/dev/null)" ""
}

@test "installed: a labelled container is served, with nothing else to do" {
    run server_install "$DEB"
    same "$status" 0 "$output"
    served
    same "$(states is-enabled) $(states is-active)" "enabled active"
    same "$(on dpkg-query -W -f '${Conffiles}' lbgen | awk '{ print $1 }')" /etc/lbgen/lb.ini
    same "$(on stat -c '%U:%G %a' /var/lib/lbgen)" "root:lbgen 750"
    same "$(on dpkg --verify lbgen)" ""
    on test -e /usr/share/man/man8/lbgen.8.gz
    # a second run of a maintainer script does no harm
    on /var/lib/dpkg/info/lbgen.postinst configure "$(dpkg-deb -f "$DEB" Version)"
    on /var/lib/dpkg/info/lbgen.postinst configure
    same "$(states is-enabled) $(states is-active)" "enabled active"
    served
}

@test "upgraded: changed settings stay, the hook is new, HAProxy does not notice" {
    printf '[stats]\nport = 8404\n' | on tee -a /etc/lbgen/lb.ini >/dev/null
    poll 90 on curl -sf -o /dev/null localhost:8404/
    poll 90 on lbgen diff
    on systemctl disable --now lbgen.timer
    local pid haproxy
    pid=$(on systemctl show --value -p MainPID lbgen-events.service)
    haproxy=$(haproxy_is)
    on /mnt/load -n -c 2 -p 5 -t 60 127.0.0.1:80 >"$W/load.json" 3>&- &
    local load=$!
    # the default has not changed: no question, whatever is answered
    newer 99.1
    run server_install "$W/next-99.1.deb"
    same "$status" 0 "$output"
    same "$(version)" "ii  99.1"
    on grep -q 'port = 8404' /etc/lbgen/lb.ini
    same "$(on sh -c 'ls /etc/lbgen')" lb.ini
    # it has: the operator's file stays, the new one is beside it
    newer 99.2 's/^\[log\]/# new in this release\n[log]/'
    run server_install "$W/next-99.2.deb" -o Dpkg::Options::=--force-confold
    same "$status" 0 "$output"
    on grep -q 'port = 8404' /etc/lbgen/lb.ini
    on grep -q 'new in this release' /etc/lbgen/lb.ini.dpkg-dist
    # what was disabled stays so, what runs is of the new package
    same "$(on systemctl is-enabled lbgen.timer) $(on systemctl is-active lbgen.timer)" "disabled inactive"
    same "$(on systemctl is-active lbgen-events.service lbgen.path | xargs)" "active active"
    [ "$(on systemctl show --value -p MainPID lbgen-events.service)" != "$pid" ]
    same "$(on systemctl show --value -p NeedDaemonReload $UNITS | sort -u | xargs)" no
    poll 90 on lbgen diff
    same "$(haproxy_is)" "$haproxy" "HAProxy's process and its reloads"
    on pkill -TERM -x load
    wait $load || true
    same "$(jq .failed "$W/load.json")" 0 "failed requests: $(cat "$W/load.json")"
    # settings that nobody changed become the new ones
    on sh -c 'cp /etc/lbgen/lb.ini.dpkg-dist /etc/lbgen/lb.ini; rm /etc/lbgen/lb.ini.dpkg-dist'
    newer 99.3 's/^\[log\]/# newer still\n[log]/'
    server_install "$W/next-99.3.deb"
    on grep -q 'newer still' /etc/lbgen/lb.ini
    on systemctl enable --now lbgen.timer
}

@test "removed: HAProxy serves on, the settings stay; installed again; purged" {
    printf '[stats]\nport = 8404\n' | on tee -a /etc/lbgen/lb.ini >/dev/null
    poll 90 on curl -sf -o /dev/null localhost:8404/
    on apt-get remove -y lbgen
    same "$(server_asks)" web1
    on test ! -e /usr/bin/lbgen
    on grep -q 'port = 8404' /etc/lbgen/lb.ini
    same "$(on systemctl list-units --plain --no-legend 'lbgen*')" ""
    same "$(on pgrep -f docker-events)" ""
    # a container that comes meanwhile is there when lbgen is
    server_web web2 --label lb.host=shop.example.org
    server_install "$DEB" -o Dpkg::Options::=--force-confold
    on grep -q 'port = 8404' /etc/lbgen/lb.ini
    same "$(states is-enabled) $(states is-active)" "enabled active"
    poll 90 server_answers web2 -H 'Host: shop.example.org'
    on apt-get purge -y lbgen
    same "$(server_asks)" web1
    same "$(version)" ""
    on test ! -e /etc/lbgen
    on test ! -e /var/lib/lbgen
    same "$(on sh -c 'find / -xdev -name "*lbgen*" ! -path "/proc/*" ! -path "/mnt/*" ! -path "/etc/haproxy/*" ! -path "/var/log/*" ! -path "/etc/hostname" ! -path "/var/lib/docker/*" 2>/dev/null')" ""
    # and on a machine that has been there before
    server_install "$DEB"
    served
}

@test "completion in bash offers every command and option of lbgen --help" {
    on dpkg-query -W lbgen || server_install "$DEB"
    local help words
    help=$(on lbgen --help)
    words=$(sed -n '/^Commands:/,/^$/s/^  \([a-z]*\).*/\1/p' <<<"$help" | sort)
    [ "$(wc -l <<<"$words")" -ge 9 ]
    # bash, loaded by bash-completion itself
    # shellcheck disable=SC2016  # expanded there
    bash_offers() {
        on bash --norc -c '. /usr/share/bash-completion/bash_completion; _completion_loader lbgen
            COMP_WORDS=(lbgen "$@"); COMP_CWORD=$#; COMP_LINE="lbgen $*"; COMP_POINT=${#COMP_LINE}
            "$(complete -p lbgen | sed "s/.*-F \([^ ]*\).*/\1/")" lbgen "${!#}" ""; printf "%s\n" "${COMPREPLY[@]}"' bash "$@" | sort
    }
    same "$(bash_offers '' | xargs)" "$(xargs <<<"$words")"
    same "$(bash_offers - | paste -sd' ')" "$(sed -n '/^Options:/,/^$/p' <<<"$help" | grep -oE '^ +(-[a-zA-Z], )?--[a-z-]+' | tr -d , | tr -s ' ' '\n' | grep . | sort | paste -sd' ')"
    same "$(bash_offers --log-format '' | xargs)" "auto journal json plain"
    same "$(bash_offers -c /etc/lbg | xargs)" /etc/lbgen
    has "$(bash_offers config haproxy.)" haproxy.master_socket
    has "$(bash_offers show '')" web1
    # zsh, at a terminal: what stands there after the Tab
    # shellcheck disable=SC2016  # expanded there
    zsh_shows() { # WANTED TYPED
        on zsh -f -c '
            zmodload zsh/zpty
            zpty -b z zsh -f -i
            hear() { local l; while zpty -r -t z l; do out+=$l; done }
            until_there() { for i in {1..200}; do hear; [[ $out = *$1* ]] && return; sleep 0.05; done; return 1 }
            zpty -w z "PS1=; autoload -Uz compinit; compinit -u -D; print rea\"\"dy"
            until_there ready || exit
            out=
            zpty -w -n z "$2"
            until_there "$1"; rc=$?
            print -r -- "${(V)out}"
            zpty -d z
            exit $rc' zsh "$1" "$2"
    }
    zsh_shows 'lbgen snapshot' $'lbgen sn\t'
    # an option that is the only one is written out, else all are listed
    zsh_shows 'lbgen --version' $'lbgen --v\t'
    for option in $(grep -oE '^ +(-[a-zA-Z], )?--[a-z-]+' <(sed -n '/^Options:/,/^$/p' <<<"$help") | grep -oE -- '--[a-z-]+'); do
        zsh_shows "$option" $'lbgen --\t\t'
    done
    zsh_shows journal $'lbgen --log-format \t\t'
    zsh_shows web1 $'lbgen show \t\t'
}
