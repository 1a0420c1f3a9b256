/* fuzz_snapshot: files of --snapshot. What is taken is written, and taken again. */
#include <assert.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gen/snapshot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* 0 if it was taken; text gets it as it would be written. */
static int round_trip(const void *data, size_t len, char **text)
{
	struct snapshot s = {0};
	struct err e = {0};
	autoclose int fd = memfd_create("snapshot", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, len) != (ssize_t)len)
		return -1;
	autofree char *path = xasprintf("/proc/self/fd/%d", fd);
	int rc = snapshot_load(&s, path, &e);
	assert((rc != 0) == (e.exit != 0));
	if (rc == 0)
		*text = snapshot_text(&s);
	snapshot_free(&s);
	return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	autofree char *once = NULL, *twice = NULL;
	if (!len || round_trip(data, len, &once))
		return 0;
	assert(round_trip(once, strlen(once), &twice) == 0);
	assert(strcmp(once, twice) == 0);
	return 0;
}
