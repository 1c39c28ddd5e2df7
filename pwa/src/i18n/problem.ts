/** Words for a server's "no": by its code, else by the title it sent along, in the present language. */
import { hasMessage, locale, t, type MessageArgs } from './i18n';

export interface ProblemLike {
  readonly code: string;
  readonly title?: string;
  readonly title_zh?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** Needs the messages of `problem`; a code newer than the app falls back to the server's own sentence. */
export function problemText(problem: ProblemLike): string {
  const key = `problem.${problem.code}`;
  if (hasMessage(key)) return t(key, plainArgs(problem.params ?? {}));
  const name = locale.value === 'en' ? 'title' : 'title_zh';
  // A refused command carries the server's sentence among its parameters.
  const theirs = problem[name] || problem.params?.[name];
  return typeof theirs === 'string' && theirs !== '' ? theirs : t('common.error.title');
}

function plainArgs(params: Readonly<Record<string, unknown>>): MessageArgs {
  const plain = Object.entries(params).filter(([, value]) => typeof value === 'string' || typeof value === 'number');
  return Object.fromEntries(plain) as MessageArgs;
}
