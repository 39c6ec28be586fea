/** X8: every invalid call of the catalogue is refused with its documented code and changes nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Region, startRegion } from '../harness.ts';
import { ACCOUNT_CALLS } from './account.ts';
import type { InvalidCall, World } from './catalogue.ts';
import { DEFAULT_NETWORK_CALLS } from './default-network.ts';
import { EIP_CALLS } from './eip.ts';
import { INSTANCE_CALLS } from './instance.ts';
import { INSTANCE_ATTRIBUTE_CALLS } from './instance-attribute.ts';
import { INSTANCE_BATCH_CALLS } from './instance-batch.ts';
import { INSTANCE_CREATION_CALLS } from './instance-creation.ts';
import { INSTANCE_LIFE_CALLS } from './instance-life.ts';
import { INSTANCE_STATUS_CALLS } from './instance-status.ts';
import { NETWORK_INTERFACE_CALLS } from './network-interface.ts';
import { NETWORK_REGION_CALLS } from './network-regions.ts';
import { PATH_CALLS } from './path.ts';
import { PREFIX_LIST_CALLS } from './prefix-list.ts';
import { RESOURCE_GROUP_CALLS } from './resource-group.ts';
import { RULE_FIELD_CALLS } from './rule-fields.ts';
import { SECURITY_GROUP_CALLS } from './security-group.ts';
import { SECURITY_GROUP_CHANGE_CALLS } from './security-group-change.ts';
import { SECURITY_GROUP_RULE_CALLS } from './security-group-rule.ts';
import { STOCK_CALLS } from './stock.ts';
import { TAG_CALLS } from './tag.ts';
import { VPC_CALLS } from './vpc.ts';
import { VSWITCH_CALLS } from './vswitch.ts';
import { makeWorld } from './world.ts';

const CALLS: readonly InvalidCall[] = [
  ...ACCOUNT_CALLS,
  ...VPC_CALLS,
  ...VSWITCH_CALLS,
  ...DEFAULT_NETWORK_CALLS,
  ...SECURITY_GROUP_CALLS,
  ...SECURITY_GROUP_RULE_CALLS,
  ...SECURITY_GROUP_CHANGE_CALLS,
  ...PREFIX_LIST_CALLS,
  ...TAG_CALLS,
  ...RULE_FIELD_CALLS,
  ...NETWORK_REGION_CALLS,
  ...RESOURCE_GROUP_CALLS,
  ...INSTANCE_CALLS,
  ...INSTANCE_LIFE_CALLS,
  ...INSTANCE_CREATION_CALLS,
  ...INSTANCE_BATCH_CALLS,
  ...INSTANCE_ATTRIBUTE_CALLS,
  ...INSTANCE_STATUS_CALLS,
  ...STOCK_CALLS,
  ...NETWORK_INTERFACE_CALLS,
  ...EIP_CALLS,
  ...PATH_CALLS,
];

/** Most entries there have ever been; the catalogue only grows. */
const LEAST_ENTRIES = 1084;

describe('X8 invalid calls', () => {
  let region: Region;
  let world: World;
  beforeAll(async () => {
    region = await startRegion();
    world = await makeWorld(region);
  });
  afterAll(() => region.close());

  it('the catalogue has not shrunk', () => {
    expect(CALLS.length).toBeGreaterThanOrEqual(LEAST_ENTRIES);
    expect(new Set(CALLS.map((call) => call.name)).size).toBe(CALLS.length);
  });

  it.each(CALLS.map((call) => [call.name, call] as const))('%s', async (_name, call) => {
    const before = await region.snapshot();
    const refused = await region.refused(call.product, call.action, call.request(world));
    expect(refused).toMatchObject({ code: call.code, status: call.status });
    if (call.parameter) expect(refused.message).toContain(call.parameter);
    expect(await region.snapshot()).toEqual(before);
  });
});
