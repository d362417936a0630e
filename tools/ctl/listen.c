/* SPDX-License-Identifier: BSD-3-Clause */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

#include "listen.h"
#include "option_values.h"

static bool
parse_port(in_port_t *port, const char *text)
{
	unsigned int number;

	if (!ctl_parse_number(&number, 0, UINT16_MAX, text))
		return false;
	*port = htons((uint16_t)number);
	return true;
}

bool
ctl_listen_parse(struct sockaddr_storage *address, const char *text)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)address;
	const char *colon = strrchr(text, ':');
	char host[INET6_ADDRSTRLEN];
	size_t length;

	if (colon == NULL)
		return false;
	memset(address, 0, sizeof(*address));
	length = (size_t)(colon - text);
	if (length > 2 && text[0] == '[' && text[length - 1] == ']') {
		address->ss_family = AF_INET6;
		text++;
		length -= 2;
	} else {
		address->ss_family = AF_INET;
	}
	if (length >= sizeof(host))
		return false;
	memcpy(host, text, length);
	host[length] = '\0';
	if (address->ss_family == AF_INET6)
		return inet_pton(AF_INET6, host, &v6->sin6_addr) == 1 &&
		       parse_port(&v6->sin6_port, colon + 1);
	return inet_pton(AF_INET, host, &v4->sin_addr) == 1 && parse_port(&v4->sin_port, colon + 1);
}
