/** Parameters of an instance that are kept as they were given and shown again. */
import type { Tables } from '../../store/schema.ts';

/** What is kept beside the columns of an instance. Names as in answers; `ExpiresAt` in milliseconds since 1970. */
export interface Echo {
  readonly InstanceChargeType: string;
  readonly InternetChargeType: string;
  readonly InternetMaxBandwidthIn: number;
  readonly InternetMaxBandwidthOut: number;
  readonly SpotStrategy: string;
  readonly HttpEndpoint: string;
  readonly HttpTokens: string;
  readonly KeyPairName?: string | undefined;
  readonly CreditSpecification?: string | undefined;
  readonly ExpiresAt?: number | undefined;
  readonly AutoRenew?: boolean | undefined;
  readonly AutoRenewPeriod?: number | undefined;
  readonly PeriodUnit?: string | undefined;
  readonly Recyclable?: boolean | undefined;
  readonly SystemDiskCategory?: string | undefined;
  /** GiB */
  readonly SystemDiskSize?: number | undefined;
  readonly SystemDiskName?: string | undefined;
  readonly SystemDiskDescription?: string | undefined;
  readonly SystemDiskPerformanceLevel?: string | undefined;
  readonly SystemDiskBurstingEnabled?: boolean | undefined;
  readonly SystemDiskProvisionedIops?: number | undefined;
}

/** What a request to create an instance says of all that. */
interface EchoAsked extends Omit<Echo, `SystemDisk${string}` | 'Recyclable' | 'ExpiresAt'> {
  readonly SystemDisk?: SystemDiskAsked | undefined;
}

interface SystemDiskAsked {
  readonly Category?: string | undefined;
  readonly Size?: number | undefined;
  readonly DiskName?: string | undefined;
  readonly Description?: string | undefined;
  readonly PerformanceLevel?: string | undefined;
  readonly BurstingEnabled?: boolean | undefined;
  readonly ProvisionedIops?: number | undefined;
}

type Echoed = Tables['instance']['echoed'];

export function echoOf(input: EchoAsked, expiry: number | undefined): Echoed {
  const prepaid = expiry !== undefined;
  return given({
    InstanceChargeType: input.InstanceChargeType,
    InternetChargeType: input.InternetChargeType,
    InternetMaxBandwidthIn: input.InternetMaxBandwidthIn,
    InternetMaxBandwidthOut: input.InternetMaxBandwidthOut,
    SpotStrategy: input.SpotStrategy,
    HttpEndpoint: input.HttpEndpoint,
    HttpTokens: input.HttpTokens,
    KeyPairName: input.KeyPairName,
    CreditSpecification: input.CreditSpecification,
    ExpiresAt: expiry,
    AutoRenew: prepaid ? input.AutoRenew : undefined,
    AutoRenewPeriod: prepaid ? input.AutoRenewPeriod : undefined,
    PeriodUnit: prepaid ? input.PeriodUnit : undefined,
    SystemDiskCategory: input.SystemDisk?.Category,
    SystemDiskSize: input.SystemDisk?.Size,
    SystemDiskName: input.SystemDisk?.DiskName,
    SystemDiskDescription: input.SystemDisk?.Description,
    SystemDiskPerformanceLevel: input.SystemDisk?.PerformanceLevel,
    SystemDiskBurstingEnabled: input.SystemDisk?.BurstingEnabled,
    SystemDiskProvisionedIops: input.SystemDisk?.ProvisionedIops,
  });
}

/** The same with some values changed. */
export function echoWith(row: Tables['instance'], change: Partial<Echo>): Echoed {
  return { ...row.echoed, ...given(change) };
}

function given(echo: Partial<Echo>): Echoed {
  return Object.fromEntries(Object.entries(echo).filter(([, value]) => value !== undefined)) as Echoed;
}

/** What {@link echoOf} kept. */
export function readEcho(row: Tables['instance']): Echo {
  return row.echoed as unknown as Echo;
}
