/** The shape of a record of a law, standard or notice (contracts/basis.schema.json), and of what a citation says on one day. */
import type { Text } from './definition';

export type Binding = 'binding' | 'reference';
export type Tag = 'verified' | 'document-only' | 'to-verify' | 'recommended';
export type LawState = 'in-force' | 'not-yet' | 'ended' | 'unknown' | 'own';
export type Cause = 'other-edition' | 'not-yet' | 'ended' | 'doubt' | 'unknown';

/** One edition; days that nobody verified are left out. */
export interface Edition {
  readonly number: string;
  readonly title?: Text;
  readonly cited?: string;
  readonly published?: string;
  readonly effective_from?: string;
  readonly effective_to?: string;
  readonly replaced_by?: string;
  readonly replaces?: readonly string[];
  readonly doubt?: Text;
  readonly verified: { readonly how: 'verified' | 'partly' | 'to-verify'; readonly source: Text; readonly note?: Text };
}

/** A law, standard or notice with its editions, oldest first. */
export interface LawRecord {
  readonly key: string;
  readonly kind: string;
  readonly title: Text;
  readonly issuer?: Text;
  readonly binding: Binding;
  readonly scope?: Text;
  readonly note?: Text;
  readonly editions: readonly Edition[];
}

export type LawRecords = Readonly<Record<string, LawRecord>>;

/** What a citation says on one day. */
export interface Cited {
  readonly law: string | null;
  readonly edition: string | null;
  /** The edition in which the citation was read, when the item names one. */
  readonly read_in: string | null;
  readonly doc: string;
  readonly clause: string | null;
  readonly tag: Tag;
  readonly state: LawState;
  /** Why it must be verified again, or null. */
  readonly cause: Cause | null;
  readonly binding: Binding;
  readonly note: Text | null;
  readonly since: string | null;
  readonly replaces: readonly string[];
  readonly next: { readonly edition: string; readonly effective_from: string } | null;
}

/** The words of a citation as a hazard keeps them. */
export type Kept = Pick<Cited, 'doc' | 'clause' | 'tag'>;
