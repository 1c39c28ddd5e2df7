// Puts one large inspection on the phone's disk, as a pull would have; answers its address.
async ({ user, items, places }) => {
  const open = () =>
    new Promise((resolve, reject) => {
      const asked = indexedDB.open(`anxun-${user}`);
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  const text = (zh, en) => ({ zh, en });
  const item = (_, n) => ({
    key: `walk.item-${n}`,
    facts: ['WALK-01'],
    ask: text(`第 ${n} 问：通道、器材和标志是否完好有效？`, `Question ${n}`),
    method: text('到现场看，伸手试，查记录。', 'Look'),
    basis: [{ doc: '《练习规定》', tag: 'to-verify' }],
    answer: { type: 'pass-fail-na', allow_na: true },
    photo: { rule: 'on-fail' },
    weight: 1 + (n % 5),
    ...(n % 50 === 49 ? { when: { not: { equals: [`walk.item-${n - 1}`, 'fail'] } } } : {}),
  });
  const definition = {
    key: 'walk',
    title: text('大检查表', 'Large checklist'),
    header: { facts: ['WALK-01'], note: text('练习用', 'For practice'), omitted: [] },
    effective_from: '2026-01-01',
    minutes: 60,
    sections: [{ key: 'floors', title: text('逐层检查', 'Floors'), repeat: { over: 'location' }, items: Array.from({ length: items }, item) }],
  };
  const now = Date.now();
  const unit = 'walk-unit';
  const inspection = '01900000-0000-7000-8000-00000000walk';
  const row = (etype, eid, parent, data) => ({ etype, eid, parent, rv: 1, scopes: [`insp:${inspection}`], gens: {}, data: { id: eid, ...data } });
  const ids = Array.from({ length: places }, (_, n) => `walk-floor-${n}`);
  const rows = [
    row('unit', unit, '', { region_id: 'r', name: '大医院', tier: 'hospital', attributes: [], beds: 900, active: true }),
    ...ids.map((id, n) => row('location', id, unit, { unit_id: unit, kind: 'floor', name: `${n + 1} 层`, path: `住院楼 / ${n + 1} 层`, attributes: [], active: true })),
    row('inspection', inspection, unit, {
      unit_id: unit, checklist_key: 'walk', definition: 'walk', mode: 'spot', style: 'full', state: 'draft', lead_id: user, member_ids: [user],
      target_ids: { location: ids, asset: [] }, started_at: now, device_started_at: now,
    }),
  ];
  const database = await open();
  await new Promise((resolve, reject) => {
    const work = database.transaction(['rows', 'definitions'], 'readwrite');
    for (const each of rows) work.objectStore('rows').put(each);
    work.objectStore('definitions').put({ hash: 'walk', key: 'walk', data: definition });
    work.oncomplete = () => resolve();
    work.onerror = () => reject(work.error);
  });
  database.close();
  return `/inspections/${inspection}`;
}
