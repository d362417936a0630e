/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config_error.h"
#include "config_keys.h"
#include "pgn_wire_format.h"
#include "pmdinfo.h"
#include "port_profile.h"
#include "profile_keys.h"

#define RXQ "{rxq}"
#define HERE "{here}"
#define XDP_PROGRAM "/peregrine_xdp.o"

struct pgn_port_config *
pgn_port_find(struct pgn_config *config, const char *name)
{
	for (unsigned int i = 0; i < config->wire_count; i++) {
		if (strcmp(config->wire[i].name, name) == 0)
			return &config->wire[i];
	}
	return strcmp(name, config->tap.port.name) == 0 ? &config->tap.port : NULL;
}

static struct pgn_allowed
port_names(const struct pgn_config *config)
{
	struct pgn_allowed names = {""};

	for (unsigned int i = 0; i <= config->wire_count; i++)
		pgn_allowed_add(&names, pgn_config_port(config, i)->name);
	return names;
}

/* The TAP's MTU is a key of the node file's own. */
static bool
may_set(const struct pgn_config *config, const struct pgn_port_config *port, enum pgn_profile_id id)
{
	return pgn_profile_keys[id].per_port &&
	       (id != PGN_PROFILE_MTU || port != &config->tap.port);
}

static struct pgn_allowed
set_keys(const struct pgn_config *config, const struct pgn_port_config *port)
{
	struct pgn_allowed keys = {""};

	for (enum pgn_profile_id id = 0; id < PGN_PROFILE_VALUES; id++) {
		if (may_set(config, port, id))
			pgn_allowed_add(&keys, pgn_profile_keys[id].name);
	}
	return keys;
}

/* The value's text; of a list, value by value. */
static bool
take_text(struct pgn_profile_value *value, enum pgn_profile_id id, char *text)
{
	char *one;

	value->text[0] = '\0';
	if (!pgn_profile_is_list(id))
		return pgn_profile_take(value, id, text);
	while ((one = strsep(&text, ",")) != NULL) {
		if (!pgn_profile_take(value, id, one))
			return false;
	}
	return true;
}

static int
set_one(struct pgn_config *config, const char *setting, FILE *errors)
{
	char copy[2 * PGN_PROFILE_TEXT];
	char *value = copy, *port_name = copy, *key_name = NULL;
	struct pgn_port_config *port;
	enum pgn_profile_id id;

	if (strlcpy(copy, setting, sizeof(copy)) < sizeof(copy)) {
		key_name = strsep(&value, "=");
		port_name = strsep(&key_name, ".");
	}
	if (value == NULL || key_name == NULL) {
		fprintf(errors, "--set: found \"%s\", allowed PORT.KEY=VALUE\n",
			pgn_found(setting).text);
		return -EINVAL;
	}
	port = pgn_port_find(config, port_name);
	if (port == NULL) {
		fprintf(errors, "--set: found port \"%s\", allowed %s\n", pgn_found(port_name).text,
			port_names(config).text);
		return -EINVAL;
	}
	id = pgn_profile_find_key(NULL, key_name);
	if (id == PGN_PROFILE_VALUES || !may_set(config, port, id)) {
		fprintf(errors, "--set %s.%s: unknown key, allowed %s\n", port_name,
			pgn_found(key_name).text, set_keys(config, port).text);
		return -EINVAL;
	}
	if (!take_text(&port->profile.value[id], id, value)) {
		fprintf(errors, "--set %s.%s: found \"%s\", allowed %s\n", port_name, key_name,
			pgn_found(setting + strlen(port_name) + strlen(key_name) + 2).text,
			pgn_profile_allowed(id).text);
		return -EINVAL;
	}
	port->profile.value[id].file = "--set";
	port->profile.value[id].line = 0;
	return 0;
}

int
pgn_port_settings(struct pgn_config *config, char *const *settings, unsigned int count,
		  FILE *errors)
{
	for (unsigned int i = 0; i < count; i++) {
		int ret = set_one(config, settings[i], errors);

		if (ret != 0)
			return ret;
	}
	return 0;
}

static bool
names_key(const char *devargs, const char *key, size_t length)
{
	for (const char *at = strchr(devargs, ','); at != NULL; at = strchr(at, ',')) {
		at++;
		if (strncmp(at, key, length) == 0 &&
		    (at[length] == '=' || at[length] == ',' || at[length] == '\0'))
			return true;
	}
	return false;
}

/* One argument; {here} is where the profile is. False: the file it names there cannot be read. */
static bool
make_argument(char *made, size_t size, const char *argument, size_t length, const char *file)
{
	const char *here = memmem(argument, length, HERE, strlen(HERE));
	const char *slash = strrchr(file, '/');
	int directory = slash == NULL ? 0 : (int)(slash - file);

	if (here == NULL) {
		snprintf(made, size, "%.*s", (int)length, argument);
		return true;
	}
	snprintf(made, size, "%.*s%.*s%.*s", (int)(here - argument), argument, directory, file,
		 (int)(argument + length - here - strlen(HERE)), here + strlen(HERE));
	return access(made + (here - argument), R_OK) == 0;
}

