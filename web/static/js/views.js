// SPDX-License-Identifier: GPL-2.0-or-later
/* views.js - the numbered views in the order of their keys; only those that exist. */
import * as memory from "./view/memory.js";

export const views = [memory];
