/** How the next exchange goes: how much, whether it asks for news, and what is tried apart. */
import type { Limits } from './limits';

export interface Suspect {
  readonly id: string;
  readonly times: number;
}

export interface Course {
  readonly limits: Limits;
  readonly pull: boolean;
  /** This server may be older than seals: what it could not read is sent once more without. */
  readonly unsealed?: boolean;
  /** The command that the server could not read, alone and plain, and how often. */
  readonly suspect?: Suspect;
}
