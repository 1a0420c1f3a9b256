# `lbgen render`: which template, which data, how numbers and bytes of JSON are
# taken, and that an error leaves nothing on the standard output.
# limit: 300
setup() {
    source "$BATS_TEST_DIRNAME/../lib/common.bash"
    cd "$W"
    : >lb.ini
    export LBGEN_CONFIG=$W/lb.ini
}

# render TEMPLATE DATA : from files, text alone
render() {
    printf '%s' "$1" >x.tmpl
    printf '%s' "$2" >x.json
    "$LBGEN" render -t x.tmpl -d x.json
}

# is TEMPLATE DATA TEXT
is() { same "$(render "$1" "$2")" "$3" "$1 with $2"; }

# fails STATUS WORDS COMMAND... : with that status and those words, and nothing on stdout
fails() {
    local status=$1 words=$2 rc=0 out
    shift 2
    out=$("$@" 2>err) || rc=$?
    same "$rc" "$status" "$*: $(cat err)"
    same "$out" ""
    has "$(cat err)" "$words"
}

# empty_model : what the template gets for no services, in x.json
empty_model() {
    echo '{"lbgen": 1, "taken": 0, "members": [], "peers": [], "certs": {}}' >snapshot.json
    "$LBGEN" --snapshot snapshot.json model >x.json
}

@test "a template and a file of data; the data from the standard input" {
    is 'a {{.x}}' '{"x": 1}' 'a 1'
    same "$(printf '{"x": 2}' | "$LBGEN" render -t x.tmpl -d -)" 'a 2'
    same "$(printf '{"x": 3}' | "$LBGEN" --template=x.tmpl --data=- render)" 'a 3'
    same "$("$LBGEN" render -t x.tmpl -d <(printf '{"x": 4}'))" 'a 4'
    # to the byte: no line end is added, none is lost
    render $'\n{{.x}}\n\n' '{"x": 1}' | xxd -p >got
    same "$(cat got)" 0a310a0a
}

@test "the template's name is its base name" {
    mkdir -p sub
    printf '{{.x.y}}' >'sub/a b.tmpl'
    echo '{"x": 1}' >x.json
    fails 65 'template: a b.tmpl:1:4: executing "a b.tmpl" at <.x.y>' "$LBGEN" render -t 'sub/a b.tmpl' -d x.json
}

@test "without -t: the template of lb.ini, else the built-in one" {
    empty_model
    "$LBGEN" render -d x.json >got
    has "$(cat got)" "defaults http"
    cmp got <("$LBGEN" render -t "$ROOT/haproxy.tmpl" -d x.json)
    printf 'mine {{.x}}' >mine.tmpl
    printf '[haproxy]\ntemplate = %s/mine.tmpl\n' "$W" >lb.ini
    same "$(echo '{"x": 5}' | "$LBGEN" render -d -)" 'mine 5'
    # -t goes before
    printf 'other' >other.tmpl
    same "$(echo '{}' | "$LBGEN" render -t other.tmpl -d -)" other
    rm mine.tmpl
    fails 78 mine.tmpl "$LBGEN" render -d x.json
}

@test "without -d: what is running, through the given template" {
    empty_model
    printf '{{len .Frontends}} {{.Global.Log}}' >x.tmpl
    has "$("$LBGEN" --snapshot snapshot.json render -t x.tmpl)" "0 $(jq -r .Global.Log x.json)"
    # it is the text of a pass: with the generation behind what the template gives
    "$LBGEN" render -d x.json >got
    "$LBGEN" --snapshot snapshot.json render >whole
    cmp got <(head -c "$(wc -c <got)" whole)
    has "$(cat whole)" "set-var proc.lbgen"
}

