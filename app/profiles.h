/* SPDX-License-Identifier: BSD-3-Clause */
/** All profiles there are, where they are looked for, and which one a port gets. */
#ifndef PGN_PROFILES_H
#define PGN_PROFILES_H

#include <stdio.h>

#include "config.h"
#include "profile.h"

#define PGN_PROFILES_LOCAL "/etc/peregrine/drivers.d"

enum pgn_profiles_layer {
	PGN_LAYER_SHIPPED, /**< drivers_cfg */
	PGN_LAYER_LOCAL    /**< PGN_PROFILES_LOCAL */
};

struct pgn_profiles {
	struct pgn_profile **item; /**< the set's, as are their strings */
	unsigned int count;
	char directory[PGN_PROFILE_PATH]; /**< the shipped ones'; "": there is none */
};

/**
 * Find drivers_cfg (`directory`, or NULL: beside the build or the installation that this program
 * is of) and the local ones, and read them. 0, or a negative errno and one line in errors. That
 * none are shipped is no error unless `directory` was given.
 */
int pgn_profiles_load(struct pgn_profiles *set, const char *directory, FILE *errors);

/**
 * Read all *.conf of a directory, by name. 0, or a negative errno and one line in errors. With
 * `broken` a bad file does not end it: each gets a line, is counted there and left out.
 */
int pgn_profiles_read(struct pgn_profiles *set, const char *directory, unsigned int layer,
		      unsigned int *broken, FILE *errors);

/** A new profile in the set, all zero; NULL: out of memory. */
struct pgn_profile *pgn_profiles_add(struct pgn_profiles *set);

void pgn_profiles_free(struct pgn_profiles *set);

/** Whether it names the driver, or the PCI id. */
bool pgn_profile_is_for_driver(const struct pgn_profile *profile, const char *driver);
bool pgn_profile_is_for_pci(const struct pgn_profile *profile, uint32_t id);

/** Look for the driver that a device by this name (no PCI address) is for; NULL: nobody says. */
const char *pgn_profiles_driver_of(const struct pgn_profiles *set, const char *device);

/** The driver's own profile, not one for some PCI ids, in the highest layer; NULL: none. */
const struct pgn_profile *pgn_profiles_base(const struct pgn_profiles *set, const char *driver);

/**
 * Give each value that `profile` lacks from the layer that wins, and at last the built-in one
 * (is_pci: of a PCI device). pci_id 0: none, or not known. Values point into the set.
 */
void pgn_profiles_merge(const struct pgn_profiles *set, struct pgn_profile *profile,
			const char *driver, uint32_t pci_id, bool is_pci);

/**
 * Hold all of a directory to what a shipped profile must be: every fault gets a line in errors.
 * How many there were, or a negative errno when the directory cannot be read; *count: profiles.
 */
int pgn_profiles_lint(const char *directory, unsigned int *count, FILE *errors);

#endif
