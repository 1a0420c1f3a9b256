/* cert: see cert.h. */
#include "cert.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "value.h"

#define FILE_MAX ((size_t)1 << 20) /* a chain of certificates has some KiB */

/* --- where it may be ------------------------------------------------------------ */

static bool is_below(const char *path, const char *folder)
{
	size_t n = strlen(folder);
	while (n && folder[n - 1] == '/')
		n--;
	return n && strncmp(path, folder, n) == 0 && path[n] == '/';
}

static bool below_any(const char *path, char *const *dirs, bool resolve)
{
	for (; dirs && *dirs; dirs++) {
		autofree char *real = resolve ? realpath(*dirs, NULL) : xstrdup(*dirs);
		if (real && is_below(path, real))
			return true;
	}
	return false;
}

static char *list_of(char *const *dirs)
{
	struct buf b = {0};
	for (; dirs && *dirs; dirs++)
		buf_addf(&b, "%s%s", b.len ? " " : "", *dirs);
	return buf_steal(&b);
}

/* --- reading ---------------------------------------------------------------------- */

static int read_fd(int fd, struct buf *b)
{
	char chunk[16384];
	ssize_t n;
	while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || b->len + (size_t)n > FILE_MAX)
			return -1;
		buf_add(b, chunk, (size_t)n);
	}
	return 0;
}

/* The content of a file that may be read; NULL, or the fault (to be freed). */
static char *read_file(const char *path, const struct config *c, struct buf *b)
{
	char *const *dirs = c->labels.cert_dirs;
	struct stat st;
	if (!below_any(path, dirs, false)) {
		autofree char *list = list_of(dirs);
		return xasprintf("not below a folder of [labels] cert_dirs (%s)", list);
	}
	autofree char *real = realpath(path, NULL);
	if (!real)
		return xasprintf("%s", strerror(errno));
	if (!below_any(real, dirs, true)) {
		autofree char *shown = str_visible(real, 300);
		return xasprintf("a link that leads out of [labels] cert_dirs, to %s", shown);
	}
	autoclose int fd = open(real, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return xasprintf("%s", strerror(errno));
	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return xstrdup("not a regular file");
	if (read_fd(fd, b))
		return b->len ? xasprintf("larger than %zu bytes: no certificate", FILE_MAX)
			      : xasprintf("%s", strerror(errno));
	return NULL;
}

/* --- judging ---------------------------------------------------------------------- */

static const char *openssl_says(void)
{
	const char *s = ERR_reason_error_string(ERR_peek_last_error());
	return s ? s : "nothing that OpenSSL can read";
}

/* No passphrase: HAProxy would stop and ask for it. */
static int no_passphrase(char *out, int size, int writing, void *arg)
{
	(void)out, (void)size, (void)writing, (void)arg;
	return 0;
}

static EVP_PKEY *read_key(const struct buf *b)
{
	BIO *bio = BIO_new_mem_buf(b->len ? b->s : "", (int)b->len);
	EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL) : NULL;
	BIO_free(bio);
	return key;
}

static X509 *read_cert(const struct buf *b)
{
	BIO *bio = BIO_new_mem_buf(b->len ? b->s : "", (int)b->len);
	X509 *cert = bio ? PEM_read_bio_X509_AUX(bio, NULL, no_passphrase, NULL) : NULL;
	BIO_free(bio);
	return cert;
}

static char *time_fault(const char *what, const ASN1_TIME *t)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;
	long n = bio && ASN1_TIME_print(bio, t) ? BIO_get_mem_data(bio, &text) : 0;
	char *fault = xasprintf("%s (%.*s)", what, (int)n, text ? text : "");
	BIO_free(bio);
	return fault;
}

/* Which certificate of these is the key's: 1, 2, … ; 0 = none. */
static int place_of(const char *pem, size_t len, EVP_PKEY *key)
{
	BIO *bio = BIO_new_mem_buf(pem, (int)len);
	bool found = false;
	int n = 0;
	X509 *x;
	while (bio && !found && (x = PEM_read_bio_X509_AUX(bio, NULL, no_passphrase, NULL))) {
		n++;
		found = X509_check_private_key(x, key) == 1;
		X509_free(x);
	}
	BIO_free(bio);
	return found ? n : 0;
}

/* As HAProxy does: the first certificate is the server's own, and a file in
 * another order is refused. */
