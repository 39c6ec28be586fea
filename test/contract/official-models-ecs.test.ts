/**
 * The Ecs product against the vendor's own model tables, both ways: every parameter of the SDK's requests is in our
 * contract with the same type and every one of ours in the SDK's; likewise the fields of answers. Then every served
 * action is called once by the vendor's client, and what comes over the wire has the model's fields and types.
 */
import * as Ecs from '@alicloud/ecs20140526';
import { beforeAll, describe, expect, it } from 'vitest';
import { ACTIONS } from '../../src/contract/catalogue.ts';
import { ECS } from './drives/catalogue.ts';
import { driveProduct, type Seen } from './drives/drive.ts';
import {
  answerDifferences,
  type Explained,
  NOTHING_UNEXPLAINED,
  requestDifferences,
  unexplained,
} from './sdk-models.ts';

const SERVED = ACTIONS.filter(({ product }) => product === 'Ecs');

const COMMON = 'A common parameter: the client puts it into every request, so no model of a request has it here.';
const NUMBER = 'A number by its meaning; the SDK sends its text, and on the wire both are the same.';

/** Parameters that differ, with the reason. This list may only shrink. */
const PARAMETERS: Explained = {
  'StartInstance.RegionId: only ours': COMMON,
  'StopInstance.RegionId: only ours': COMMON,
  'RebootInstance.RegionId: only ours': COMMON,
  'DeleteInstance.RegionId: only ours': COMMON,
  'DescribeInstanceAutoRenewAttribute.PageNumber: ours number, theirs string': NUMBER,
  'DescribeInstanceAutoRenewAttribute.PageSize: ours number, theirs string': NUMBER,
  'RunInstances.SystemDisk.Size: ours number, theirs string': NUMBER,
  'AuthorizeSecurityGroup.Priority: ours number, theirs string': NUMBER,
  'AuthorizeSecurityGroup.Permissions[].Priority: ours number, theirs string': NUMBER,
  'AuthorizeSecurityGroupEgress.Priority: ours number, theirs string': NUMBER,
  'AuthorizeSecurityGroupEgress.Permissions[].Priority: ours number, theirs string': NUMBER,
  'RevokeSecurityGroup.Priority: ours number, theirs string': NUMBER,
  'RevokeSecurityGroup.Permissions[].Priority: ours number, theirs string': NUMBER,
  'RevokeSecurityGroupEgress.Priority: ours number, theirs string': NUMBER,
  'RevokeSecurityGroupEgress.Permissions[].DestGroupOwnerId: ours number, theirs string': NUMBER,
  'RevokeSecurityGroupEgress.Permissions[].Priority: ours number, theirs string': NUMBER,
  'ModifySecurityGroupRule.Priority: ours number, theirs string': NUMBER,
  'ModifySecurityGroupEgressRule.Priority: ours number, theirs string': NUMBER,
};

const UNKNOWN = 'The sources of the catalogue do not tell it of any type.';
const UNKNOWN_OF_SOME = 'The sources of the catalogue do not tell it of some types; others have it.';
const CREDITS = 'Only types that are not burstable have it: they have 0.';

/** Fields that answers leave out although the model has them, with the reason. This list may only shrink. */
const LEFT_OUT: Explained = {
  'DescribeInstanceTypes.InstanceTypes.InstanceType[].CpuSpeedFrequency': UNKNOWN,
  'DescribeInstanceTypes.InstanceTypes.InstanceType[].CpuTurboFrequency': UNKNOWN,
  'DescribeInstanceTypes.InstanceTypes.InstanceType[].PhysicalProcessorModel': UNKNOWN,
  'DescribeInstanceTypes.InstanceTypes.InstanceType[].InstanceCategory': UNKNOWN,
  'DescribeInstanceTypes.InstanceTypes.InstanceType[].EniPrivateIpAddressQuantity': UNKNOWN_OF_SOME,
  'DescribeInstanceTypes.InstanceTypes.InstanceType[].EniQuantity': UNKNOWN_OF_SOME,
  'DescribeInstanceTypes.InstanceTypes.InstanceType[].EniTotalQuantity': UNKNOWN_OF_SOME,
  'DescribeInstanceTypes.InstanceTypes.InstanceType[].TotalEniQueueQuantity': UNKNOWN_OF_SOME,
  'DescribeInstanceTypes.InstanceTypes.InstanceType[].InstanceBandwidthRx': UNKNOWN_OF_SOME,
  'DescribeInstanceTypes.InstanceTypes.InstanceType[].InstanceBandwidthTx': UNKNOWN_OF_SOME,
  'DescribeInstanceTypes.InstanceTypes.InstanceType[].InstancePpsRx': UNKNOWN_OF_SOME,
  'DescribeInstanceTypes.InstanceTypes.InstanceType[].InstancePpsTx': UNKNOWN_OF_SOME,
  'DescribeInstanceTypes.InstanceTypes.InstanceType[].PrimaryEniQueueNumber': UNKNOWN_OF_SOME,
  'DescribeInstanceTypes.InstanceTypes.InstanceType[].SecondaryEniQueueNumber': UNKNOWN_OF_SOME,
  'DescribeInstanceTypes.InstanceTypes.InstanceType[].InstanceFamilyLevel': UNKNOWN_OF_SOME,
  'DescribeInstanceTypes.InstanceTypes.InstanceType[].BaselineCredit': CREDITS,
  'DescribeInstanceTypes.InstanceTypes.InstanceType[].InitialCredit': CREDITS,
};

describe('Ecs contract and SDK', () => {
  it('know the same parameters with the same types', () => {
    const found = SERVED.flatMap((action) => requestDifferences(Ecs, action));
    expect(unexplained(found, PARAMETERS)).toEqual(NOTHING_UNEXPLAINED);
  });

  it('know the same fields of answers with the same types', () => {
    expect(SERVED.flatMap((action) => answerDifferences(Ecs, action))).toEqual([]);
  });
});

describe('Ecs by the official client', () => {
  let seen: Seen;
  beforeAll(async () => {
    seen = await driveProduct('Ecs', Ecs, ECS.scripts);
  });

  it('drives every served action', () => expect(seen.notCalled).toEqual([]));

  it('answers only fields of the model, with their types', () => expect(seen.wrong).toEqual([]));

  it('answers every field of the model', () => {
    expect(unexplained(seen.missing, LEFT_OUT)).toEqual(NOTHING_UNEXPLAINED);
  });
});
