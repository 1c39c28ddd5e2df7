/**
 * The safeties of the phone's own code, and how each is switched off: tests replace the module's function by one that asks
 * here. Nothing of this is in the app.
 */
import type { Step } from './history';

export type Mechanism =
  | 'ack by id'
  | 'retained envelopes'
  | 'setback noticed'
  | 'new count after a fork'
  | 'predecessor'
  | 'full scope list'
  | 'snapshot sweep'
  | 'rows and cursor at once'
  | 'response belief'
  | 'copy kept until stored was pulled'
  | 'guest lock'
  | 'answer to what was asked'
  | 'row version guard';

const off = new Set<Mechanism>();

export const isOff = (mechanism: Mechanism): boolean => off.has(mechanism);

export const without = async <T>(mechanism: Mechanism, work: () => Promise<T>): Promise<T> => {
  off.add(mechanism);
  try {
    return await work();
  } finally {
    off.delete(mechanism);
  }
};

const say = (who: number, item = 0, result = 0): Step => ({ do: 'answer', who, item, result });
const sync = (who: number, ...faults: number[]): Step => ({ do: 'sync', who, faults });
const PORTAL = 6;
const KILLED = 3;
const TIMEOUT = 9;

/** Phones 0 and 1 are two people's; a clone or a tab is number 2. */
export const SCENES: Readonly<Partial<Record<Mechanism, readonly Step[]>>> = {
  'ack by id': [
    ...Array.from({ length: 50 }, () => say(0)),
    { do: 'clone', who: 0 },
    say(2, 1),
    sync(2),
    sync(0, TIMEOUT),
    say(0, 2),
    sync(0),
  ],
  'retained envelopes': [{ do: 'backup' }, say(0), sync(0), { do: 'restore' }],
  'setback noticed': [{ do: 'backup' }, say(0), sync(0), { do: 'restore' }],
  'new count after a fork': [{ do: 'clone', who: 0 }, say(0), sync(0), say(2, 1), sync(2)],
  predecessor: [{ do: 'backup' }, { do: 'clone', who: 0 }, say(0), sync(0), { do: 'restore' }, say(2, 1, 1), sync(2), say(0, 2)],
  'full scope list': [{ do: 'hazard', who: 0 }, sync(0), { do: 'revoke', who: 0 }],
  'snapshot sweep': [{ do: 'hazard', who: 0 }, sync(0), sync(1), { do: 'delete' }, { do: 'collect' }, { do: 'hazard', who: 0 }],
  'rows and cursor at once': [sync(1), { do: 'hazard', who: 0 }, sync(0), { do: 'strike', who: 1, fault: KILLED, after: 4, times: 1 }, sync(1)],
  'response belief': [say(0), sync(0, PORTAL)],
  'guest lock': [{ do: 'lend', who: 0 }, sync(0), { do: 'over', who: 0 }],
  'copy kept until stored was pulled': [{ do: 'photo', who: 0 }, sync(0), { do: 'backup' }, { do: 'upload', who: 0, how: 0 }, { do: 'restore' }],
};
