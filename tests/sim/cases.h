/* SPDX-License-Identifier: BSD-3-Clause */
/** The worlds that come with the program, and what must come out of them. */
#ifndef SIM_CASES_H
#define SIM_CASES_H

#include "mix.h"
#include "sim.h"

struct sim_case {
	const char *name;
	const char *what;
	unsigned int periods;
	void (*build)(struct sim *sim);
};

/** Each ends with a case without a name. */
extern const struct sim_case sim_cases_paths[];
extern const struct sim_case sim_cases_many[];
extern const struct sim_case sim_cases_hostile[];

/** NULL: there is none of that name. */
const struct sim_case *sim_case_find(const char *name);
void sim_case_list(void);

#define SIM_SECOND UINT64_C(1000000)

/** So many seconds into the world and up to one more, by chance: whatever the phase. */
static inline uint64_t
sim_some_time(struct sim *sim, unsigned int seconds)
{
	return seconds * SIM_SECOND + pgn_random(&sim->random) % SIM_SECOND;
}

#endif
