/* value: words of the operator or of a label, read as typed values.
 *
 * Owns:   nothing.
 * Gives:  one strict reader per type, used for lb.ini and for labels alike, so
 *         that both take and refuse the same.
 * Never:  guesses: no leading or trailing blanks, no sign, no missing unit.
 * Errors: false, and *why = what would be right, as the end of a sentence that
 *         begins with the value: "'300' " + "has no unit (write 300ms or 300s)".
 *         It is static, or kept until the next call of the same thread. The
 *         output is left alone.
 * Floor:  0.
 */
#ifndef LBGEN_VALUE_H
#define LBGEN_VALUE_H

#include "util.h"

/* Y y yes true on 1 / N n no false off 0 (LABELS.md: enable). */
bool value_bool(const char *s, bool *out, const char **why);

/* Digits only (leading zeros are taken), min <= v <= max. */
bool value_int(const char *s, int64_t min, int64_t max, int64_t *out, const char **why);

/* A whole number and one unit us ms s m h d; microseconds out, range inclusive.
 * A bare 0 is taken where 0 is in the range. */
bool value_duration(const char *s, int64_t min_us, int64_t max_us, int64_t *out, const char **why);

/* Canonical HAProxy spelling of a duration: the largest unit that divides it
 * ("90s", "500ms", "1h"). out has at least 24 bytes. */
void value_duration_text(int64_t us, char out[24]);

/* A number of bytes: digits with an optional k, m or g (powers of 1024). */
bool value_size(const char *s, int64_t min, int64_t max, int64_t *out, const char **why);

/* The same number with the largest letter that divides it: "64m". */
void value_size_text(int64_t n, char out[24]);

/* One of the words of a blank-separated list. */
bool value_enum(const char *s, const char *words, const char **why);

/* An IPv4 or IPv6 literal (no brackets, no zone). out gets the canonical
 * spelling (inet_ntop), at least 46 bytes. */
bool value_ip(const char *s, char out[46], const char **why);

/* A DNS name, lower-cased into out (at least 256 bytes): labels of
 * [a-z0-9-_], at most 63 each, 253 in all, no leading or trailing dot, no
 * hyphen at the ends of a label.
 * With wildcard, a leading "*." is allowed. */
bool value_host(const char *s, bool wildcard, char out[256], const char **why);

/* Whether one server can have this address: not the unspecified one, which a
 * connection takes for the balancer itself, no multicast, no broadcast. ip is
 * as value_ip wrote it. */
bool value_ip_unicast(const char *ip);

/* A DNS name as nameservers know it: it may end in a dot, which is left out. */
bool value_fqdn(const char *s, char out[256], const char **why);

/* "host:port", "ip:port" or "[ip6]:port". host gets at least 256 bytes, without
 * a final dot. */
bool value_hostport(const char *s, char host[256], int64_t *port, const char **why);

/* A name that HAProxy accepts: [A-Za-z0-9_.-], 1 to max bytes. */
bool value_name(const char *s, size_t max, const char **why);

/* An absolute path [A-Za-z0-9._/@+-], at most 255 bytes, without "..". */
bool value_file(const char *s, const char **why);

#endif
