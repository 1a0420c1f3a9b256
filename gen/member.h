/* member: one entry of a snapshot's list, as snapshot.h documents it.
 *
 * Owns:   nothing.
 * Gives:  a member with every field and its default, the table of the fields,
 *         the total order, the labels that matter.
 * Never:  reads a label's value.
 * Errors: EX_DATAERR for a member that is not shaped as the table says.
 * Floor:  1.
 */
#ifndef LBGEN_MEMBER_H
#define LBGEN_MEMBER_H

#include <jansson.h>

#include "util.h"

/* A member with every field at its default; the caller owns it. */
json_t *member_new(const char *kind, const char *id, const char *name, const char *service);

/* Copies those of labels that begin with "<prefix>." (or are prefix) into the
 * member's; what is there already is replaced. A value that is no string is
 * kept as text that no label may be, so that only that label is bad. */
void member_labels(json_t *member, const json_t *labels, const char *prefix);

/* Adds "<prefix>.<key>" = value unless the member has it. */
void member_label(json_t *member, const char *prefix, const char *key, const char *value);

/* Adds one network; ipv4 and ipv6 may be "" but not NULL. */
void member_network(json_t *member, const char *name, const char *ipv4, const char *ipv6,
		    bool shared);

/* Adds one exposed TCP port. */
void member_port(json_t *member, int64_t port);

/* Sorts the member's lists and drops the twins in them. */
void member_tidy(json_t *member);

/* Sorts a list of members by kind, service, name, id. */
void member_sort(json_t *members);

/* Sorts any list by cmp (of two values) and drops equal neighbours. */
void member_sort_list(json_t *list, int (*cmp)(const void *a, const void *b));

/* Checks one read from a file against the table and adds what it leaves out. */
int member_check(json_t *member, size_t index, const char *file, struct err *e);

#endif
