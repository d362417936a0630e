/* SPDX-License-Identifier: BSD-3-Clause */
#include <bsd/string.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>

#include "eal.h"
#include "hugepages.h"
#include "log.h"
#include "name_lock.h"

#define ARGS_MAX 128

/** An argument vector that owns its strings; the EAL gets a copy, which it reorders. */
struct arguments {
	int count;
	char *value[ARGS_MAX + 1];
	char *given[ARGS_MAX + 1];
	bool failed;
};

static void
add(struct arguments *args, const char *value)
{
	char *copy = strdup(value);

	if (copy == NULL || args->count == ARGS_MAX) {
		free(copy);
		args->failed = true;
		return;
	}
	args->value[args->count++] = copy;
}

static void
add_pair(struct arguments *args, const char *name, const char *value)
{
	add(args, name);
	add(args, value);
}

static void
add_memory(struct arguments *args, const struct pgn_config *config, const struct pgn_plan *plan)
{
	char number[16];

	if (pgn_hugepages_free_mb() < plan->memory_mb) {
		/* Not --in-memory beside it: the one implies legacy memory, the other forbids it.
		 */
		add(args, "--no-huge");
		add(args, "--no-shconf");
	} else if (config->capture.dumpcap == 0) {
		/* Nothing stays in a hugetlbfs after a crash. */
		add(args, "--in-memory");
	}
	snprintf(number, sizeof(number), "%u", plan->memory_mb);
	add_pair(args, "-m", number);
}

static void
add_words(struct arguments *args, const char *words)
{
	char copy[sizeof(((struct pgn_config *)0)->eal_options)];
	char *rest = copy, *word;

	strlcpy(copy, words, sizeof(copy));
	while ((word = strsep(&rest, " \t")) != NULL) {
		if (*word != '\0')
			add(args, word);
	}
}

/** Only the PCI devices that the config names are taken. */
static void
add_ports(struct arguments *args, const struct pgn_config *config)
{
	unsigned int pci = 0;

	for (unsigned int i = 0; i <= config->wire_count; i++) {
		const struct pgn_port_config *port = pgn_config_port(config, i);

		add_words(args, port->profile.value[PGN_PROFILE_OPTIONS].text);
		if (port->is_pci) {
			add_pair(args, "-a", port->probe);
			pci++;
		}
	}
	if (config->aead.device.is_pci) {
		add_pair(args, "-a", config->aead.device.port);
		pci++;
	}
	if (pci == 0)
		add(args, "--no-pci");
}

static void
make_arguments(struct arguments *args, const struct pgn_config *config,
	       const struct pgn_options *options, const struct pgn_plan *plan)
{
	memset(args, 0, sizeof(*args));
	add(args, "peregrine");
	add_pair(args, "-l", config->lcores);
	add_pair(args, "--file-prefix", config->name);
	add_memory(args, config, plan);
	add_ports(args, config);
	add_words(args, config->eal_options);
	for (int i = 0; i < options->eal_argc; i++)
		add(args, options->eal_argv[i]);
	memcpy(args->given, args->value, sizeof(args->given));
}

/** What the EAL names its directory by: the last one counts. */
static const char *
file_prefix(const struct arguments *args)
{
	static const char option[] = "--file-prefix";
	const size_t length = strlen(option);
	const char *prefix = "";

	for (int i = 0; i < args->count; i++) {
		const char *word = args->value[i];

		if (strcmp(word, option) == 0 && i + 1 < args->count)
			prefix = args->value[i + 1];
		else if (strncmp(word, option, length) == 0 && word[length] == '=')
			prefix = word + length + 1;
	}
	return prefix;
}

/** So that a shell takes it as one word. */
static void
print_word(FILE *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_./:=,+-";

	if (*word != '\0' && word[strspn(word, plain)] == '\0') {
		fputs(word, out);
		return;
	}
	fputc('\'', out);
	for (; *word != '\0'; word++)
		fputs(*word == '\'' ? "'\\''" : (const char[]){*word, '\0'}, out);
	fputc('\'', out);
}

int
pgn_eal_print(FILE *out, const struct pgn_config *config, const struct pgn_options *options,
	      const struct pgn_plan *plan)
{
	struct arguments args;

	make_arguments(&args, config, options, plan);
	for (int i = 0; i < args.count; i++) {
		if (i > 0)
			fputc(' ', out);
		print_word(out, args.value[i]);
		free(args.value[i]);
	}
	fputc('\n', out);
	return args.failed ? -E2BIG : 0;
}

/** What the EAL says by itself, its usage included, goes to a file of ours meanwhile. */
static int
init_quietly(struct arguments *args, char *said, size_t size)
{
	int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO);
	int file = memfd_create("eal", MFD_CLOEXEC);
	int ret;

	fflush(stdout);
	dup2(file, STDOUT_FILENO);
	dup2(file, STDERR_FILENO);
	ret = rte_eal_init(args->count, args->given);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);

	said[0] = '\0';
	if (lseek(file, 0, SEEK_SET) == 0) {
		ssize_t bytes = read(file, said, size - 1);

		said[bytes > 0 ? bytes : 0] = '\0';
		said[strcspn(said, "\n")] = '\0';
	}
	close(file);
	close(out);
	close(err);
	return ret;
}

/** What others could attach by: the directory is ours alone as long as we hold its lock. */
static void
remove_shared_files(void)
{
	DIR *directory = opendir(rte_eal_get_runtime_dir());
	const struct dirent *entry;

	if (directory == NULL)
		return;
	while ((entry = readdir(directory)) != NULL) {
		if (strcmp(entry->d_name, PGN_NAME_LOCK) != 0)
			unlinkat(dirfd(directory), entry->d_name, 0);
	}
	closedir(directory);
}

int
pgn_eal_start(const struct pgn_config *config, const struct pgn_options *options,
	      const struct pgn_plan *plan)
{
	/* The EAL keeps pointers into the vector. */
	static struct arguments args;
	char said[256] = "";
	int ret;

	/* Telemetry takes its socket away at the exit, before this is called. */
	atexit(pgn_name_unlock);
	make_arguments(&args, config, options, plan);
	if (args.failed) {
		pgn_log(LOG_ERR, "too many EAL options: at most %d words", ARGS_MAX);
		return -E2BIG;
	}
	ret = pgn_name_lock(config, file_prefix(&args));
	if (ret != 0)
		return ret;
	if (config->log_level == LOG_DEBUG)
		ret = rte_eal_init(args.count, args.given);
	else
		ret = init_quietly(&args, said, sizeof(said));
	if (ret < 0) {
		const char *reason = pgn_log_dpdk_reason();

		pgn_log(LOG_ERR,
			"rte_eal_init: %s (%s); look at eal.lcores, eal.memory (%u MB asked for) "
			"and eal.options",
			rte_strerror(rte_errno), said[0] != '\0' ? said : reason, plan->memory_mb);
		return -EINVAL;
	}
	return 0;
}

void
pgn_eal_stop(const struct pgn_config *config)
{
	rte_eal_cleanup();
	if (config->capture.dumpcap != 0)
		remove_shared_files();
}
