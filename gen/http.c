/* http: see http.h. */
#include "http.h"

#include <curl/curl.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#define API_NEWEST_MINOR 51 /* 1.51: the newest whose answers were looked at */
#define HEADER_MAX 65536

struct http {
	CURL *curl;
	char *host; /* as the operator wrote it, for messages */
	char *base; /* "http://localhost", "https://name:port" */
	int64_t timeout;
	long connect_ms; /* 0: no less than the request's time */
	size_t max_bytes;
	bool is_unix;
	char errbuf[CURL_ERROR_SIZE];
	/* of the request that is going on */
	struct buf *body;
	size_t got, got_header;
	bool too_large;
	char api_version[32];
	char date[48];
};

static size_t on_body(char *data, size_t size, size_t n, void *arg)
{
	struct http *h = arg;
	n *= size;
	h->got += n;
	if (h->got > h->max_bytes) {
		h->too_large = true;
		return 0;
	}
	buf_add(h->body, data, n);
	return n;
}

/* Copies the value of the header `name:` into out; others are left alone. */
static void keep_header(const char *name, const char *data, size_t n, char *out, size_t size)
{
	size_t at = strlen(name), len = 0;
	if (n <= at || strncasecmp(data, name, at) != 0)
		return;
	while (at < n && data[at] == ' ')
		at++;
	while (at + len < n && (unsigned char)data[at + len] >= ' ' && len < size - 1)
		len++;
	memcpy(out, data + at, len);
	out[len] = '\0';
}

static size_t on_header(char *data, size_t size, size_t n, void *arg)
{
	struct http *h = arg;
	n *= size;
	h->got_header += n;
	if (h->got_header > HEADER_MAX) {
		h->too_large = true;
		return 0;
	}
	keep_header("api-version:", data, n, h->api_version, sizeof(h->api_version));
	keep_header("date:", data, n, h->date, sizeof(h->date));
	return n;
}

/* --- opening --------------------------------------------------------------- */

static int use_pem(struct http *h, CURLoption opt, const char *folder, const char *name,
		   bool required, struct err *e)
{
	autofree char *path = xasprintf("%s/%s", folder, name);
	if (file_exists(path))
		curl_easy_setopt(h->curl, opt, path);
	else if (required)
		return err_set(e, EX_UNAVAILABLE,
			       "%s: %s is missing ([docker] cert_path names the folder)", h->host,
			       path);
	return 0;
}

static int use_tls(struct http *h, const struct config *c, struct err *e)
{
	const char *folder = c->docker.cert_path;
	curl_easy_setopt(h->curl, CURLOPT_SSL_VERIFYPEER, c->docker.tls_verify ? 1L : 0L);
	curl_easy_setopt(h->curl, CURLOPT_SSL_VERIFYHOST, c->docker.tls_verify ? 2L : 0L);
	if (!folder)
		return 0;
	if (use_pem(h, CURLOPT_CAINFO, folder, "ca.pem", c->docker.tls_verify, e) ||
	    use_pem(h, CURLOPT_SSLCERT, folder, "cert.pem", true, e))
		return -1;
	return use_pem(h, CURLOPT_SSLKEY, folder, "key.pem", true, e);
}

static int use_host(struct http *h, const struct config *c, struct err *e)
{
	if (str_prefix(h->host, "unix://") && h->host[7] == '/') {
		h->is_unix = true;
		h->base = xstrdup("http://localhost");
		curl_easy_setopt(h->curl, CURLOPT_UNIX_SOCKET_PATH, h->host + 7);
		return 0;
	}
	static const char *const schemes[] = {"tcp://", "http://", "https://"};
	const char *rest = NULL;
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
		if (str_prefix(h->host, schemes[i]))
			rest = h->host + strlen(schemes[i]);
	if (!rest || !*rest)
		return err_set(e, EX_UNAVAILABLE,
			       "%s: not a place of an engine (unix:///path or tcp://host:port)",
			       h->host);
	bool tls = c->docker.tls || str_prefix(h->host, "https://");
	size_t len = strcspn(rest, "/?#");
	const char *bracket = memchr(rest, ']', len);
	const char *from = bracket ? bracket : rest;
	bool port = memchr(from, ':', len - (size_t)(from - rest)) != NULL;
	h->base = xasprintf("%s://%.*s%s", tls ? "https" : "http", (int)len, rest,
			    port  ? ""
			    : tls ? ":2376"
				  : ":2375");
	return tls ? use_tls(h, c, e) : 0;
}

