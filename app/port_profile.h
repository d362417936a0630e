/* SPDX-License-Identifier: BSD-3-Clause */
/** A port's profile: chosen before the EAL starts, with what the node file and --set say on top. */
#ifndef PGN_PORT_PROFILE_H
#define PGN_PORT_PROFILE_H

#include <stdio.h>

#include "config.h"
#include "profiles.h"

/** By its name; NULL: the config has no such port. */
struct pgn_port_config *pgn_port_find(struct pgn_config *config, const char *name);

/**
 * What --set PORT.KEY=VALUE gives, each to its port, whatever the node file says. 0, or -EINVAL and
 * one line in errors.
 */
int pgn_port_settings(struct pgn_config *config, char *const *settings, unsigned int count,
		      FILE *errors);

/**
 * Find the port's driver (of a PCI device as the drivers in pmd_directory say), merge its profile,
 * and put together what it is probed by. 0, or -EINVAL and one line in errors: too long, or a file
 * that the profile names beside itself is not there.
 */
int pgn_port_profile(struct pgn_port_config *port, const struct pgn_profiles *set,
		     const char *pmd_directory, FILE *errors);

/** Do so for every port of the config. */
int pgn_port_profiles(struct pgn_config *config, const struct pgn_profiles *set,
		      const char *pmd_directory, FILE *errors);

/** Set the environment that the profile wants; what is set already stays. rxq: Rx queues. */
void pgn_port_environment(const struct pgn_port_config *port, unsigned int rxq);

#endif
