/** Who answered? Guest networks, proxies and other products also answer 200; only what is surely our server counts. */
import { parseJson } from '../data/json';
import { parseProblem, type Problem } from '../data/problem';
import { parseAnswer, type Answer } from './wire';

export type Reply =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'problem'; readonly status: number; readonly problem: Problem; readonly retryAfter: string | null }
  /** Not surely ours, but a bare number that any proxy may speak: too big, too busy, broken. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter: string | null }
  | { readonly kind: 'portal' };

const isJson = (response: Response): boolean =>
  /^application\/(problem\+)?json\b/i.test(response.headers.get('Content-Type') ?? '');

const body = async (response: Response): Promise<unknown> => {
  try {
    return parseJson(await response.text());
  } catch {
    return null;
  }
};

const PORTAL = new Set([200, 203, 511]);
const isDetour = (response: Response): boolean =>
  response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400) || PORTAL.has(response.status);

const foreign = (response: Response): Reply =>
  isDetour(response)
    ? { kind: 'portal' }
    : { kind: 'status', status: response.status, retryAfter: response.headers.get('Retry-After') };

export const believe = async (response: Response): Promise<Reply> => {
  if (!isJson(response)) return foreign(response);
  const raw = await body(response);
  if (response.status === 200) {
    const answer = response.headers.get('X-Sync') === '1' ? parseAnswer(raw) : null;
    if (answer !== null) return { kind: 'answer', answer };
    // Ours by its header but cut short or garbled on the way: a bad line, no portal.
    return response.headers.get('X-Sync') === '1' ? { kind: 'status', status: 502, retryAfter: null } : { kind: 'portal' };
  }
  const problem = parseProblem(raw, response.status);
  if (problem === null) return foreign(response);
  return { kind: 'problem', status: response.status, problem, retryAfter: response.headers.get('Retry-After') };
};