@test "data of every kind, at the top too" {
    is '{{.}} {{printf "%T" .}}' '[1, "a", null]' '[1 a <nil>] []interface {}'
    is '{{.}} {{printf "%T" .}}' '"x"' 'x string'
    is '{{.}} {{printf "%T" .}}' '7' '7 int'
    is '{{.}} {{printf "%T" .}}' 'true' 'true bool'
    is '{{.}} {{len .}}' '{}' 'map[] 0'
    is '{{.}}{{.x}}' 'null' '<no value><no value>'
    is 'text' ' [ ] ' text
}

@test "whole numbers are int, others float64, as they are written" {
    is '{{range .}}{{printf "%T" .}} {{end}}' '[5, -5, 0, -0, 5.0, 5e0, 5E+0, 0.5, -0.0]' \
        'int int int int float64 float64 float64 float64 float64 '
    is '{{range .}}{{.}} {{end}}' '[5, -5, -0, 5.0, 5e3, 1e21, -0.0, 1e-7, 123456789.0]' '5 -5 0 5 5000 1e+21 -0 1e-07 1.23456789e+08 '
    # at the edges of 64 bits, and beyond
    is '{{range .}}{{printf "%T" .}} {{.}} {{end}}' '[9223372036854775807, -9223372036854775808]' \
        'int 9223372036854775807 int -9223372036854775808 '
    is '{{range .}}{{printf "%T" .}} {{.}} {{end}}' '[9223372036854775808, -9223372036854775809, 18446744073709551616]' \
        'float64 9.223372036854776e+18 float64 -9.223372036854776e+18 float64 1.8446744073709552e+19 '
    is '{{.}}' '1000000000000000000000000000000000000000000' '1e+42'
    is '{{.}}' '1.7976931348623157e308' '1.7976931348623157e+308'
    is '{{.}} {{eq . 0.0}}' '5e-325' '0 true'
    # what float64 cannot hold is no data
    printf x >x.tmpl
    printf '[1e400]' >x.json
    fails 65 'x.json:1' "$LBGEN" render -t x.tmpl -d x.json
}

@test "of equal keys the last counts" {
    is '{{.a}} {{len .}} {{.b}}' '{"a": 1, "b": {"x": 1}, "a": "two", "b": {"y": 2}}' 'two 2 map[y:2]'
}

@test "strings: escapes, NUL, bytes that are no UTF-8, lone surrogates" {
    is '{{.}}' '"\u00e9\ud83d\ude00\n\t\"\\\/"' $'é😀\n\t"\\/'
    is '{{printf "%q" .}} {{len .}}' '"a\u0000b"' '"a\x00b" 3'
    is '{{printf "%+q" .}}' '"\ud800x\udc00"' '"\ufffdx\ufffd"'
    is '{{printf "%+q" .}}' '"\ud800\u0041"' '"\ufffdA"'
    is '{{printf "%+q" .}}' $'"a\xff\xc3(\xed\xa0\x80b"' '"a\ufffd\ufffd(\ufffd\ufffd\ufffdb"'
    is '{{range $k, $v := .}}{{printf "%+q" $k}}{{end}}' $'{"k\xff": 1}' '"k\ufffd"'
    # the template's own bytes go out as they are
    printf 'a\xff\x00{{.}}' >x.tmpl
    printf '1' >x.json
    same "$("$LBGEN" render -t x.tmpl -d x.json | xxd -p)" 61ff0031
}

@test "data that is no JSON: 65, the place, nothing on the standard output" {
    printf 'text {{.}}' >x.tmpl
    local text
    for text in '' ' ' '{' '{"a": }' '{"a": 1,}' '[1 2]' "{'a': 1}" '{a: 1}' '01' '1.' '.5' '+1' 'nul' 'NaN' '"a' $'"a\nb"' \
        '"\x"' '"\u12"' '1 2' '{} x' '{"a": 1} {"a": 2}' '{"\u0000": 1}' '// c' '[1,]' '"\ud83d' $'\xff' $'\xef\xbb\xbf{}'; do
        printf '%s' "$text" >x.json
        fails 65 x.json: "$LBGEN" render -t x.tmpl -d x.json
        fails 65 'standard input' "$LBGEN" render -t x.tmpl -d - <x.json
    done
    printf '{\n  "a": 1,\n  "b" 2\n}' >x.json
    fails 65 'x.json:3:' "$LBGEN" render -t x.tmpl -d x.json
    fails 65 'standard input:1' "$LBGEN" render -t x.tmpl -d - </dev/null
}

