/** The small products that clients call at their start, against the vendor's model tables and by the vendor's clients. */
import * as Bss from '@alicloud/bssopenapi20171214';
import * as ResourceManager from '@alicloud/resourcemanager20200331';
import * as Sts from '@alicloud/sts20150401';
import { describe, expect, it } from 'vitest';
import type { Product } from '../../src/contract/action.ts';
import { ACTIONS } from '../../src/contract/catalogue.ts';
import { driveProduct, type Script } from './drives/drive.ts';
import { answerDifferences, requestDifferences, type SdkPackage } from './sdk-models.ts';

const identity: Script = async ({ call }) => {
  const { AccountId } = await call('GetCallerIdentity');
  const RoleArn = `acs:ram::${AccountId}:role/admin`;
  await call('AssumeRole', { RoleArn, RoleSessionName: 'drive', SourceIdentity: 'drive' });
};

const resourceGroups: Script = async ({ call }) => {
  const { ResourceGroups } = await call('ListResourceGroups', { PageSize: 10 });
  await call('GetResourceGroup', { ResourceGroupId: ResourceGroups.ResourceGroup[0].Id });
};

const purchases: Script = async ({ region, call }) => {
  await region.eip();
  const { Data } = await call('QueryAvailableInstances', { Region: 'cn-hangzhou', ProductCode: 'eip' });
  expect(Data.InstanceList).toHaveLength(1);
};

const PRODUCTS: readonly (readonly [Product, SdkPackage, Script])[] = [
  ['Sts', Sts, identity],
  ['ResourceManager', ResourceManager, resourceGroups],
  ['BssOpenApi', Bss, purchases],
];

/** A model of a request that is not there: the action takes no parameters. */
const EMPTY_REQUESTS = ['GetCallerIdentity: no request model'];

describe.each(PRODUCTS)('%s contract, SDK and official client', (product, sdk, script) => {
  it('know the same parameters and fields, and every action answers all of them', async () => {
    const served = ACTIONS.filter((action) => action.product === product);
    const different = served.flatMap((action) => [
      ...requestDifferences(sdk, action),
      ...answerDifferences(sdk, action),
    ]);
    expect(different.filter((difference) => !EMPTY_REQUESTS.includes(difference))).toEqual([]);
    expect(await driveProduct(product, sdk, [script])).toEqual({ wrong: [], missing: [], notCalled: [] });
  });
});
