import 'fake-indexeddb/auto';

/**
 * As in WebKit, which cannot open a cursor for unique keys over an index without entries ("Unable to open cursor"): the
 * transaction is lost with it, on every iPhone, while Chromium is content. No test may need such a cursor.
 */
const asInWebKit = (prototype: object, names: readonly string[]): void => {
  for (const name of names) {
    const real = Reflect.get(prototype, name) as (...given: unknown[]) => unknown;
    Reflect.set(prototype, name, function open(this: unknown, range: unknown, direction = 'next') {
      if (/unique$/.test(String(direction))) throw new DOMException('Unable to open cursor', 'UnknownError');
      return real.call(this, range, direction);
    });
  }
};

asInWebKit(IDBIndex.prototype, ['openCursor', 'openKeyCursor']);
