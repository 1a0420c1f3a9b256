// Makes template cases with what this machine's Go does with them, as JSON lines.
//
//	go run tests/tmpl/gocases.go                       the tables → tests/tmpl/cases/tables.jsonl
//	go run tests/tmpl/gocases.go -random 700 -seed 1   a random sample → tests/tmpl/cases/random.jsonl
//	go run tests/tmpl/gocases.go -random 100000 -seed 7 -o FILE
//
// Run by hand with the Go that is the reference (1.19); `conform` needs no Go.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"math/rand"
	"os"
	"regexp"
	"strconv"
	"strings"
	"text/template"
	"unicode/utf8"
)

const data = `{"s":"Hello","e":"","u":"héllo, 世界","h":"<a href=\"x\">'&'</a>","i":42,"n":-7,"z":0,` +
	`"f":3.5,"g":1e21,"w":5.0,"t":true,"b":false,"nul":null,"l":[1,2,3],"le":[],"ls":["b","a","c"],` +
	`"ln":[1,null,"x",2.5],"ll":[[1,2],[3],[]],"m":{"b":2,"a":1,"B":3},"me":{},` +
	`"mm":{"x":{"y":{"z":"deep"}},"n":null},"svc":[{"Name":"web","Port":80,"Up":true},{"Name":"db","Port":5432}]}`

type result struct {
	ID     string          `json:"id"`
	Cat    string          `json:"cat"`
	Name   string          `json:"name"`
	Text   string          `json:"template,omitempty"`
	Text64 string          `json:"template_b64,omitempty"`
	Data   json.RawMessage `json:"data"`
	OK     bool            `json:"ok"`
	Out    *string         `json:"out,omitempty"`
	Out64  *string         `json:"out_b64,omitempty"`
	Err    string          `json:"err,omitempty"`
	Line   int             `json:"line,omitempty"`
	Col    *int            `json:"col,omitempty"`
}

// decode reads JSON as lbgen does: whole numbers are int, others float64.
func decode(text string) interface{} {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v interface{}
	if err := d.Decode(&v); err != nil {
		log.Fatal(err, text)
	}
	return convert(v)
}

func convert(v interface{}) interface{} {
	switch v := v.(type) {
	case json.Number:
		if !strings.ContainsAny(string(v), ".eE") {
			if i, err := strconv.ParseInt(string(v), 10, 64); err == nil {
				return int(i)
			}
		}
		f, _ := strconv.ParseFloat(string(v), 64)
		return f
	case []interface{}:
		out := make([]interface{}, len(v))
		for i := range v {
			out[i] = convert(v[i])
		}
		return out
	case map[string]interface{}:
		for k := range v {
			v[k] = convert(v[k])
		}
	}
	return v
}

// limited stops a template that writes without end.
type limited struct{ bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > 1<<20 {
		return 0, errors.New("too much")
	}
	return l.Buffer.Write(p)
}

// pointer is what differs from run to run.
var pointer = regexp.MustCompile(`c000[0-9a-f]{6}`)

var place = regexp.MustCompile(`^template: [^:]*:(\d+)(?::(\d+))?:`)

// run executes one template. ok is false where Go itself crashes.
func run(cat, text, data string) (r result, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	r = result{Cat: cat, Name: "t.tmpl", Data: json.RawMessage(data)}
	if utf8.ValidString(text) {
		r.Text = text
	} else {
		r.Text64 = base64.StdEncoding.EncodeToString([]byte(text))
	}
	var out limited
	t, err := template.New(r.Name).Parse(text)
	if err == nil {
		err = t.Execute(&out, decode(data))
	}
	if err == nil {
		if pointer.Match(out.Bytes()) {
			return r, false
		}
		r.OK = true
		if s := out.String(); utf8.ValidString(s) {
			r.Out = &s
		} else {
			s = base64.StdEncoding.EncodeToString([]byte(s))
			r.Out64 = &s
		}
		return r, true
	}
	r.Err = err.Error()
	if !utf8.ValidString(r.Err) || !strings.HasPrefix(r.Err, "template: ") {
		return r, false
	}
	if m := place.FindStringSubmatch(r.Err); m != nil {
		r.Line, _ = strconv.Atoi(m[1])
		if m[2] != "" {
			c, _ := strconv.Atoi(m[2])
			r.Col = &c
		}
	}
	return r, true
}