@test "JSON nests 2,000 deep and no deeper" {
    nested() { printf '%0*d' "$1" 0 | tr 0 '['; printf 1; printf '%0*d' "$1" 0 | tr 0 ']'; }
    printf '{{len .}}' >x.tmpl
    nested 2000 >x.json
    same "$("$LBGEN" render -t x.tmpl -d x.json)" 1
    same "$(printf '{{.}}' >y.tmpl; "$LBGEN" render -t y.tmpl -d x.json | wc -c)" 4001
    for n in 2100 100000 3000000; do
        nested "$n" >x.json
        fails 65 x.json: "$LBGEN" render -t x.tmpl -d x.json
    done
}

@test "an error in the middle of the text: 65, nothing on the standard output" {
    printf 'a lot of text {{range .l}}{{.}} {{end}}\n{{.l.x}}' >x.tmpl
    echo '{"l": [1, 2, 3]}' >x.json
    fails 65 'template: x.tmpl:2:4: executing "x.tmpl" at <.l.x>: can'"'"'t evaluate field x in type interface {}' \
        "$LBGEN" render -t x.tmpl -d x.json
    printf 'text {{if}}' >x.tmpl
    fails 65 'template: x.tmpl:1: missing value for if' "$LBGEN" render -t x.tmpl -d x.json
    printf '{{define "r"}}{{template "r"}}{{end}}text{{template "r"}}' >x.tmpl
    fails 65 'exceeded maximum template depth (100000)' "$LBGEN" render -t x.tmpl -d x.json
    # both are wrong: one is told
    printf '{{end}}' >x.tmpl
    printf '{' >x.json
    fails 65 'x.json:1' "$LBGEN" render -t x.tmpl -d x.json
}

@test "files that cannot be read: 66" {
    printf x >x.tmpl
    echo '{}' >x.json
    fails 66 nothing.tmpl "$LBGEN" render -t nothing.tmpl -d x.json
    fails 66 nothing.json "$LBGEN" render -t x.tmpl -d nothing.json
    fails 66 "$W" "$LBGEN" render -t x.tmpl -d "$W"
    fails 66 "$W" "$LBGEN" render -t "$W" -d x.json
    fails 66 '' "$LBGEN" render -t x.tmpl -d ''
    fails 66 'standard input' sh -c '"$0" render -t x.tmpl -d - <&-' "$LBGEN"
}

@test "wrong use: 64" {
    fails 64 '' "$LBGEN" render -d
    fails 64 '' "$LBGEN" render -t
    fails 64 '' "$LBGEN" render x
    fails 64 '' "$LBGEN" render --nothing
}

@test "output that goes nowhere: a full disk, a closed pipe, no descriptor" {
    printf '{{range .}}%s{{end}}' "$(printf '%01000d' 0)" >x.tmpl
    echo '[1,2,3,4,5,6,7,8,9]' >x.json
    rc=0
    "$LBGEN" render -t x.tmpl -d x.json >/dev/full 2>err || rc=$?
    same "$rc" 74
    has "$(cat err)" "standard output: No space left on device"
    rc=0
    "$LBGEN" render -t x.tmpl -d x.json 2>err >&- || rc=$?
    same "$rc" 74
    # a reader that stops, as head does: no success is claimed, no crash
    jq -nc '[range(20000)]' >x.json
    set +o pipefail
    rc=$({ "$LBGEN" render -t x.tmpl -d x.json 2>err; echo $? >&3; } 3>&1 1> >(head -c 10 >/dev/null))
    case $rc in 74 | 141) ;; *) echo "status $rc"; return 1 ;; esac
}
