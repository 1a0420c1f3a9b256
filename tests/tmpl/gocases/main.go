// Makes template cases with what this machine's Go does with them, as JSON lines.
//
//	export GO111MODULE=off
//	go run ./tests/tmpl/gocases                        the tables → tests/tmpl/cases/tables.jsonl
//	go run ./tests/tmpl/gocases -random 300 -seed 1    a random sample → tests/tmpl/cases/random.jsonl
//	go run ./tests/tmpl/gocases -random 60000 -seed 7 -long 2000 -o FILE
//	GOPATH=/usr/share/gocode go run -tags sprig ./tests/tmpl/gocases -o tests/tmpl/cases/sprig.jsonl
//
// Run by hand with the Go that is the reference (1.19) and Debian's sprig; `conform`
// needs neither.
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
	"sort"
	"strconv"
	"strings"
	"text/template"
	"time"
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

// What sprig.go replaces: the functions beyond Go's, the tables, and what is not in tables.
var (
	funcs      template.FuncMap
	categories = []string{"text", "trim", "comment", "fields", "numbers", "chars", "strings", "errors", "control", "functions"}
	literal    = map[string]bool{"chars": true, "strings": true, "functions": true, "numbers": true} // also without \n made a line end
	extra      = crossed
)

// pointer is what differs from run to run.
var pointer = regexp.MustCompile(`c000[0-9a-f]{6}`)

var place = regexp.MustCompile(`^template: [^:]*:(\d+)(?::(\d+))?:`)

// run executes one template. ok is false where Go itself crashes, or goes on and on.
func run(cat, text, data string) (r result, ok bool) {
	type outcome struct {
		r  result
		ok bool
	}
	done := make(chan outcome, 1)
	go func() {
		r, ok := execute(cat, text, data)
		done <- outcome{r, ok}
	}()
	select {
	case o := <-done:
		return o.r, o.ok
	case <-time.After(5 * time.Second):
		return r, false // it keeps a core busy until the end
	}
}

func execute(cat, text, data string) (r result, ok bool) {
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
	t, err := template.New(r.Name).Funcs(funcs).Parse(text)
	if err == nil {
		err = t.Execute(&out, decode(data))
	}
	if err == nil {
		if out.Len() > 1<<16 {
			return r, false // nothing is learnt of so much
		}
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

func main() {
	random := flag.Int("random", 0, "this many random templates instead of the tables")
	seed := flag.Int64("seed", 1, "of the random templates")
	long := flag.Int("long", 600, "leave out longer templates")
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
	emit := func(cat, text, data string) {
		if seen[text] {
			return
		}
		seen[text] = true
		r, ok := run(cat, text, data)
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
			d := g.data()
			t := g.template()
			if len(t) <= *long {
				emit("random", t, d)
				emit("damaged", g.damage(t), d)
			}
			emit("soup", g.soup(), d)
			emit("lexemes", g.lexemes(), d)
			emit("formats", g.printfs(), d)
		}
	} else {
		unescape := strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\t`, "\t", `\x01`, "\x01", `\x7f`, "\x7f")
		sort.Strings(categories)
		for _, cat := range categories {
			for _, line := range strings.Split(tables[cat], "\n") {
				if literal[cat] || funcs != nil {
					emit(cat, line, needed(line))
				}
				if text := unescape.Replace(line); funcs == nil {
					emit(cat, text, needed(text))
				}
			}
		}
		if extra != nil {
			extra(func(cat, text string) { emit(cat, text, needed(text)) })
		}
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