// needed leaves only those members of the data that the text may look at.
func needed(text string) string {
	if strings.Contains(text, "$") || regexp.MustCompile(`[\s({|]\.[\s)}|]`).MatchString(text) || strings.Contains(text, "_b64") {
		return data
	}
	d := json.NewDecoder(strings.NewReader(data))
	var all map[string]json.RawMessage
	if err := d.Decode(&all); err != nil {
		log.Fatal(err)
	}
	some := map[string]json.RawMessage{}
	for k, v := range all {
		if regexp.MustCompile(`\.` + k + `\b`).MatchString(text) {
			some[k] = v
		}
	}
	b, _ := json.Marshal(some)
	var plain bytes.Buffer
	e := json.NewEncoder(&plain)
	e.SetEscapeHTML(false)
	if e.Encode(json.RawMessage(b)) != nil {
		return string(b)
	}
	return strings.TrimSpace(plain.String())
}

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

// --- crossed tables ------------------------------------------------------------------

var operands = []string{"1", "-7", "2.5", `"a"`, `""`, "true", "nil", "1i", "'a'", ".i", ".f", ".s", ".t", ".nul",
	".missing", ".l", ".le", ".m", "(index .s 0)", "(len .l)", "(print 1)", "(slice .l 1)", "(.nul)"}

func crossed(emit func(cat, text string)) {
	r := rand.New(rand.NewSource(5))
	for _, f := range []string{"eq", "ne", "lt", "le", "gt", "ge"} {
		for _, a := range operands {
			for _, b := range operands {
				if r.Intn(6) == 0 {
					emit("compare", fmt.Sprintf("{{%s %s %s}}", f, a, b))
				}
			}
		}
	}
	for _, f := range []string{"and", "or", "not", "call", "index", "slice", "len", "html", "js", "urlquery", "print",
		"println", "printf", "eq"} {
		for _, a := range operands {
			emit("kinds", fmt.Sprintf("{{%s %s}}", f, a))
			if a != "nil" {
				emit("kinds", fmt.Sprintf("x\n {{%s | %s}}", a, f))
			}
		}
	}
	for _, a := range operands {
		emit("kinds", fmt.Sprintf("{{if %s}}y{{else}}n{{end}}", a))
		emit("kinds", fmt.Sprintf("{{with %s}}{{.}}{{else}}n{{end}}", a))
		emit("kinds", fmt.Sprintf("{{range %s}}{{.}}{{else}}n{{end}}", a))
		emit("kinds", fmt.Sprintf("{{$x := %s}}{{$x}}{{$x.y}}", a))
		emit("kinds", fmt.Sprintf("{{define \"d\"}}{{.}}{{.x}}{{end}}{{template \"d\" %s}}", a))
		emit("kinds", fmt.Sprintf("{{(%s).x}}", a))
		emit("kinds", fmt.Sprintf("{{%s.x}}", a))
		emit("kinds", fmt.Sprintf("{{%s}}", a))
	}
	verbs := "vdsqxXoObcUeEfFgGtTpw"
	flags := []string{"", "+", "-", "#", "0", " ", "8", "-8", "08", "+.2", "8.3", ".0", "#+", "+08.2", ".", "-08", "x"}
	values := append([]string{`"héllo"`, "65", "-300", "3.14159", "1e21", ".ls", ".ln", ".mm", ".b"}, operands...)
	for _, v := range verbs {
		for _, f := range flags {
			for _, a := range values {
				if r.Intn(14) == 0 {
					emit("printf", fmt.Sprintf(`{{printf "%%%s%c" %s}}`, f, v, a))
				}
			}
		}
	}
}

// --- random templates -------------------------------------------------------------------

type gen struct {
	*rand.Rand
	vars  []string
	tmpls int
	loop  int
}

func (g *gen) pick(words ...string) string { return words[g.Intn(len(words))] }

func (g *gen) space() string { return g.pick("", "", "", " ", " ", "\n", "  ", "\t") }

