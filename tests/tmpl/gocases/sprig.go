//go:build sprig

package main

import (
	"text/template"

	"github.com/Masterminds/sprig"
)

// What sprig (Debian's golang-github-masterminds-sprig-dev, 3.2.3) does where the engine
// has a function of its semantics. Where the two differ, functions.jsonl has the case.

// Our name and sprig's.
var ours = map[string]string{
	"add": "add", "atoi": "atoi", "coalesce": "coalesce", "contains": "contains", "default": "default", "dict": "dict", "div": "div",
	"first": "first", "get": "get", "hasKey": "hasKey", "hasPrefix": "hasPrefix", "hasSuffix": "hasSuffix", "join": "join", "last": "last",
	"list": "list", "lower": "lower", "max": "max", "min": "min", "mod": "mod", "mul": "mul", "parseJson": "mustFromJson", "quote": "quote",
	"regexMatch": "mustRegexMatch", "replace": "replace", "seq": "seq", "sha1": "sha1sum", "sha256": "sha256sum", "split": "splitList",
	"sub": "sub", "ternary": "ternary", "toJson": "toJson", "toString": "toString", "trim": "trim", "trimPrefix": "trimPrefix",
	"trimSuffix": "trimSuffix", "uniq": "uniq", "until": "until", "upper": "upper",
}

