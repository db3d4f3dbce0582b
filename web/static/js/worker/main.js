// SPDX-License-Identifier: GPL-2.0-or-later
// main.js - the worker's own thread: an Engine and nothing else.
import { Engine } from "./engine.js";

const engine = new Engine((message) => postMessage(message));

onmessage = (event) => engine.handle(event.data);
