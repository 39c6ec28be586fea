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
}

export function echoOf(input: Echo, expiry: number | undefined): Tables['instance']['echoed'] {
  return {
    InstanceChargeType: input.InstanceChargeType,
    InternetChargeType: input.InternetChargeType,
    InternetMaxBandwidthIn: input.InternetMaxBandwidthIn,
    InternetMaxBandwidthOut: input.InternetMaxBandwidthOut,
    SpotStrategy: input.SpotStrategy,
    HttpEndpoint: input.HttpEndpoint,
    HttpTokens: input.HttpTokens,
    ...(input.KeyPairName === undefined ? {} : { KeyPairName: input.KeyPairName }),
    ...(input.CreditSpecification === undefined ? {} : { CreditSpecification: input.CreditSpecification }),
    ...(expiry === undefined ? {} : { ExpiresAt: expiry }),
  };
}

/** What {@link echoOf} kept. */
export function readEcho(row: Tables['instance']): Echo {
  return row.echoed as unknown as Echo;
}
