package main

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// --- random data ---------------------------------------------------------------------

var keys = []string{"a", "b", "c", "Name", "x1", "é", "s", "l", "m", "long_key", "_u"}

// Keys that only index and range get at. (A key with U+0000 is beyond jansson.)
var oddKeys = []string{"", "a b", "a.b", "-", "1", "A", "€", `"`}

var words = []string{"", "a", "b", "Hello", "héllo, 世界", `<a href="x">'&'</a>`, "100%", "%d", "%s %v", " x ", "\t", "\n", "a\nb",
	"\u2028", "\u00a0", "\u200b", "\ufeff", "\U0001f600", "\u0000", "\u007f", "\x1b", "`", `\`, `"q"`, "0", "-1", "3.5", "true", "nil",
	"\ufffd", "e\u0301", "web-1.example.org:8080", strings.Repeat("ab", 40)}

func (g *gen) float() string {
	switch g.Intn(8) {
	case 0:
		return g.pick("0.0", "-0.0", "1.0", "5.0", "1e0", "1E5", "1e+5", "2.5e-3", "0.1", "100.0", "1e20", "1e21", "1e22", "123456789.0",
			"1e6", "999999.5", "1e-4", "1e-5", "0.0001", "0.00001", "1e100", "1.7976931348623157e308", "5e-324", "2.2250738585072014e-308",
			"9007199254740993.0", "0.30000000000000004", "16777216.0", "1e15", "1e16", "1e17", "123456.7890625")
	case 1, 2:
		for {
			f := math.Float64frombits(g.Uint64())
			if !math.IsNaN(f) && !math.IsInf(f, 0) {
				return strconv.FormatFloat(f, 'e', -1, 64)
			}
		}
	case 3:
		return strconv.FormatFloat(float64(g.Intn(2000000))/1000-1000, 'f', 1+g.Intn(6), 64)
	default:
		return strconv.FormatFloat((g.Float64()-0.5)*math.Pow(10, float64(g.Intn(30)-8)), 'e', g.Intn(18), 64)
	}
}

func (g *gen) integer() string {
	switch g.Intn(6) {
	case 0:
		return g.pick("0", "-0", "1", "-1", "7", "10", "255", "256", "65", "127", "128", "233", "8232", "55296", "65533", "128512", "1114111",
			"1114112", "2147483647", "2147483648", "4294967296", "9223372036854775807", "-9223372036854775808")
	case 1:
		return strconv.FormatInt(int64(g.Uint64())>>uint(g.Intn(64)), 10)
	default:
		return strconv.Itoa(g.Intn(20) - 4)
	}
}

// value makes JSON text; the paths to it and into it go to g.paths.
func (g *gen) value(path string, depth int) string {
	if path != "" {
		g.paths = append(g.paths, path)
	}
	n := g.Intn(16)
	if depth <= 0 && n > 11 {
		n = 0
	}
	switch n {
	case 0, 1, 2:
		return g.integer()
	case 3, 4:
		return g.float()
	case 5, 6, 7, 8:
		s, _ := json.Marshal(g.pick(words...))
		return string(s)
	case 9:
		return g.pick("true", "false")
	case 10:
		return "null"
	case 11:
		return g.pick("[]", "{}", "18446744073709551615", "9223372036854775808", "-9223372036854775809", "[null]", "[[]]", `{"a":null}`,
			`[{"a":1},{"a":2}]`, `["b","a"]`)
	case 12, 13:
		return g.array(path, depth)
	default:
		return g.object(path, depth)
	}
}

func (g *gen) array(path string, depth int) string {
	var items []string
	for n := g.Intn(5); n > 0; n-- {
		items = append(items, g.value("", depth-1))
	}
	if len(items) > 0 && path != "" {
		g.paths = append(g.paths, fmt.Sprintf("(index %s %d)", path, g.Intn(len(items)+1)))
	}
	return "[" + strings.Join(items, ",") + "]"
}

func (g *gen) object(path string, depth int) string {
	var items []string
	seen := map[string]bool{}
	for n := g.Intn(6); n > 0; n-- {
		key, odd := g.pick(keys...), g.Intn(8) == 0
		if odd {
			key = g.pick(oddKeys...)
		}
		if seen[key] {
			continue
		}
		seen[key] = true
		p := path + "." + key
		if odd {
			p = ""
		}
		k, _ := json.Marshal(key)
		items = append(items, string(k)+":"+g.value(p, depth-1))
	}
	return "{" + strings.Join(items, ",") + "}"
}

// data makes the data of one case, most often an object.
func (g *gen) data() string {
	g.paths = nil
	if g.Intn(8) == 0 {
		s := g.value("", 3)
		g.paths = append(g.paths, ".")
		return s
	}
	return g.object("", 4)
}

// --- formats ---------------------------------------------------------------------------

func (g *gen) directive() string {
	s := "%"
	for g.Intn(2) == 0 {
		s += g.pick("+", "-", "#", "0", " ")
	}
	index := func() {
		if g.Intn(10) == 0 {
			s += g.pick("[1]", "[2]", "[3]", "[0]", "[9]", "[]", "[x]", "[1", "[-1]", "[2]", "[1][2]", "[99999999]")
		}
	}
	index()
	switch g.Intn(6) {
	case 0, 1:
		s += strconv.Itoa(g.Intn(14))
	case 2:
		s += g.pick("*", "*", "1", "40", "100", "08", "12", "1000001", "300")
	}
	index()
	switch g.Intn(6) {
	case 0, 1:
		s += "." + strconv.Itoa(g.Intn(12))
	case 2:
		s += g.pick(".", ".*", ".[1]*", ".40", ".00", ".-1", ".120", "..", ".1000001", ".20")
	}
	index()
	if g.Intn(25) == 0 {
		return s + g.pick("!", "z", "é", "%", " ", "", "\n", "y", "世", "\\x00", "-", "\\xff", "w", "E", "i", "L")
	}
	verbs := "vvvvddssqqxXobOcUeEfFgGtT"
	return s + string(verbs[g.Intn(len(verbs))])
}

// format is the text of printf's first argument, in quotes.
func (g *gen) format() string {
	s := ""
	for n := g.Intn(4); n >= 0; n-- {
		s += g.pick("", "", "a", " ", "|", "é", "%%") + g.directive()
	}
	return `"` + s + g.pick("", "", "|") + `"`
}

// lexeme is a number, character or string that may be malformed.
func (g *gen) lexeme() string {
	s := ""
	switch g.Intn(4) {
	case 0, 1:
		s = g.pick("", "", "+", "-") + g.pick("", "", "", "0", "0x", "0X", "0b", "0o", ".")
		alphabet := g.pick("0123456789", "01", "0123456789_", "0123456789.e", "0123456789abcdefp.", "0123456789e+-.", "019.eEpP_xi+-")
		for n := 1 + g.Intn(22); n > 0 && (n < 8 || g.Intn(3) > 0); n-- {
			s += string(alphabet[g.Intn(len(alphabet))])
		}
		return s + g.pick("", "", "", "", "i", "e5", "p3", "e-300", "e308", "+2i")
	default:
		quote := g.pick("'", `"`, `"`, "`")
		for n := g.Intn(5); n > 0; n-- {
			s += g.pick("a", "é", "世", "\\n", "\\t", "\\\\", "\\'", "\\\"", "\\x41", "\\xff", "\\101", "\\377", "\\400", "\\u00e9", "\\ud800",
				"\\U0001F600", "\\U00110000", "\\q", "\\x4", "\\u12", "\\8", "\\a\\b\\f\\v\\r", "\n", "\r\n", "{{", "}}", "\xff", "\x00", "'", `"`, "`", "%", " ")
		}
		return quote + s + g.pick(quote, quote, quote, quote, "")
	}
}

// lexemes is a template that shows some.
func (g *gen) lexemes() string {
	return g.pick("", "\n", "x\n\n") + "{{" + g.pick("", "", "print ", `printf "%T %v" `, "eq ", "\n", "index .a ", "$x := ", "if ", "slice \"abc\" ") +
		g.lexeme() + g.pick("", "", " "+g.lexeme(), g.lexeme(), " | print", ".a", ")", " -", "\n") + g.pick("}}", "}}", " -}} x", "")
}

// printfs is a template of one printf, or of several.
func (g *gen) printfs() string {
	s := ""
	for n := 1 + g.Intn(2); n > 0; n-- {
		s += "{{printf " + g.format()
		for k := g.Intn(4); k > 0; k-- {
			s += " " + g.pick(g.field(), g.field(), g.literal())
		}
		s += "}}"
	}
	return s
}
