/** What the hazard sheet starts with, and what becomes of it. Everything is a proposal; a person decides. */

import { addDays } from '@/answers/expiry';
import type { HazardDefaults } from '@/engine/definition';

export const DEADLINES = [0, 3, 7, 15, 30] as const;
export const CHIPS = ['no-record', 'expired', 'damaged', 'blocked', 'too-few', 'not-skilled', 'told', 'stopped'] as const;
export type Chip = (typeof CHIPS)[number];
export type DraftGrade = 'general' | 'suspect-major';

const DEFAULT_DAYS = 15;
export const MAX_TITLE = 100;
export const MAX_WORDS = 2000;

export interface HazardDraft {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly suggestion: string;
  readonly grade: DraftGrade;
  readonly criterion: string;
  readonly category: string | null;
  readonly due_on: string;
  readonly assignee_id: string | null;
}

export interface DraftSeed {
  readonly id: string;
  readonly ask: string;
  /** Words that already say what is wrong: the note, the reading that is out of its limits. */
  readonly found: readonly string[];
  readonly defaults: HazardDefaults | undefined;
  readonly pick: (text: { readonly zh: string; readonly en: string } | undefined) => string;
  readonly today: string;
  readonly assignee: string | null;
  /** The answers point to a criterion of a major hazard. */
  readonly suspect?: boolean;
}

/** What is proposed goes into the ledger as it was published; only who is shown English writes English. */
export const asPublished = (language: string): DraftSeed['pick'] => (text) => (language === 'en' ? text?.en : text?.zh) ?? '';

const clip = (text: string, max: number): string => [...text].slice(0, max).join('');

/** What an item without defaults of its own proposes. */
const plain = (ask: string): HazardDefaults => {
  const title = { zh: ask, en: ask };
  return { title, grade: 'general', category: '', due_days: DEFAULT_DAYS, suggest: { zh: '', en: '' } };
};

export function newDraft(seed: DraftSeed): HazardDraft {
  const { pick, found, id, today, assignee } = seed;
  const defaults = seed.defaults ?? plain(seed.ask);
  return {
    id,
    title: clip(pick(defaults.title), MAX_TITLE),
    description: clip(found.join('\n'), MAX_WORDS),
    suggestion: clip(pick(defaults.suggest), MAX_WORDS),
    grade: seed.suspect === true ? 'suspect-major' : defaults.grade,
    criterion: pick(defaults.criterion),
    category: defaults.category === '' ? null : defaults.category,
    due_on: addDays(today, defaults.due_days),
    assignee_id: assignee,
  };
}

/** Put a ready sentence behind what is there, once. */
export function withSentence(description: string, sentence: string): string {
  if (description.includes(sentence)) return description;
  const before = description.trimEnd();
  return clip(before === '' ? sentence : `${before}${/[\p{P}\n]$/u.test(before) ? '' : '\uff1b'}${sentence}`, MAX_WORDS);
}

export type DraftGap = 'title' | 'description' | 'due';

/** What still keeps the hazard from being saved. */
export function draftGaps(draft: HazardDraft, today: string): DraftGap[] {
  const gaps: DraftGap[] = [];
  if (draft.title.trim() === '') gaps.push('title');
  if (draft.description.trim() === '') gaps.push('description');
  if (!/^\d{4}-\d{2}-\d{2}$/.test(draft.due_on) || draft.due_on < today) gaps.push('due');
  return gaps;
}

/** A draft as it lies on the disk, or nothing if it is none. */
export function readDraft(stored: unknown): HazardDraft | null {
  if (typeof stored !== 'object' || stored === null) return null;
  const draft = stored as Partial<HazardDraft>;
  const words = [draft.id, draft.title, draft.description, draft.suggestion, draft.criterion, draft.due_on];
  return words.every((word) => typeof word === 'string') ? (draft as HazardDraft) : null;
}
