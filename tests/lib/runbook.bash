# runbook.bash: docs/runbook.md as a program. Needs common.bash and server.bash.
# shellcheck shell=bash
#
# A chapter ("## TITLE") has blocks of the kind
#
#     ```console
#     # COMMAND
#     what it prints
#     ```
#
# The commands of a chapter are run one after another in one shell of a real
# server. What they print, on both channels, must be what stands below them,
# but for what differs from run to run: see `alike`. A line of the form
#
#     <!-- prepare: NAME WORD... -->
#
# calls the function prepare_NAME before the next block: that is how the trouble
# comes about. RUNBOOK_WRITE=1 writes what was printed into the file instead of
# comparing: no output in there is typed by hand.
RUNBOOK=$ROOT/docs/runbook.md

# chapters : their titles, of those that have commands
chapters() { awk '/^## / { t = substr($0, 4) } /^```console/ && t != last { print t; last = t }' "$RUNBOOK"; }

# alike : what differs from run to run, by name. The only wildcards there are.
alike() {
    sed -E \
        -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} UTC/TIME/g' \
        -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2} UTC/TIME/g' \
        -e 's/[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2} [0-9]{4} GMT/TIME/g' \
        -e 's/\([0-9]+ (s|min|h|d) ago\)/(AGE)/g' \
        -e 's/\b[0-9a-f]{32}\b/GENERATION/g' \
        -e 's/\b[0-9a-f]{12}([0-9a-f]{52})?\b/ID/g' \
        -e 's/\b[0-9]+(\.[0-9]+)? ms\b/MS/g' \
        -e 's/\bpid[= ][0-9]+/pid PID/g' \
        -e 's/^(\[[A-Z]+\]) +\([0-9]+\)/\1 (PID)/' \
        -e 's/\b[0-9]+\.[0-9]+\.[0-9]+-[^ ]+( [0-9]{4}\/[0-9]{2}\/[0-9]{2})?/VERSION/' \
        -e 's/^lbgen [0-9.]+$/lbgen VERSION/' \
        -e 's/(haproxy\.cfg|haproxy\.cfg\.rejected|haproxy\.tmpl|lb\.ini):[0-9]+/\1:LINE/' \
        -e 's/\bline [0-9]+\b/line LINE/g' \
        -e 's/^[0-9]+(,[0-9]+)?c[0-9]+(,[0-9]+)?$/LINEcLINE/' \
        -e 's/[[:blank:]]+$//' -e "\$a\\"
}

# script TITLE : the chapter as a shell script for the server. Each command's
# output goes to /mnt/out/N, and its status is $? of the next.
# shellcheck disable=SC2016  # expanded there
script() {
    awk -v title="$1" '
        BEGIN { print "mkdir -p /mnt/out; cd /root" }
        function run() { if (cmd != "") { n++; printf "{\n%s\n} >/mnt/out/%d 2>&1 </dev/null\n", cmd, n; cmd = "" } }
        /^## / { on = substr($0, 4) == title; next }
        !on { next }
        /^<!-- prepare: / {
            w = $0; sub(/^<!-- prepare: /, "", w); sub(/ -->$/, "", w)
            printf "was=$?; echo \"%s\" >/mnt/want; while [ -e /mnt/want ]; do sleep 0.02; done; (exit $was)\n", w; next
        }
        /^```console/ { block = 1; next }
        /^```/ { run(); block = 0; next }
        !block { next }
        /^# / { run(); cmd = substr($0, 3) }
        END { print "touch /mnt/end" }' "$RUNBOOK"
}

# wanted TITLE N, command_of TITLE N : the N-th command of the chapter, and what stands below it
wanted() { blocks "$1" | awk -v want="$2" '/^# / { n++; next } n == want'; }
command_of() { blocks "$1" | awk -v want="$2" '/^# / && ++n == want { print substr($0, 3) }'; }
blocks() {
    awk -v title="$1" '
        /^## / { on = substr($0, 4) == title }
        !on { next }
        /^```console/ { block = 1; next }
        /^```/ { block = 0 }
        block' "$RUNBOOK"
}

# rewrite TITLE : the chapter with what was printed
rewrite() {
    awk -v title="$1" -v dir="$W/share/out" '
        function out(f, line) {
            if (!n || done) return
            f = dir "/" n
            while ((getline line < f) > 0) { sub(/[ \t]+$/, "", line); print line }
            done = 1
        }
        /^## / { on = substr($0, 4) == title }
        on && /^```console/ { block = 1; print; next }
        on && block && /^```/ { out(); block = 0 }
        on && block && /^# / { out(); n++; done = 0; print; next }
        on && block { next }
        { print }' "$RUNBOOK" >"$W/runbook.new" && cat "$W/runbook.new" >"$RUNBOOK"
}

# chapter TITLE : prepares, runs, compares
chapter() {
    local n=0 want bad=0
    rm -rf "$W/share/out" "$W/share/want" "$W/share/end"
    script "$1" >"$W/share/script"
    [ "$(grep -c '/mnt/out/' "$W/share/script")" -gt 0 ] || { echo "no commands in chapter '$1'"; return 1; }
    on setsid bash /mnt/script </dev/null >"$W/script.log" 2>&1 3>&- &
    want=$!
    until [ -e "$W/share/end" ]; do
        if [ -s "$W/share/want" ]; then
            # shellcheck disable=SC2046  # words
            prepare_$(cat "$W/share/want") || { echo "prepare $(cat "$W/share/want") failed"; kill $want; return 1; }
            rm "$W/share/want"
        fi
        kill -0 $want 2>/dev/null || [ -e "$W/share/end" ] || { cat "$W/script.log"; return 1; }
        sleep 0.02
    done
    wait $want
    if [ -n "${RUNBOOK_WRITE-}" ]; then
        rewrite "$1"
        return 0
    fi
    while [ -e "$W/share/out/$((n + 1))" ]; do
        n=$((n + 1))
        diff -u --label documented --label printed <(wanted "$1" $n | alike) <(alike <"$W/share/out/$n") >"$W/diff" && continue
        echo "\$ $(command_of "$1" $n)"
        cat "$W/diff"
        bad=1
    done
    [ $n -gt 0 ] && [ $bad = 0 ]
}
