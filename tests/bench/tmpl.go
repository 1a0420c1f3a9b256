// tmpl TEMPLATE DATA.json SERVERS: the same measurement with Go's text/template.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"runtime"
	"strconv"
	"strings"
	"text/template"
	"time"
)

func convert(v interface{}) interface{} {
	switch v := v.(type) {
	case json.Number:
		if i, err := strconv.Atoi(string(v)); err == nil {
			return i
		}
		f, _ := v.Float64()
		return f
	case []interface{}:
		for i := range v {
			v[i] = convert(v[i])
		}
	case map[string]interface{}:
		for k := range v {
			v[k] = convert(v[k])
		}
	}
	return v
}

// haproxyQuote stands in for lbgen's function.
func haproxyQuote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	raw, err := os.ReadFile(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var data interface{}
	if err := d.Decode(&data); err != nil {
		log.Fatal(err)
	}
	data = convert(data)
	servers, _ := strconv.ParseFloat(os.Args[3], 64)
	raw = nil
	runtime.GC()
	var m0, m1 runtime.MemStats
	runtime.ReadMemStats(&m0)
	var best time.Duration
	var n int
	for end := time.Now().Add(2 * time.Second); time.Now().Before(end); {
		t0 := time.Now()
		t, err := template.New("bench").Funcs(template.FuncMap{"haproxyQuote": haproxyQuote}).Parse(string(text))
		if err != nil {
			log.Fatal(err)
		}
		var out bytes.Buffer
		if err := t.Execute(&out, data); err != nil {
			log.Fatal(err)
		}
		n = out.Len()
		if t := time.Since(t0); best == 0 || t < best {
			best = t
		}
	}
	runtime.ReadMemStats(&m1)
	ns := float64(best.Nanoseconds())
	fmt.Printf("go %.0f %.1f %d %d\n", ns/servers, float64(n)/ns*1e3, n, (m1.Sys-m0.Sys)/1024)
}
