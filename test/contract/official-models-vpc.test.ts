/** The Vpc product against the vendor's own model tables and by the vendor's client, as Ecs is. */
import * as Vpc from '@alicloud/vpc20160428';
import { beforeAll, describe, expect, it } from 'vitest';
import { ACTIONS } from '../../src/contract/catalogue.ts';
import { driveProduct, type Seen } from './drives/drive.ts';
import { defaults, networks, places, publicAddresses } from './drives/vpc.ts';
import {
  answerDifferences,
  type Explained,
  NOTHING_UNEXPLAINED,
  requestDifferences,
  unexplained,
} from './sdk-models.ts';

const SERVED = ACTIONS.filter(({ product }) => product === 'Vpc');

/** Parameters that differ, with the reason. This list may only shrink. */
const PARAMETERS: Explained = {};

/** Fields that answers leave out although the model has them, with the reason. This list may only shrink. */
const LEFT_OUT: Explained = {};

describe('Vpc contract and SDK', () => {
  it('know the same parameters with the same types', () => {
    const found = SERVED.flatMap((action) => requestDifferences(Vpc, action));
    expect(unexplained(found, PARAMETERS)).toEqual(NOTHING_UNEXPLAINED);
  });

  it('know the same fields of answers with the same types', () => {
    expect(SERVED.flatMap((action) => answerDifferences(Vpc, action))).toEqual([]);
  });
});

describe('Vpc by the official client', () => {
  let seen: Seen;
  beforeAll(async () => {
    seen = await driveProduct('Vpc', Vpc, [places, networks, defaults, publicAddresses]);
  });

  it('drives every served action', () => expect(seen.notCalled).toEqual([]));

  it('answers only fields of the model, with their types', () => expect(seen.wrong).toEqual([]));

  it('answers every field of the model', () => {
    expect(unexplained(seen.missing, LEFT_OUT)).toEqual(NOTHING_UNEXPLAINED);
  });
});
