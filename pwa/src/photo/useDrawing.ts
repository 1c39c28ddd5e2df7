/** A drawing in progress. Every stroke is on the disk before the next one can begin. */

import { computed, onMounted, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import type { Photo } from '@/data/records';
import { useDatabase } from '@/data/session';
import { drawingKey } from './queries';
import { add, drag, EMPTY_DRAWING, readMarks, redo, undo, word, type Drawing, type Mark, type MarkColour, type MarkKind, type Point } from './annotation';

export interface DrawingTool {
  readonly tool: Ref<MarkKind>;
  readonly colour: Ref<MarkColour>;
  readonly drawing: ShallowRef<Drawing>;
  /** The marks with the stroke that is being drawn right now. */
  readonly shown: ComputedRef<readonly Mark[]>;
  readonly begin: (at: Point) => void;
  readonly move: (at: Point) => void;
  readonly end: () => void;
  readonly write: (text: string, at: Point) => void;
  readonly undo: () => void;
  readonly redo: () => void;
}

export function useDrawing(photo: Photo): DrawingTool {
  const db = useDatabase();
  const tool = ref<MarkKind>('arrow');
  const colour = ref<MarkColour>('red');
  const drawing = shallowRef<Drawing>({ ...EMPTY_DRAWING, marks: readMarks(photo.annotations) });
  const stroke = shallowRef<readonly [Point, Point] | null>(null);

  async function set(next: Drawing): Promise<void> {
    drawing.value = next;
    await db.drafts.put({ key: drawingKey(photo.id), data: next.marks, at: db.env.now() });
  }

  const current = computed(() => (stroke.value && tool.value !== 'text' ? drag('now', tool.value, colour.value, stroke.value) : null));

  onMounted(async () => {
    const draft = await db.drafts.get(drawingKey(photo.id));
    if (draft && Array.isArray(draft.data)) drawing.value = { marks: readMarks(draft.data), undone: [] };
  });

  return {
    tool, colour, drawing,
    shown: computed(() => (current.value ? [...drawing.value.marks, current.value] : drawing.value.marks)),
    begin: (at) => {
      stroke.value = [at, at];
    },
    move: (at) => {
      if (stroke.value) stroke.value = [stroke.value[0], at];
    },
    end: () => {
      const made = current.value;
      stroke.value = null;
      if (made) void set(add(drawing.value, { ...made, id: db.env.id() }));
    },
    write: (text, at) => {
      const made = word(db.env.id(), colour.value, at, text);
      if (made) void set(add(drawing.value, made));
    },
    undo: () => void set(undo(drawing.value)),
    redo: () => void set(redo(drawing.value)),
  };
}
