/** How much goes into one round trip. It shrinks when the line or the server cannot take it, and grows back. */
export interface Limits {
  readonly count: number;
  readonly bytes: number;
  readonly rows: number;
  readonly pageBytes: number;
  /** A body that arrived broken is sent uncompressed next time. */
  readonly gzip: boolean;
}

export const FULL: Limits = { count: 100, bytes: 262_144, rows: 1000, pageBytes: 262_144, gzip: true };
const LEAST: Limits = { count: 1, bytes: 4096, rows: 50, pageBytes: 8192, gzip: false };

const scale = (limits: Limits, by: number): Limits => {
  const size = (key: 'count' | 'bytes' | 'rows' | 'pageBytes'): number =>
    Math.min(FULL[key], Math.max(LEAST[key], Math.floor(limits[key] * by)));
  return { ...limits, count: size('count'), bytes: size('bytes'), rows: size('rows'), pageBytes: size('pageBytes') };
};

export const halved = (limits: Limits): Limits => scale(limits, 0.5);
export const grown = (limits: Limits): Limits => ({ ...scale(limits, 2), gzip: true });

const BASE_MS = 2000;
const CAP_MS = 300_000;

/** Full jitter: many phones that lost the same line must not come back in step. */
export const backoff = (failures: number, random: () => number): number =>
  Math.max(BASE_MS, Math.floor(random() * Math.min(CAP_MS, BASE_MS * 2 ** Math.min(failures, 20))));

/** Seconds or a date, as HTTP allows both; null when absent or unreadable. */
export const retryAfter = (header: string | null, now: number): number | null => {
  if (header === null || header.trim() === '') return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return now + Math.max(0, seconds) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(now, at);
};
