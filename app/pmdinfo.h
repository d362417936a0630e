/* SPDX-License-Identifier: BSD-3-Clause */
/** Which driver takes a PCI device, as the drivers' files say: before any of them is loaded. */
#ifndef PGN_PMDINFO_H
#define PGN_PMDINFO_H

#include <stdbool.h>

#include "profiles.h"

/**
 * Look through the network drivers in the directory for one that lists the PCI id; one that there
 * is a profile for goes first. False: none does. Any thread.
 */
bool pgn_pmdinfo_driver(const char *directory, uint32_t pci_id, const struct pgn_profiles *set,
			char *driver, size_t size);

/** vendor << 16 | device of "0000:03:00.0"; 0: there is no such device. Any thread. */
uint32_t pgn_pmdinfo_pci_id(const char *device);

#endif
