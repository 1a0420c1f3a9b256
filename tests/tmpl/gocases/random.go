package main

import (
	"fmt"
	"math/rand"
	"strings"
)

// --- random templates -------------------------------------------------------------------

type gen struct {
	*rand.Rand
	vars  []string
	paths []string // what the data has
	names int      // of templates so far
	loop  int
}

func (g *gen) pick(words ...string) string { return words[g.Intn(len(words))] }

func (g *gen) space() string { return g.pick("", "", "", " ", " ", "\n", "  ", "\t") }

func (g *gen) field() string {
	if len(g.paths) > 0 && g.Intn(4) > 0 {
		return g.pick(g.paths...)
	}
	return g.pick(".", ".", "$", ".a", ".b", ".Name", ".missing", ".a.b", ".missing.deeper", ".é", ".s", ".l", ".m", "$.a", "$.m")
}

func (g *gen) literal() string {
	return g.pick("1", "0", "-3", "2.5", "1e3", "0x1F", "'a'", "1_000", "07", "1i", "2", "'\\n'", "0b101", "0o17", "1.0", "-0.0", "1e-7",
		"'世'", "1+2i", "0x1p-2", "9223372036854775807", "18446744073709551615", "'\\x00'", ".5", "+7",
		`"a"`, `""`, `"b c"`, "`raw`", `"\n"`, `"%d"`, `"%v|%s"`, `"x"`, `"\u4e16\xff"`, "`a\nb`", `"\t\"<&>'"`, `"a+b&c=d e"`, `"\x00\u2028="`,
		"true", "false", "nil")
}

func (g *gen) operand(depth int) string {
	switch g.Intn(12) {
	case 0, 1, 2, 3:
		return g.field()
	case 4, 5:
		if len(g.vars) > 0 {
			return g.pick(g.vars...) + g.pick("", "", "", "", ".x", ".Name", ".a")
		}
		return g.field()
	case 6, 7, 8:
		return g.literal()
	case 9, 10:
		if depth > 0 {
			return "(" + g.pick("", "", " ") + g.pipeline(depth-1) + g.pick("", "", " ") + ")" + g.pick("", "", "", "", ".x", ".a", ".a.b")
		}
		return g.field()
	default:
		return g.pick("print", "len", "not", "html", "true", "print", `"x"`)
	}
}

func (g *gen) command(depth int) string {
	if g.Intn(3) == 0 {
		return g.operand(depth)
	}
	f := g.pick("and", "or", "not", "index", "slice", "len", "print", "println", "printf", "html", "js", "urlquery", "eq",
		"ne", "lt", "le", "gt", "ge", "call", "eq", "index", "print", "printf", "printf", "printf", "slice", "len")
	n := 1 + g.Intn(3)
	if f == "not" || f == "len" || f == "html" {
		n = 1
	} else if len(f) == 2 && f != "or" {
		n = 2
	}
	if f == "printf" && g.Intn(8) > 0 {
		f += " " + g.format()
	}
	if g.Intn(20) == 0 {
		n = g.Intn(5)
	}
	for i := 0; i < n; i++ {
		f += g.pick(" ", " ", " ", "  ", "\n") + g.operand(depth)
	}
	return f
}

func (g *gen) pipeline(depth int) string {
	p := g.command(depth)
	for g.Intn(4) == 0 {
		p += g.pick("|", " | ", " |", "| ", "\n| ") + g.command(depth)
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
	v := g.pick("$x", "$y", "$v1", "$z", "$é")
	g.vars = append(g.vars, v)
	return v
}

func (g *gen) text() string {
	return g.pick("", "", "a", " b ", "\n", "\n  x\n", "{", "}", "é", "line\n", "  ", "100%", "\t", "\r\n", "}}", "\xff")
}

func (g *gen) list(depth int) string {
	s := g.text()
	for n := g.Intn(4); n >= 0; n-- {
		s += g.statement(depth) + g.text()
	}
	return s
}

func (g *gen) rangeHead() string {
	head := "range "
	switch g.Intn(6) {
	case 0, 1:
		a, b := g.newVar(), g.newVar()
		head += a + g.pick(", ", ",", " , ") + b + g.pick(" := ", ":=", " = ")
	case 2:
		head += g.newVar() + g.pick(" := ", ":=", " = ")
	}
	return head + g.pick(g.field(), g.field(), g.field(), ".", g.pipeline(1))
}

func (g *gen) branch(depth int, word string) string {
	mark := len(g.vars)
	head := word + " "
	if word == "range" {
		head = g.rangeHead()
		g.loop++
	} else {
		if g.Intn(5) == 0 {
			head += g.newVar() + g.pick(" := ", " := ", " = ")
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

func (g *gen) block(depth int) string {
	vars, loop := g.vars, g.loop
	g.vars, g.loop = nil, 0
	s := g.list(depth - 1)
	g.vars, g.loop = vars, loop
	return g.action(fmt.Sprintf("block \"b%d\" %s", g.Intn(12), g.operand(1))) + s + g.action("end")
}

func (g *gen) call() string {
	if g.names == 0 {
		return ""
	}
	return g.action(fmt.Sprintf("template \"t%d\" %s", g.Intn(g.names), g.pick("", ".", g.pipeline(1))))
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
		return g.pick("{{/* c */}}", "{{- /* c\n */ -}}", "{{/* c */ -}}")
	case 8:
		if g.loop > 0 && g.Intn(2) == 0 || g.Intn(40) == 0 {
			return g.action(g.pick("break", "continue"))
		}
		return g.call()
	case 9, 10:
		return g.branch(depth, "if")
	case 11, 12, 13:
		return g.branch(depth, "range")
	case 14:
		return g.branch(depth, "with")
	case 15:
		if g.Intn(3) == 0 {
			return g.block(depth)
		}
	}
	return g.action(g.pipeline(2))
}

func (g *gen) template() string {
	g.vars, g.names, g.loop = nil, 0, 0
	s := ""
	for n := g.Intn(3); n > 0; n-- {
		name := g.names
		if g.Intn(6) > 0 || name == 0 {
			g.names++
		} else {
			name = g.Intn(name) // again
		}
		g.vars = nil
		s += g.action(fmt.Sprintf("define \"t%d\"", name)) + g.list(2) + g.action("end") + g.pick("", "\n")
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

// soup is a row of the language's words in no order.
func (g *gen) soup() string {
	var s strings.Builder
	for n := 1 + g.Intn(14); n > 0; n-- {
		s.WriteString(g.pick("{{", "{{", "{{", "}}", "}}", "}}", "{{- ", " -}}", "{{-", "-}}", " ", " ", " ", "\n", "if ", "range ", "end",
			"{{end}}", "{{end}}", "else", "{{else}}", "with ", "define ", "block ", "template ", "break", "continue", "nil", "true", "false",
			".", ".a", ".a.b", "$", "$x", "$x.y", " := ", ":=", "=", ":", ", ", ",", "|", "(", ")", `"t"`, `"a`, "`r`", "`r", "'c'", "'", "1",
			"-1", "1.5", "1e", "0x", "1i", "1+2i", "/*", "*/", "{{/* c */}}", "print", "len ", "index ", "eq ", "nofunc", "é", "€", "\x00", "\xff",
			"!", "@", "..", `"a long string of words"`, "$a_long_variable", ".a_long_field_name", "aLongFunctionName", "{{define `n`}}", "{{template `n`}}",
			"{{if .}}", "{{range .}}", "{{with .}}", "{{block `n` .}}", "\v", "\u00a0", g.lexeme(), ".1", "_", "a", "t\t", "\r\n", "{", "}", "-", "+"))
	}
	return s.String()
}
