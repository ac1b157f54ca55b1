/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What doctor looks at of the host: hugepages, descriptors, CPUs, the kernel. */

#ifndef MPSH_STARTUP_DOCTOR_HOST_H
#define MPSH_STARTUP_DOCTOR_HOST_H

struct host_hugepages;
struct look;

/* Where hugetlbfs is mounted, and may its files be made (opened, in a secondary)? */
void look_at_mounts(struct look *look, const struct host_hugepages *hugepages);
void look_at_pages(struct look *look, struct host_hugepages *hugepages);
void look_at_randomisation(struct look *look);
void look_at_descriptors(struct look *look);

/* "0-1,4" of /proc/self/status, which no number of CPUs is too large for. */
void look_at_cpus(struct look *look);
void look_at_membarrier(struct look *look);

#endif
