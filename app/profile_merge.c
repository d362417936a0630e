/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "profile_keys.h"
#include "profiles.h"

/* Of a value that no file gives. */
static const char *const built_in[PGN_PROFILE_VALUES] = {
	[PGN_PROFILE_RXQ] = "auto",        [PGN_PROFILE_TXQ] = "auto",
	[PGN_PROFILE_RXD] = "512",         [PGN_PROFILE_TXD] = "512",
	[PGN_PROFILE_BURST] = "auto",      [PGN_PROFILE_PROMISC] = "no",
	[PGN_PROFILE_MTU] = "auto",        [PGN_PROFILE_LSC] = "no",
	[PGN_PROFILE_RXINTR] = "no",       [PGN_PROFILE_ORDER] = "software",
	[PGN_PROFILE_RX_BUFFERS] = "0",    [PGN_PROFILE_STATS_POLL] = "0",
	[PGN_PROFILE_SELF_MAC_TX] = "ok",  [PGN_PROFILE_GUIDE] = "no profile",
	[PGN_PROFILE_CHECKED] = "nothing", [PGN_PROFILE_HARDWARE] = "none tried",
	[PGN_PROFILE_REOPEN] = "no",
};

bool
pgn_profile_is_for_driver(const struct pgn_profile *profile, const char *driver)
{
	for (unsigned int i = 0; i < profile->driver_count; i++) {
		if (strcmp(profile->driver[i], driver) == 0)
			return true;
	}
	return false;
}

bool
pgn_profile_is_for_pci(const struct pgn_profile *profile, uint32_t id)
{
	for (unsigned int i = 0; i < profile->pci_count; i++) {
		if (profile->pci[i] == id)
			return true;
	}
	return false;
}

/* Whether it begins the device's name, and is longer than the best so far; then it is the best. */
static bool
is_longer(const char *name, const char *device, size_t *best)
{
	size_t length = strlen(name);

	if (length <= *best || strncmp(name, device, length) != 0)
		return false;
	*best = length;
	return true;
}

const char *
pgn_profiles_driver_of(const struct pgn_profiles *set, const char *device)
{
	const char *driver = NULL;
	size_t best = 0;

	for (unsigned int p = 0; p < set->count; p++) {
		const struct pgn_profile *profile = set->item[p];

		for (unsigned int i = 0; i < profile->driver_count; i++) {
			if (is_longer(profile->driver[i], device, &best))
				driver = profile->driver[i];
		}
		for (unsigned int i = 0; i < profile->device_count; i++) {
			if (is_longer(profile->device[i], device, &best))
				driver = profile->driver[0];
		}
	}
	return driver;
}

const struct pgn_profile *
pgn_profiles_base(const struct pgn_profiles *set, const char *driver)
{
	const struct pgn_profile *base = NULL;

	for (unsigned int i = 0; i < set->count; i++) {
		const struct pgn_profile *profile = set->item[i];

		if (profile->pci_count == 0 && pgn_profile_is_for_driver(profile, driver) &&
		    (base == NULL || profile->layer >= base->layer))
			base = profile;
	}
	return base;
}

static void
fill(struct pgn_profile *profile, const struct pgn_profile *from)
{
	for (enum pgn_profile_id id = 0; id < PGN_PROFILE_VALUES; id++) {
		if (profile->value[id].file == NULL)
			profile->value[id] = from->value[id];
	}
}

static void
fill_built_in(struct pgn_profile *profile, bool is_pci)
{
	for (enum pgn_profile_id id = 0; id < PGN_PROFILE_VALUES; id++) {
		struct pgn_profile_value *value = &profile->value[id];
		const char *text = built_in[id];

		if (value->file != NULL)
			continue;
		if (id == PGN_PROFILE_MODE)
			text = is_pci ? "vfio" : "none";
		if (id == PGN_PROFILE_MIN_TX)
			text = is_pci ? "60" : "0";
		value->file = "built-in";
		if (text != NULL)
			pgn_profile_take(value, id, text);
	}
}

/* From the layer that wins downwards, so that what is set stays; a variant before its driver's. */
void
pgn_profiles_merge(const struct pgn_profiles *set, struct pgn_profile *profile, const char *driver,
		   uint32_t pci_id, bool is_pci)
{
	for (int layer = PGN_LAYER_LOCAL; layer >= PGN_LAYER_SHIPPED; layer--) {
		for (unsigned int variant = 2; variant-- > 0;) {
			for (unsigned int i = set->count; i-- > 0;) {
				const struct pgn_profile *from = set->item[i];

				if (from->layer == (unsigned int)layer &&
				    (from->pci_count > 0) == (variant == 1) &&
				    pgn_profile_is_for_driver(from, driver) &&
				    (variant == 0 || pgn_profile_is_for_pci(from, pci_id)))
					fill(profile, from);
			}
		}
	}
	fill_built_in(profile, is_pci);
}
