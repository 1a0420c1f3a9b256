/* fuzz_tmpl: any bytes as a template and its data. The input is the template,
 * a NUL, and the data as JSON; without a NUL the data is a sample. Executing
 * with a position map must give the same text as without. */
#include <stdlib.h>
#include <string.h>

#include "tmpl.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const char sample[] =
    "{\"s\":\"Hello\",\"i\":42,\"f\":3.5,\"t\":true,\"nul\":null,\"l\":[1,2,3],\"e\":[],"
    "\"m\":{\"a\":1,\"b\":[{\"c\":\"x\"},null]},\"u\":\"h\\u00e9\\u4e16\\u0000\"}";

static json_t *read_data(const char *text, size_t len)
{
	json_error_t error;
	json_t *data = tmpl_json(text, len, &error);
	return data ? data : json_object();
}

static void check_error(struct tmpl_error *e)
{
	if (!e->text || strncmp(e->text, "template: ", 10) != 0)
		abort();
	tmpl_error_free(e);
}

static void exec(const struct tmpl *t, json_t *data)
{
	static const struct tmpl_limits limits = {
	    .depth = 2000, .steps = 200000, .output = 1 << 20};
	struct tmpl_error e = {0};
	struct tmpl_map map = {0};
	char *plain = NULL, *mapped = NULL;
	size_t n = 0, n_mapped = 0;
	int r = tmpl_exec(t, data, &limits, &plain, &n, NULL, &e);
	if (r < 0)
		check_error(&e);
	int r2 = tmpl_exec(t, data, &limits, &mapped, &n_mapped, &map, &e);
	if (r2 < 0)
		check_error(&e);
	/* the way to a cap may differ by a step */
	if (r == 0 && r2 == 0 && (n != n_mapped || memcmp(plain, mapped, n) != 0))
		abort();
	for (size_t i = 0; i < map.n_lines; i++)
		if (map.lines[i].line < 1)
			abort();
	tmpl_map_free(&map);
	free(plain);
	free(mapped);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *text = (const char *)bytes;
	const char *end = size ? memchr(text, 0, size) : NULL;
	size_t len = end ? (size_t)(end - text) : size;
	struct tmpl *t = NULL;
	struct tmpl_error e = {0};
	if (tmpl_parse(&t, "fuzz.tmpl", text, len, NULL, &e) < 0) {
		check_error(&e);
		return 0;
	}
	json_t *data =
	    end ? read_data(end + 1, size - len - 1) : read_data(sample, sizeof(sample) - 1);
	exec(t, data);
	json_decref(data);
	tmpl_free(t);
	return 0;
}
