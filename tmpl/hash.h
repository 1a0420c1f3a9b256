/* hash: SHA-1 and SHA-256 (FIPS 180-4), so that the engine needs no library.
 *
 * Owns:   nothing.
 * Gives:  the digest of a text in lower-case hex.
 * Never:  guards a secret: it names things.
 * Errors: none.
 * Floor:  0.
 */
#ifndef TMPL_HASH_H
#define TMPL_HASH_H

#include <stddef.h>

void hash_sha1(const char *s, size_t len, char hex[41]);
void hash_sha256(const char *s, size_t len, char hex[65]);

#endif
