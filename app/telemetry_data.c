/* SPDX-License-Identifier: BSD-3-Clause */
#include <bsd/stdlib.h>
#include <bsd/string.h>

#include "telemetry_data.h"

/** Of one answer: two dicts with as many within as they hold. */
#define DICTS (2 * RTE_TEL_MAX_DICT_ENTRIES + 2)

/** Made for the answer that is under way. */
static struct rte_tel_data *made[DICTS];
static unsigned int made_count;

struct rte_tel_data *
pgn_tell_dict(struct rte_tel_data *d, const char *name)
{
	struct rte_tel_data *dict = made_count < DICTS ? rte_tel_data_alloc() : NULL;

	if (dict == NULL)
		return NULL;
	rte_tel_data_start_dict(dict);
	if (rte_tel_data_add_dict_container(d, name, dict, 0) == 0) {
		made[made_count++] = dict;
		return dict;
	}
	rte_tel_data_free(dict);
	return NULL;
}

void
pgn_tell_end(int ret)
{
	for (unsigned int i = 0; i < made_count && ret < 0; i++)
		rte_tel_data_free(made[i]);
	made_count = 0;
}

void
pgn_tell_text(struct rte_tel_data *d, const char *name, const char *text)
{
	char fitting[RTE_TEL_MAX_STRING_LEN];

	strlcpy(fitting, text, sizeof(fitting));
	rte_tel_data_add_dict_string(d, name, fitting);
}

bool
pgn_tell_number(const char *params, uint32_t otherwise, uint32_t *number)
{
	const char *error;

	*number = otherwise;
	if (params == NULL || params[0] == '\0')
		return true;
	*number = (uint32_t)strtonum(params, 0, UINT32_MAX, &error);
	return error == NULL;
}
