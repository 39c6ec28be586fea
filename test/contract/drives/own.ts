/** Walks through products for which the vendor has no client: Location, and our own. With real packets, for the probe. */
import type { Product } from '../../../src/contract/action.ts';
import { openDrivenRegion } from '../../packets/driven-region.ts';
import type { Parameters } from './drive.ts';

const RegionId = 'cn-hangzhou';
/** Long after the last look that a walk could meet. Milliseconds. */
const NEVER = 3_600_000;

/** Calls every action once and tells of each; needs a machine with namespaces. */
export async function ownProducts(
  listener: (product: Product, action: string, parameters: Parameters, answer: object) => void,
): Promise<void> {
  const region = await openDrivenRegion(NEVER);
  try {
    const { client } = region;
    const call = async (product: Product, action: string, parameters: Parameters = {}) => {
      const answer = await client.ok(product, action, parameters);
      listener(product, action, parameters, answer);
      return answer;
    };
    const vpc = await client.vpc();
    const vswitch = await client.vswitch(vpc, '10.0.1.0/24');
    const group = await client.group(vpc, { SecurityGroupName: 'web' });
    const rule = { SecurityGroupId: group, IpProtocol: 'tcp', PortRange: '80/80', SourceCidrIp: '0.0.0.0/0' };
    await client.ok('Ecs', 'AuthorizeSecurityGroup', rule);
    const [web = ''] = await client.run(vswitch, group, { InstanceName: 'web' });
    await client.run(vswitch, await client.group(vpc), { InstanceName: 'client' });

    await call('Location', 'DescribeEndpoints', { Id: RegionId, ServiceCode: 'ecs', Type: 'openAPI' });
    const way = { Source: 'client', Destination: 'web', IpProtocol: 'tcp', Port: 80 };
    await call('Yunlan', 'AnalyzePath', way);
    await call('Yunlan', 'ProbePath', way);
    await call('Yunlan', 'DescribeEffectiveRules', { InstanceId: web });
    await call('Yunlan', 'GetInstanceLog', { Instance: 'web' });
    await call('Yunlan', 'DescribeServer');
    await call('Yunlan', 'GetClock');
    await call('Yunlan', 'MoveClock', { Seconds: 3600 });
    await call('Yunlan', 'CreateAccount', { AccountName: 'alice' });
    await call('Yunlan', 'ListAccounts');
    const key = await call('Yunlan', 'CreateAccessKey', { AccountName: 'alice' });
    await call('Yunlan', 'ListAccessKeys', { AccountName: 'alice' });
    await call('Yunlan', 'DisableAccessKey', { UserAccessKeyId: key.AccessKeyId });
    await call('Yunlan', 'RotateAccessKey', { UserAccessKeyId: key.AccessKeyId });
    await call('Yunlan', 'DeleteAccessKey', { UserAccessKeyId: key.AccessKeyId });
    await call('Yunlan', 'DisableAccount', { AccountName: 'alice' });
    await call('Yunlan', 'EnableAccount', { AccountName: 'alice' });
    await call('Yunlan', 'ListRequests', { ActionName: 'RotateAccessKey', MaxResults: 2 });
    await call('Yunlan', 'DeleteAccount', { AccountName: 'alice' });
  } finally {
    await region.close();
  }
}
