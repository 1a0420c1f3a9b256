/* cert: what is wrong with the files that labels name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gen/cert.h"
#include "gen/member.h"

static char folder[256];

static char *in(const char *name)
{
	return xasprintf("%s/certs/%s", folder, name);
}

static EVP_PKEY *new_key(void)
{
	return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
}

static X509 *new_cert(EVP_PKEY *key, long from, long to)
{
	X509 *x = X509_new();
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), from);
	X509_gmtime_adj(X509_getm_notAfter(x), to);
	X509_set_pubkey(x, key);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
				   (const unsigned char *)"localhost", -1, -1, 0);
	X509_set_issuer_name(x, X509_get_subject_name(x));
	X509_sign(x, key, EVP_sha256());
	return x;
}

static void put_cert(const char *name, X509 *x, EVP_PKEY *key, const EVP_CIPHER *cipher)
{
	autofree char *path = in(name);
	autofclose FILE *f = fopen(path, "w");
	assert_non_null(f);
	if (x)
		PEM_write_X509(f, x);
	if (key)
		PEM_write_PrivateKey(f, key, cipher, (const unsigned char *)"secret",
				     cipher ? 6 : 0, NULL, NULL);
}

/* intermediate first, its certificate after it: not what HAProxy takes */
static void put_orders(X509 *good, X509 *chain, EVP_PKEY *key)
{
	const struct {
		const char *name;
		X509 *certs[4];
		bool key;
	} files[] = {
	    {"chain.pem", {good, chain}, true},        {"second.pem", {chain, good}, true},
	    {"third.pem", {chain, chain, good}, true}, {"strangers.pem", {chain, chain}, true},
	    {"order.pem", {chain, good}, false},       {"keyfile.pem", {chain}, false},
	};
	put_cert("order.pem.key", NULL, key, NULL);
	put_cert("keyfile.pem.key", good, key, NULL);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		autofree char *path = in(files[i].name);
		autofclose FILE *f = fopen(path, "w");
		assert_non_null(f);
		if (files[i].key) /* it may stand anywhere */
			PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL);
		for (X509 *const *x = files[i].certs; *x; x++)
			PEM_write_X509(f, *x);
	}
}

static void put_text(const char *name, const char *text)
{
	autofree char *path = in(name);
	struct err e = {0};
	assert_int_equal(file_write(path, text, strlen(text), 0644, &e), 0);
}

