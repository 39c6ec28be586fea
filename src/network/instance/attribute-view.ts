/** One instance as DescribeInstanceAttribute shows it. */
import type { Tables } from '../../store/schema.ts';
import { formatMinutes } from '../../values/clock.ts';
import { eipOfInstance } from '../eip/view.ts';
import { findInstanceType } from '../instance-type/catalogue.ts';
import type { Card } from '../interface/lookup.ts';
import { readEcho } from './echo.ts';
import { expiryShown, networkOf } from './view.ts';

/** `primary`: its primary interface; `eip`: its own. */
export function instanceAttributes(row: Tables['instance'], primary: Card | undefined, eip: Tables['eip'] | undefined) {
  const type = findInstanceType(row.instance_type);
  const echo = readEcho(row);
  const { IsSupportUnassociate: _not, Bandwidth = 0, ...address } = eipOfInstance(eip);
  return {
    InstanceId: row.id,
    InstanceName: row.name,
    Description: row.description,
    HostName: row.host_name,
    RegionId: row.region_id,
    ZoneId: row.zone_id,
    ClusterId: '',
    Status: row.status,
    StoppedMode: row.status === 'Stopped' ? row.stopped_mode : 'Not-applicable',
    SerialNumber: '',
    InstanceType: row.instance_type,
    Cpu: type?.vcpu ?? 0,
    Memory: (type?.memoryGiB ?? 0) * 1024,
    IoOptimized: type?.ioOptimized === 'never' ? 'none' : 'optimized',
    ImageId: row.image_id,
    ...networkOf(row, primary),
    EipAddress: { ...address, Bandwidth },
    VlanId: '',
    InternetChargeType: echo.InternetChargeType,
    InternetMaxBandwidthIn: echo.InternetMaxBandwidthIn,
    InternetMaxBandwidthOut: echo.InternetMaxBandwidthOut,
    InstanceChargeType: echo.InstanceChargeType,
    CreditSpecification: echo.CreditSpecification ?? '',
    CreationTime: formatMinutes(row.created_at),
    ExpiredTime: expiryShown(echo.ExpiresAt),
    OperationLocks: { LockReason: [] },
    DedicatedHostAttribute: { DedicatedHostId: '', DedicatedHostName: '' },
    EnableJumboFrame: false,
    EnableNetworkEncryption: false,
    NetworkOptions: { BandwidthWeighting: '', EnableJumboFrame: false, EnableNetworkEncryption: false },
    SecurityOptions: { EnableSecureBoot: false },
  };
}
