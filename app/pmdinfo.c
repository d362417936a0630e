/* SPDX-License-Identifier: BSD-3-Clause */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pmdinfo.h"

#define MARK "PMD_INFO_STRING= "
#define ANY_DEVICE 0xffff

struct search {
	uint32_t pci_id;
	const struct pgn_profiles *set;
	char *driver;
	size_t size;
	bool found, has_profile;
};

/* Up to `end` in the text: [[vendor, device, subvendor, subdevice], ...] */
static bool
lists(const char *text, uint32_t id)
{
	const char *at = strchr(text, '[');

	while (at != NULL && (at = strchr(at + 1, '[')) != NULL) {
		char *end;
		unsigned long vendor = strtoul(at + 1, &end, 10);
		unsigned long device = *end == ',' ? strtoul(end + 1, NULL, 10) : 0;

		if (vendor == id >> 16 && (device == (id & 0xffff) || device == ANY_DEVICE))
			return true;
	}
	return false;
}

/* One driver's JSON: {"name": "net_ixgbe", ..., "pci_ids": [[...], ...]} */
static void
look_at(struct search *search, const char *json)
{
	static const char name_key[] = "\"name\"", ids_key[] = "\"pci_ids\"";
	const char *name = strstr(json, name_key), *ids = strstr(json, ids_key);
	char driver[PGN_PROFILE_NAME];
	bool has_profile;
	size_t length;

	if (name == NULL || ids == NULL || !lists(ids, search->pci_id))
		return;
	name = strchr(name + strlen(name_key), '"');
	length = name != NULL ? strcspn(name + 1, "\"") : sizeof(driver);
	if (length >= sizeof(driver))
		return;
	memcpy(driver, name + 1, length);
	driver[length] = '\0';
	has_profile = pgn_profiles_base(search->set, driver) != NULL;
	if (search->found && (search->has_profile || !has_profile))
		return;
	strlcpy(search->driver, driver, search->size);
	search->found = true;
	search->has_profile = has_profile;
}

static void
look_through(struct search *search, const char *bytes, size_t size)
{
	const char *end = bytes + size, *at = bytes;

	while ((at = memmem(at, (size_t)(end - at), MARK, strlen(MARK))) != NULL) {
		at += strlen(MARK);
		/* A string whose end is not in the file is none. */
		if (memchr(at, '\0', (size_t)(end - at)) == NULL)
			return;
		look_at(search, at);
	}
}

static void
look_into(struct search *search, int directory, const char *name)
{
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
	struct stat status;
	void *bytes;

	if (fd < 0)
		return;
	if (fstat(fd, &status) == 0 && status.st_size > 0) {
		bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (bytes != MAP_FAILED) {
			look_through(search, bytes, (size_t)status.st_size);
			munmap(bytes, (size_t)status.st_size);
		}
	}
	close(fd);
}

bool
pgn_pmdinfo_driver(const char *directory, uint32_t pci_id, const struct pgn_profiles *set,
		   char *driver, size_t size)
{
	struct search search = {.pci_id = pci_id, .set = set, .driver = driver, .size = size};
	DIR *stream = opendir(directory);
	const struct dirent *entry;

	if (stream == NULL)
		return false;
	/* What has a profile stays, whatever comes behind it. */
	while (!search.has_profile && (entry = readdir(stream)) != NULL) {
		/* librte_net_x.so.23: the others are links to it, or it is one */
		if (strncmp(entry->d_name, "librte_net_", 11) == 0 &&
		    strstr(entry->d_name, ".so.") != NULL)
			look_into(&search, dirfd(stream), entry->d_name);
	}
	closedir(stream);
	return search.found;
}

static uint32_t
read_hex(const char *device, const char *what)
{
	char path[PGN_PROFILE_PATH];
	unsigned int number = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", device, what);
	file = fopen(path, "re");
	if (file == NULL)
		return 0;
	if (fscanf(file, "%x", &number) != 1)
		number = 0;
	fclose(file);
	return number & 0xffff;
}

uint32_t
pgn_pmdinfo_pci_id(const char *device)
{
	return read_hex(device, "vendor") << 16 | read_hex(device, "device");
}
