# What a certificate file may be, with the files themselves and a real HAProxy:
# each bad one leaves out its own service and says why, the rest is served.
# limit: 240
setup_file() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    source "$ROOT/tests/lib/labels.bash"
    labels_setup
    mirrors servers s1=127.0.0.2:9000 s2=127.0.0.3:9000
}
setup() {
    source "$ROOT/tests/lib/common.bash"
    source "$ROOT/tests/lib/labels.bash"
    labels_setup
    C=$W/certs
    rm -rf "$C" && mkdir "$C"
    NAMES=() WORDS=()
    LB=(env -u DOCKER_HOST "$LBGEN" -c "$W/lb.ini")
    certificate "$C/a.pem" a.test
}
teardown_file() {
    source "$ROOT/tests/lib/common.bash"
    source "$ROOT/tests/lib/labels.bash"
    labels_setup
    labels_teardown
}

# bad NAME WORDS : a service on the port of the good one, with the file NAME.pem
bad() { NAMES+=("$1") WORDS[${#NAMES[@]}]=$2; }

# settings [DIRS] : lb.ini with the good service, a plain one and all bad ones. No
# --snapshot in this file: lbgen looks at the certificates itself.
settings() {
    local name
    lb_ini "[labels]
cert_dirs = ${1:-$C}
[service a]
server = s1 127.0.0.2:9000
publish = 8443
host = a.test
ssl = $C/a.pem
[service plain]
server = s2 127.0.0.3:9000
publish = 8080
"
    for name in "${NAMES[@]}"; do
        printf '[service %s]\nserver = %s 127.0.0.3:9000\npublish = 8443\nhost = %s.test\nssl = %s/%s.pem\n' \
            "$name" "$name" "$name" "$C" "$name" >>"$W/lb.ini"
    done
}
run_it() {
    local rc=0
    timeout 60 "${LB[@]}" run >"$W/pass.log" 2>&1 || rc=$?
    if [ $rc = 69 ] && [ ! -S "$W/master.sock" ]; then
        # shellcheck disable=SC2119
        haproxy_start
        return
    fi
    same "$rc" 0 "$(cat "$W/pass.log")"
}
tls() { who -k --resolve "$1:8443:127.0.0.1" "https://$1:8443/"; }

# the good ones are served, the bad ones are not, and each says its words once
judged() {
    local i=0 name line
    settings "$@"
    run_it || return 1
    same "$(tls a.test) $(who http://127.0.0.1:8080/)" "s1 s2" || return 1
    for name in "${NAMES[@]}"; do
        i=$((i + 1))
        lacks "$(cat "$W/etc/haproxy.cfg" "$W/etc/"*.list 2>/dev/null)" "/$name.pem" || return 1
        same "$(tls "$name.test")" 404 "$name" || return 1
        line=$(timeout 60 "${LB[@]}" show "$name" 2>&1)
        has "$line" "left out" && has "$line" "${WORDS[i]}" || return 1
        same "$(grep -c "certificate $C/$name.pem: " <<<"$line")" 1 "$line" || return 1
    done
    # the good one loses nothing: the next pass has nothing to do
    run_it && has "$(cat "$W/pass.log")" unchanged
}

@test "files that are not there, no files, and too large ones" {
    ln -s nowhere "$C/dangling.pem"
    bad dangling "cert-missing: certificate $C/dangling.pem: No such file or directory"
    ln -s loop.pem "$C/loop.pem"
    bad loop "cert-missing: certificate $C/loop.pem: Too many levels of symbolic links"
    mkdir "$C/folder.pem"
    bad folder "cert-missing: certificate $C/folder.pem: not a regular file"
    mkfifo "$C/fifo.pem"
    bad fifo "cert-missing: certificate $C/fifo.pem: not a regular file"
    mkfifo "$C/pipe"
    ln -s pipe "$C/pipe.pem"
    bad pipe "cert-missing: certificate $C/pipe.pem: not a regular file"
    mknod "$C/zero.pem" c 1 5
    bad zero "cert-missing: certificate $C/zero.pem: not a regular file"
    truncate -s 3G "$C/large.pem"
    bad large "certificate $C/large.pem: larger than 1048576 bytes: no certificate"
    : >"$C/empty.pem"
    bad empty "certificate $C/empty.pem: no certificate in it"
    judged
}

@test "links that lead out of cert_dirs" {
    certificate "$W/elsewhere.pem" out.test
    ln -s ../elsewhere.pem "$C/out.pem"
    bad out "cert-missing: certificate $C/out.pem: a link that leads out of [labels] cert_dirs, to $W/elsewhere.pem"
    ln -s /dev/zero "$C/devzero.pem"
    bad devzero "cert-missing: certificate $C/devzero.pem: a link that leads out of [labels] cert_dirs, to /dev/zero"
    ln -s /dev/stdin "$C/stdin.pem"
    bad stdin "cert-missing: certificate $C/stdin.pem: "
    judged
    # the folder of the devices is allowed: still nothing to read, nothing hangs
    NAMES=()
    bad devzero "cert-missing: certificate $C/devzero.pem: not a regular file"
    judged "$C /dev"
    # a link that stays inside serves
    mv "$W/elsewhere.pem" "$C/store.pem"
    NAMES=(out)
    ln -sf store.pem "$C/out.pem"
    settings
    run_it
    same "$(tls out.test) $(subject 127.0.0.1:8443 out.test)" "s2 out.test"
}

@test "files that the running user may not read" {
    # root without the right to read everything: what a service of its own user is
    local less=(setpriv "--bounding-set=-dac_override,-dac_read_search")
    LB=("${less[@]}" "${LB[@]}")
    certificate "$C/closed.pem" closed.test
    chmod 000 "$C/closed.pem"
    run "${less[@]}" cat "$C/closed.pem"
    [ "$status" != 0 ]
    bad closed "cert-missing: certificate $C/closed.pem: Permission denied"
    certificate "$C/locked/x.pem" locked.test
    ln -s locked/x.pem "$C/locked.pem"
    chmod 000 "$C/locked"
    bad locked "cert-missing: certificate $C/locked.pem: Permission denied"
    # the certificate may be read, its key beside it not
    certificate "$C/beside.pem" beside.test
    sed -n '/BEGIN PRIVATE/,$p' "$C/beside.pem" >"$C/beside.pem.key"
    sed -i '/BEGIN PRIVATE/,$d' "$C/beside.pem"
    chmod 000 "$C/beside.pem.key"
    bad beside "no private key in it, nor in $C/beside.pem.key: Permission denied"
    judged
    # made readable: served
    chmod 600 "$C/closed.pem" "$C/beside.pem.key"
    chmod 700 "$C/locked"
    run_it
    same "$(tls closed.test) $(tls locked.test) $(tls beside.test)" "s2 s2 s2"
}

@test "content that HAProxy or its clients would refuse" {
    local key="$W/inter.key"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=inter -keyout "$key" -out "$W/inter.pem" 2>/dev/null
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=order.test -CA "$W/inter.pem" -CAkey "$key" \
        -addext basicConstraints=critical,CA:FALSE -keyout "$W/leaf.key" -out "$W/leaf.pem" 2>/dev/null
    cat "$W/inter.pem" "$W/leaf.pem" "$W/leaf.key" >"$C/order.pem"
    bad order "bad-label:ssl: certificate $C/order.pem: the key does not match the first certificate in it, but number 2: put that one first"
    expired_certificate "$C/old.pem" old.test
    bad old "bad-label:ssl: certificate $C/old.pem: certificate has expired (Feb  1 00:00:00 2020 GMT)"
    { cat "$W/leaf.pem"; cat "$key"; } >"$C/foreign.pem"
    bad foreign "bad-label:ssl: certificate $C/foreign.pem: the key does not match the certificate"
    cp "$W/leaf.pem" "$C/nokey.pem"
    bad nokey "bad-label:ssl: certificate $C/nokey.pem: no private key in it, nor in $C/nokey.pem.key: No such file or directory"
    cp "$W/leaf.pem" "$C/pipekey.pem"
    mkfifo "$C/pipekey.pem.key"
    bad pipekey "no private key in it, nor in $C/pipekey.pem.key: not a regular file"
    { cat "$W/leaf.pem"; openssl ec -in "$W/leaf.key" -aes128 -passout pass:secret 2>/dev/null; } >"$C/secret.pem"
    bad secret "its private key cannot be read without a passphrase"
    cp "$W/leaf.key" "$C/onlykey.pem"
    bad onlykey "bad-label:ssl: certificate $C/onlykey.pem: no certificate in it"
    head -c 4096 /dev/urandom >"$C/noise.pem"
    bad noise "bad-label:ssl: certificate $C/noise.pem: no certificate in it"
    judged
    # lbgen is not stricter than HAProxy, which refuses the order too
    printf 'frontend f\n    mode http\n    timeout client 1s\n    bind 127.0.0.1:8444 ssl crt %s\n' "$C/order.pem" >"$W/order.cfg"
    run haproxy -c -f "$W/order.cfg"
    [ "$status" != 0 ]
    has "$output" "inconsistencies between private key and certificate"
    # the remedy works
    cat "$W/leaf.pem" "$W/inter.pem" "$W/leaf.key" >"$C/order.pem"
    run_it
    same "$(tls order.test) $(subject 127.0.0.1:8443 order.test)" "s2 order.test"
}
