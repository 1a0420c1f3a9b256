package main

import (
	"fmt"
	"math/rand"
	"strings"
)

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
	formats(emit)
}

// Every verb with every kind of flag on every kind of value, one template for each.
func formats(emit func(cat, text string)) {
	flags := []string{"", "+", "#", " ", "-8", "08", "8.3", ".0", "+08.2", "# ", "#20.5", "+ -020.10", "*", ".*"}
	values := []string{`"h\u00e9llo"`, "65", "-300", "3.14159", "1e21", "-0.0", "1e-7", ".ls", ".ln", ".mm", ".b", ".me", "1114112",
		`"\xff\x00"`, "9223372036854775807", "nil", "1i", ".nul", ".missing", ".l", ".le", "(index .s 0)", `""`, "true"}
	for _, v := range "vdsqxXoObcUeEfFgGtTwzé!" {
		for _, f := range flags {
			text := ""
			for _, a := range values {
				if strings.Contains(f, "*") {
					text += fmt.Sprintf(`{{printf "%%%s%c|" 9 %s}}`, f, v, a)
				} else {
					text += fmt.Sprintf(`{{printf "%%%s%c|" %s}}`, f, v, a)
				}
			}
			emit("fmt", text)
		}
	}
	for _, f := range []string{"%", "%%", "%5%", "%-", "%.", "%.*", "%*", "%[", "%[1", "%[1]", "%[1]d %d %[1]d", "%[3]d", "%[2]*[1]d", "%[1]*d",
		"%.[2]*[1]f", "%d %d", "%d", "%[2]d", "%[x]d", "%[0]d", "%[-1]d", "%[1][2]d", "%1000001d", "%.1000001d", "%-+d", "%+-5d|", "%é", "% d", "%!", "a%",
		"%*d", "%.*f", "%-*d|", "%*.*f|", "%[2]d %d", "%[1]d %[5]d", "%d %[2]*d", "%s %s %s"} {
		for _, args := range []string{"", " 7", " -7", " 7 3", " 7 3 2", ` 7 "x"`, " 12 3.25", " -9 2 3.14159", " .nul .l .m", " 2.5 1000001"} {
			emit("fmt", fmt.Sprintf(`{{printf "%s"%s}}`, f, args))
		}
	}
}
