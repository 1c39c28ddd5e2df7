/** Who is offered for a team: people who inspect the region; for a unit's self-check its own people. The server says the same. */
import type { Person } from '@/data/records';

const INSPECTORS = new Set(['inspector', 'expert', 'bureau_office']);
const OF_THE_UNIT = new Set(['unit_head', 'safety_officer']);

export function mayJoin(person: Person, mode: string, unit: string | null): boolean {
  const holds = (roles: ReadonlySet<string>): boolean => person.roles.some((role) => roles.has(role));
  if (!person.active) return false;
  return person.unit_id === null ? holds(INSPECTORS) : mode === 'self-check' && person.unit_id === unit && holds(OF_THE_UNIT);
}
