/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Every release of DPDK that was measured, and its layout: kept by layouts/generate. */

#include "outside/layouts/21.11.h"
#include "outside/layouts/22.11.h"
#include "outside/layouts/23.11.h"
#include "outside/layouts/24.11.h"
#include "outside/layouts/25.11.h"
#include "outside/layouts/26.03.h"
#include "outside/layouts/26.07.h"

#define LAYOUT_RELEASES(RELEASE)                                                         \
	RELEASE(21, 11, layout_21_11)                                                    \
	RELEASE(22, 3, layout_21_11)                                                     \
	RELEASE(22, 7, layout_21_11)                                                     \
	RELEASE(22, 11, layout_22_11)                                                    \
	RELEASE(23, 3, layout_22_11)                                                     \
	RELEASE(23, 7, layout_22_11)                                                     \
	RELEASE(23, 11, layout_23_11)                                                    \
	RELEASE(24, 3, layout_23_11)                                                     \
	RELEASE(24, 7, layout_23_11)                                                     \
	RELEASE(24, 11, layout_24_11)                                                    \
	RELEASE(25, 3, layout_24_11)                                                     \
	RELEASE(25, 7, layout_24_11)                                                     \
	RELEASE(25, 11, layout_25_11)                                                    \
	RELEASE(26, 3, layout_26_03)                                                     \
	RELEASE(26, 7, layout_26_07)                                                     \
	RELEASE(26, 11, layout_26_07)
