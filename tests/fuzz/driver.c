/* driver RUNS CORPUS-FOLDER: stands in for libFuzzer where there is no clang.
 * Gives a fuzz target every file of the corpus, and RUNS mutations of them from
 * a generator with a fixed seed: the same every time. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gen/util.h"

#define MOST_FILES 4096
#define LARGEST 8192

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static uint64_t state = 88172645463325252U;

static size_t below(size_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return n ? state % n : 0;
}

/* Gives a copy of its own, so that a sanitizer sees a read beyond the end. */
static void give(const char *s, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1);
	if (!copy)
		exit(1);
	if (n)
		memcpy(copy, s, n);
	LLVMFuzzerTestOneInput(copy, n);
	free(copy);
}

/* Cuts, repeats, changes or splices in a piece of another file. */
static void mutate(struct buf *b, const struct buf *other)
{
	static const char words[] = "{}()|$.\"'`:=,-+ \n\\/*%0123456789aex_\0\xc3\xff[]";
	size_t at = below(b->len + 1), n = below(12) + 1;
	autobuf struct buf out = {0};
	size_t rest = at + n < b->len ? at + n : b->len;
	buf_add(&out, b->s, at);
	switch (below(5)) {
	case 0: /* cut */
		break;
	case 1: /* repeat */
		buf_add(&out, b->s + at, rest - at);
		rest = at;
		break;
	case 2: /* change a byte */
		buf_addc(&out, words[below(sizeof(words) - 1)]);
		rest = at < b->len ? at + 1 : at;
		break;
	case 3: /* insert a byte */
		buf_addc(&out, words[below(sizeof(words) - 1)]);
		rest = at;
		break;
	default: { /* splice */
		size_t from = below(other->len + 1), len = below(40);
		buf_add(&out, other->s + from, from + len < other->len ? len : other->len - from);
		rest = at;
	}
	}
	buf_add(&out, b->s + rest, b->len - rest);
	buf_free(b);
	buf_add(b, out.s ? out.s : "", out.len < LARGEST ? out.len : LARGEST);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t read_corpus(const char *folder, struct buf *files)
{
	static char *names[MOST_FILES];
	size_t n = 0;
	struct err e = {0};
	DIR *d = opendir(folder);
	for (struct dirent *f; d && n < MOST_FILES && (f = readdir(d));)
		if (f->d_name[0] != '.')
			names[n++] = xasprintf("%s/%s", folder, f->d_name);
	if (d)
		closedir(d);
	qsort(names, n, sizeof(names[0]), by_name);
	for (size_t i = 0; i < n; i++) {
		if (file_read(names[i], LARGEST * 8, EX_NOINPUT, &files[i], &e) < 0) {
			fprintf(stderr, "%s\n", e.msg);
			exit(1);
		}
		buf_add(&files[i], "", 0);
		free(names[i]);
	}
	return n;
}

int main(int argc, char **argv)
{
	static struct buf files[MOST_FILES];
	long runs = argc == 3 ? strtol(argv[1], NULL, 10) : 0;
	size_t n = argc == 3 ? read_corpus(argv[2], files) : 0;
	if (n == 0) {
		fprintf(stderr, "usage: driver RUNS CORPUS-FOLDER (with files)\n");
		return EX_USAGE;
	}
	for (size_t i = 0; i < n; i++)
		give(files[i].s, files[i].len);
	for (long r = 0; r < runs; r++) {
		autobuf struct buf b = {0};
		const struct buf *f = &files[below(n)];
		buf_add(&b, f->s, f->len);
		for (size_t k = below(4) + 1; k > 0; k--)
			mutate(&b, &files[below(n)]);
		give(b.s, b.len);
	}
	for (size_t i = 0; i < n; i++)
		buf_free(&files[i]);
	printf("%zu files, %ld runs\n", n, runs);
	return 0;
}
