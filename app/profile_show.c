/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "profile_keys.h"
#include "profile_show.h"

static const char *const how_to_bind[] = {
	[PGN_PROFILE_VFIO] = "dpdk-devbind.py -b vfio-pci ADDRESS; the kernel loses the port",
	[PGN_PROFILE_BIFURCATED] = "bind nothing: the kernel's driver stays, the node uses it too",
	[PGN_PROFILE_KERNEL] = "bind nothing: the port is a network interface of the kernel",
	[PGN_PROFILE_NONE] =
		"bind nothing: there is no device, or its kernel module leaves it to us",
	[PGN_PROFILE_DPAA] = "bind nothing: NXP's kernel leaves the port to user space",
	[PGN_PROFILE_FSLMC] = "put the DPNI into a DPRC, bind that to vfio-fsl-mc, name it in DPRC",
};

struct pgn_origin
pgn_profile_origin(const struct pgn_profile_value *value)
{
	struct pgn_origin origin;

	if (value->line != 0)
		snprintf(origin.text, sizeof(origin.text), "%s:%u", value->file, value->line);
	else
		strlcpy(origin.text, value->file, sizeof(origin.text));
	return origin;
}

void
pgn_profile_describe(struct pgn_shown_profile *shown, const struct pgn_port_config *port)
{
	const struct pgn_profile *profile = &port->profile;

	memset(shown, 0, sizeof(*shown));
	shown->port = port;
	for (enum pgn_profile_id id = 0; id < PGN_PROFILE_VALUES; id++) {
		strlcpy(shown->value[id].text, profile->value[id].text,
			sizeof(shown->value[id].text));
		shown->value[id].origin = pgn_profile_origin(&profile->value[id]);
	}
	shown->value[PGN_PROFILE_MODE].remark =
		how_to_bind[pgn_profile_number(profile, PGN_PROFILE_MODE)];
}

void
pgn_profile_print(FILE *out, const struct pgn_shown_profile *shown)
{
	const struct pgn_port_config *port = shown->port;

	if (port->port[0] != '\0')
		fprintf(out, "port     %s\n", port->probe);
	fprintf(out, "driver   %s\n", port->driver[0] != '\0' ? port->driver : "not known");
	fprintf(out, "profile  %s\n",
		port->profile.file[0] != '\0' ? port->profile.file : "none: built-in values");
	for (enum pgn_profile_id id = 0; id < PGN_PROFILE_VALUES; id++) {
		const struct pgn_shown *value = &shown->value[id];
		char key[32];

		snprintf(key, sizeof(key), "%s.%s", pgn_profile_keys[id].section,
			 pgn_profile_keys[id].name);
		fprintf(out, "%-24s %-24s %s%s%s%s\n", key,
			value->text[0] != '\0' ? value->text : "-", value->origin.text,
			value->remark != NULL ? " (" : "",
			value->remark != NULL ? value->remark : "",
			value->remark != NULL ? ")" : "");
	}
}
