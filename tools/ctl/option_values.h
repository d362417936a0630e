/* SPDX-License-Identifier: BSD-3-Clause */
/** Values of options, checked. What is wrong gets a line, and -EINVAL. */
#ifndef CTL_OPTION_VALUES_H
#define CTL_OPTION_VALUES_H

#include "options.h"

/** Always -EINVAL. */
__attribute__((format(printf, 2, 3))) int ctl_usage_error(FILE *errors, const char *format, ...);

/** The option of the lowest bit. */
const char *ctl_option_name(unsigned int given);

/** Decimal digits and nothing else, within the bounds; if not, false, and `number` stays. */
bool ctl_parse_number(unsigned int *number, unsigned int least, unsigned int most,
		      const char *text);

int ctl_take_number(unsigned int *number, const char *option, unsigned int least, unsigned int most,
		    const char *text, FILE *errors);
int ctl_take_watch(unsigned int *ms, const char *text, FILE *errors);
int ctl_check_mac(const char *option, const char *text, FILE *errors);

/** choices: ended by NULL; allowed: the same as text. */
int ctl_check_choice(const char *option, const char *const *choices, const char *allowed,
		     const char *text, FILE *errors);

int ctl_take_direction(struct ctl_capture_options *capture, const char *text, FILE *errors);
int ctl_take_kind(struct ctl_capture_options *capture, const char *text, FILE *errors);
int ctl_take_directory(struct ctl_capture_options *capture, const char *text, FILE *errors);
int ctl_take_when_full(struct ctl_capture_options *capture, const char *text, FILE *errors);

#endif
