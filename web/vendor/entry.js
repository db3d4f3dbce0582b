// SPDX-License-Identifier: GPL-2.0-or-later
// entry.js - what the page takes from other people's packages: the list of exports of vendor.js.
import htm from "htm";
import { h } from "preact";

export { Fragment, h, render } from "preact";
export { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
export { batch, computed, effect, signal, untracked, useComputed, useSignal, useSignalEffect } from "@preact/signals";
export { select } from "d3-selection";
export { zoom, zoomIdentity } from "d3-zoom";
export { tinykeys } from "tinykeys";
export { default as uPlot } from "uplot";

/** Templates: html`<p class=${name}>…</p>` is a preact element. */
export const html = htm.bind(h);