var sprigTables = map[string]string{
	"add": `{{add 1 2 3}} {{add}} {{add "5" 2.9 true nil .missing}} {{add "0x10" "010" "5.0" "x" ""}}
{{3 | add 4}}
{{add 9223372036854775807 1}}
{{add .l .m .s}}`,
	"atoi": `{{atoi "42"}} {{atoi "-7"}} {{atoi "+7"}} {{atoi "007"}} {{atoi ""}} {{atoi "x"}} {{atoi "1.0"}} {{atoi " 1"}} {{atoi "0x1F"}} {{atoi "1_0"}}
{{atoi "9223372036854775807"}} {{atoi "9223372036854775808"}} {{atoi "-9223372036854775808"}} {{atoi "-9223372036854775809"}} {{atoi "-"}}
{{"80" | atoi | printf "%T %d" 1}}
{{atoi 5}}
{{atoi .i}}
{{atoi .nul}}
{{atoi}}
{{atoi "1" "2"}}`,
	"coalesce": `{{coalesce 0 "" .nul .le "x" "y"}} {{coalesce}} {{coalesce 0 false}} {{coalesce .missing .i}} {{"z" | coalesce ""}}
{{coalesce (dict) .me .m}}`,
	"contains": `{{contains "ell" .s}} {{contains "x" .s}} {{contains "" .s}} {{contains "" ""}} {{"abc" | contains "bc"}} {{contains "世" .u}}
{{contains "a"}}
{{contains "a" "b" "c"}}`,
	"default": `{{default "d" ""}} {{default "d" .s}} {{default "d" 0}} {{default "d" .nul}} {{default "d" .missing}} {{default "d" false}} {{default "d" .le}}
{{default "d"}} {{.e | default 5}} {{.i | default 5}} {{default nil .nul}} {{default "d" 0.0}} {{default "d" .me}} {{default 1 2 3}}
{{default}}`,
	"dict": `{{dict}} {{dict "a" 1 "b" .l}} {{dict "a" 1 "a" 2}} {{dict "a"}} {{dict 1 2}} {{dict nil 3}} {{(dict "x" .m).x.a}}
{{range $k, $v := dict "z" 1 "b" 2}}{{$k}}={{$v}} {{end}}
{{5 | dict "n"}} {{dict 1.5 true false}}`,
	"div": `{{div 7 2}} {{div -7 2}} {{div "9" "2"}} {{div 7.9 2}} {{2 | div 9}} {{div -9223372036854775808 -1}}
{{div 1 0}}
{{div 1 "x"}}
{{div 1}}
{{div 1 2 3}}`,
	"first": `{{first .l}} {{first .ls}} {{first .le}} {{first .ln}} {{.ls | first}} {{(first .svc).Name}} {{first (list nil 1)}}
{{first .s}}
{{first .m}}
{{first .i}}
{{first}}
{{first .l .l}}`,
	"get": `{{get .m "a"}} {{get .m "zz"}} {{get .mm "n"}} {{"a" | get .m}} {{get (dict "k" "v") "k"}} [{{get .me "x"}}]
{{get .l "a"}}
{{get .m 1}}
{{get .nul "a"}}
{{get .m}}`,
	"hasKey": `{{hasKey .m "a"}} {{hasKey .m "zz"}} {{hasKey .mm "n"}} {{"b" | hasKey .m}} {{hasKey .me ""}}
{{hasKey .l "a"}}
{{hasKey .m 1}}
{{hasKey .m}}`,
	"hasPrefix": `{{hasPrefix "He" .s}} {{hasPrefix "x" .s}} {{hasPrefix "" .s}} {{hasPrefix "Hello!" .s}} {{.s | hasPrefix "H"}} {{hasPrefix "h\xc3" .u}}
{{hasPrefix 1 .s}}
{{hasPrefix .s .i}}
{{hasPrefix "a"}}`,
	"hasSuffix": `{{hasSuffix "lo" .s}} {{hasSuffix "x" .s}} {{hasSuffix "" .s}} {{hasSuffix "!Hello" .s}} {{.s | hasSuffix "o"}}
{{hasSuffix .l .s}}
{{hasSuffix "a" nil}}
{{hasSuffix}}`,
	"join": `{{join "," .l}} {{join ", " .ls}} [{{join "," .le}}] {{join "-" .ln}} {{join "," "x"}} {{join "," 5}} {{.ls | join "+"}} {{join "" .ll}}
{{join "," (list "a" nil 1.5 true)}} [{{join "," nil}}] {{join "\n" .l}} {{split "," "a,b" | join ";"}}
{{join ","}}`,
	"last": `{{last .l}} {{last .ls}} {{last .le}} {{last .ln}} {{.ls | last}} {{(last .svc).Port}}
{{last .s}}
{{last .m}}
{{last}}`,
	"list": `{{list}} {{list 1 "a" nil .l}} {{len (list 1 2)}} {{index (list 1 2) 1}} {{5 | list 4}} {{range list "x" "y"}}{{.}};{{end}}`,
	"lower": `{{lower "ÀÉ World"}} {{"ABC" | lower}} [{{lower ""}}] {{lower "İΣß"}}
{{lower 1}}
{{lower .nul}}
{{lower}}`,
	"max": `{{max 1 5 3}} {{max -1 "7" 2.9}} {{4 | max 3}} {{max 1}} {{max nil "x"}}
{{max}}`,
	"min": `{{min 1 5 3}} {{min -1 "7" 2.9}} {{4 | min 3}} {{min 1}} {{min 5 nil}}
{{min}}`,
	"mod": `{{mod 7 3}} {{mod -7 3}} {{3 | mod 8}} {{mod "9" 4.7}} {{mod -9223372036854775808 -1}}
{{mod 1 0}}
{{mod 1}}`,
	"mul": `{{mul 2 3 4}} {{mul 5}} {{"3" | mul 2}} {{mul 9223372036854775807 2}}
{{mul}}`,
	"parseJson": `{{(parseJson "{\"a\":[1,2.5,null,true]}").a}} {{parseJson "\"x\\u00e9\""}} {{len (parseJson "[]")}} {{"null" | parseJson}}
{{parseJson 1}}
{{parseJson}}`,
	"quote": `{{quote "a\"b\n"}} {{quote 1 nil "x" 2.5}} {{quote}} {{.s | quote}} {{quote .l .nul .t}} {{quote "世\x00"}}`,
	"regexMatch": `{{regexMatch "^a+b?$" "aaa"}} {{regexMatch "b" "abc"}} {{regexMatch "^b" "abc"}} {{"x9" | regexMatch "[0-9]"}} {{regexMatch "" ""}}
{{regexMatch "(?i)HELLO" .s}} {{regexMatch "世" .u}} {{regexMatch "^.{5}$" .s}} {{regexMatch "\\bweb\\d{1,3}\\b" "a web12 b"}} {{regexMatch "(a|b)*c" "ababc"}}
{{regexMatch "(?i)k" "\u212a"}} {{regexMatch "(?i)[^a]\\W" "y\u017f"}} {{regexMatch "(?s)^a.b$" "a\nb"}} {{regexMatch "^a.b$" "a\nb"}} {{regexMatch "(?m)^b$" "a\nb"}}
{{regexMatch "[[:alpha:]_-]+[^[:space:]]" "a b"}} {{regexMatch "\\x41\\x{e9}\\101?\\." "A\u00e9."}} {{regexMatch "a{,2}" "a{,2}"}} {{regexMatch "^(?:a|b|)*?$" "abba"}}
{{regexMatch "a**" "a"}}
{{regexMatch "a*?{2}" "a"}}
{{regexMatch "*a" "a"}}
{{regexMatch "a|{2}" "a"}}
{{regexMatch "a{1001}" "a"}}
{{regexMatch "(a{40}){40}" "a"}}
{{regexMatch "(?<n>a)" "a"}}
{{regexMatch "(?P<n" "a"}}
{{regexMatch "(?z)" "a"}}
{{regexMatch "[[:foo:]]" "a"}}
{{regexMatch "[a" "a"}}
{{regexMatch "a)" "a"}}
{{regexMatch "a\\" "a"}}
{{regexMatch "\\x{110000}" "a"}}
{{regexMatch "\\x4" "a"}}
{{regexMatch "\\8" "a"}}
{{regexMatch "(" "a"}}
{{regexMatch "a{2,1}" "a"}}
{{regexMatch "[b-a]" "a"}}
{{regexMatch "\\q" "a"}}
{{regexMatch "a" 1}}
{{regexMatch "a"}}`,
	"replace": `{{replace "l" "L" .s}} {{replace "x" "y" .s}} {{replace "" "-" "abc"}} {{.s | replace "Hel" "Yel"}} {{replace "世" "" .u}} [{{replace "a" "b" ""}}]
{{replace 1 "b" "c"}}
{{replace "a" nil "c"}}`,
	"seq": `{{seq 3}} {{seq 2 5}} {{seq 1 2 9}} {{seq 5 1}} {{seq 0}} {{seq -2}} {{seq 5 -2 0}} [{{seq 1 -1 5}}] [{{seq}}] [{{seq 1 0 3}}] {{5 | seq 3}} [{{seq 1 2 3 4}}]
{{seq "3"}}
{{seq 1.5}}
{{seq .nul}}`,
	"sha1": `{{sha1 ""}} {{sha1 "abc"}} {{.s | sha1}} {{sha1 .u}}
{{sha1 1}}
{{sha1}}`,
	"sha256": `{{sha256 ""}} {{sha256 "abc"}} {{.s | sha256}}
{{sha256 .l}}
{{sha256 "a" "b"}}`,
	"split": `{{split "," "a,b,,c"}} {{len (split "," "")}} {{split "" "aé世"}} {{split "x" "abc"}} {{"k=v" | split "="}} {{index (split ":" "h:80") 1}}
{{range $i, $p := split ", " "a, b"}}{{$i}}{{$p}};{{end}} {{len (split "" "")}}
{{split 1 "a"}}
{{split "," .l}}
{{split ","}}`,
	"sub": `{{sub 5 3}} {{sub "9" 2.9}} {{1 | sub 10}} {{sub -9223372036854775808 1}} {{sub nil 1}}
{{sub 1}}`,
	"ternary": `{{ternary "a" "b" true}} {{ternary "a" "b" false}} {{.t | ternary 1 2}} {{ternary .nul .l .t}} {{eq 1 2 | ternary "yes" "no"}}
{{ternary "a" "b" 1}}
{{ternary "a" "b" .nul}}
{{ternary 1 2}}`,
	"toJson": `{{toJson .m}} {{toJson .l}} {{toJson .h}} {{toJson nil}} {{toJson 1.0}} {{toJson 1e21}} {{toJson 1e-7}} {{toJson .mm}} {{toJson .svc}} {{.ln | toJson}}
{{toJson "\u2028\x01\t/\\"}} {{toJson (list 1 "a" nil (dict "b" true))}} {{toJson 123456789012}} {{toJson .g}} {{toJson .missing}}
{{toJson}}`,
	"toString": `{{toString 1.5}} {{toString .l}} {{toString "x"}} {{toString nil}} {{1 | toString | printf "%q"}} {{toString true}} {{toString .m}}
{{toString}}`,
	"trim": `[{{trim " \t\r\n x y \u00a0\u2003"}}] [{{trim ""}}] [{{"  a " | trim}}] [{{trim "\x00 "}}]
{{trim 1}}
{{trim}}`,
	"trimPrefix": `{{trimPrefix "/" "/a/"}} {{trimPrefix "x" "abc"}} [{{trimPrefix "abc" "abc"}}] {{"v1.2" | trimPrefix "v"}} {{trimPrefix "" "a"}}
{{trimPrefix 1 "a"}}
{{trimPrefix "a"}}`,
	"trimSuffix": `{{trimSuffix "/" "/a/"}} {{trimSuffix "x" "abc"}} [{{trimSuffix "abc" "abc"}}] {{"a.org." | trimSuffix "."}}
{{trimSuffix "a" .nul}}
{{trimSuffix}}`,
	"uniq": `{{uniq .l}} {{uniq (list 1 1.0 "1" 1 nil nil "1" (list 1) (list 1) (dict "a" 1) (dict "a" 1))}} {{uniq .le}} {{.ls | uniq}}
{{uniq .s}}
{{uniq .m}}
{{uniq}}`,
	"until": `{{until 3}} {{until 0}} {{until -2}} {{range $i, $e := until 2}}{{$i}}{{$e}} {{end}} {{3 | until | len}}
{{until "3"}}
{{until 1.5}}
{{until .nul}}
{{until}}`,
	"upper": `{{upper "straße é"}} {{"abc" | upper}} [{{upper ""}}]
{{upper .l}}
{{upper nil}}
{{upper "a" "b"}}`,
}

func init() {
	all := sprig.TxtFuncMap()
	funcs = template.FuncMap{}
	for name, its := range ours {
		funcs[name] = all[its]
	}
	tables = sprigTables
	extra = nil
	categories = nil
	for name := range sprigTables {
		categories = append(categories, name)
	}
}
