/** Who found what in a record, as the desk shows it. Pure; the paper counts the same way. */
import type { Answer, AnswerField, Conflict, Inspection } from '@/data/records';

type Word = Pick<AnswerField, 'v' | 'by' | 'at'>;

const alike = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const once = (people: readonly string[]): string[] => [...new Set(people)];
const wordsOf = (field: AnswerField): readonly Word[] => field.candidates ?? [field];

/** The field that says what was found. */
export const deciding = (answer: Answer): AnswerField | undefined => answer.fields['result'] ?? answer.fields['v'];

/** Who gave the result that stands. What the lead decided was found by those who had said so. */
export function findersOf(answer: Answer, conflicts: readonly Conflict[]): string[] {
  const state = deciding(answer);
  if (!state) return [];
  const said = conflicts.filter((each) => each.item_key === answer.item_key && each.target_id === answer.target_id && ['result', 'v'].includes(each.field));
  const words: readonly Word[] = state.how === 'decided' ? said.flatMap(({ values }) => values) : wordsOf(state);
  const found = once(words.filter(({ v }) => alike(v, state.v)).map(({ by }) => by));
  return found.length > 0 ? found : [state.by];
}

export interface Note {
  readonly by: string | null;
  readonly text: string;
}

/** A note; of several people's each with its author, newest first. */
export function notesOf(field: AnswerField | undefined): Note[] {
  if (!field || typeof field.v !== 'string' || field.v === '') return [];
  const told = [...(field.candidates ?? [])].filter(({ v }) => typeof v === 'string' && v !== '').sort((a, b) => b.at - a.at);
  if (new Set(told.map(({ by }) => by)).size < 2) return [{ by: null, text: field.v }];
  return told.map(({ by, v }) => ({ by, text: String(v) }));
}

export interface Share {
  readonly person: string;
  readonly lines: number;
  readonly failed: number;
  readonly photos: number;
  readonly left: boolean;
}

function count(people: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const person of people) found.set(person, (found.get(person) ?? 0) + 1);
  return found;
}

/** What has to be known of a record to count. */
export interface Counted {
  readonly inspection: Inspection;
  readonly answers: readonly Answer[];
  readonly conflicts: readonly Conflict[];
  readonly photos: Readonly<Record<string, readonly string[]>>;
  readonly photoAuthors: Readonly<Record<string, string>>;
}

/** What everybody contributed: the team, and whoever left it. */
export function sharesOf(record: Counted): Share[] {
  const finders = record.answers.map((answer) => ({ people: findersOf(answer, record.conflicts), failed: deciding(answer)?.v === 'fail' }));
  const lines = count(finders.flatMap(({ people }) => people));
  const fails = count(finders.filter(({ failed }) => failed).flatMap(({ people }) => people));
  const shown = new Set(Object.values(record.photos).flat());
  const shots = count(Object.entries(record.photoAuthors).filter(([photo]) => shown.has(photo)).map(([, by]) => by));
  const team = record.inspection.member_ids;
  const gone = once([...lines.keys(), ...shots.keys()]).filter((person) => !team.includes(person));
  return [...team, ...gone].map((person) => ({
    person, lines: lines.get(person) ?? 0, failed: fails.get(person) ?? 0, photos: shots.get(person) ?? 0, left: gone.includes(person),
  }));
}
