/* SPDX-License-Identifier: BSD-3-Clause */
/** Numbers as people read them. Any thread. */
#ifndef CTL_FORMAT_H
#define CTL_FORMAT_H

#include <jansson.h>

struct ctl_short {
	char text[32];
};

struct ctl_short ctl_format_count(json_int_t count); /**< "987", "12k", "1.2M" */
struct ctl_short ctl_format_rate(double rate);       /**< the same; below 10, "0.5" */
struct ctl_short ctl_format_percent(double share);   /**< of 1: "45.2%" */
struct ctl_short ctl_format_ns(json_int_t ns);       /**< "870 ns", "12.3 us" */
struct ctl_short ctl_format_age(json_int_t seconds); /**< "59s", "3h 04m", "2d 03h" */
struct ctl_short ctl_format_utc(json_int_t utc_ns);  /**< "2026-11-25 08:00:00Z" */

#endif
