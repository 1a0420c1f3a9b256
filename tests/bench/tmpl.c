/* tmpl TEMPLATE DATA.json SERVERS: how fast the template engine is. Parses and
 * executes again and again for about two seconds and prints the best time of
 * parse+execute, per server and as throughput, and the peak memory. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "gen/hafunc.h"
#include "gen/render.h"
#include "gen/util.h"

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* From here on, peak() is what comes after. */
static void reset_peak(void)
{
	malloc_trim(0);
	FILE *f = fopen("/proc/self/clear_refs", "w");
	if (f) {
		fputs("5", f);
		fclose(f);
	}
}

static long peak(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss;
}

/* One parse and execution; the bytes written. */
static size_t once(const struct buf *text, json_t *data, bool with_map)
{
	struct tmpl *t = NULL;
	struct tmpl_error e = {0};
	struct tmpl_map map = {0};
	char *out = NULL;
	size_t n = 0;
	if (tmpl_parse(&t, "bench", text->s, text->len, hafunc_table, &e) < 0 ||
	    tmpl_exec(t, data, NULL, &out, &n, with_map ? &map : NULL, &e) < 0) {
		fprintf(stderr, "%s\n", e.text);
		exit(1);
	}
	tmpl_map_free(&map);
	tmpl_free(t);
	free(out);
	return n;
}

static double best_of(const struct buf *text, json_t *data, bool with_map, size_t *n)
{
	double best = 0, end = now() + 2e9;
	do {
		double t0 = now();
		*n = once(text, data, with_map);
		double t = now() - t0;
		if (best == 0 || t < best)
			best = t;
	} while (now() < end);
	return best;
}

int main(int argc, char **argv)
{
	struct err e = {0};
	autobuf struct buf text = {0};
	json_t *data = NULL;
	size_t n = 0;
	if (argc != 4)
		return EX_USAGE;
	if (file_read(argv[1], (size_t)1 << 28, EX_NOINPUT, &text, &e) < 0 ||
	    render_load(&data, argv[2], &e) < 0) {
		fprintf(stderr, "%s\n", e.msg);
		return 1;
	}
	double servers = atof(argv[3]);
	reset_peak();
	long before = peak();
	double plain = best_of(&text, data, false, &n);
	long after = peak();
	reset_peak();
	double mapped = best_of(&text, data, true, &n);
	printf("lbgen %.0f %.1f %zu %ld\n", plain / servers, (double)n / plain * 1e3, n,
	       after - before);
	printf("mapped %.0f %.1f %zu %ld\n", mapped / servers, (double)n / mapped * 1e3, n,
	       peak() - before);
	json_decref(data);
	return 0;
}
