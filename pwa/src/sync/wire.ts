/**
 * The answer of an exchange. Unknown fields and kinds are let through; but the skeleton must be whole, for an answer half
 * understood could drop rows or move a cursor past them. Then nothing of it is believed.
 */
import { dict, isRecord, json, maybe, number, text, type Json } from '../data/shape';
import type { Cursor, Entry } from '../data/tables';

export interface Verdict {
  readonly id: string;
  readonly status: string;
  readonly code: string | null;
  readonly params: Readonly<Record<string, Json>>;
  readonly problem: string | null;
}

export type Put = readonly [etype: string, eid: string, rv: number, data: Readonly<Record<string, unknown>>];
export type Del = readonly [etype: string, eid: string];

export interface Page {
  readonly scope: string;
  readonly snapshot: boolean;
  /** Where the scope stands after a delta, or stood when its snapshot began. */
  readonly cursor: Cursor;
  readonly gen: string | null;
  readonly resume: string | null;
  readonly put: readonly Put[];
  readonly del: readonly Del[];
}

export interface Pull {
  /** All that this person may see; what is not named here leaves the phone. */
  readonly scopes: readonly string[];
  readonly pages: readonly Page[];
  readonly more: boolean;
}

export interface Answer {
  readonly lastMid: number;
  /** How the seal fared, when it did not hold. */
  readonly seal?: string | null;
  readonly verdicts: readonly Verdict[];
  readonly pull: Pull | null;
  readonly wantBlobs: readonly string[] | null;
  readonly manifest: { readonly etag: string; readonly url: string } | null;
  readonly minApp: string | null;
  readonly nextPollMs: number;
  /** The server's clock; 0 when it did not say. */
  readonly now?: number;
}

/** The answer is not whole. */
class Broken extends Error {}

const POLL_MS = 90_000;

const array = (raw: unknown): readonly unknown[] => {
  if (!Array.isArray(raw)) throw new Broken();
  return raw;
};
const string = (raw: unknown): string => {
  if (typeof raw !== 'string') throw new Broken();
  return raw;
};
const integer = (raw: unknown): number => {
  if (!Number.isSafeInteger(raw)) throw new Broken();
  return raw as number;
};
const object = (raw: unknown): Readonly<Record<string, unknown>> => {
  if (!isRecord(raw)) throw new Broken();
  return raw;
};

const cursor = (raw: unknown): Cursor => {
  const [version, tag] = array(raw);
  return [integer(version), string(tag)];
};

const put = (raw: unknown): Put => {
  const [etype, eid, rv, data] = array(raw);
  return [string(etype), string(eid), integer(rv), object(data)];
};

const del = (raw: unknown): Del => {
  const [etype, eid] = array(raw);
  return [string(etype), string(eid)];
};

const page = (raw: unknown): Page => {
  const from = object(raw);
  const snapshot = string(from['mode']) === 'snapshot';
  return {
    scope: string(from['scope']),
    snapshot,
    cursor: cursor(snapshot ? from['at'] : from['to']),
    gen: snapshot ? string(from['gen']) : null,
    resume: maybe(string)(from['more']),
    put: array(from['put'] ?? []).map(put),
    del: array(from['del'] ?? []).map(del),
  };
};

const verdict = (raw: unknown): Verdict => {
  const from = object(raw);
  return {
    id: string(from['id']),
    status: string(from['status']),
    code: maybe(text)(from['code']),
    params: dict(json)(from['params']),
    problem: maybe(text)(from['problem']),
  };
};

const pull = (from: Readonly<Record<string, unknown>>): Pull | null =>
  from['scopes'] === undefined || from['scopes'] === null
    ? null
    : {
        scopes: array(from['scopes']).map(string),
        pages: array(from['data'] ?? []).map(page),
        more: from['more'] === true,
      };

const manifest = (raw: unknown): Answer['manifest'] =>
  isRecord(raw) && typeof raw['etag'] === 'string' && typeof raw['url'] === 'string'
    ? { etag: raw['etag'], url: raw['url'] }
    : null;

export const parseAnswer = (raw: unknown): Answer | null => {
  if (!isRecord(raw) || raw['sync'] !== 1) return null;
  try {
    return {
      lastMid: integer(raw['last_mid']),
      seal: maybe(text)(raw['seal']),
      verdicts: array(raw['results']).map(verdict),
      pull: pull(raw),
      wantBlobs: maybe(array)(raw['want_blobs'])?.map(string) ?? null,
      manifest: manifest(raw['manifest']),
      minApp: maybe(text)(raw['min_app']),
      nextPollMs: number(raw['next_poll_s']) > 0 ? number(raw['next_poll_s']) * 1000 : POLL_MS,
      now: number(raw['now']),
    };
  } catch (error) {
    if (error instanceof Broken) return null;
    throw error;
  }
};

/** The envelope alone, its fields always in the same order, so that a repeat has the same bytes. */
export const envelopeOf = (entry: Entry): Readonly<Record<string, unknown>> => ({
  id: entry.id,
  mid: entry.mid,
  name: entry.name,
  v: entry.v,
  at: entry.at,
  boot: entry.boot,
  mono: entry.mono,
  tz: entry.tz,
  args: entry.args,
  blobs: entry.blobs,
  causes: entry.causes,
});
