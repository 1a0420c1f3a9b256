# oldnew.bash: HAProxy of other Debian suites, from a small root of its own.
# trixie has 3.0, forky has 3.2. Needs common.bash.
# shellcheck shell=bash
source "$ROOT/tests/lib/mirror.bash"

# oldnew_root SUITE : makes build/roots/SUITE, once; only HAProxy and its libraries
oldnew_root() {
    local dir=$ROOT/build/roots/$1 tmp mirror
    [ -x "$dir/usr/sbin/haproxy" ] && return 0
    mirror=$(debian_mirror) || return 1
    mkdir -p "$ROOT/build/roots"
    tmp=$(mktemp -d "$ROOT/build/roots/.$1.XXXXXX")
    chmod 755 "$tmp"
    # a mirror may be a frozen snapshot whose dates have passed
    TMPDIR=$ROOT/build/roots mmdebstrap --quiet --variant=extract --mode=root --include=base-files,haproxy \
        --aptopt='Acquire::Check-Valid-Until "false"' --dpkgopt='path-exclude=/usr/share/doc/*' \
        --dpkgopt='path-exclude=/usr/share/man/*' "$1" "$tmp/root" "$mirror" >"$tmp/log" 2>&1 ||
        { tail -5 "$tmp/log"; rm -rf "$tmp"; return 1; }
    rm -rf "$dir"
    mv "$tmp/root" "$dir"
    rm -rf "$tmp"
}

# oldnew_use : puts the HAProxy of $HAPROXY_SUITE, if that is set, first in PATH.
# It runs in its root, which sees the folder of the test under the same name.
oldnew_use() {
    [ -n "${HAPROXY_SUITE-}" ] || return 0
    local dir=$ROOT/build/roots/$HAPROXY_SUITE bin=$W.bin
    oldnew_root "$HAPROXY_SUITE" || return 1
    mkdir -p "$dir$W" "$bin"
    mountpoint -q "$dir$W" || mount --bind "$W" "$dir$W"
    printf '#!/bin/sh\nexec chroot %q /usr/sbin/haproxy "$@"\n' "$dir" >"$bin/haproxy"
    chmod 755 "$bin/haproxy"
    export PATH=$bin:$PATH
    hash -r
}

# oldnew_done : takes the folder out again
oldnew_done() {
    [ -n "${HAPROXY_SUITE-}" ] || return 0
    umount "$ROOT/build/roots/$HAPROXY_SUITE$W" && rmdir "$ROOT/build/roots/$HAPROXY_SUITE$W"
}
