/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "config_port.h"
#include "config_values.h"

#define IFACE ",iface="

/*
 * DDDD:BB:DD.F or BB:DD.F. The length and the characters fix each number's width: with "03:00.0" no
 * other widths of two, two and one add up.
 */
static bool
parse_pci(const char *device, char *normal, size_t size)
{
	size_t length = strlen(device);
	unsigned int domain = 0;
	unsigned int bus, slot, function;

	if (strspn(device, "0123456789abcdefABCDEF:.") != length)
		return false;
	if (length == strlen("BB:DD.F")) {
		if (sscanf(device, "%2x:%2x.%1x", &bus, &slot, &function) != 3)
			return false;
	} else if (length == strlen("DDDD:BB:DD.F")) {
		if (sscanf(device, "%4x:%2x:%2x.%1x", &domain, &bus, &slot, &function) != 4)
			return false;
	} else {
		return false;
	}
	if (slot > 0x1f || function > 7)
		return false;
	snprintf(normal, size, "%04x:%02x:%02x.%x", domain, bus, slot, function);
	return true;
}

static bool
is_vdev(const char *device)
{
	if (!isalpha((unsigned char)device[0]))
		return false;
	for (; *device != '\0'; device++) {
		if (!isalnum((unsigned char)*device) && strchr("_.-", *device) == NULL)
			return false;
	}
	return true;
}

bool
pgn_parse_port(const struct pgn_key *key, const char *text, void *field)
{
	struct pgn_port_config *port = field;
	char device[PGN_PORT_MAX];
	char pci[PGN_PORT_MAX];
	bool is_pci;

	(void)key;
	if (!pgn_is_printable(text, sizeof(port->port)))
		return false;
	strlcpy(device, text, sizeof(device));
	device[strcspn(device, ",")] = '\0';
	is_pci = parse_pci(device, pci, sizeof(pci));
	if (!is_pci && !is_vdev(device))
		return false;

	strlcpy(port->port, text, sizeof(port->port));
	strlcpy(port->device, is_pci ? pci : device, sizeof(port->device));
	port->is_pci = is_pci;
	return true;
}

/* NULL: the port names none. */
static const char *
find_iface(const struct pgn_port_config *port, size_t *length)
{
	const char *iface = strstr(port->port, IFACE);

	if (iface == NULL)
		return NULL;
	iface += strlen(IFACE);
	*length = strcspn(iface, ",");
	return iface;
}

bool
pgn_port_is_same(const struct pgn_port_config *a, const struct pgn_port_config *b)
{
	size_t a_length, b_length;
	const char *a_iface, *b_iface;

	if (strcmp(a->device, b->device) == 0)
		return true;
	a_iface = find_iface(a, &a_length);
	b_iface = find_iface(b, &b_length);
	return a_iface != NULL && b_iface != NULL && a_length == b_length &&
	       strncmp(a_iface, b_iface, a_length) == 0;
}
