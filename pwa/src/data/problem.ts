/** What the server answers when it says no (RFC 9457). The words for it are found by the code, in src/i18n. */
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
