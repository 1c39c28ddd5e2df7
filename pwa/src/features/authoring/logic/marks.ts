/** Which words of a text changed: the longest common run of words stays, the rest is marked. Pure. */

export interface Mark {
  readonly kind: 'same' | 'gone' | 'new';
  readonly text: string;
}

const LONGEST = 1200;

/** Chinese has no blanks between words: every character stands alone, Latin words and numbers stay whole. */
const wordsOf = (text: string): readonly string[] => text.match(/[A-Za-z0-9.]+|\s+|./gsu) ?? [];

export function marked(from: string, to: string): readonly Mark[] {
  const [a, b] = [wordsOf(from), wordsOf(to)];
  if (a.length > LONGEST || b.length > LONGEST) return merged([{ kind: 'gone', text: from }, { kind: 'new', text: to }]);
  return merged(walk(a, b, table(a, b)));
}

/** How long the longest common run of words is from each pair of places on. */
function table(a: readonly string[], b: readonly string[]): readonly Uint16Array[] {
  const rows = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) fillRow(rows, i, a, b);
  return rows;
}

function fillRow(rows: readonly Uint16Array[], i: number, a: readonly string[], b: readonly string[]): void {
  const [row, below] = [rows[i], rows[i + 1]];
  if (!row || !below) return;
  for (let j = b.length - 1; j >= 0; j -= 1) {
    row[j] = a[i] === b[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
  }
}

/** Which of two next words is taken away or put in, so that the longest common run is kept. */
const goesFirst = (lengths: readonly Uint16Array[], i: number, j: number): boolean => (lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0);

const wordAt = (words: readonly string[], at: number): string => words[at] ?? '';

function walk(a: readonly string[], b: readonly string[], lengths: readonly Uint16Array[]): Mark[] {
  const marks: Mark[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const isSame = a[i] === b[j];
    const isGone = isSame || goesFirst(lengths, i, j);
    marks.push({ kind: isSame ? 'same' : isGone ? 'gone' : 'new', text: isGone ? wordAt(a, i) : wordAt(b, j) });
    if (isGone) i += 1;
    if (isSame || !isGone) j += 1;
  }
  return [...marks, { kind: 'gone', text: a.slice(i).join('') }, { kind: 'new', text: b.slice(j).join('') }];
}

function merged(marks: readonly Mark[]): readonly Mark[] {
  const joined: Mark[] = [];
  for (const mark of marks) {
    const last = joined.at(-1);
    if (mark.text === '') continue;
    if (last?.kind === mark.kind) joined[joined.length - 1] = { kind: mark.kind, text: last.text + mark.text };
    else joined.push(mark);
  }
  return joined;
}

/** Of two lists of words only what came and what went; the lists themselves where nothing but their order differs. Pure. */
export function onlyChanged(from: readonly unknown[], to: readonly unknown[]): readonly [readonly unknown[], readonly unknown[]] {
  if (![...from, ...to].every((one) => typeof one === 'string')) return [from, to];
  const [gone, come] = [from.filter((one) => !to.includes(one)), to.filter((one) => !from.includes(one))];
  return gone.length + come.length > 0 ? [gone, come] : [from, to];
}
