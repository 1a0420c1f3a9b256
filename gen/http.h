/* http: one HTTP request over a unix or TCP socket.
 *
 * Owns:   a libcurl handle per struct http (one connection, kept alive).
 * Gives:  the status and the body of one GET or POST, within a byte cap and a
 *         deadline.
 * Never:  follows redirects, retries, uses a proxy, parses the body.
 * Errors: EX_UNAVAILABLE, naming the host, the path and the remedy (socket
 *         missing, refused, permission, timeout, half a body, too large).
 * Floor:  1.
 */
#ifndef LBGEN_HTTP_H
#define LBGEN_HTTP_H

#include <time.h>

#include "config.h"

struct http;

/* host: "unix:///path", "tcp://name:port" (TLS as docker.tls says). Owned by
 * the caller (http_free). */
int http_open(struct http **out, const struct config *c, const char *host, struct err *e);
void http_free(struct http *h);

/* How long a connection may take to come about, in ms; otherwise as long as the
 * request. For a host that has others behind it. */
void http_connect_within(struct http *h, long ms);

/* Requests `path` (with query, already escaped). *status gets the HTTP status.
 * body is appended to. api_version, if not NULL, gets the Api-Version header
 * (at least 32 bytes; "" if there was none). */
int http_get(struct http *h, const char *path, struct deadline d, long *status, struct buf *body,
	     char *api_version, struct err *e);
int http_post(struct http *h, const char *path, struct deadline d, long *status, struct buf *body,
	      struct err *e);

/* The newest version that both this program and the engine speak, as a path
 * prefix "/v1.41" (at least 40 bytes); "" for an engine that names none. The
 * engine is asked by GET /_ping, because no fixed version fits them all. */
int http_api(struct http *h, struct deadline d, char prefix[40], struct err *e);

/* GET of prefix + path; anything but 200 is an error with the engine's own
 * words. *status, if not NULL, gets the status also then (0: no answer). */
int http_fetch(struct http *h, const char *prefix, const char *path, struct deadline d,
	       struct buf *body, long *status, struct err *e);

/* The Date header of the last answer: the other side's clock, in whole seconds;
 * 0 if there was none. */
time_t http_date(const struct http *h);

/* Percent-escapes one query value; owned by the caller. */
char *http_escape(const char *s);

#endif
