/** Requests to our own server. Three answers are possible: yes, no with a reason, and nobody there. */
import { parseJson } from './json';
import { parseProblem, unknownProblem, type Problem } from './problem';
import { isRecord, list, maybe, number, text, type Parse } from './shape';

export interface Done<T> {
  readonly ok: true;
  readonly value: T;
  readonly offline?: false;
}
export interface Refused {
  readonly ok: false;
  readonly offline?: false;
  readonly problem: Problem;
}
/** Nobody answered, or somebody else did (`portal`: the sign-in page of a guest network). */
export interface Offline {
  readonly ok: false;
  readonly offline: true;
  readonly portal: boolean;
}
export type Result<T> = Done<T> | Refused | Offline;

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface ApiPorts {
  readonly fetch: typeof fetch;
  /** Told of every 401, whoever asked. */
  readonly unauthenticated: () => void;
}

export interface RequestOptions {
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

export interface PageOf<T> {
  readonly items: readonly T[];
  readonly next: string | null;
  readonly total: number;
}

const TIMEOUT_MS = 30_000;

export const page =
  <T>(parse: Parse<T>): Parse<PageOf<T>> =>
  (raw) => {
    const from = isRecord(raw) ? raw : {};
    return { items: list(parse)(from['items']), next: maybe(text)(from['next']), total: number(from['total']) };
  };

export const nothing: Parse<undefined> = () => undefined;

/** Path and query; empty values are left out. */
export const withQuery = (
  path: string,
  query: Readonly<Record<string, string | number | boolean | null | undefined>>,
): string => {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') search.set(key, String(value));
  }
  return search.size === 0 ? path : `${path}?${search.toString()}`;
};

const isJson = (response: Response): boolean =>
  /^application\/(problem\+)?json\b/i.test(response.headers.get('Content-Type') ?? '');

const offline = (portal: boolean): Offline => ({ ok: false, offline: true, portal });

const readBody = async (response: Response): Promise<unknown> => {
  const body = await response.text();
  return body === '' ? null : parseJson(body);
};

const refusal = async (response: Response): Promise<Refused | Offline> => {
  if (!isJson(response)) return response.status >= 500 ? offline(false) : offline(response.status !== 404);
  const problem = parseProblem(await readBody(response), response.status);
  return { ok: false, problem: problem ?? unknownProblem(response.status) };
};

const read = async <T>(response: Response, parse: Parse<T>): Promise<Result<T>> => {
  if (response.status === 204) return { ok: true, value: parse(null) };
  if (!response.ok) return refusal(response);
  if (!isJson(response)) return offline(true);
  return { ok: true, value: parse(await readBody(response)) };
};

const init = (method: Method, { body, signal }: RequestOptions): RequestInit => ({
  method,
  credentials: 'same-origin',
  cache: 'no-store',
  headers: { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  signal: signal ?? AbortSignal.timeout(TIMEOUT_MS),
});

let ports: ApiPorts = {
  fetch: (input, options) => fetch(input, options),
  unauthenticated: () => undefined,
};

export const useApiPorts = (given: Partial<ApiPorts>): void => {
  ports = { ...ports, ...given };
};

export const request = async <T>(
  method: Method,
  path: string,
  parse: Parse<T>,
  options: RequestOptions = {},
): Promise<Result<T>> => {
  try {
    const response = await ports.fetch(path, init(method, options));
    const result = await read(response, parse);
    if (!result.ok && response.status === 401 && result.offline !== true) ports.unauthenticated();
    return result;
  } catch {
    return offline(false);
  }
};

export const getJson = <T>(path: string, parse: Parse<T>, signal?: AbortSignal): Promise<Result<T>> =>
  request('GET', path, parse, signal === undefined ? {} : { signal });
export const postJson = <T>(path: string, body: unknown, parse: Parse<T>): Promise<Result<T>> =>
  request('POST', path, parse, { body });
export const patchJson = <T>(path: string, body: unknown, parse: Parse<T>): Promise<Result<T>> =>
  request('PATCH', path, parse, { body });
export const putJson = <T>(path: string, body: unknown, parse: Parse<T>): Promise<Result<T>> =>
  request('PUT', path, parse, { body });
export const deleteJson = (path: string): Promise<Result<undefined>> => request('DELETE', path, nothing);
