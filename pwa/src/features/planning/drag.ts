/** What is carried with the mouse: a unit that waits, or a task that moves. */
export type Carried = { readonly kind: 'unit'; readonly id: string } | { readonly kind: 'task'; readonly id: string };

const TYPE = 'application/x-anxun-plan';

export function carry(event: DragEvent, what: Carried): void {
  event.dataTransfer?.setData(TYPE, JSON.stringify(what));
  if (event.dataTransfer) event.dataTransfer.effectAllowed = 'move';
}

export const isCarried = (event: DragEvent): boolean => event.dataTransfer?.types.includes(TYPE) === true;

export function dropped(event: DragEvent): Carried | null {
  const raw = event.dataTransfer?.getData(TYPE) ?? '';
  if (raw === '') return null;
  const { kind, id } = JSON.parse(raw) as { kind?: unknown; id?: unknown };
  return (kind === 'unit' || kind === 'task') && typeof id === 'string' ? { kind, id } : null;
}