func (g *gen) operand(depth int) string {
	switch g.Intn(14) {
	case 0:
		return "."
	case 1, 2, 3:
		return g.pick(".s", ".i", ".f", ".l", ".m", ".nul", ".missing", ".mm.x", ".svc", ".t", ".Name", ".z", ".ll", ".m.a",
			".mm.x.y.z", ".e", ".ln")
	case 4, 5:
		if len(g.vars) > 0 {
			return g.pick(g.vars...) + g.pick("", "", "", ".x", ".Name")
		}
		return g.pick("$", "$.s", "$.l", "$.svc")
	case 6:
		return g.pick("1", "0", "-3", "2.5", "1e3", "0x1F", "'a'", "1_000", "07", "1i")
	case 7, 8:
		return g.pick(`"a"`, `""`, `"b c"`, "`raw`", `"\n"`, `"%d"`, `"%v|%s"`, `"x"`)
	case 9:
		return g.pick("true", "false", "nil")
	case 10, 11:
		if depth > 0 {
			return "(" + g.pipeline(depth-1) + ")" + g.pick("", "", "", ".x", ".a")
		}
		return ".s"
	case 12:
		return g.pick("print", "len", "not", "html")
	default:
		return g.pick("$", ".ls", ".u", ".h")
	}
}

func (g *gen) command(depth int) string {
	if g.Intn(3) == 0 {
		return g.operand(depth)
	}
	f := g.pick("and", "or", "not", "index", "slice", "len", "print", "println", "printf", "html", "js", "urlquery", "eq",
		"ne", "lt", "le", "gt", "ge", "call", "eq", "index", "print", "printf")
	n := 1 + g.Intn(3)
	if f == "not" || f == "len" || f == "html" {
		n = 1
	} else if len(f) == 2 && f != "or" {
		n = 2
	}
	if f == "printf" && g.Intn(4) > 0 {
		f += g.pick(` "%v"`, ` "%s %d"`, ` "%q"`, ` "%5v|"`, ` "%T"`)
	}
	if g.Intn(20) == 0 {
		n = g.Intn(4)
	}
	for i := 0; i < n; i++ {
		f += " " + g.operand(depth)
	}
	return f
}

func (g *gen) pipeline(depth int) string {
	p := g.command(depth)
	for g.Intn(4) == 0 {
		p += g.pick("|", " | ", " |", "| ") + g.command(depth)
	}
	return p
}

func (g *gen) action(body string) string {
	l, r := "{{", "}}"
	if g.Intn(6) == 0 {
		l = "{{-" + g.pick(" ", "\n", "\t")
	}
	if g.Intn(6) == 0 {
		r = g.pick(" ", "\n") + "-}}"
	}
	return l + g.space() + body + g.space() + r
}

func (g *gen) newVar() string {
	v := g.pick("$x", "$y", "$v1", "$z")
	g.vars = append(g.vars, v)
	return v
}

func (g *gen) text() string {
	return g.pick("", "a", " b ", "\n", "\n  x\n", "{", "}", "é", "line\n", "  ", "100%", "\t")
}

func (g *gen) list(depth int) string {
	s := g.text()
	for n := g.Intn(4); n >= 0; n-- {
		s += g.statement(depth) + g.text()
	}
	return s
}

func (g *gen) branch(depth int, word string) string {
	mark := len(g.vars)
	head := word + " "
	if word == "range" {
		switch g.Intn(4) {
		case 0:
			a, b := g.newVar(), g.newVar()
			head += a + g.pick(", ", ",", " , ") + b + " := "
		case 1:
			head += g.newVar() + " := "
		}
		head += g.pick(".l", ".ls", ".m", ".svc", ".ll", ".le", ".ln", ".", ".mm", g.pipeline(1))
		g.loop++
	} else {
		if g.Intn(5) == 0 {
			head += g.newVar() + " := "
		}
		head += g.pipeline(1)
	}
	s := g.action(head) + g.list(depth-1)
	if word == "range" {
		g.loop--
	}
	for word == "if" && g.Intn(4) == 0 {
		s += g.action("else if "+g.pipeline(1)) + g.list(depth-1)
	}
	if g.Intn(3) == 0 {
		s += g.action("else") + g.list(depth-1)
	}
	g.vars = g.vars[:mark]
	return s + g.action("end")
}

