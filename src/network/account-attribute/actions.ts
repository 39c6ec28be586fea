/** Limits of an account and what it uses of them. */

import type { describeAccountAttributes } from '../../contract/account-attribute.ts';
import type { Input } from '../../contract/action.ts';
import { isRefusal } from '../../values/refusal.ts';
import type { Call, HandlersOf } from '../call.ts';
import { readEcho } from '../instance/echo.ts';
import { findInstanceType, INSTANCE_TYPES } from '../instance-type/catalogue.ts';
import { knownRegion, knownZone } from '../region/regions.ts';

type Asked = Input<typeof describeAccountAttributes>;
type Name = NonNullable<Asked['AttributeName']>[number];

export const accountAttributeHandlers: HandlersOf<typeof describeAccountAttributes> = {
  async 'Ecs.DescribeAccountAttributes'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const zone = input.ZoneId === undefined ? undefined : knownZone(region, input.ZoneId);
    if (isRefusal(zone)) return zone;
    const values = valuesOf(call, await postpaidVcpus(call, region.id));
    const asked = input.AttributeName ?? [];
    const names = asked.length > 0 ? [...new Set(asked)] : (Object.keys(values) as Name[]);
    return {
      AccountAttributeItems: {
        AccountAttributeItem: names.map((AttributeName) => ({
          AttributeName,
          AttributeValues: {
            ValueItem: values[AttributeName].map((Value) => ({
              Value,
              ZoneId: input.ZoneId ?? '',
              Count: 0,
              DiskCategory: '',
              ExpiredTime: '',
              InstanceChargeType: '',
              InstanceType: '',
            })),
          },
        })),
      },
    };
  },
};

/** vCPUs of the account's PostPaid instances in a region. */
async function postpaidVcpus(call: Call, regionId: string): Promise<number> {
  const where = { account_id: call.caller.accountId, region_id: regionId };
  const instances = await call.read((reader) => reader.find('instance', where));
  return instances
    .filter((instance) => readEcho(instance).InstanceChargeType === 'PostPaid')
    .reduce((sum, instance) => sum + (findInstanceType(instance.instance_type)?.vcpu ?? 0), 0);
}

/** Values by attribute. None where there is no such limit here; 0 for what cannot be had here. */
function valuesOf(call: Call, vcpus: number): { readonly [N in Name]: readonly string[] } {
  const { quotas } = call;
  return {
    'instance-network-type': ['vpc'],
    'max-security-groups': [String(quotas.securityGroupsPerRegion)],
    'max-elastic-network-interfaces': [String(quotas.networkInterfacesPerRegion)],
    'max-postpaid-instance-vcpu-count': [],
    'used-postpaid-instance-vcpu-count': [String(vcpus)],
    'max-spot-instance-vcpu-count': ['0'],
    'used-spot-instance-vcpu-count': ['0'],
    'max-postpaid-yundisk-capacity': ['0'],
    'used-postpaid-yundisk-capacity': ['0'],
    'max-dedicated-hosts': ['0'],
    'supported-postpaid-instance-types': INSTANCE_TYPES.map((type) => type.id),
    'max-axt-command-count': ['0'],
    'max-axt-invocation-daily': ['0'],
    'max-cloud-assistant-activation-count': ['0'],
    'real-name-authentication': ['unnecessary'],
  };
}