int http_open(struct http **out, const struct config *c, const char *host, struct err *e)
{
	bool tls = c->docker.tls || str_prefix(host, "https://");
	/* the TLS library's start-up costs milliseconds that a socket does not need */
	if (curl_global_init(tls ? CURL_GLOBAL_SSL : CURL_GLOBAL_NOTHING))
		return err_set(e, EX_SOFTWARE, "libcurl does not start");
	struct http *h = xcalloc(1, sizeof(*h));
	h->host = xstrdup(host);
	h->timeout = c->docker.timeout;
	h->max_bytes = (size_t)c->docker.max_bytes;
	h->curl = curl_easy_init();
	if (!h->curl) {
		http_free(h);
		return err_set(e, EX_SOFTWARE, "libcurl gives no handle");
	}
	curl_easy_setopt(h->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h->curl, CURLOPT_PROXY, "");
	curl_easy_setopt(h->curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(h->curl, CURLOPT_USERAGENT, "lbgen/" LBGEN_VERSION);
	curl_easy_setopt(h->curl, CURLOPT_ERRORBUFFER, h->errbuf);
	curl_easy_setopt(h->curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(h->curl, CURLOPT_WRITEDATA, h);
	curl_easy_setopt(h->curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(h->curl, CURLOPT_HEADERDATA, h);
	curl_easy_setopt(h->curl, CURLOPT_BUFFERSIZE, 262144L);
	if (use_host(h, c, e)) {
		http_free(h);
		return -1;
	}
	*out = h;
	return 0;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	if (h->curl)
		curl_easy_cleanup(h->curl);
	free(h->host);
	free(h->base);
	free(h);
	curl_global_cleanup();
}

/* --- a request --------------------------------------------------------------- */

static int no_connection(const struct http *h, struct err *e)
{
	long sys = 0;
	curl_easy_getinfo(h->curl, CURLINFO_OS_ERRNO, &sys);
	if (h->is_unix && (sys == ENOENT || !file_exists(h->host + 7)))
		return err_set(
		    e, EX_UNAVAILABLE,
		    "%s: there is no such socket; is Docker running? (another place: [docker] "
		    "host, or DOCKER_HOST)",
		    h->host);
	if (sys == EACCES)
		return err_set(
		    e, EX_UNAVAILABLE,
		    "%s: permission denied; run lbgen as root or in the socket's group (docker)",
		    h->host);
	if (sys == ECONNREFUSED)
		return err_set(e, EX_UNAVAILABLE,
			       "%s: connection refused: nothing listens there; is Docker running?",
			       h->host);
	return err_set(e, EX_UNAVAILABLE, "%s: no connection: %s ([docker] host, or DOCKER_HOST)",
		       h->host, sys ? strerror((int)sys) : h->errbuf);
}

static int failed(const struct http *h, const char *path, CURLcode rc, int64_t ms, struct err *e)
{
	const char *why = h->errbuf[0] ? h->errbuf : curl_easy_strerror(rc);
	int len = (int)strcspn(path, "?"); /* the query would drown the message */
	if (h->too_large && h->got_header > HEADER_MAX)
		return err_set(e, EX_UNAVAILABLE,
			       "%s: the answer to %.*s has headers beyond %d bytes", h->host, len,
			       path, HEADER_MAX);
	if (h->too_large)
		return err_set(
		    e, EX_UNAVAILABLE,
		    "%s: the answer to %.*s is larger than %zu bytes ([docker] max_bytes)", h->host,
		    len, path, h->max_bytes);
	if (rc == CURLE_COULDNT_CONNECT)
		return no_connection(h, e);
	curl_off_t us = 0;
	curl_easy_getinfo(h->curl, CURLINFO_TOTAL_TIME_T, &us);
	if (rc == CURLE_OPERATION_TIMEDOUT && h->connect_ms && us / 1000 < ms)
		return err_set(e, EX_UNAVAILABLE,
			       "%s: no connection within %ld ms; is the machine there?", h->host,
			       h->connect_ms);
	if (rc == CURLE_OPERATION_TIMEDOUT)
		return err_set(
		    e, EX_UNAVAILABLE,
		    "%s: no full answer to %.*s within %lld ms; is the engine hanging? ([docker] "
		    "timeout)",
		    h->host, len, path, (long long)ms);
	if (rc == CURLE_PARTIAL_FILE || rc == CURLE_GOT_NOTHING || rc == CURLE_RECV_ERROR)
		return err_set(e, EX_UNAVAILABLE, "%s: the answer to %.*s broke off: %s", h->host,
			       len, path, why);
	if (rc == CURLE_UNSUPPORTED_PROTOCOL || rc == CURLE_WEIRD_SERVER_REPLY)
		return err_set(
		    e, EX_UNAVAILABLE,
		    "%s: what answers there does not speak HTTP (%s); is it an engine's socket?",
		    h->host, why);
	return err_set(e, EX_UNAVAILABLE, "%s: %.*s: %s", h->host, len, path, why);
}

void http_connect_within(struct http *h, long ms)
{
	h->connect_ms = ms;
	curl_easy_setopt(h->curl, CURLOPT_CONNECTTIMEOUT_MS, ms);
}

static int request(struct http *h, const char *path, struct deadline d, long *status,
		   struct buf *body, struct err *e)
{
	int64_t left = deadline_left(deadline_sooner(d, h->timeout));
	autofree char *url = xasprintf("%s%s", h->base, path);
	if (left <= 0)
		return err_set(e, EX_UNAVAILABLE, "%s: no time left to ask for %.*s (--timeout)",
			       h->host, (int)strcspn(path, "?"), path);
	h->body = body;
	h->got = h->got_header = 0;
	h->too_large = false;
	h->errbuf[0] = h->api_version[0] = h->date[0] = '\0';
	curl_easy_setopt(h->curl, CURLOPT_URL, url);
	curl_easy_setopt(h->curl, CURLOPT_TIMEOUT_MS, (long)left);
	CURLcode rc = curl_easy_perform(h->curl);
	h->body = NULL;
	if (rc)
		return failed(h, path, rc, left, e);
	curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, status);
	return 0;
}

int http_get(struct http *h, const char *path, struct deadline d, long *status, struct buf *body,
	     char *api_version, struct err *e)
{
	curl_easy_setopt(h->curl, CURLOPT_HTTPGET, 1L);
	if (request(h, path, d, status, body, e))
		return -1;
	if (api_version)
		memcpy(api_version, h->api_version, sizeof(h->api_version));
	return 0;
}

int http_post(struct http *h, const char *path, struct deadline d, long *status, struct buf *body,
	      struct err *e)
{
	curl_easy_setopt(h->curl, CURLOPT_POSTFIELDS, "");
	curl_easy_setopt(h->curl, CURLOPT_POSTFIELDSIZE, 0L);
	return request(h, path, d, status, body, e);
}

time_t http_date(const struct http *h)
{
	time_t t = *h->date ? curl_getdate(h->date, NULL) : 0;
	return t > 0 ? t : 0;
}

/* --- what engines have in common ---------------------------------------------- */

/* The engine's own words: {"message": "…"} if it is that, else the start of it. */
static char *answer_words(const struct buf *body)
{
	static const char key[] = "\"message\":";
	const char *s = body->len ? strstr(body->s, key) : NULL;
	const char *from = body->s ? body->s : "";
	size_t len = strcspn(from, "\r\n");
	if (s && (s = strchr(s + sizeof(key) - 1, '"'))) {
		from = s + 1;
		for (len = 0; from[len] && from[len] != '"'; len++)
			if (from[len] == '\\' && from[len + 1])
				len++;
	}
	autofree char *words = xstrndup(from, len);
	return str_visible(*words ? words : "no message", 300);
}

int http_fetch(struct http *h, const char *prefix, const char *path, struct deadline d,
	       struct buf *body, long *status, struct err *e)
{
	autofree char *full = xasprintf("%s%s", prefix, path);
	long got = 0;
	int rc = http_get(h, full, d, &got, body, NULL, e);
	if (status)
		*status = got;
	if (rc)
		return -1;
	if (got == 200)
		return 0;
	autofree char *words = answer_words(body);
	return err_set(e, EX_UNAVAILABLE, "%s: %.*s answered %ld: %s", h->host,
		       (int)strcspn(full, "?"), full, got, words);
}

int http_api(struct http *h, struct deadline d, char prefix[40], struct err *e)
{
	autobuf struct buf body = {0};
	char version[32];
	long status = 0;
	if (http_get(h, "/_ping", d, &status, &body, version, e))
		return -1;
	if (status != 200) {
		autofree char *words = answer_words(&body);
		return err_set(e, EX_UNAVAILABLE, "%s: /_ping answered %ld: %s", h->host, status,
			       words);
	}
	prefix[0] = '\0';
	if (!version[0])
		return 0;
	unsigned minor;
	char rest;
	if (sscanf(version, "1.%3u%c", &minor, &rest) != 1) {
		autofree char *words = str_visible(version, 40);
		return err_set(e, EX_UNAVAILABLE,
			       "%s: Api-Version '%s' is not one that lbgen knows", h->host, words);
	}
	snprintf(prefix, 40, "/v1.%u", minor < API_NEWEST_MINOR ? minor : API_NEWEST_MINOR);
	return 0;
}

char *http_escape(const char *s)
{
	static const char keep[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
	struct buf b = {0};
	for (; *s; s++)
		if (strchr(keep, *s))
			buf_addc(&b, *s);
		else
			buf_addf(&b, "%%%02X", (unsigned char)*s);
	return buf_steal(&b);
}