func (g *gen) statement(depth int) string {
	n := g.Intn(16)
	if depth <= 0 && n > 8 {
		n = 0
	}
	switch n {
	case 5:
		v := g.pipeline(1)
		return g.action(g.newVar() + g.pick(" := ", ":= ", ":=", " = ") + v)
	case 6:
		if len(g.vars) > 0 {
			return g.action(g.pick(g.vars...) + " = " + g.pipeline(1))
		}
		return g.action("/* c */")
	case 7:
		return g.pick("{{/* c */}}", "{{- /* c */ -}}", "{{/* c */ -}}")
	case 8:
		if g.loop > 0 && g.Intn(2) == 0 {
			return g.action(g.pick("break", "continue"))
		}
		if g.tmpls > 0 {
			return g.action(fmt.Sprintf("template \"t%d\" %s", g.Intn(g.tmpls), g.pick("", ".", g.pipeline(1))))
		}
		return ""
	case 9, 10, 11:
		return g.branch(depth, "if")
	case 12, 13:
		return g.branch(depth, "range")
	case 14:
		return g.branch(depth, "with")
	case 15:
		if g.Intn(3) == 0 {
			vars, loop := g.vars, g.loop
			g.vars, g.loop = nil, 0
			s := g.list(depth - 1)
			g.vars, g.loop = vars, loop
			return g.action(fmt.Sprintf("block \"b%d\" %s", g.Intn(1000), g.operand(1))) + s + g.action("end")
		}
		return g.action(g.pipeline(2))
	default:
		return g.action(g.pipeline(2))
	}
}

func (g *gen) template() string {
	s := ""
	for n := g.Intn(3); n > 0; n-- {
		g.vars = nil
		s += g.action(fmt.Sprintf("define \"t%d\"", g.tmpls)) + g.list(2) + g.action("end") + g.pick("", "\n")
		g.tmpls++
	}
	g.vars = nil
	return s + g.list(3)
}

// damage changes a few bytes.
func (g *gen) damage(s string) string {
	b := []byte(s)
	for n := 1 + g.Intn(3); n > 0 && len(b) > 0; n-- {
		i := g.Intn(len(b))
		switch g.Intn(5) {
		case 0:
			b = append(b[:i], b[i+1:]...)
		case 1:
			c := "{}()|$.\"'`:=,-+ \n\\/*%x1aé\x00\xff"
			k := g.Intn(len(c))
			b = append(b[:i], append([]byte{c[k]}, b[i:]...)...)
		case 2:
			j := g.Intn(len(b))
			b[i], b[j] = b[j], b[i]
		case 3:
			j := i + g.Intn(len(b)-i)
			if j > i+8 {
				j = i + 8
			}
			b = append(b[:i], b[j:]...)
		default:
			b = b[:i]
		}
	}
	return string(b)
}

func main() {
	random := flag.Int("random", 0, "this many random templates instead of the tables")
	seed := flag.Int64("seed", 1, "of the random templates")
	output := flag.String("o", "", "the file")
	flag.Parse()
	if *output == "" {
		*output = "tests/tmpl/cases/tables.jsonl"
		if *random > 0 {
			*output = "tests/tmpl/cases/random.jsonl"
		}
	}
	f, err := os.Create(*output)
	if err != nil {
		log.Fatal(err)
	}
	w := bufio.NewWriter(f)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	count := map[string]int{}
	seen := map[string]bool{}
	emit := func(cat, text string) {
		if seen[text] {
			return
		}
		seen[text] = true
		r, ok := run(cat, text, needed(text))
		if !ok {
			return
		}
		count[cat]++
		r.ID = fmt.Sprintf("%s/%d", cat, count[cat])
		if err := enc.Encode(r); err != nil {
			log.Fatal(err)
		}
	}
	if *random > 0 {
		g := &gen{Rand: rand.New(rand.NewSource(*seed))}
		for i := 0; i < *random; i++ {
			g.vars, g.tmpls, g.loop = nil, 0, 0
			t := g.template()
			if len(t) > 600 {
				continue
			}
			emit("random", t)
			emit("damaged", g.damage(t))
		}
	} else {
		unescape := strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\t`, "\t", `\x01`, "\x01", `\x7f`, "\x7f")
		for _, cat := range []string{"text", "trim", "comment", "fields", "numbers", "chars", "strings", "errors", "control",
			"functions"} {
			for _, line := range strings.Split(tables[cat], "\n") {
				if cat == "chars" || cat == "strings" || cat == "functions" || cat == "numbers" {
					emit(cat, line)
				}
				emit(cat, unescape.Replace(line))
			}
		}
		crossed(emit)
	}
	if err := w.Flush(); err != nil {
		log.Fatal(err)
	}
	if err := f.Close(); err != nil {
		log.Fatal(err)
	}
	total := 0
	for _, n := range count {
		total += n
	}
	fmt.Println(total, count)
}