static char *mismatch(const char *pem, size_t len, EVP_PKEY *key)
{
	autofree char *says = xstrdup(openssl_says());
	int n = place_of(pem, len, key);
	if (n)
		return xasprintf("the key does not match the first certificate in it, but number "
				 "%d: put that one first, its chain after it",
				 n);
	return xasprintf("the key does not match the certificate: %s", says);
}

static char *judge_time(const X509 *cert)
{
	if (X509_cmp_current_time(X509_get0_notBefore(cert)) > 0)
		return time_fault(X509_verify_cert_error_string(X509_V_ERR_CERT_NOT_YET_VALID),
				  X509_get0_notBefore(cert));
	if (X509_cmp_current_time(X509_get0_notAfter(cert)) < 0)
		return time_fault(X509_verify_cert_error_string(X509_V_ERR_CERT_HAS_EXPIRED),
				  X509_get0_notAfter(cert));
	return NULL;
}

static bool has_key(const struct buf *b)
{
	return b->len && memmem(b->s, b->len, "PRIVATE KEY-----", 16);
}

/* As HAProxy does: the key is in the file, or in FILE.key beside it. all gets
 * whatever was read. */
static EVP_PKEY *find_key(const char *path, const struct config *c, struct buf *all, char **fault)
{
	autobuf struct buf beside = {0};
	autofree char *key_path = xasprintf("%s.key", path), *why = NULL;
	const struct buf *from = all;
	if (!has_key(all)) {
		why = read_file(key_path, c, &beside);
		from = &beside;
	}
	ERR_clear_error();
	EVP_PKEY *key = has_key(from) ? read_key(from) : NULL;
	if (!key && !has_key(from))
		*fault = xasprintf("no private key in it, nor in %s%s%s", key_path, why ? ": " : "",
				   why ? why : "");
	else if (!key)
		*fault =
		    xasprintf("its private key cannot be read without a passphrase, or at all: %s",
			      openssl_says());
	if (beside.len)
		buf_add(all, beside.s, beside.len);
	return key;
}

/* The end of its time, in seconds since the epoch; 0 = cannot be told. */
static int64_t end_of(const X509 *cert)
{
	struct tm tm = {0};
	return ASN1_TIME_to_tm(X509_get0_notAfter(cert), &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

static char *judge_file(const char *path, const struct config *c, struct buf *all, int64_t *expires)
{
	char *fault = read_file(path, c, all);
	if (fault)
		return fault;
	ERR_clear_error();
	X509 *cert = read_cert(all);
	if (!cert)
		return xasprintf("no certificate in it: %s", openssl_says());
	*expires = end_of(cert);
	size_t own = all->len; /* FILE.key follows */
	EVP_PKEY *key = find_key(path, c, all, &fault);
	if (key && X509_check_private_key(cert, key) != 1)
		fault = mismatch(all->s, own, key);
	else if (key)
		fault = judge_time(cert);
	EVP_PKEY_free(key);
	X509_free(cert);
	ERR_clear_error();
	return fault;
}

static void add_file(json_t *certs, const char *path, const struct config *c)
{
	autobuf struct buf all = {0};
	char digest[65] = "";
	int64_t expires = 0;
	autofree char *fault = judge_file(path, c, &all, &expires);
	if (all.len)
		sha256_hex(all.s, all.len, digest);
	json_object_set_new(certs, path,
			    json_pack("{s:s, s:s, s:I}", "digest", digest, "fault",
				      fault ? fault : "", "expires", (json_int_t)expires));
}

static bool names_file(const char *key, const char *prefix)
{
	size_t n = strlen(prefix), len = strlen(key);
	return len >= n + 4 && strncmp(key, prefix, n) == 0 && key[n] == '.' &&
	       strcmp(key + len - 4, ".ssl") == 0;
}

void cert_judge(json_t *certs, const json_t *members, const struct config *c)
{
	size_t i;
	json_t *m, *v;
	const char *key, *why;
	json_array_foreach(members, i, m)
	{
		json_object_foreach(json_object_get(m, "labels"), key, v)
		{
			const char *path = json_string_value(v);
			if (names_file(key, c->labels.prefix) && path && value_file(path, &why) &&
			    !json_object_get(certs, path))
				add_file(certs, path, c);
		}
	}
}
