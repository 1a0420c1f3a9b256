package main

// --- tables ----------------------------------------------------------------------

// One template per line; \n stands for a line end.
var tables = map[string]string{
	"text": `plain
{
}}
{ {.s} }
{{.s}}
a{{.s}}b{{.i}}c
{{ .s }}
{{	.s	}}
{{\n.s\n}}
a\n{{.s}}\nb\n
{{}}
{{ }}
{{
{{.s
a {{ b
{{.s}}}
{{{.s}}
{{.s}} {{`,
	"trim": `a {{- .s -}} b
a {{-.s}} b
a {{- .s}} b
a {{.s -}} b
a\n\n{{-\n.s\n-}}\n\nb
a {{- -7 -}} b
a {{- 3}} b
a {{3 -}} b
a {{3-}} b
a {{-3}} b
a {{- 3 - }} b
{{- .s}}
{{.s -}}
\t {{- ""}} x
x{{- ""}}x
a {{- /* c */ -}} b
a {{-/* c */-}} b
a {{- /* c */}} b
a {{/* c */ -}} b
a {{ /* c */ }} b
a\r\n{{- .s -}}\r\nb
{{if true -}} x {{- end}}
{{.s | printf "%s" -}} x
{{range .l -}} {{.}} {{- end}}
{{"x" -}}
{{- "x"}}
a {{- "" -}} {{- "" -}} b
{{(3 -}}
{{.s  -}} x
{{.s\n\n-}} x
{{print "a"   -}} x`,
	"comment": `{{/* a */}}x
{{/**/}}x
{{/* a\nb */}}x
{{/* a * / */}}x
{{/* {{.s}} */}}x
{{/*}}*/}}x
{{/* a
{{/* a */
{{/* a */ }}
{{/* a */x}}
{{- /* a */ }}x
{{/* a */ -}} x
x\n{{/* a
x\n{{/* a\n\n */ }}
{{.s /* c */}}
a{{/* */}}b{{/* */}}c`,
	"fields": `{{.}}
{{.s}}
{{.missing}}
{{.missing.deeper}}
{{.missing.deeper.still}}
{{.s.x}}
{{.i.x}}
{{.nul}}
{{.nul.x}}
{{.l.x}}
{{.t.x}}
{{.f.x}}
{{.mm.x.y.z}}
{{.mm.x.y.q}}
{{.mm.x.y.q.r}}
{{.mm.n.x}}
{{.mm.x.y.z.a}}
{{.s.x.y}}
{{$.s}}
{{$.s.x}}
{{$.mm.x.y.z}}
{{$.missing.x}}
{{$.nul.x}}
{{(.mm).x.y.z}}
{{(.mm.x).y.z}}
{{((.mm).x).y}}
{{(.s).x}}
{{(.nul).x}}
{{(.missing).x}}
{{("a").x}}
{{(1).x}}
{{(index .svc 0).Name}}
{{(index .svc 0).Name.x}}
{{(index .l 0).x}}
{{(len .l).x}}
{{.s 1}}
{{.m.a 1}}
{{.missing 1}}
{{.nul 1}}
{{1 | .m.a}}
{{1 | .s}}
{{1 | .missing}}
{{"x" | $.m.a}}
{{. 1}}
{{$ 1}}
{{$.m 1}}
{{1 | .}}
{{.s.}}
{{.s..x}}
{{..s}}
{{.1}}
{{.a1}}
{{._x}}
{{.s-x}}
{{.s+1}}
{{.s,}}
{{.s=}}
{{.s:}}
{{.s|}}
{{.s!}}
{{.s$}}
{{.s/}}
{{.é}}
{{.日本}}
{{.a٣}}
{{.a€}}
{{."s"}}
{{.s"x"}}
{{.m.a.b.c}}
{{"a".x}}
{{1.x}}
{{true.x}}
{{nil.x}}
{{.s.x\n.y}}
{{printf.x}}
{{len.x}}
{{not.x}}
{{print.x}}
{{print.x.y}}
{{print .s.x}}
{{(print .s).x 1}}
{{(.mm.x) 1}}
{{(1) 2}}
{{(.m).a 1}}
{{1 | (.m).a}}`,
	"numbers": `{{0}}
{{1}}
{{-1}}
{{+1}}
{{-0}}
{{00}}
{{010}}
{{08}}
{{0x10}}
{{0X1F}}
{{0x}}
{{0xg}}
{{0o17}}
{{0O17}}
{{0o8}}
{{0b101}}
{{0B11}}
{{0b2}}
{{1_000}}
{{1__0}}
{{_1}}
{{1_}}
{{0x_1F}}
{{0_7}}
{{1.5}}
{{.5}}
{{5.}}
{{1e3}}
{{1E3}}
{{1e+3}}
{{1e-3}}
{{1e}}
{{1e400}}
{{1e-400}}
{{1.0}}
{{100000000000000000000}}
{{9223372036854775807}}
{{9223372036854775808}}
{{18446744073709551615}}
{{18446744073709551616}}
{{-9223372036854775808}}
{{-9223372036854775809}}
{{0x7fffffffffffffff}}
{{0xffffffffffffffff}}
{{0x1p4}}
{{0x1p-2}}
{{0x1.8p1}}
{{0x1.8}}
{{0x.8p0}}
{{0x1p}}
{{0x1e}}
{{1_0.5_0}}
{{1e1_0}}
{{1i}}
{{0i}}
{{1.5i}}
{{-1i}}
{{0x1i}}
{{1+2i}}
{{1-2i}}
{{-1.5+2.5i}}
{{1+2}}
{{1+}}
{{1+2i3}}
{{1+i}}
{{1e3+2i}}
{{0x1p2+3i}}
{{1_0+2i}}
{{1+2ix}}
{{1x}}
{{1a}}
{{0xag}}
{{1.2.3}}
{{1..2}}
{{--1}}
{{+-1}}
{{-}}
{{+}}
{{1-}}
{{- 1}}
{{3.14159265358979}}
{{1e21}}
{{1e20}}
{{123456789.0}}
{{0.000001}}
{{0.0000001}}
{{1e6}}
{{-0.0}}
{{-1.0e-7}}
{{print 1.0 2.50}}
{{index .l 1.0}}
{{printf "%d" 1.0}}
{{printf "%T %T %T %T" 1 1.0 'a' 1i}}
{{eq 1i 1i}}
{{eq 1i 1}}
{{lt 1i 2i}}
{{if 0i}}y{{else}}n{{end}}
{{if 1i}}y{{else}}n{{end}}
{{1.5.x}}
{{print -0xe1 +0xE1 0xe1}}
{{slice .l +0xe}}
{{index .l -0xe}}
{{1 2}}
{{1 | 2}}`,
	"chars": `{{'a'}}
{{'é'}}
{{'世'}}
{{'\n'}}
{{'\t'}}
{{'\\'}}
{{'\''}}
{{'\"'}}
{{'"'}}
{{'\x41'}}
{{'\xff'}}
{{'\101'}}
{{'\400'}}
{{'\u00e9'}}
{{'\U0001F600'}}
{{'\ud800'}}
{{'\U00110000'}}
{{'\q'}}
{{'\8'}}
{{'\x4'}}
{{''}}
{{'ab'}}
{{'a}}
{{'
{{'\
{{'a\nb'}}
{{print 'a' 'b'}}
{{printf "%c" 'a'}}
{{printf "%q" 'a'}}
{{eq 'a' 97}}
{{index .l '\x01'}}`,
	"strings": `{{"a"}}
{{""}}
{{"a b"}}
{{"\n\t\\\""}}
{{"\a\b\f\v\r"}}
{{"\x41\xff"}}
{{"\101"}}
{{"\400"}}
{{"\u00e9\U0001F600"}}
{{"\ud800"}}
{{"\'"}}
{{"'"}}
{{"\q"}}
{{"\
{{"a
{{"a\nb"}}
{{"a{{b}}"}}
{{"}}"}}
{{` + "`a`" + `}}
{{` + "`a\\n\"b`" + `}}
{{` + "`a\nb`" + `}}
{{` + "`a\r\nb`" + `}}
{{` + "`a" + `}}
{{` + "`}}`" + `}}
{{"a"b}}
{{"a""b"}}
{{"a".x}}
{{"é世"}}
{{len "é世"}}
{{"a" 1}}
{{printf "%q" "\x00\u200b\u00a0"}}
{{print "a" "b" "c"}}
{{html "\x00"}}`,
	"errors": `a\n{{.s.x}}
a\nb\n  {{.s.x}}
{{if .s}}\n{{.s.x}}{{end}}
{{range .l}}\n\n{{.x}}{{end}}
{{define "d"}}\n{{.x.y}}{{end}}{{template "d" .s}}
{{template "nope"}}
a\n{{template "nope" .}}
{{if}}x{{end}}
{{range}}x{{end}}
{{with}}x{{end}}
{{template}}
{{template .s}}
{{template foo}}
{{template "x" 1 2}}
{{template "a" | print}}
{{define}}x{{end}}
{{define x}}x{{end}}
{{define "x" .}}x{{end}}
{{define "x"}}
{{define "x"}}y{{else}}z{{end}}
{{block "x"}}y{{end}}
{{block "x" .}}y
{{block "x" .}}y{{else}}z{{end}}
{{block x .}}y{{end}}
{{if .s}}x
{{if .s}}x{{else}}y
{{if .s}}x{{else}}y{{else}}z{{end}}
{{if .s}}x{{else if}}y{{end}}
{{if .s}}x{{else if .t}}y
{{if .s}}{{define "x"}}y{{end}}{{end}}
{{else}}
{{end}}
{{x}}
{{.s | x}}
{{x .s}}
{{$x}}
{{$x.y}}
{{$x := }}
{{$x := 1 := 2}}
{{$x, $y := 1}}
{{$x, := 1}}
{{$x $y := 1}}
{{$x = }}
{{$x = 1}}
{{$x = 1}}{{$x}}
{{$1 := 2}}{{$1}}
{{$ := 2}}{{$}}
{{$x:=1}}{{$x}}
{{$x:1}}
{{$x : = 1}}
{{range $x, $y, $z := .l}}{{end}}
{{range $x, 1 := .l}}{{end}}
{{range $x, $y}}{{end}}
{{range $x $y := .l}}{{end}}
{{range $x,}}{{end}}
{{range $x, $y := }}{{end}}
{{if $x, $y := .l}}{{end}}
{{with $x, $y := .l}}{{end}}
{{(}}
{{)}}
{{()}}
{{(1}}
{{1)}}
{{(1))}}
{{((1)}}
{{(1)(2)}}
{{print (1)(2)}}
{{print 1(2)}}
{{print(1)}}
{{print (1).x}}
{{print 1,2}}
{{print 1 , 2}}
{{print |}}
{{| print}}
{{print | | print}}
{{print || print}}
{{.s | 1}}
{{.s | "a"}}
{{.s | .}}
{{.s | nil}}
{{.s | true}}
{{.s | $}}
{{.s | print | 1}}
{{nil}}
{{nil | print}}
{{print nil}}
{{nil 1}}
{{true 1}}
{{"a" | print 1 | print}}
{{break}}
{{continue}}
{{if .s}}{{break}}{{end}}
{{range .l}}{{break}}{{end}}{{continue}}
{{range .l}}{{break 1}}{{end}}
{{range .l}}{{define "x"}}{{break}}{{end}}{{end}}
{{range .l}}{{else}}{{break}}{{end}}
{{#}}
{{.s # c}}
{{@}}
{{%}}
{{;}}
{{a;b}}
{{.s\x01}}
{{\x7f}}
{{é}}
{{世界 1}}
{{€}}
{{[}}
{{.l[0]}}
{{*}}
{{<}}
{{1 < 2}}
{{1 == 2}}
{{!true}}
{{?}}
{{~}}
{{^}}
{{"a" + "b"}}
{{.s&.t}}
{{If true}}{{End}}
{{true}}
{{True}}
{{if true}}{{elseif false}}{{end}}
{{if true}}{{else\nif false}}b{{end}}
{{if false}}a{{else if true}}b{{end}}{{end}}
{{with .nul}}a{{else with .s}}b{{end}}
{{with .nul}}a{{else if .s}}b{{end}}
{{range .le}}a{{else if .s}}b{{end}}
{{range .le}}a{{else range .l}}b{{end}}
{{if true}}\n{{if false}}\n{{end}}
\n\n{{if true}}\n\n
{{if\ntrue}}\n{{"
{{print\n"a
{{print\n` + "`" + `a\n\n
{{if true}}{{/* x
{{print (1\n)}}
{{print 1\n2}}\n{{.s.x}}
{{"a\n{{.s
{{.s\n.x}}
{{template "a\n"}}
{{end}}{{end}}
{{define "x"}}1{{end}}{{define "x"}}2{{end}}
{{define "x"}}1{{end}}{{define "x"}} {{end}}{{template "x"}}
{{define "x"}} {{end}}{{define "x"}}2{{end}}{{template "x"}}
{{define "x"}}{{/* c */}}{{end}}{{define "x"}}2{{end}}{{template "x"}}
{{define "t.tmpl"}}inner{{end}}
{{define "t.tmpl"}}inner{{end}}outer
{{define "t.tmpl"}}inner{{end}}\n  {{/* c */}}
{{define ""}}empty{{end}}{{template ""}}
{{define "x"}}1{{end}}{{block "x" .}}2{{end}}
{{block "x" .}}2{{end}}{{block "x" .}}3{{end}}
{{define "\x41"}}A{{end}}{{template "A"}}
{{define "a\"b"}}{{.x.y}}{{end}}{{template "a\"b" 1}}
{{define "%s"}}{{.x.y}}{{end}}{{template "%s" 1}}
{{printf "%d%%" .s.x}}
{{range .i}}x{{end}}
{{range .s}}x{{end}}
{{range .t}}x{{end}}
{{range .f}}x{{end}}
{{range 3}}x{{end}}
{{range "abc"}}x{{end}}
{{range nil}}x{{end}}
{{range .nul}}x{{else}}y{{end}}
{{range .missing}}x{{else}}y{{end}}
{{len}}
{{len .l .l}}
{{not}}
{{and}}
{{or}}
{{index}}
{{slice}}
{{eq}}
{{ne 1}}
{{lt 1}}
{{lt 1 2 3}}
{{printf}}
{{html}}
{{js}}
{{urlquery}}
{{print}}
{{println}}
{{call}}
{{call nil}}
{{call .s}}
{{call .nul}}
{{call .missing}}
{{call 1 2}}
{{call print}}
{{printf 1}}
{{printf nil}}
{{printf true}}
{{printf .i}}
{{printf .nul}}
{{printf .missing}}
{{printf .s .i}}
{{printf (print "a")}}
{{printf (len .l)}}
{{.i | printf}}
{{.s | printf}}
{{.nul | printf}}
{{.missing | printf}}
{{1 | not 2}}
{{1 | len}}
{{.l | len 1}}
{{1 | ne}}
{{1 | lt 2}}
{{1 | lt 2 3}}
{{1 | index .l}}
{{1 | and}}
{{0 | or}}
{{0 | and 1}}
{{and (lt 1)}}
{{and 0 (lt 1)}}
{{print (print | print)}}`,
	"control": `{{if .t}}y{{end}}
{{if .b}}y{{end}}
{{if .b}}y{{else}}n{{end}}
{{if .z}}y{{else}}n{{end}}
{{if .i}}y{{else}}n{{end}}
{{if .e}}y{{else}}n{{end}}
{{if .s}}y{{else}}n{{end}}
{{if .le}}y{{else}}n{{end}}
{{if .l}}y{{else}}n{{end}}
{{if .me}}y{{else}}n{{end}}
{{if .m}}y{{else}}n{{end}}
{{if .nul}}y{{else}}n{{end}}
{{if .missing}}y{{else}}n{{end}}
{{if 0.0}}y{{else}}n{{end}}
{{if -0.0}}y{{else}}n{{end}}
{{if "0"}}y{{else}}n{{end}}
{{if ""}}y{{else}}n{{end}}
{{if .}}y{{end}}
{{if $}}y{{end}}
{{if .b}}1{{else if .z}}2{{else if .t}}3{{else}}4{{end}}
{{if .b}}1{{else if .z}}2{{else}}4{{end}}
{{if $x := .i}}{{$x}}{{end}}
{{if $x := .z}}{{$x}}{{else}}{{$x}}!{{end}}
{{if $x := 1}}{{end}}{{$x}}
{{if not .b}}y{{end}}
{{if and .t .i}}y{{end}}
{{if or .b .z}}y{{else}}n{{end}}
{{if eq .i 42}}y{{end}}
{{with .s}}{{.}}{{end}}
{{with .e}}{{.}}{{else}}{{.i}}{{end}}
{{with .mm.x}}{{.y.z}} {{$.s}}{{end}}
{{with $x := .s}}{{$x}}{{.}}{{end}}
{{with $x := .z}}a{{else}}{{$x}}{{.s}}{{end}}
{{with index .svc 0}}{{.Name}}{{end}}
{{with .nul}}a{{else}}b{{end}}
{{with 1}}{{with 2}}{{.}}{{end}}{{.}}{{end}}
{{with .m}}{{.a}}{{$.m.b}}{{end}}
{{with .s}}{{.x}}{{end}}
{{with .nul}}{{else}}{{.nul.x}}{{end}}
{{range .l}}{{.}},{{end}}
{{range .l}}{{.}}{{else}}none{{end}}
{{range .le}}{{.}}{{else}}none{{end}}
{{range $i, $e := .ls}}{{$i}}={{$e}} {{end}}
{{range $e := .ls}}{{$e}}{{.}} {{end}}
{{range .m}}{{.}} {{end}}
{{range $k, $v := .m}}{{$k}}={{$v}} {{end}}
{{range $k := .m}}{{$k}} {{end}}
{{range .ll}}[{{range .}}{{.}} {{else}}-{{end}}]{{end}}
{{range $i, $r := .ll}}{{range $j, $v := $r}}{{$i}}{{$j}}{{$v}} {{end}}{{end}}
{{range .ln}}{{.}};{{end}}
{{range .ln}}{{printf "%T" .}};{{end}}
{{range .ln}}{{.x}}{{end}}
{{range .svc}}{{.Name}}:{{.Port}}{{if .Up}}+{{end}} {{end}}
{{range .svc}}{{.Name.x}}{{end}}
{{range $s := .svc}}{{$s.Name}}{{end}}
{{range $i, $s := .svc}}{{if $i}}, {{end}}{{$s.Name}}{{end}}
{{range .l}}{{$.s}}{{end}}
{{range .l}}{{if eq . 2}}{{break}}{{end}}{{.}}{{end}}
{{range .l}}{{if eq . 2}}{{continue}}{{end}}{{.}}{{end}}
{{range .ll}}{{range .}}{{if eq . 2}}{{break}}{{end}}{{.}}{{end}};{{end}}
{{range .l}}{{with .}}{{if eq . 2}}{{continue}}{{end}}{{.}}{{end}}{{end}}
{{range .l}}{{break}}{{end}}x
{{range .l}}{{continue}}{{end}}x
{{range .l}}{{template "x" .}}{{end}}{{define "x"}}<{{.}}>{{end}}
{{range $x := .l}}{{$x}}{{end}}{{$x}}
{{$x := 0}}{{range $x = .l}}{{$x}}{{end}}{{$x}}
{{$x := 0}}{{range $y := .l}}{{$x = $y}}{{end}}{{$x}}
{{$i := 9}}{{$e := 9}}{{range $i, $e = .ls}}{{$i}}{{$e}}{{end}}{{$i}}{{$e}}
{{$a := 1}}{{$b := 2}}{{range $a = .l}}{{$a}}{{$b}};{{end}}{{$a}}{{$b}}
{{$x := 1}}{{if true}}{{$x := 2}}{{$x}}{{end}}{{$x}}
{{$x := 1}}{{if true}}{{$x = 2}}{{$x}}{{end}}{{$x}}
{{$x := 1}}{{$x := 2}}{{$x}}
{{$x := .l}}{{index $x 1}}
{{$x := .m}}{{$x.a}}{{$x.missing}}
{{$x := .nul}}{{$x}}
{{$x := .nul}}{{$x.y}}
{{$x := .missing}}{{$x}}
{{$x := .s}}{{$x.y}}
{{$x := 1 | print}}{{$x}}
{{$x := $}}{{$x.s}}
{{$_ := 1}}{{$_}}
{{$é := 1}}{{$é}}
{{$x := ($y := 3)}}{{$x}}{{$y}}
{{print ($y := 3) $y}}
{{and false ($y := 3)}}{{$y}}
{{if and .b ($y := 3)}}{{else}}{{$y}}{{end}}
{{define "x"}}{{$}}{{end}}{{template "x" .s}}
{{define "x"}}{{.}}{{end}}{{template "x"}}
{{define "x"}}{{$}}{{.s}}{{end}}{{template "x"}}
{{define "x"}}{{$y}}{{end}}{{$y := 1}}{{template "x"}}
{{template "x" .}}{{define "x"}}{{.s}}{{end}}
{{define "x"}}{{template "y" .}}{{end}}{{define "y"}}{{.s}}{{end}}{{template "x" .}}
{{block "b" .l}}{{range .}}{{.}}{{end}}{{end}}
{{block "b" $x := .s}}{{.}}{{end}}{{$x}}
{{template "x" $z := 3}}{{$z}}{{define "x"}}{{.}}{{end}}
{{define "x"}}{{if .}}{{template "x" slice . 1}}{{index . 0}}{{end}}{{end}}{{template "x" .l}}
{{define "x"}}{{if lt (len .) 5}}{{template "x" print . "a"}}{{else}}{{.}}{{end}}{{end}}{{template "x" ""}}
{{define "x"}}{{template "x" .}}{{end}}{{template "x" 1}}
{{define "x"}}{{range .}}{{template "x" .}}{{end}}!{{end}}{{template "x" .ll}}
{{template "x" 1 | print 2}}{{define "x"}}{{.}}{{end}}
{{.s}}{{define "x"}}{{end}}{{.i}}
{{range $k, $v := .mm}}{{$k}}{{with $v}}{{range $a, $b := .}}{{$a}}{{$b}}{{end}}{{end}}{{end}}`,
	"functions": `{{and 1 2}}
{{and 1 0 2}}
{{and "" (index .l 9)}}
{{or 1 (index .l 9)}}
{{or 0 "" .nul}}
{{or .nul .missing "x"}}
{{or .missing}}
{{and .nul}}
{{and nil}}
{{or nil 1}}
{{not 0}}
{{not nil}}
{{not .nul}}
{{not .missing}}
{{not .l}}
{{1 | and 2}}
{{0 | and 2}}
{{2 | and 0}}
{{1 | or 0}}
{{and (print "a") "b" | print "c"}}
{{len .s}}
{{len .u}}
{{len .l}}
{{len .m}}
{{len .i}}
{{len .nul}}
{{len .missing}}
{{len nil}}
{{len 3}}
{{len ""}}
{{.s | len}}
{{index .l 0}}
{{index .l 3}}
{{index .l -1}}
{{index .l 4}}
{{index .l "a"}}
{{index .l 1.5}}
{{index .l nil}}
{{index .l .nul}}
{{index .l true}}
{{index .l}}
{{index .m "a"}}
{{index .m "q"}}
{{index .m "q" 1}}
{{index .m 1}}
{{index .m nil}}
{{index .m .nul}}
{{index .m}}
{{index .s 0}}
{{index .s 5}}
{{index .s 6}}
{{index .u 1}}
{{index .ll 0 1}}
{{index .ll 2 0}}
{{index .mm "x" "y" "z"}}
{{index .mm "x" "y" "z" 0}}
{{index .mm "n" "y"}}
{{index .nul 1}}
{{index .missing 1}}
{{index nil 1}}
{{index 1 1}}
{{index 1}}
{{index .t 0}}
{{index .f 0}}
{{index "abc" 1 2}}
{{index .l (index .s 0)}}
{{index .l (index "\x01" 0)}}
{{printf "%T" (index .s 0)}}
{{eq (index .s 0) 72}}
{{lt (index .s 0) 100}}
{{lt 1 (index .s 0)}}
{{eq (index .s 0) 'H'}}
{{slice .s 1}}
{{slice .s 1 3}}
{{slice .s}}
{{slice .s 5}}
{{slice .s 6}}
{{slice .s 3 1}}
{{slice .s 1 2 3}}
{{slice .s -1}}
{{slice .s nil}}
{{slice .s "a"}}
{{slice .l 1}}
{{slice .l 0 2}}
{{slice .l 1 2 3}}
{{slice .l 1 3 2}}
{{slice .l 2 1}}
{{slice .l 0 1 2 3}}
{{slice .l 4}}
{{slice (slice .l 0 1) 0 3}}
{{slice (slice .l 1 2) 0 2}}
{{slice (slice .l 0 1 1) 0 2}}
{{slice (slice .l 1) 2}}
{{len (slice .l 1)}}
{{index (slice .l 1) 1}}
{{range slice .l 1}}{{.}}{{end}}
{{slice .m 1}}
{{slice .i 1}}
{{slice .nul}}
{{slice .missing 1}}
{{slice nil}}
{{slice .u 1 3}}
{{html .h}}
{{.h | html}}
{{html "a" 1 "b"}}
{{html 1 2}}
{{html .nul}}
{{html nil}}
{{html .missing}}
{{html .l}}
{{js .h}}
{{js "\u2028\x00\x7f=é"}}
{{js "\xff"}}
{{js .nul .missing 1}}
{{urlquery "a b&c=d/é~-_.*"}}
{{urlquery .h}}
{{urlquery 1 2 "x"}}
{{urlquery nil}}
{{print .l .m}}
{{print nil}}
{{print .nul}}
{{print .missing}}
{{print 1 2 "a" "b" 3 4}}
{{print "a" 1 "b"}}
{{println 1 "a" nil}}
{{print .ln}}
{{print .mm}}
{{print .svc}}
{{.ln}}
{{.mm}}
{{.g}} {{.w}} {{.f}}
{{1.0}} {{1e6}} {{1e21}} {{1e20}}
{{eq .i 42}}
{{eq .i 42.0}}
{{eq .i "42"}}
{{eq .i nil}}
{{eq nil nil}}
{{eq .nul nil}}
{{eq .nul .missing}}
{{eq .missing 1}}
{{eq .l .l}}
{{eq .m .m}}
{{eq .l .m}}
{{eq .m .l}}
{{eq .l nil}}
{{eq nil .l}}
{{eq .le .nul}}
{{eq .l 1}}
{{eq 1 .l}}
{{eq 1 2 3 1}}
{{eq 1 2 "a"}}
{{eq 1 1 "a"}}
{{eq 1 "a" 1}}
{{eq 1}}
{{1 | eq}}
{{1 | eq 1}}
{{eq .t true}}
{{eq .s "Hello"}}
{{eq "" .e}}
{{ne .s "x"}}
{{ne 1 "a"}}
{{ne .nul nil}}
{{ne .l .l}}
{{lt 1 2}}
{{lt 1 1.5}}
{{lt 1.5 2.5}}
{{lt "a" "b"}}
{{lt "a" 1}}
{{lt true false}}
{{lt nil 1}}
{{lt 1 nil}}
{{lt .nul .nul}}
{{lt .l .l}}
{{le 1 1}}
{{gt 2 1}}
{{ge 1 1}}
{{ge "b" "a"}}
{{le .f 3.5}}
{{gt .missing 1}}
{{printf "%s" .s}}
{{printf "%d items" 3}}
{{printf "%v %v" .l .m}}
{{printf "%s" .l}}
{{printf "%d" .ln}}
{{printf "%q" .ls}}
{{printf "%x" .s}}
{{printf "%5d|%-5d|%05d" 42 42 42}}
{{printf "%.2f" 3.14159}}
{{printf "%d" "x"}}
{{printf "%s" 1}}
{{printf "%d"}}
{{printf "x" 1}}
{{printf "%z" 1}}
{{printf "%!"}}
{{printf "%"}}
{{printf "%[2]d %[1]d" 1 2}}
{{printf "%*d" 5 1}}
{{printf "%t" .t}}
{{printf "%v" nil}}
{{printf "%v" .nul}}
{{printf "%d" .nul}}
{{printf "%T" .l}}
{{printf "%T" .m}}
{{printf "%T" nil}}
{{printf "%T" .g}}
{{printf "%#v" .s}}
{{printf "%+v" .m}}
{{printf "%6.2f|%-8s|%+d" 3.14159 "go" 5}}
{{printf "%%"}}
{{printf "%c" 65}}
{{printf "%q %+q %#q %c" 55296 55296 1114112 55296}}
{{printf "%U" 233}}
{{printf "%e" 1234.5}}
{{printf "%g" 1e-7}}
{{printf "%b" 5}}
{{printf "%o %O" 8 8}}
{{printf "%x %X" 255 255}}
{{printf "%t" 1}}
{{"%s" | printf}}
{{.s | printf "%s-%s" "a"}}
{{.s | printf "%q" | len}}
{{1 | printf "%d-%d" 2 | print "x"}}`,
}
