# The engine in a program that is not lbgen: tmpl.h is enough, libc and jansson are.
# limit: 120
setup() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    cd "$ROOT"
}

@test "a stranger's program builds with what its first lines say, and renders" {
    # as the comment has it, with warnings on
    line=$(sed -n 's/^ \* *\(cc .*\)/\1/p' tests/tmpl/stranger.c)
    eval "$line -Wall -Wextra -Werror -o $W/stranger"
    same "$(readelf -d "$W/stranger" | sed -n 's/.*NEEDED.*\[\(.*\)\.so.*/\1/p' | sort | xargs)" "libc libjansson"

    run "$W/stranger" '{{range .names}}{{greet .}}
{{end}}bye'
    same "$status" 0
    same "$output" "Hello Ann
Hello Bob
byeline 1: template line 1, element Ann
line 2: template line 1, element Bob
line 3: template line 2, element none"

    run "$W/stranger" '{{greet 1}}'
    same "$status" 1
    same "$output" 'template: example:1:2: executing "example" at <greet 1>: error calling greet: a name is a string'
    run "$W/stranger" '{{with .x}}{{else with .y}}{{end}}'
    same "${lines[0]}" 'template: example:1: unexpected <with> in else'
    has "${lines[1]}" 'go1.24'
    run "$W/stranger" '{{range .names}}{{range $.names}}{{printf "%2000d" 1}}{{end}}{{end}}'
    has "$output" 'output larger than 4096 bytes'
}

@test "the engine knows nothing of HAProxy or lbgen" {
    run grep -riE 'haproxy|lbgen|docker[^-]' tmpl.h tmpl.c tmpl
    same "$output" ""
}
