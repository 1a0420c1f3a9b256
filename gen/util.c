/* util: see util.h. */
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* --- errors --------------------------------------------------------------- */

PRINTF_LIKE(3, 0)
static void err_fill(struct err *e, int exit, const char *fmt, va_list ap)
{
	e->exit = exit;
	vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
}

int err_set(struct err *e, int exit, const char *fmt, ...)
{
	if (!e || e->exit)
		return -1;
	va_list ap;
	va_start(ap, fmt);
	err_fill(e, exit, fmt, ap);
	va_end(ap);
	return -1;
}

int err_sys(struct err *e, int exit, const char *fmt, ...)
{
	int sys = errno;
	if (!e || e->exit)
		return -1;
	va_list ap;
	va_start(ap, fmt);
	err_fill(e, exit, fmt, ap);
	va_end(ap);
	e->sys = sys;
	size_t n = strlen(e->msg);
	snprintf(e->msg + n, sizeof(e->msg) - n, ": %s", strerror(sys));
	return -1;
}

int err_at(struct err *e, int exit, const char *file, int line, int col, const char *fmt, ...)
{
	if (!e || e->exit)
		return -1;
	va_list ap;
	va_start(ap, fmt);
	err_fill(e, exit, fmt, ap);
	va_end(ap);
	snprintf(e->file, sizeof(e->file), "%s", file ? file : "");
	e->line = line;
	e->col = col;
	return -1;
}

int err_wrap(struct err *e, const char *fmt, ...)
{
	if (!e || !e->exit)
		return -1;
	struct buf b = {0};
	va_list ap;
	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	buf_addf(&b, ": %s", e->msg);
	snprintf(e->msg, sizeof(e->msg), "%s", b.s);
	buf_free(&b);
	return -1;
}

char *err_text(const struct err *e)
{
	struct buf b = {0};
	if (e->file[0])
		buf_addf(&b, "%s:", e->file);
	if (e->line)
		buf_addf(&b, "%d:", e->line);
	if (e->line && e->col)
		buf_addf(&b, "%d:", e->col);
	if (b.len)
		buf_addc(&b, ' ');
	buf_adds(&b, e->msg);
	return buf_steal(&b);
}

/* --- cleanup -------------------------------------------------------------- */

void util_free_ptr(void *p)
{
	void *q;
	memcpy(&q, p, sizeof(q)); /* p points at a pointer of any type */
	free(q);
}

void util_close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void util_fclose(FILE **f)
{
	if (*f)
		fclose(*f);
	*f = NULL;
}

/* --- memory --------------------------------------------------------------- */

static void *alive(void *p)
{
	if (p)
		return p;
	static const char msg[] = "lbgen: out of memory\n";
	if (write(STDERR_FILENO, msg, sizeof(msg) - 1) < 0)
		_exit(EX_OSERR); /* the status says it */
	_exit(EX_OSERR);
}

void *xcalloc(size_t n, size_t size)
{
	return alive(calloc(n ? n : 1, size ? size : 1));
}

void *xrealloc(void *p, size_t n, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(n, size, &bytes))
		return alive(NULL);
	return alive(realloc(p, bytes ? bytes : 1));
}

char *xstrdup(const char *s)
{
	return s ? alive(strdup(s)) : NULL;
}

char *xstrndup(const char *s, size_t n)
{
	return alive(strndup(s, n));
}

char *xasprintf(const char *fmt, ...)
{
	struct buf b = {0};
	va_list ap;
	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	return buf_steal(&b);
}

/* --- buffer --------------------------------------------------------------- */

static void buf_room(struct buf *b, size_t more)
{
	size_t need = b->len + more + 1;
	if (need <= b->cap)
		return;
	size_t cap = b->cap ? b->cap : 64;
	while (cap < need)
		cap *= 2;
	b->s = xrealloc(b->s, cap, 1);
	b->cap = cap;
}

void buf_add(struct buf *b, const void *data, size_t len)
{
	buf_room(b, len);
	if (len)
		memcpy(b->s + b->len, data, len);
	b->len += len;
	b->s[b->len] = '\0';
}

void buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_vaddf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		return;
	buf_room(b, (size_t)n);
	vsnprintf(b->s + b->len, (size_t)n + 1, fmt, ap);
	b->len += (size_t)n;
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	buf_vaddf(b, fmt, ap);
	va_end(ap);
}

char *buf_steal(struct buf *b)
{
	char *s = b->s ? b->s : xstrdup("");
	*b = (struct buf){0};
	return s;
}

void buf_free(struct buf *b)
{
	free(b->s);
	*b = (struct buf){0};
}

/* --- time ----------------------------------------------------------------- */

int64_t clock_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

