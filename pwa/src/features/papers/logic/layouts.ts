/** Layouts of papers: the same files as the server's. Old versions stay, because signed papers stay. */

import enforcement1 from '@contracts/papers/enforcement-record.1.json';
import notice1 from '@contracts/papers/rectification-notice.1.json';
import record1 from '@contracts/papers/site-record.1.json';

export type Track = 'supervision' | 'enforcement';
export type Words = Readonly<Record<string, string>>;

export interface LayoutPart {
  readonly kind: 'text' | 'findings';
  readonly heading: string;
  readonly none?: string;
  readonly title?: string;
  readonly lines: readonly string[];
}

export interface Layout {
  readonly key: string;
  readonly version: number;
  readonly track: Track;
  readonly mark: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly title: string;
  readonly subtitle: string;
  readonly needs: { readonly officers: number; readonly certificates: boolean; readonly recusal: boolean; readonly findings: boolean; readonly register: boolean };
  readonly choices: { readonly certificates: Words; readonly recusal: Words };
  readonly officer: { readonly known: string; readonly unknown: string };
  readonly write: {
    readonly moment: string;
    readonly day: string;
    readonly join: string;
    readonly overview: string;
    readonly handling: { readonly some: string; readonly none: string };
    readonly grades: { readonly general: string; readonly suspected: string; readonly major: string };
    readonly cited: { readonly verified: string; readonly open: string };
    readonly opinion: string;
    readonly no_witness: string;
    readonly number_later: string;
    readonly photo: string;
    readonly edition: string;
    readonly corrects: string;
    readonly fingerprint: string;
    readonly check: string;
  };
  readonly facts: readonly (readonly (readonly string[])[])[];
  readonly parts: readonly LayoutPart[];
  readonly signing: Words;
  readonly foot: readonly string[];
}

const LAYOUTS = [record1, notice1, enforcement1] as unknown as readonly Layout[];

export const findLayout = (key: string, version: number): Layout | undefined =>
  LAYOUTS.find((layout) => layout.key === key && layout.version === version);

/** The newest version of each kind, in the order in which they are offered. */
export const newestLayouts: readonly Layout[] = [...new Map(LAYOUTS.map((layout) => [layout.key, layout])).values()];

export const newestLayout = (key: string): Layout | undefined => newestLayouts.find((layout) => layout.key === key);