/* One of the profile's arguments behind the port's text. */
static int
add_argument(struct pgn_port_config *port, const struct pgn_profile_value *devargs, const char *at,
	     FILE *errors)
{
	char argument[sizeof(port->probe)];

	if (!make_argument(argument, sizeof(argument), at, strcspn(at, ","), devargs->file)) {
		pgn_config_error(errors, devargs->file, devargs->line,
				 "eal.devargs: found \"%s\" for port \"%s\", but no such file: "
				 "install clang and build again from \"meson setup --reconfigure\" "
				 "on, or give %.*s=FILE in the port",
				 argument, port->port, (int)strcspn(at, "="), at);
		return -EINVAL;
	}
	if (strlcat(port->probe, ",", sizeof(port->probe)) < sizeof(port->probe) &&
	    strlcat(port->probe, argument, sizeof(port->probe)) < sizeof(port->probe))
		return 0;
	pgn_config_error(errors, devargs->file, devargs->line,
			 "eal.devargs: too long behind port \"%s\"", port->port);
	return -EINVAL;
}

/* The port's text, and the profile's arguments that it does not give itself. */
static int
put_together(struct pgn_port_config *port, FILE *errors)
{
	const struct pgn_profile_value *devargs = &port->profile.value[PGN_PROFILE_DEVARGS];
	const char *at = devargs->text;
	int ret = 0;

	strlcpy(port->probe, port->port, sizeof(port->probe));
	while (*at != '\0' && ret == 0) {
		if (!names_key(port->port, at, strcspn(at, "=")))
			ret = add_argument(port, devargs, at, errors);
		at += strcspn(at, ",");
		at += *at == ',';
	}
	return ret;
}

int
pgn_port_profile(struct pgn_port_config *port, const struct pgn_profiles *set,
		 const char *pmd_directory, FILE *errors)
{
	const struct pgn_profile *base;
	const char *driver = NULL;
	uint32_t pci_id = 0;

	if (port->is_pci) {
		pci_id = pgn_pmdinfo_pci_id(port->device);
		pgn_pmdinfo_driver(pmd_directory, pci_id, set, port->driver, sizeof(port->driver));
	} else {
		driver = pgn_profiles_driver_of(set, port->device);
		if (driver != NULL)
			strlcpy(port->driver, driver, sizeof(port->driver));
	}
	base = pgn_profiles_base(set, port->driver);
	if (base != NULL) {
		strlcpy(port->profile.name, base->name, sizeof(port->profile.name));
		strlcpy(port->profile.file, base->file, sizeof(port->profile.file));
		memcpy(port->profile.driver, base->driver, sizeof(base->driver));
		port->profile.driver_count = base->driver_count;
	}
	pgn_profiles_merge(set, &port->profile, port->driver, pci_id, port->is_pci);
	/* A driver's profile is shown without a port. */
	return port->port[0] != '\0' ? put_together(port, errors) : 0;
}

/* The XDP program that is ours takes the usual EtherType only. */
static int
check_ethertype(const struct pgn_config *config, const struct pgn_port_config *port, FILE *errors)
{
	if (config->ethertype == PGN_MARKER || strstr(port->probe, XDP_PROGRAM) == NULL)
		return 0;
	pgn_config_error(
		errors, config->file, port->line,
		"wire %s: port: found \"%s\" with node.ethertype 0x%04x, allowed 0x%04x, or "
		"a program for it: xdp_prog=FILE",
		port->name, port->port, config->ethertype, PGN_MARKER);
	return -EINVAL;
}

int
pgn_port_profiles(struct pgn_config *config, const struct pgn_profiles *set,
		  const char *pmd_directory, FILE *errors)
{
	int ret = pgn_port_profile(&config->tap.port, set, pmd_directory, errors);

	for (unsigned int i = 0; i < config->wire_count && ret == 0; i++) {
		ret = pgn_port_profile(&config->wire[i], set, pmd_directory, errors);
		if (ret == 0)
			ret = check_ethertype(config, &config->wire[i], errors);
	}
	return ret;
}

/* One NAME=value, with {rxq} replaced. */
static void
set_variable(const char *text, size_t length, unsigned int rxq)
{
	char name[PGN_PROFILE_TEXT], value[PGN_PROFILE_TEXT + 16];
	char *equals, *place;

	memcpy(name, text, length);
	name[length] = '\0';
	equals = strchr(name, '=');
	*equals = '\0';
	place = strstr(equals + 1, RXQ);
	if (place == NULL)
		snprintf(value, sizeof(value), "%s", equals + 1);
	else
		snprintf(value, sizeof(value), "%.*s%u%s", (int)(place - equals - 1), equals + 1,
			 rxq, place + strlen(RXQ));
	setenv(name, value, 0);
}

void
pgn_port_environment(const struct pgn_port_config *port, unsigned int rxq)
{
	const char *at = port->profile.value[PGN_PROFILE_ENV].text;

	while (*at != '\0') {
		size_t length = strcspn(at, ",");

		set_variable(at, length, rxq);
		at += length + (at[length] == ',');
	}
}