double clock_wall(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct deadline deadline_in(int64_t ms)
{
	return (struct deadline){clock_ms() + ms};
}

int64_t deadline_left(struct deadline d)
{
	int64_t left = d.at - clock_ms();
	return left > 0 ? left : 0;
}

struct deadline deadline_sooner(struct deadline d, int64_t ms)
{
	struct deadline other = deadline_in(ms);
	return other.at < d.at ? other : d;
}

void sleep_ms(int64_t ms)
{
	struct timespec t = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};
	while (nanosleep(&t, &t) && errno == EINTR)
		;
}

/* --- files ---------------------------------------------------------------- */

int file_read(const char *path, size_t cap, int exit, struct buf *b, struct err *e)
{
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	if (fd < 0 || fstat(fd, &st))
		return err_sys(e, exit, "%s", path);
	if (S_ISDIR(st.st_mode))
		return err_set(e, exit, "%s: is a folder, not a file", path);
	size_t total = 0;
	char chunk[65536];
	for (;;) {
		ssize_t n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, exit, "%s", path);
		if (n == 0)
			return 0;
		total += (size_t)n;
		if (total > cap)
			return err_set(e, exit, "%s: larger than %zu bytes", path, cap);
		buf_add(b, chunk, (size_t)n);
	}
}

static int write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

static int sync_folder(const char *path)
{
	autofree char *dir = xstrdup(path);
	char *slash = strrchr(dir, '/');
	const char *name = slash == dir ? "/" : slash ? dir : ".";
	if (slash)
		*slash = '\0';
	autoclose int fd = open(*name ? name : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	return fsync(fd) && errno != EINVAL ? -1 : 0;
}

int file_write(const char *path, const void *data, size_t len, unsigned mode, struct err *e)
{
	autofree char *tmp = xasprintf("%s.tmp.XXXXXX", path);
	autoclose int fd = mkostemp(tmp, O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, EX_CANTCREAT, "%s", path);
	struct stat st;
	bool had = stat(path, &st) == 0;
	/* an owner that cannot be kept is not worth failing for */
	if (had && fchown(fd, st.st_uid, st.st_gid))
		errno = 0;
	if (fchmod(fd, had ? st.st_mode & 07777U : mode) || write_all(fd, data, len) || fsync(fd) ||
	    rename(tmp, path)) {
		err_sys(e, EX_CANTCREAT, "%s", path);
		unlink(tmp);
		return -1;
	}
	if (sync_folder(path))
		return err_sys(e, EX_CANTCREAT, "%s: fsync of its folder", path);
	return 0;
}

bool file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

int mkdir_for(const char *path, struct err *e)
{
	autofree char *dir = xstrdup(path);
	for (char *p = dir + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(dir, 0755) && errno != EEXIST)
			return err_sys(e, EX_CANTCREAT, "%s", dir);
		*p = '/';
	}
	return 0;
}

/* --- text ----------------------------------------------------------------- */

/* The length of the well-formed UTF-8 sequence at s, or 0 (RFC 3629). */
static size_t utf8_len(const unsigned char *s, size_t left)
{
	if (s[0] < 0x80)
		return 1;
	size_t n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (s[0] < 0xc2 || s[0] > 0xf4 || left < n)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

bool utf8_valid(const char *s, size_t len)
{
	const unsigned char *u = (const unsigned char *)s;
	for (size_t i = 0, n; i < len; i += n)
		if (!(n = utf8_len(u + i, len - i)))
			return false;
	return true;
}

bool str_prefix(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

int str_cmp(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/* Levenshtein's distance of two words, each cut to 63 bytes. */
static size_t edits(const char *a, const char *b)
{
	size_t row[64];
	size_t n = strnlen(b, 63), m = strnlen(a, 63);
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; i <= m; i++) {
		size_t diag = row[0];
		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t best = diag + (a[i - 1] != b[j - 1]);
			diag = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[n];
}

const char *str_nearest(const char *word, const char *const *list)
{
	const char *best = NULL;
	size_t least = strlen(word) / 3 + 1;
	for (; *list; list++) {
		size_t d = edits(word, *list);
		if (d <= least && (!best || d < least)) {
			best = *list;
			least = d;
		}
	}
	return best;
}

char *str_visible(const char *s, size_t max)
{
	struct buf b = {0};
	const unsigned char *u = (const unsigned char *)s;
	size_t len = strlen(s);
	for (size_t i = 0; i < len;) {
		size_t n = utf8_len(u + i, len - i);
		if (b.len + (n ? n : 4) > max) {
			buf_adds(&b, "...");
			break;
		}
		if (n == 0 || u[i] < 0x20 || u[i] == 0x7f)
			buf_addf(&b, "\\x%02x", u[i]);
		else
			buf_add(&b, u + i, n);
		i += n ? n : 1;
	}
	return buf_steal(&b);
}

void sha256_hex(const void *data, size_t len, char out[65])
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned int n = 0;
	if (!EVP_Digest(data, len, md, &n, EVP_sha256(), NULL))
		alive(NULL);
	for (unsigned int i = 0; i < n && i < 32; i++)
		snprintf(out + (size_t)i * 2, 3, "%02x", md[i]);
}
