# make screenshot: a real page in a real browser, as the README shows it.
# limit: 900
# host: Chromium comes from the mirror; the script has namespaces of its own
setup() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    cd "$ROOT"
}
teardown() { rm -rf "$W"; }

# picture FILE : a PNG of the page's width and of a reasonable weight
picture() {
    same "$(xxd -p -l 8 "$1")" 89504e470d0a1a0a "PNG's signature" || return 1
    same "$((16#$(xxd -p -s 16 -l 4 "$1")))" 1240 "its width" || return 1
    [ "$(stat -c %s "$1")" -gt 20000 ] && [ "$(stat -c %s "$1")" -lt 200000 ]
}

@test "the README shows a picture that is there" {
    has "$(cat README.md)" "(docs/stats.png)"
    picture docs/stats.png
}

@test "make screenshot makes it, with every server up, and leaves nothing behind" {
    t0=$SECONDS
    scripts/deps screenshot || skip "the mirror gives no Chromium"
    echo "# installed in $((SECONDS - t0)) s" >&3
    before=$(find /tmp -maxdepth 1 -name 'lbshot.*')
    SHOT_DOM=$W/dom SHOT_INSTALL=0 scripts/screenshot "$W/stats.png" 3>&-
    picture "$W/stats.png"
    same "$(find /tmp -maxdepth 1 -name 'lbshot.*')" "$before" "what is left"
    has "$(cat "$W/dom")" "Statistics Report for pid"
    for name in port__80 port__80_shop.example.org_backends; do has "$(cat "$W/dom")" "name=\"$name\""; done
    for name in $(jq -r '.members[].name' scripts/demo/shop.json); do
        # a row of its own, of the class that says: up (active or backup), with no failed check
        grep -qE "class=\"(active|backup)_up\"><td class=\"ac\"><a name=\"[^\"]*/$name\"" "$W/dom" || { echo "$name is not up:"; grep -o ".\{120\}/$name\"" "$W/dom"; return 1; }
    done
    # make screenshot is that script
    has "$(make -n screenshot)" "scripts/screenshot"
}
