# The house rules that a program can check: floors, the binary, what is installed.
# limit: 120
setup() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    cd "$ROOT"
}

@test "every file includes only lower floors" {
    run tests/floors
    same "$output" ""
    same "$status" 0
}

@test "the binary is hardened: PIE, RELRO, BIND_NOW, canary, FORTIFY, no executable stack" {
    run readelf -hldW build/lbgen
    has "$output" "DYN (Position-Independent Executable file)"
    has "$output" "GNU_RELRO"
    has "$output" "BIND_NOW"
    has "$(grep GNU_STACK <<<"$output")" " RW "
    lacks "$(grep GNU_STACK <<<"$output")" "E"
    run readelf -W --dyn-syms build/lbgen
    has "$output" "__stack_chk_fail"
    has "$output" "_chk@"
}

@test "it is linked with what the design names, and nothing else" {
    same "$(readelf -dW build/lbgen | sed -n 's/.*NEEDED.*\[\(lib[a-z]*\).*/\1/p' | grep -v '^libc$' | sort | xargs)" \
        "libcares libcrypto libcurl libinih libjansson"
}

@test "make install, and make uninstall takes it all away" {
    make -s install DESTDIR="$W/dest" PREFIX=/usr
    [ -x "$W/dest/usr/bin/lbgen" ]
    [ -f "$W/dest/usr/lib/systemd/system/lbgen.service" ]
    "$W/dest/usr/bin/lbgen" --version | grep -q '^lbgen [0-9]'
    for f in docs/*.[578]; do [ -f "$W/dest/usr/share/man/man${f##*.}/${f##*/}" ]; done
    if [ -f lb.ini ]; then
        cmp lb.ini "$W/dest/etc/lbgen/lb.ini"
        # one that was changed is neither overwritten nor removed
        echo '# mine' >>"$W/dest/etc/lbgen/lb.ini"
        make -s install DESTDIR="$W/dest" PREFIX=/usr
        tail -1 "$W/dest/etc/lbgen/lb.ini" | grep -q mine
        make -s uninstall DESTDIR="$W/dest" PREFIX=/usr
        same "$(find "$W/dest" -type f)" "$W/dest/etc/lbgen/lb.ini"
        rm "$W/dest/etc/lbgen/lb.ini"
    fi
    make -s install DESTDIR="$W/dest" PREFIX=/usr
    make -s uninstall DESTDIR="$W/dest" PREFIX=/usr
    same "$(find "$W/dest" -type f)" ""
}

@test "the units name the places of the installation" {
    make -s install DESTDIR="$W/dest" PREFIX=/opt/lb
    run grep -rhE '^(ExecStart|Environment)=' "$W/dest/opt/lb/lib/systemd/system"
    has "$output" "/opt/lb/bin/lbgen"
    has "$output" "/opt/lb/lib/lbgen/docker-events"
    lacks "$output" "/usr/"
}

@test "the manual pages and lb.ini say what the tables say" {
    run scripts/docs --check
    same "$output" ""
    same "$status" 0
}
