/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <grp.h>
#include <unistd.h>

#include "config_error.h"
#include "socket.h"

int
pgn_socket_group(const struct pgn_config *config, gid_t *group, FILE *errors)
{
	const char *name = config->control.group;
	const struct group *found;

	*group = getegid();
	if (name[0] == '\0')
		return 0;
	found = getgrnam(name);
	if (found == NULL) {
		if (errors != NULL)
			pgn_config_error(errors, config->file, config->control.group_line,
					 "control.group: found \"%s\", allowed the name of a group "
					 "that this machine has",
					 name);
		return -ENOENT;
	}
	*group = found->gr_gid;
	return 0;
}
