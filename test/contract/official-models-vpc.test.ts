/** The Vpc product against the vendor's own model tables and by the vendor's client, as Ecs is. */
import * as Vpc from '@alicloud/vpc20160428';
import { beforeAll, describe, expect, it } from 'vitest';
import { ACTIONS } from '../../src/contract/catalogue.ts';
import { VPC } from './drives/catalogue.ts';
import { driveProduct, type Seen } from './drives/drive.ts';
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

/** Fields that are answered although the model has them no more, with the reason. This list may only shrink. */
const PROVIDER = 'The Terraform provider reads it and ends badly where it is not; the API answers it.';
const MORE: Explained = {
  'DescribeEipAddresses answers.EipAddresses.EipAddress[].AvailableRegions: only ours': PROVIDER,
};
const MORE_SEEN: Explained = {
  'DescribeEipAddresses.EipAddresses.EipAddress[].AvailableRegions: unknown': PROVIDER,
  'DescribeEipAddresses: the client reads something else than what came': PROVIDER,
};

describe('Vpc contract and SDK', () => {
  it('know the same parameters with the same types', () => {
    const found = SERVED.flatMap((action) => requestDifferences(Vpc, action));
    expect(unexplained(found, PARAMETERS)).toEqual(NOTHING_UNEXPLAINED);
  });

  it('know the same fields of answers with the same types', () => {
    const found = SERVED.flatMap((action) => answerDifferences(Vpc, action));
    expect(unexplained(found, MORE)).toEqual(NOTHING_UNEXPLAINED);
  });
});

describe('Vpc by the official client', () => {
  let seen: Seen;
  beforeAll(async () => {
    seen = await driveProduct('Vpc', Vpc, VPC.scripts);
  });

  it('drives every served action', () => expect(seen.notCalled).toEqual([]));

  it('answers only fields of the model, with their types', () => {
    expect(unexplained(seen.wrong, MORE_SEEN)).toEqual(NOTHING_UNEXPLAINED);
  });

  it('answers every field of the model', () => {
    expect(unexplained(seen.missing, LEFT_OUT)).toEqual(NOTHING_UNEXPLAINED);
  });
});
