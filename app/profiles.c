/* SPDX-License-Identifier: BSD-3-Clause */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config_error.h"
#include "profile_reader.h"
#include "profiles.h"

struct pgn_profile *
pgn_profiles_add(struct pgn_profiles *set)
{
	struct pgn_profile **item = realloc(set->item, (set->count + 1) * sizeof(*item));
	struct pgn_profile *profile = calloc(1, sizeof(*profile));

	if (item != NULL)
		set->item = item;
	if (item == NULL || profile == NULL) {
		free(profile);
		return NULL;
	}
	set->item[set->count++] = profile;
	return profile;
}

void
pgn_profiles_free(struct pgn_profiles *set)
{
	for (unsigned int i = 0; i < set->count; i++)
		free(set->item[i]);
	free(set->item);
	memset(set, 0, sizeof(*set));
}

static int
is_profile(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && length > 5 &&
	       strcmp(entry->d_name + length - 5, ".conf") == 0;
}

int
pgn_profiles_read(struct pgn_profiles *set, const char *directory, unsigned int layer,
		  unsigned int *broken, FILE *errors)
{
	char path[PGN_PROFILE_PATH];
	struct dirent **names;
	int count = scandir(directory, &names, is_profile, alphasort);
	int ret = 0;

	if (count < 0) {
		ret = -errno;
		pgn_config_error(errors, directory, 0, "cannot read: %s", strerror(errno));
		return ret;
	}
	for (int i = 0; i < count; i++) {
		unsigned int before = set->count;

		if (ret == 0 && (size_t)snprintf(path, sizeof(path), "%s/%s", directory,
						 names[i]->d_name) >= sizeof(path)) {
			ret = -ENAMETOOLONG;
			pgn_config_error(errors, directory, 0, "cannot read: %s", strerror(-ret));
		}
		if (ret == 0)
			ret = pgn_profile_read(set, path, layer, errors);
		if (ret != 0 && broken != NULL) {
			while (set->count > before)
				free(set->item[--set->count]);
			++*broken;
			ret = 0;
		}
		free(names[i]);
	}
	free(names);
	return ret;
}

static bool
is_directory(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Beside this program: in the build tree, or wherever the installation was moved to. */
static bool
find_shipped(char *directory, size_t size)
{
	static const char *const places[] = {"../drivers_cfg", "../share/peregrine/drivers_cfg"};
	char program[PGN_PROFILE_PATH], path[2 * PGN_PROFILE_PATH];
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
	char *resolved;

	if (length > 0) {
		program[length] = '\0';
		*strrchr(program, '/') = '\0';
		for (unsigned int i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
			snprintf(path, sizeof(path), "%s/%s", program, places[i]);
			resolved = is_directory(path) ? realpath(path, NULL) : NULL;
			if (resolved != NULL) {
				bool fits = strlcpy(directory, resolved, size) < size;

				free(resolved);
				return fits;
			}
		}
	}
	return is_directory(PGN_DATADIR "/peregrine/drivers_cfg") &&
	       strlcpy(directory, PGN_DATADIR "/peregrine/drivers_cfg", size) < size;
}

int
pgn_profiles_load(struct pgn_profiles *set, const char *directory, FILE *errors)
{
	int ret = 0;

	memset(set, 0, sizeof(*set));
	if (directory != NULL)
		strlcpy(set->directory, directory, sizeof(set->directory));
	else if (!find_shipped(set->directory, sizeof(set->directory)))
		set->directory[0] = '\0';
	if (set->directory[0] != '\0')
		ret = pgn_profiles_read(set, set->directory, PGN_LAYER_SHIPPED, NULL, errors);
	if (ret == 0 && is_directory(PGN_PROFILES_LOCAL))
		ret = pgn_profiles_read(set, PGN_PROFILES_LOCAL, PGN_LAYER_LOCAL, NULL, errors);
	if (ret != 0)
		pgn_profiles_free(set);
	return ret;
}
