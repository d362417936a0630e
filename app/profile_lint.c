/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "config_error.h"
#include "profile_keys.h"
#include "profiles.h"

static const char *
file_name(const struct pgn_profile *profile)
{
	const char *slash = strrchr(profile->file, '/');

	return slash != NULL ? slash + 1 : profile->file;
}

/* A profile is found by its file: "net_ixgbe.x553" in net_ixgbe.x553.conf, for net_ixgbe. */
static int
lint_name(const struct pgn_profile *profile, FILE *errors)
{
	const char *file = file_name(profile);
	size_t length = strlen(profile->name), driver = strlen(profile->driver[0]);
	int faults = 0;

	if (strncmp(file, profile->name, length) != 0 || strcmp(file + length, ".conf") != 0) {
		pgn_config_error(errors, profile->file, 0,
				 "profile %s: allowed in a file %s.conf only", profile->name,
				 profile->name);
		faults++;
	}
	if (strncmp(profile->name, profile->driver[0], driver) != 0 ||
	    profile->name[driver] != (profile->pci_count > 0 ? '.' : '\0')) {
		pgn_config_error(errors, profile->file, 0,
				 "profile %s: allowed its first driver's name, %s%s", profile->name,
				 profile->driver[0],
				 profile->pci_count > 0 ? ", and .VARIANT, for it has pci" : "");
		faults++;
	}
	return faults;
}

static int
lint_source(const struct pgn_profile *profile, FILE *errors)
{
	int faults = 0;

	for (enum pgn_profile_id id = PGN_PROFILE_GUIDE; id <= PGN_PROFILE_HARDWARE; id++) {
		if (profile->value[id].file != NULL)
			continue;
		pgn_config_error(errors, profile->file, 0,
				 "profile %s: source.%s: missing, allowed %s", profile->name,
				 pgn_profile_keys[id].name, pgn_profile_allowed(id).text);
		faults++;
	}
	return faults;
}

/* NULL: no driver is both profiles'. */
static const char *
shared_driver(const struct pgn_profile *a, const struct pgn_profile *b)
{
	for (unsigned int i = 0; i < a->driver_count; i++) {
		if (pgn_profile_is_for_driver(b, a->driver[i]))
			return a->driver[i];
	}
	return NULL;
}

static bool
share_pci(const struct pgn_profile *a, const struct pgn_profile *b)
{
	if (a->pci_count == 0 || b->pci_count == 0)
		return a->pci_count == b->pci_count;
	for (unsigned int i = 0; i < a->pci_count; i++) {
		if (pgn_profile_is_for_pci(b, a->pci[i]))
			return true;
	}
	return false;
}

static int
lint_pairs(const struct pgn_profiles *set, FILE *errors)
{
	int faults = 0;

	for (unsigned int i = 0; i < set->count; i++) {
		for (unsigned int k = i + 1; k < set->count; k++) {
			const struct pgn_profile *a = set->item[i], *b = set->item[k];
			const char *driver = shared_driver(a, b);

			if (driver == NULL || !share_pci(a, b))
				continue;
			pgn_config_error(
				errors, b->file, 0,
				"profile %s: driver: found %s, allowed a driver and PCI ids that "
				"%s does not have",
				b->name, driver, file_name(a));
			faults++;
		}
		if (set->item[i]->pci_count > 0 &&
		    pgn_profiles_base(set, set->item[i]->driver[0]) == NULL) {
			pgn_config_error(
				errors, set->item[i]->file, 0,
				"profile %s: pci: allowed where there is a profile %s.conf for "
				"all others",
				set->item[i]->name, set->item[i]->driver[0]);
			faults++;
		}
	}
	return faults;
}

int
pgn_profiles_lint(const char *directory, unsigned int *count, FILE *errors)
{
	struct pgn_profiles set = {0};
	unsigned int broken = 0;
	int ret = pgn_profiles_read(&set, directory, PGN_LAYER_SHIPPED, &broken, errors);
	int faults = (int)broken;

	if (ret != 0)
		return ret;
	for (unsigned int i = 0; i < set.count; i++)
		faults += lint_name(set.item[i], errors) + lint_source(set.item[i], errors);
	faults += lint_pairs(&set, errors);
	*count = set.count;
	pgn_profiles_free(&set);
	return faults;
}
