/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Doctor's checks of the host: hugepages, descriptors, CPUs, the kernel. Main thread. */

#ifndef MPSH_STARTUP_DOCTOR_HOST_H
#define MPSH_STARTUP_DOCTOR_HOST_H

struct host_hugepages;
struct look;

/* Where is hugetlbfs mounted, and may this process create files in it (a secondary: open
 * them)? */
void look_at_mounts(struct look *look, const struct host_hugepages *hugepages);

/* Adds the kernel's default page size to *hugepages if there is no mount. */
void look_at_pages(struct look *look, struct host_hugepages *hugepages);
void look_at_randomisation(struct look *look);
void look_at_descriptors(struct look *look);

/* Reports the list in /proc/self/status, which has no limit such as cpu_set_t has. */
void look_at_cpus(struct look *look);
void look_at_membarrier(struct look *look);

#endif
