/** Products that clients call at their start, by the vendor's clients. */
import type { Script } from './drive.ts';

export const identity: Script = async ({ call }) => {
  const { AccountId } = await call('GetCallerIdentity');
  const RoleArn = `acs:ram::${AccountId}:role/admin`;
  await call('AssumeRole', { RoleArn, RoleSessionName: 'drive', SourceIdentity: 'drive' });
};

export const resourceGroups: Script = async ({ call }) => {
  const { ResourceGroups } = await call('ListResourceGroups', { PageSize: 10 });
  await call('GetResourceGroup', { ResourceGroupId: ResourceGroups.ResourceGroup[0].Id });
};

export const purchases: Script = async ({ region, call }) => {
  await region.eip();
  const { Data } = await call('QueryAvailableInstances', { Region: 'cn-hangzhou', ProductCode: 'eip' });
  if (Data.InstanceList.length !== 1) throw new Error('an EIP that was bought is not listed');
};
