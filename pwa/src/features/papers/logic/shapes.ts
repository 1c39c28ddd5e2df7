/** What is signed (`Body`) and how (`Signing`): the texts that travel, are hashed and kept. */

import type { Strokes } from '@/answers/strokes';
import type { Track } from './layouts';

export interface Officer {
  readonly name: string;
  readonly number?: string;
  readonly source?: 'register' | 'typed' | '';
  readonly person_id?: string | null;
  readonly shown?: string;
}

export interface Finding {
  readonly title: string;
  readonly text?: string;
  readonly place?: string;
  readonly grade?: string;
  readonly basis?: readonly string[];
  readonly suggest?: string;
  readonly due?: string;
  readonly hazard?: string | null;
}

export interface Recusal {
  readonly certificates: 'yes' | 'no' | 'silent';
  readonly recusal: 'no' | 'asked' | 'silent';
  readonly by: string;
  readonly about?: string;
  readonly grounds?: string;
}

export interface Replaces {
  readonly id: string;
  readonly number: string;
  readonly reason: string;
}

export interface Body {
  readonly v: 1;
  readonly layout: string;
  readonly version: number;
  readonly track: Track;
  readonly code: string;
  readonly edition: number;
  readonly office: { readonly name: string; readonly id?: string | null };
  readonly date: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly officers: readonly Officer[];
  readonly findings: readonly Finding[];
  readonly recusal?: Recusal | null;
  readonly replaces?: Replaces | null;
}

export type Party = 'officer' | 'unit' | 'recusal' | 'witness';
export type How = 'signed' | 'typed' | 'delegated' | 'refused' | 'absent';

export interface Mark {
  readonly party: Party;
  readonly how: How;
  readonly name: string;
  readonly at: number;
  readonly when: string;
  readonly title?: string;
  readonly person_id?: string | null;
  readonly strokes?: Strokes;
  readonly width?: number;
  readonly height?: number;
  readonly reason?: string;
  readonly witness?: string;
  readonly for?: string;
  readonly photos?: readonly { readonly id: string; readonly sha256: string }[];
}

export interface Signing {
  readonly v: 1;
  readonly over: string;
  readonly marks: readonly Mark[];
}
