/* cfgtext: what a text of haproxy.cfg says, as far as a pass needs to know:
 * where it listens, which servers it has, what it is marked with.
 *
 * Owns:   nothing between calls.
 * Gives:  a text, of any template, as JSON; its words split as HAProxy does.
 * Never:  judges the text: `haproxy -c` does.
 * Errors: none: what it does not understand it passes over.
 * Floor:  1.
 * Source: HAProxy Configuration Manual 2.2 (quoting), 4 (proxies), 11.5 (peers).
 *
 * { "marker": "…", "localpeer": "…", "server_state": "/…", "tables": true,
 *   "binds": [ {"address": "*:80", "line": 12, "section": "port__80"} ],
 *   "frontends": { "port__80": {"uses": ["port__80_backends"], "binds": ["*:80 ssl crt …"],
 *                  "line": 11, "rest": ["…"]} },
 *   "backends": { "port__80_backends": {"line": 20, "rest": ["…"], "servers":
 *                  { "web1": {"address": "172.17.0.2:80", "rest": "check", "line": 23,
 *                            "watched": true} } } } }
 *
 * watched: a check, an agent or a tracked server can find it down, as its line, the
 * default-server of its section or of its defaults has it; else the key is missing.
 */
#ifndef LBGEN_CFGTEXT_H
#define LBGEN_CFGTEXT_H

#include <jansson.h>

#include "util.h"

/* Never NULL; a new reference. */
json_t *cfgtext_read(const char *text, size_t len);

/* The value of the last `set-var proc.lbgen str(…)`, "" if there is none. */
void cfgtext_marker(const char *text, size_t len, char out[65]);

/* What a reader of the log wants to know: one line per frontend or pool with
 * its servers added, removed, changed ("port 80: + web2 172.17.0.3:80, - web1"),
 * as a list of strings, in the order of names. A new reference. */
json_t *cfgtext_changes(const json_t *old, const json_t *new);

#endif
