/* SPDX-License-Identifier: BSD-3-Clause */
#include <bsd/libutil.h>
#include <stdio.h>
#include <time.h>

#include "format.h"

#define NS_PER_SECOND 1000000000LL

struct ctl_short
ctl_format_count(json_int_t count)
{
	struct ctl_short s;

	/* 5: what is left of 4 characters has three digits at least */
	humanize_number(s.text, count < 0 ? 6 : 5, count, "", HN_AUTOSCALE,
			HN_DECIMAL | HN_NOSPACE | HN_DIVISOR_1000);
	return s;
}

struct ctl_short
ctl_format_rate(double rate)
{
	struct ctl_short s;

	if (rate >= 9.95)
		return ctl_format_count((json_int_t)(rate + 0.5));
	snprintf(s.text, sizeof(s.text), rate > 0 ? "%.1f" : "0", rate);
	return s;
}

struct ctl_short
ctl_format_percent(double share)
{
	struct ctl_short s;

	snprintf(s.text, sizeof(s.text), "%.1f%%", share * 100);
	return s;
}

struct ctl_short
ctl_format_ns(json_int_t ns)
{
	static const char *const units[] = {"ns", "us", "ms", "s"};
	struct ctl_short s;
	double value = (double)ns;
	unsigned int unit = 0;

	for (; unit < 3 && value >= 999.95; unit++)
		value /= 1000;
	snprintf(s.text, sizeof(s.text), unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
	return s;
}

struct ctl_short
ctl_format_age(json_int_t seconds)
{
	const long long s = seconds, minutes = s / 60, hours = minutes / 60, days = hours / 24;
	struct ctl_short age;

	if (days > 0)
		snprintf(age.text, sizeof(age.text), "%lldd %02lldh", days, hours % 24);
	else if (hours > 0)
		snprintf(age.text, sizeof(age.text), "%lldh %02lldm", hours, minutes % 60);
	else if (minutes > 0)
		snprintf(age.text, sizeof(age.text), "%lldm %02llds", minutes, s % 60);
	else
		snprintf(age.text, sizeof(age.text), "%llds", s);
	return age;
}

struct ctl_short
ctl_format_utc(json_int_t utc_ns)
{
	time_t seconds = (time_t)(utc_ns / NS_PER_SECOND);
	struct ctl_short s = {""};
	struct tm parts;

	if (gmtime_r(&seconds, &parts) != NULL)
		strftime(s.text, sizeof(s.text), "%Y-%m-%d %H:%M:%SZ", &parts);
	return s;
}
