// SPDX-License-Identifier: GPL-2.0-or-later
/* views.js - the numbered views in the order of their keys; only those that exist. */
import * as addresses from "./view/addresses.js";
import * as memory from "./view/memory.js";
import * as zones from "./view/zones.js";

export const views = [memory, zones, addresses];
