/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * Profiles: what a NIC's driver wants. Each value remembers the file and line it came from.
 *
 *	profile "net_ixgbe" {
 *		driver = {net_ixgbe, net_ixgbe_vf}
 *		port { rxd = 512  txd = 512 }
 *		limits { min_tx = 60 }
 *	}
 */
#ifndef PGN_PROFILE_H
#define PGN_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#define PGN_PROFILE_NAME 64
#define PGN_PROFILE_TEXT 256
#define PGN_PROFILE_PATH 512
#define PGN_PROFILE_DRIVERS 4
#define PGN_PROFILE_PCI_IDS 32
#define PGN_PROFILE_AUTO UINT32_MAX /**< number of a value that is left to the device */

enum pgn_profile_id {
	PGN_PROFILE_MODE,
	PGN_PROFILE_DEVARGS,
	PGN_PROFILE_ENV,
	PGN_PROFILE_OPTIONS,
	PGN_PROFILE_RXQ,
	PGN_PROFILE_TXQ,
	PGN_PROFILE_RXD,
	PGN_PROFILE_TXD,
	PGN_PROFILE_BURST,
	PGN_PROFILE_PROMISC,
	PGN_PROFILE_MTU,
	PGN_PROFILE_LSC,
	PGN_PROFILE_RXINTR,
	PGN_PROFILE_ORDER,
	PGN_PROFILE_MIN_TX,
	PGN_PROFILE_RX_BUFFERS,
	PGN_PROFILE_REOPEN,
	PGN_PROFILE_STATS_POLL,
	PGN_PROFILE_SELF_MAC_TX,
	PGN_PROFILE_GUIDE,
	PGN_PROFILE_CHECKED,
	PGN_PROFILE_HARDWARE,
	PGN_PROFILE_VALUES
};

struct pgn_profile_value {
	const char *file;  /**< where it is from; NULL: not set. Lives as long as its reader says */
	unsigned int line; /**< 0: file is no file, but words */
	uint32_t number;   /**< of a number; of a choice its place; PGN_PROFILE_AUTO */
	char text[PGN_PROFILE_TEXT]; /**< as it was written; of a list, joined by commas */
};

struct pgn_profile {
	char name[PGN_PROFILE_NAME]; /**< the profile's title, "" when there is none */
	char file[PGN_PROFILE_PATH];
	unsigned int layer; /**< of two that set a value the higher one wins */

	/** rte_eth_dev_info's driver_name, one of them; also the beginning of a vdev's name. */
	char driver[PGN_PROFILE_DRIVERS][32];
	unsigned int driver_count;
	char device[PGN_PROFILE_DRIVERS][32]; /**< other beginnings of device names */
	unsigned int device_count;
	uint32_t pci[PGN_PROFILE_PCI_IDS]; /**< vendor << 16 | device; none: all of the driver's */
	unsigned int pci_count;

	struct pgn_profile_value value[PGN_PROFILE_VALUES];
};

/** no, yes, auto: the numbers of promisc, lsc and rxintr. */
enum pgn_profile_switch {
	PGN_PROFILE_NO,
	PGN_PROFILE_YES,
	PGN_PROFILE_DEVICE
};

enum pgn_profile_mode {
	PGN_PROFILE_VFIO,
	PGN_PROFILE_BIFURCATED,
	PGN_PROFILE_KERNEL,
	PGN_PROFILE_NONE,
	PGN_PROFILE_DPAA,
	PGN_PROFILE_FSLMC
};

static inline uint32_t
pgn_profile_number(const struct pgn_profile *profile, enum pgn_profile_id id)
{
	return profile->value[id].number;
}

#endif
