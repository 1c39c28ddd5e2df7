/** What places, assets and tags will look like once the server agrees. */
import type { AddAsset, AddLocation, ClaimTag } from '../data/mutations';
import { text } from '../data/shape';
import { keys, put, type Effect } from './effect';

export const claimTag: Effect<ClaimTag> = {
  touches: (args) => keys(['tag', args.code]),
  needs: (args) => keys([args.target_kind, args.target_id]),
  apply: (args, read) =>
    put('tag', args.code, {
      unit_id: null,
      region_id: null,
      batch: null,
      ...read('tag', args.code),
      id: args.code,
      state: 'bound',
      target_kind: args.target_kind,
      target_id: args.target_id,
    }),
};

export const addLocation: Effect<AddLocation> = {
  touches: (args) => keys(['location', args.id], ['location', args.parent_id]),
  needs: (args) => keys(['location', args.parent_id]),
  apply: (args, read) => {
    if (read('location', args.id) !== undefined) return [];
    const above = args.parent_id === undefined ? '' : text(read('location', args.parent_id)?.['path']);
    return put('location', args.id, {
      ...args,
      parent_id: args.parent_id ?? null,
      code: args.code ?? null,
      path: above === '' ? args.name : `${above} / ${args.name}`,
      active: true,
    });
  },
};

export const addAsset: Effect<AddAsset> = {
  touches: (args) => keys(['asset', args.id]),
  needs: (args) => keys(['location', args.location_id]),
  apply: (args, read) =>
    read('asset', args.id) === undefined
      ? put('asset', args.id, { location_id: null, model: null, serial: null, reg_no: null, active: true, ...args })
      : [],
};
