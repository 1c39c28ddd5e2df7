/** A paper as plain lines, the twin of server/papers/composing.py: contracts/vectors/papers.json binds both. */

import type { Layout, LayoutPart, Words } from './layouts';
import type { Body, Finding, Mark, Officer, Party, Replaces, Signing } from './shapes';

export interface Fact {
  readonly name: string;
  readonly text: string;
}

export interface Item {
  readonly title: string;
  readonly lines: readonly string[];
}

export interface Part {
  readonly heading: string;
  readonly lines: readonly string[];
  readonly items: readonly Item[];
}

export interface ShownMark {
  /** Whose strokes are drawn; null for what is noted or typed. */
  readonly ink: number | null;
  readonly typed: string;
  readonly caption: string;
  readonly photos: readonly string[];
}

export interface Group {
  readonly party: Party;
  readonly heading: string;
  readonly marks: readonly ShownMark[];
}

export interface Composed {
  readonly title: string;
  readonly subtitle: string;
  readonly office: string;
  readonly date: string;
  readonly code: string;
  readonly edition: number;
  readonly replaces: Replaces | null;
  readonly facts: readonly (readonly Fact[])[];
  readonly parts: readonly Part[];
  readonly signing: { readonly heading: string; readonly groups: readonly Group[] };
  readonly foot: readonly string[];
}

type Values = Readonly<Record<string, unknown>>;
const SLOT = /\{([a-z_]+)\}/g;
const DASH = '\u2014';
/** Empty brackets, and wide blanks that stand for nothing. */
const HOLLOW = /\uff08\uff09|\u3000(?=\u3000|$)/g;
const PARTIES: readonly Party[] = ['recusal', 'officer', 'unit', 'witness'];

const said = (value: unknown): string => (typeof value === 'string' ? value : '');

export const fill = (line: string, values: Values): string => line.replace(SLOT, (_slot, name: string) => said(values[name]));

/** Fill lines; one with a slot for which there is nothing is left out. */
export const filled = (lines: readonly string[], values: Values): string[] =>
  lines.filter((line) => [...line.matchAll(SLOT)].every(([, name]) => said(values[name ?? '']) !== '')).map((line) => fill(line, values));

export const codeShown = (code: string): string => (code.match(/.{1,4}/g) ?? []).join(' ');

const officerWords = (layout: Layout, one: Officer): string => fill(layout.officer[one.number ? 'known' : 'unknown'], { ...one });

function answersOf({ choices }: Layout, { recusal }: Body): Record<string, string> {
  if (!recusal) return {};
  const { certificates, recusal: asked, about = '', grounds = '' } = recusal;
  return { certificates: choices.certificates[certificates] ?? '', recusal: choices.recusal[asked] ?? '', about, grounds };
}

export function valuesOf(layout: Layout, body: Body): Record<string, string> {
  const { officers } = body;
  return {
    ...body.fields,
    office: body.office.name,
    officers: officers.map((one) => officerWords(layout, one)).join('\u3001'),
    shown: officers.find((one) => one.shown)?.shown ?? '',
    ...answersOf(layout, body),
  };
}

function finding(part: LayoutPart, number: number, one: Finding): Item {
  const values = { ...one, n: String(number), basis: (one.basis ?? []).join('\uff1b') };
  return { title: fill(part.title ?? '', values), lines: filled(part.lines, values) };
}

function composedPart(part: LayoutPart, values: Values, body: Body): Part {
  if (part.kind === 'findings') {
    const items = body.findings.map((one, n) => finding(part, n + 1, one));
    return { heading: part.heading, lines: items.length > 0 ? [] : [part.none ?? ''], items };
  }
  const lines = filled(part.lines, values).flatMap((line) => line.split('\n'));
  return { heading: part.heading, lines: lines.length > 0 ? lines : [DASH], items: [] };
}

const trimWide = (text: string): string => text.replace(/^\u3000+|\u3000+$/g, '');

function shownMark(words: Words, index: number, mark: Mark): ShownMark {
  return {
    ink: mark.how === 'signed' || mark.how === 'delegated' ? index : null,
    typed: mark.how === 'typed' ? mark.name : '',
    caption: trimWide(fill(words[mark.how] ?? '', { ...mark }).replace(HOLLOW, '')),
    photos: (mark.photos ?? []).map((photo) => photo.id),
  };
}

function signing(words: Words, marks: readonly Mark[]): Composed['signing'] {
  const groups = PARTIES.filter((party) => words[party]).flatMap((party): Group[] => {
    const own = marks.flatMap((mark, n) => (mark.party === party ? [shownMark(words, n, mark)] : []));
    return own.length > 0 || party === 'officer' || party === 'unit' ? [{ party, heading: words[party] ?? '', marks: own }] : [];
  });
  return { heading: words['heading'] ?? '', groups };
}

export function compose(layout: Layout, body: Body, signed: Signing): Composed {
  const values = valuesOf(layout, body);
  const facts = layout.facts
    .filter((row) => row.some(([, slot]) => said(values[slot ?? '']) !== ''))
    .map((row) => row.map(([name, slot]) => ({ name: name ?? '', text: values[slot ?? ''] || DASH })));
  return {
    title: layout.title,
    subtitle: layout.subtitle,
    office: body.office.name,
    date: body.date,
    code: codeShown(body.code),
    edition: body.edition,
    replaces: body.replaces ?? null,
    facts,
    parts: layout.parts.map((part) => composedPart(part, values, body)),
    signing: signing(layout.signing, signed.marks),
    foot: layout.foot,
  };
}
