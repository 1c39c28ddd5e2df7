/** What the server answers when it says no (RFC 9457), and the words for it. */
import { isRecord, text, type Json } from './shape';

export interface FieldError {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

export interface Problem {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly title_zh: string;
  readonly errors: readonly FieldError[];
  /** Everything else in the body: what the sentence's placeholders are filled from. */
  readonly params: Readonly<Record<string, Json>>;
}

const OWN = new Set(['type', 'code', 'status', 'title', 'title_zh', 'errors', 'instance']);

const fieldError = (raw: unknown): FieldError => {
  const from = isRecord(raw) ? raw : {};
  return { pointer: text(from['pointer']), code: text(from['code']), detail: text(from['detail']) };
};

/** The problem in a body, or null when the body is none. */
export const parseProblem = (raw: unknown, status: number): Problem | null => {
  if (!isRecord(raw) || typeof raw['code'] !== 'string') return null;
  return {
    code: raw['code'],
    status,
    title: text(raw['title']),
    title_zh: text(raw['title_zh']),
    errors: Array.isArray(raw['errors']) ? raw['errors'].map(fieldError) : [],
    params: Object.fromEntries(Object.entries(raw).filter(([key]) => !OWN.has(key))) as Record<string, Json>,
  };
};

/** An answer of ours that says nothing we know; the number is all there is to quote. */
export const unknownProblem = (status: number): Problem => ({
  code: 'unknown',
  status,
  title: `Error ${String(status)}`,
  title_zh: '',
  errors: [],
  params: { status },
});

/** The app's words; injected, because data knows no language. `locale` is a BCP 47 tag. */
export interface Words {
  readonly t: (key: string, args: Readonly<Record<string, string | number>>) => string;
  readonly has: (key: string) => boolean;
  readonly locale: string;
}

type Told = Pick<Problem, 'code' | 'params'> & Partial<Pick<Problem, 'title' | 'title_zh'>>;

const placeholders = (params: Told['params']): Record<string, string | number> =>
  Object.fromEntries(
    Object.entries(params).map(([key, value]) => [key, typeof value === 'number' ? value : String(value ?? '')]),
  );

/**
 * The sentence for a problem: ours by its code, else the server's own (which a refused command carries in its params), else
 * one that quotes the code.
 */
export const problemText = (problem: Told, { t, has, locale }: Words): string => {
  const key = `problems.${problem.code}`;
  if (has(key)) return t(key, placeholders(problem.params));
  const name = locale.startsWith('zh') ? 'title_zh' : 'title';
  const theirs = problem[name] || text(problem.params[name]);
  return theirs === '' ? t('problems.unknown', { code: problem.code }) : theirs;
};