static int set_up(void **state)
{
	(void)state;
	const char *tmp = getenv("TMPDIR");
	snprintf(folder, sizeof(folder), "%s/cert.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(folder))
		return -1;
	autofree char *certs = in(".");
	certs[strlen(certs) - 2] = '\0';
	mkdir(certs, 0755);
	EVP_PKEY *key = new_key(), *other = new_key();
	X509 *good = new_cert(key, -100, 100000), *old = new_cert(key, -1000, -10);
	X509 *early = new_cert(key, 1000, 100000);
	put_cert("good.pem", good, key, NULL);
	put_cert("old.pem", old, key, NULL);
	put_cert("early.pem", early, key, NULL);
	put_cert("other.pem", good, other, NULL);
	put_cert("nokey.pem", good, NULL, NULL);
	put_cert("split.pem", good, NULL, NULL);
	put_cert("split.pem.key", NULL, key, NULL);
	put_cert("onlykey.pem", NULL, key, NULL);
	put_cert("locked.pem", good, key, EVP_aes_128_cbc());
	X509 *chain = new_cert(other, -100, 100000);
	put_orders(good, chain, key);
	X509_free(chain);
	X509_free(good);
	X509_free(old);
	X509_free(early);
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
	put_text("empty.pem", "");
	put_text("noise.pem", "-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n");
	autofree char *fifo = in("fifo.pem"), *dir = in("dir.pem"), *out = in("out.pem");
	autofree char *link = in("link.pem");
	mkfifo(fifo, 0644);
	mkdir(dir, 0755);
	return symlink("/etc/passwd", out) || symlink("good.pem", link) ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	autofree char *cmd = xasprintf("rm -rf '%s'", folder);
	return system(cmd);
}

/* What is said of one path; the fault, owned by the caller. */
static char *fault_of(const char *path, char digest[65])
{
	autofree char *dir = in("");
	char *dirs[] = {dir, NULL};
	char prefix[] = "lb";
	struct config c = {.labels = {.prefix = prefix, .cert_dirs = dirs}};
	json_auto_t *certs = json_object(), *members = json_array();
	json_t *m = member_new("container", "1", "web", "");
	member_label(m, "lb", "shop.ssl", path);
	json_array_append_new(members, m);
	cert_judge(certs, members, &c);
	const json_t *v = json_object_get(certs, path);
	if (digest)
		snprintf(digest, 65, "%s",
			 v ? json_string_value(json_object_get(v, "digest")) : "");
	json_int_t end = json_integer_value(json_object_get(v, "expires"));
	/* it is said of every certificate that could be read, good or not */
	if (v && strstr(path, "/good.pem") &&
	    (end < time(NULL) + 90000 || end > time(NULL) + 110000))
		fail_msg("%s expires at %lld", path, (long long)end);
	if (v && strstr(path, "/old.pem") && (end < time(NULL) - 1000 || end > time(NULL)))
		fail_msg("%s expires at %lld", path, (long long)end);
	if (v && strstr(path, "/noise.pem") && end)
		fail_msg("%s expires at %lld", path, (long long)end);
	return xstrdup(v ? json_string_value(json_object_get(v, "fault")) : "not judged");
}

static void says(const char *name, const char *part)
{
	autofree char *path = in(name);
	autofree char *fault = fault_of(path, NULL);
	if (!strstr(fault, part))
		fail_msg("%s: '%s' does not say '%s'", name, fault, part);
}

static void good_files(void **state)
{
	(void)state;
	char a[65], b[65];
	autofree char *good = in("good.pem"), *link = in("link.pem"), *split = in("split.pem");
	autofree char *f1 = fault_of(good, a), *f2 = fault_of(link, b), *f3 = fault_of(split, NULL);
	assert_string_equal(f1, "");
	assert_string_equal(f2, "");
	assert_string_equal(f3, "");
	assert_int_equal(strlen(a), 64);
	assert_string_equal(a, b);
}

static void bad_content(void **state)
{
	(void)state;
	says("old.pem", "certificate has expired (");
	says("early.pem", "certificate is not yet valid (");
	says("other.pem", "key values mismatch");
	says("nokey.pem", "no private key in it, nor in ");
	says("onlykey.pem", "no certificate in it: no start line");
	says("empty.pem", "no certificate in it");
	says("noise.pem", "no certificate in it");
	says("locked.pem", "cannot be read without a passphrase");
}

static void bad_order(void **state)
{
	(void)state;
	says("second.pem", "the key does not match the first certificate in it, but number 2: "
			   "put that one first");
	says("third.pem", "but number 3: put that one first");
	says("order.pem", "but number 2: put that one first");
	says("strangers.pem", "the key does not match the certificate: key values mismatch");
	/* a certificate in FILE.key is none of the file's: HAProxy does not read it */
	says("keyfile.pem", "the key does not match the certificate: key values mismatch");
	autofree char *path = in("chain.pem"), *fault = fault_of(path, NULL);
	assert_string_equal(fault, "");
}

static void bad_files(void **state)
{
	(void)state;
	says("none.pem", "No such file or directory");
	says("fifo.pem", "not a regular file");
	says("dir.pem", "not a regular file");
	says("out.pem", "a link that leads out of [labels] cert_dirs, to /etc/passwd");
	autofree char *outside = fault_of("/etc/passwd", NULL);
	assert_non_null(strstr(outside, "not below a folder of [labels] cert_dirs"));
	autofree char *beside = xasprintf("%s/certs2/a.pem", folder);
	autofree char *fault = fault_of(beside, NULL);
	assert_non_null(strstr(fault, "not below a folder"));
}

static void left_to_the_label(void **state)
{
	(void)state;
	autofree char *up = in("../certs/good.pem");
	autofree char *fault = fault_of(up, NULL);
	assert_string_equal(fault, "not judged");
	autofree char *relative = fault_of("good.pem", NULL);
	assert_string_equal(relative, "not judged");
}

static void new_content_new_digest(void **state)
{
	(void)state;
	char a[65], b[65];
	autofree char *path = in("empty.pem");
	put_text("empty.pem", "one");
	autofree char *f1 = fault_of(path, a);
	put_text("empty.pem", "two");
	autofree char *f2 = fault_of(path, b);
	assert_string_not_equal(a, b);
	assert_non_null(strstr(f1, "no certificate"));
	assert_non_null(strstr(f2, "no certificate"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(good_files),        cmocka_unit_test(bad_content),
	    cmocka_unit_test(bad_order),         cmocka_unit_test(bad_files),
	    cmocka_unit_test(left_to_the_label), cmocka_unit_test(new_content_new_digest),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
