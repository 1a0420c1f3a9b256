/* unicode: runes and their classes, as Go's unicode/utf8 and strconv see them.
 *
 * Owns:   nothing; constant tables of Unicode 13, the version of Go 1.19.
 * Gives:  decoding and encoding of UTF-8, classes, case mapping.
 * Never:  depends on a locale.
 * Errors: bytes that are no UTF-8 decode as UNI_BAD with length 1.
 * Floor:  0.
 */
#ifndef TMPL_UNICODE_H
#define TMPL_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UNI_BAD 0xfffd
#define UNI_MAX 0x10ffff

/* The rune that begins at s (len bytes, at least one) and its length in bytes.
 * A wrong sequence gives UNI_BAD and 1; U+FFFD itself gives UNI_BAD and 3. */
uint32_t uni_decode(const char *s, size_t len, size_t *size);

/* Writes r into out (4 bytes) and returns the length; what is no rune
 * (surrogates, above UNI_MAX) is written as UNI_BAD. */
size_t uni_encode(uint32_t r, char out[4]);

/* The number of runes in s; each wrong byte counts as one. */
size_t uni_count(const char *s, size_t len);

/* The length in bytes of the first n runes of s, or len if it has fewer. */
size_t uni_prefix(const char *s, size_t len, size_t n);

bool uni_is_print(uint32_t r);  /* strconv.IsPrint */
bool uni_is_letter(uint32_t r); /* unicode.IsLetter or unicode.IsDigit */
bool uni_is_space(uint32_t r);  /* unicode.IsSpace */
uint32_t uni_upper(uint32_t r); /* unicode.ToUpper */
uint32_t uni_lower(uint32_t r); /* unicode.ToLower */

#endif
