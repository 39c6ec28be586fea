/** All walks through products by the vendor's clients. */
import * as Bss from '@alicloud/bssopenapi20171214';
import * as Ecs from '@alicloud/ecs20140526';
import * as ResourceManager from '@alicloud/resourcemanager20200331';
import * as Sts from '@alicloud/sts20150401';
import * as Vpc from '@alicloud/vpc20160428';
import type { Product } from '../../../src/contract/action.ts';
import type { SdkPackage } from '../sdk-models.ts';
import { identity, purchases, resourceGroups as resourceManager } from './account.ts';
import type { Script } from './drive.ts';
import { batches, catalogues, failures, instances } from './ecs-instances.ts';
import { prefixLists, resourceGroups, securityGroups, tags } from './ecs-security-groups.ts';
import { defaults, networks, places, publicAddresses } from './vpc.ts';

export interface Walk {
  readonly product: Product;
  readonly sdk: SdkPackage;
  readonly scripts: readonly Script[];
}

export const ECS: Walk = {
  product: 'Ecs',
  sdk: Ecs,
  scripts: [catalogues, instances, batches, failures, securityGroups, prefixLists, tags, resourceGroups],
};

export const VPC: Walk = { product: 'Vpc', sdk: Vpc, scripts: [places, networks, defaults, publicAddresses] };

/** Small products that clients call at their start. */
export const ACCOUNT: readonly Walk[] = [
  { product: 'Sts', sdk: Sts, scripts: [identity] },
  { product: 'ResourceManager', sdk: ResourceManager, scripts: [resourceManager] },
  { product: 'BssOpenApi', sdk: Bss, scripts: [purchases] },
];
