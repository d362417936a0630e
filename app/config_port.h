/* SPDX-License-Identifier: BSD-3-Clause */
/** A port's text: a PCI address or a vdev, with or without arguments behind a comma. Any thread. */
#ifndef PGN_CONFIG_PORT_H
#define PGN_CONFIG_PORT_H

#include <stdbool.h>
#include <string.h>

#include "config.h"
#include "config_keys.h"

#define PGN_PORT_ALLOWED                                            \
	"a PCI address such as \"0000:03:00.0\" or a vdev such as " \
	"\"net_af_packet0,iface=eth0\", at most 255 characters"

#define PGN_CRYPTO_ALLOWED                                             \
	"auto, or a crypto device: a vdev such as \"crypto_openssl\" " \
	"or a PCI address, at most 255 characters"

/**
 * To the port, device and is_pci of a struct pgn_port_config; a PCI device gets its long form in
 * lower case. False, and nothing is stored, if the text is not allowed.
 */
bool pgn_parse_port(const struct pgn_key *key, const char *text, void *field);

/** Whether its device is the vdev driver's, such as "net_tap". */
static inline bool
pgn_port_is(const struct pgn_port_config *port, const char *driver)
{
	return strncmp(port->device, driver, strlen(driver)) == 0;
}

/** Whether it waits for a client to come. */
static inline bool
pgn_port_is_server(const struct pgn_port_config *port)
{
	return strstr(port->probe, "role=server") != NULL;
}

/**
 * Buffers that its driver may keep of each Rx queue when it is closed. Of net_af_xdp those in the
 * fill ring, and at worst as many that the kernel has not sent yet.
 */
static inline uint32_t
pgn_port_keeps(const struct pgn_port_config *port)
{
	if (!pgn_port_is(port, "net_af_xdp"))
		return 0;
	return 2 * pgn_profile_number(&port->profile, PGN_PROFILE_RX_BUFFERS);
}

/** Both are one device, or sit on one network interface of the kernel (iface=). */
bool pgn_port_is_same(const struct pgn_port_config *a, const struct pgn_port_config *b);

#endif
