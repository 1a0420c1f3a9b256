/* maps: see maps.h. */
#include "maps.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEXT_CAP = 256 << 20 };

int maps_write(const json_t *data, struct err *e)
{
	json_t *m;
	size_t i;
	json_array_foreach(json_object_get(data, "Maps"), i, m)
	{
		const char *file = json_string_value(json_object_get(m, "File"));
		const json_t *text = json_object_get(m, "Text");
		struct stat st;
		if (!file || !json_string_value(text))
			continue;
		if (stat(file, &st) == 0 && (size_t)st.st_size == json_string_length(text))
			continue;
		if (file_write(file, json_string_value(text), json_string_length(text), 0644, e))
			return -1;
	}
	return 0;
}

static bool is_map(const char *name)
{
	const char *dot = strchr(name, '.');
	return str_prefix(name, "lbgen-") && dot &&
	       (strcmp(dot, ".map") == 0 || strcmp(dot, ".list") == 0 ||
		/* of a run that was killed */
		str_prefix(dot, ".map.tmp.") || str_prefix(dot, ".list.tmp."));
}

void maps_sweep(const char *live, const char *prev)
{
	autobuf struct buf text = {0};
	autofree char *dir = xstrdup(live);
	char *slash = strrchr(dir, '/');
	if (slash)
		slash[slash == dir] = '\0';
	if (file_read(live, TEXT_CAP, EX_NOINPUT, &text, NULL))
		return; /* nobody knows what is named */
	file_read(prev, TEXT_CAP, EX_NOINPUT, &text, NULL);
	DIR *d = opendir(slash ? dir : ".");
	for (struct dirent *ent; d && (ent = readdir(d));) {
		if (!is_map(ent->d_name) ||
		    memmem(text.s, text.len, ent->d_name, strlen(ent->d_name)))
			continue;
		unlinkat(dirfd(d), ent->d_name, 0);
	}
	if (d)
		closedir(d);
}
