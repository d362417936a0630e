/* SPDX-License-Identifier: BSD-3-Clause */
#include "pgn_node.h"

static const struct pgn_role *const roles[] = {&pgn_role_rsu, &pgn_role_obu};

const struct pgn_role *
pgn_role_find(const char *name)
{
	for (unsigned int i = 0; i < RTE_DIM(roles); i++) {
		if (strcmp(roles[i]->name, name) == 0)
			return roles[i];
	}
	return NULL;
}
